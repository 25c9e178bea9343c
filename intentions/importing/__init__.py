"""The old contact form's spreadsheet, taken in row by row: read, match the columns, file, give back what is refused."""
