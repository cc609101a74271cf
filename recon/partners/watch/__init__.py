"""What looks wrong: rules over the entries and records of partners, the alerts they raise, and what became of each."""
