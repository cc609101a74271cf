"""From the cells of a tabular file to entries, and the figures that prove that none was lost."""
