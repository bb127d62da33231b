"""What was sold, for the economy office."""
