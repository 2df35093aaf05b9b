"""Users, sessions, API tokens and local sign-in."""
