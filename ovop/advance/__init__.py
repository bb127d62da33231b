"""Selling ahead: harvests that are planned, counted on the day and shared out, and listings that stand every week."""
