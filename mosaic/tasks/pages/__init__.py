"""Pages of tasks, and the panel that shows one beside any page."""
