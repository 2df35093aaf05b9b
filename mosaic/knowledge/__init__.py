"""The wiki: entries, links between them, tags, versions, import."""
