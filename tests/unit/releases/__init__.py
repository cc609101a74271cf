"""The release desk: prices, refusals, and what is exported once."""
