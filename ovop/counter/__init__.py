"""Sales at the counter: goods that nobody ordered or collected, sold to whoever comes by."""
