"""Whole plans as sets: explanation rows of all payees at once, computed by the engine.

For plans of the common kinds (rates, bands, bounds of a transaction, caps, floors, rounding) the engine writes the
same rows that `calculate` gives payee by payee; `support` says which plans these are, and the tests compare both.
"""
