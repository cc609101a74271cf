"""The proof that nothing is lost, and the independent checker that proves it again."""
