"""Finding pages: by their names, their words, their letters, and what they mean."""
