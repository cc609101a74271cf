"""The arithmetic of plans: from the transactions of a payee to what is earned and paid, row by row."""
