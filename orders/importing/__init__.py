"""The whole market in one spreadsheet: read, shown, written row by row, taken away in the same columns."""
