"""A code from an authenticator app, asked for after the password."""
