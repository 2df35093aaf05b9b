"""How the links of a workspace stand, and what is mended there."""
