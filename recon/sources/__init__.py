"""From bytes to entries: readers, profiles, refused rows, the proof that no line was lost.

A bank's own formats have a folder each. Tabular files come as rows of `tables/`, are read as one of `profiles/` says,
and become entries in `mapping/`; `values/` reads their amounts and days. `detection/` tells what an unknown file is,
and `intake/` brings files into the store.
"""
