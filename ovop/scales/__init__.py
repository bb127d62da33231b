"""Scales that orders are weighed on, and their yearly legal verification."""
