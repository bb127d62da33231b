"""How people are told: the browsers that take messages, and what each person wants to hear of."""
