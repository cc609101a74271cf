"""Casework: what people do with breaks, kept in the ledger, and where each break stands by it."""
