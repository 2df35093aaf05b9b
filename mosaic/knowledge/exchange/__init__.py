"""Import and export: vaults, archives, uploads."""
