"""Lots that are called back because they may harm whoever eats them: their orders, and everybody who bought of them."""
