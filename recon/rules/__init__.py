"""Matching rule sets as the analyst writes them."""
