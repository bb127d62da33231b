"""Measures the market against its budgets: ``make bench``."""
