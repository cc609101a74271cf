"""Passes without a key in which both sides are several: sets of one side that add up to sets of the other.

The search goes the way of those that add up one side alone: whole natural groups of both, then unbroken runs of both
in the order of time that begin and end together, then the smallest sets of a small pool that cancel out, all of them,
so that one that shares no entry with another is proved to be the only one its entries can be in. The first two are
joins over all entries at once; pools are searched one by one within a stated bound of work.
"""
