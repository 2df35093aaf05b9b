"""Projects as files: export, import, templates."""
