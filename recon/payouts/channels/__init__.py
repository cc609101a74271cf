"""The channel desk: bills against the ledger, what merchants are owed, who funds campaigns, what channels leave us."""
