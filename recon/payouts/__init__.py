"""Commission plans, what they pay, and why."""
