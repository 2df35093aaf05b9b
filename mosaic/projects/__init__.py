"""Projects: their boards, time lines and what they hold."""
