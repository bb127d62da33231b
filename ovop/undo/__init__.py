"""Taking back what was done a moment ago: one mechanism for everything that a clerk does to goods."""
