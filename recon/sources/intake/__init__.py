"""From files to the store: which there are, what is new in them, and how it is published."""
