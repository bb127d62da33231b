"""Months that are closed: their figures are kept as they were, with a digest, and never change again."""
