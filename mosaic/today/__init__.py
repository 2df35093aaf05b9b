"""Today: what moved, what is here, and a place to begin."""
