"""Species, products, flagships and stars."""
