"""From pairs to the canonical matches, members and open items of a run."""
