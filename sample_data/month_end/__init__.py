"""One company runs the months of all stories as one: one project, one run, one close, one batch to the bank."""
