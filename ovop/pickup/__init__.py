"""Where and when orders are handed over."""
