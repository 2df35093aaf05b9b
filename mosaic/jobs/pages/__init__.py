"""Pages of runs, and their states."""
