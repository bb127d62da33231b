"""Finding catches: search, filters, nearest points."""
