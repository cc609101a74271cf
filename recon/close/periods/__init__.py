"""Periods: controls, sign-off by three people, the lock on the run of a period, and how it is opened again."""
