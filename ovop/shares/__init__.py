"""Fishers whose weights make up a lot, and their shares of what it brought."""
