"""The code to scan, as a drawing without a word of style in it."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString


def code_svg(address: str) -> SafeString:
    """The QR code of an address: modules of 1, a margin of 3, coloured by the style sheet."""
    made = segno.make(address, error="m", micro=False)
    path = "".join(
        f"M{column} {row}h{length}v1h-{length}z"
        for row, line in enumerate(made.matrix)
        for column, length in _runs(bytes(line))
    )
    side = len(made.matrix)
    return format_html(
        '<svg class="qr" data-qr role="img" aria-label="Code à scanner pour signer" viewBox="-3 -3 {0} {0}" '
        'shape-rendering="crispEdges"><path d="{1}"/></svg>',
        side + 6,
        path,
    )


def _runs(line: bytes) -> list[tuple[int, int]]:
    """(first column, length) of each run of dark modules."""
    found, column = [], 0
    while column < len(line):
        if line[column]:
            end = column
            while end < len(line) and line[end]:
                end += 1
            found.append((column, end - column))
            column = end
        else:
            column += 1
    return found
