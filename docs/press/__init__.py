"""What prints the parts of the documentation that the program says itself: the picture, the tables of settings."""
