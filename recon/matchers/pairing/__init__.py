"""Which units a pass brings together: pairs that may be, and the one that each unit gets."""
