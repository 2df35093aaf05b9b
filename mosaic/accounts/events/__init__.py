"""What happened to an account: sign-ins, and what keeps it safe. Its owner alone sees it."""
