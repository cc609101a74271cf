"""Reports as one page: no script, no font or picture from outside; charts are drawn in the page itself."""
