"""Why an entry is matched, or why not, and what would have matched it: told from what the match is made of."""
