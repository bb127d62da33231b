"""One Village One Product as a programme: proposals, decisions, stars with their papers, readiness, certificates."""
