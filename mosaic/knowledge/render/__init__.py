"""Markdown to safe HTML: the dialect, links, sanitizing, embeds."""
