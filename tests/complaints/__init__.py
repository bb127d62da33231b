"""Complaints: rules, changes, races, pages."""
