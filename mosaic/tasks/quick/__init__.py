"""What a line says about a task: days, times, people, tags and the rest, each with its place."""
