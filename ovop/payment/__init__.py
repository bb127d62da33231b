"""Payments, their providers, and the ledger."""
