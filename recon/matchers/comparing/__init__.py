"""What two units are compared by: keys, gates, conditions, likeness, and how entries become units."""
