"""Statements of payees: what each was paid for a period and why, as a workbook and as a page that prints well."""
