"""Rules tried and learned from: their tests, what a change of them alters, what known matches have in common."""
