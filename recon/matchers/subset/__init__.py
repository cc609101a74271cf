"""Passes without a key: one entry against several that add up to it, and how likely that is by coincidence.

The search goes from what proves most to what proves least: whole natural groups, unbroken runs of the entries in the
order of time, sets out of a small pool. The first two are joins over all entries at once; only small pools are searched
one by one, and of larger ones their natural groups, within a stated bound of work. What is found counts only when
nothing else adds up as well and coincidence is all but ruled out (`chance`).
"""
