"""The documentation, and under `press` what prints its parts that the program says itself."""
