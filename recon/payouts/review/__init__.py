"""A plan before it is agreed: in plain words, its open questions, its own examples, what it would have cost."""
