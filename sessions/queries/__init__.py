"""Scoped querysets and read models, by audience: `requests` for the one who asks."""
