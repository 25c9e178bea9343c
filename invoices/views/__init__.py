"""Pages of the month's end."""
