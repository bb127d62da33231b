"""Following: who wants to hear when a species, a product, a village or a co-operative has something on sale."""
