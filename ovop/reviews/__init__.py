"""What buyers think of what they collected: their ratings, the co-operatives' answers, what the office hides."""
