"""A plan over a period: everybody's outcome, what it rests on, and what was left out and why."""
