"""Seeded stories that show the program at work: each folder holds files and the result expected of them."""
