"""Tasks: what is planned, by whom and when."""
