"""Two months of a network of agents with terminals, from withdrawals to what everybody up the hierarchy is paid."""
