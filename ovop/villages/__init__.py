"""Official areas, their boundaries, and finding a place by name."""
