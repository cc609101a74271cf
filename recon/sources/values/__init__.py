"""Amounts, days and times as files write them, read exactly."""
