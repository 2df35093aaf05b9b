"""Workspaces, members, roles, invitations and teams."""
