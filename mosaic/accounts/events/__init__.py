"""What happened to an account: sign-ins, and what keeps it safe.

Its owner sees it; sign-ins are also seen by administrators of their workspaces.
"""
