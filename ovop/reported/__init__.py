"""What villages sold before they joined, as they report it themselves: kept apart from what the market sold."""
