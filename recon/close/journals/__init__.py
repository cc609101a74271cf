"""Journals: what the ledger of accounts has to be told of a run and of decisions, each exported once."""
