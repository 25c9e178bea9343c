"""What a line of the table is: what, the measure, the floor, the share."""

Row = tuple[str, str, str, str]
