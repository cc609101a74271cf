"""Partner operations: who the partners are, how well they do, how they are rated, and what looks wrong.

`registry` is who is who, day by day; `measures` counts what they do; `ratings` keeps who holds which level; `watch`
raises alerts and keeps what became of them. `facts` tells all of it to the payouts.
"""
