"""What a calculation reads of the books: which entries a plan pays for, and what they add up to."""
