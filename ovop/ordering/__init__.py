"""Checkouts and orders, from basket to handover."""
