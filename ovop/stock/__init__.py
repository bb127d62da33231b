"""Lots on sale and every movement of their stock."""
