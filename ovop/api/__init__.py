"""The programming interface, one package per version."""
