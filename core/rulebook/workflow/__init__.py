"""The acts of the Région on its rules: date a value, withdraw one that has not begun, try a change, adopt it."""
