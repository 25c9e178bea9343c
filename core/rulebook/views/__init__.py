"""The pages of the rules, one file for each of their subjects."""
