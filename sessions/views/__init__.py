"""Thin views, by audience."""
