"""Buyers' complaints about what they collected, and what comes of them."""
