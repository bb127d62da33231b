"""What the market owes each co-operative: statements, bank transfers, transfers by the card provider."""
