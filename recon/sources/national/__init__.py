"""Statements in the records of one country's banks, in which every field has its place."""
