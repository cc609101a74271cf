"""Two months of resellers who transfer money, upload the proof and order coins, and of the desk that releases them."""
