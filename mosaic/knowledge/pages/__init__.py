"""Pages of the wiki, and their states."""
