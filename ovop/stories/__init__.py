"""Villages' stories: text, photos and people, drafted by co-operatives' members, published by their managers."""
