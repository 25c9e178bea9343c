"""Curves drawn on the server: plain SVG, named above by a stroke of their own, a table of the same figures beside it.

No script and no inline style: the look stands in `components.css`. Two drawings, for desk and phone, so that the
text keeps its size; only one is shown at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.ui.french import Number, nombre, to_decimal

_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 22, 26


@dataclass(frozen=True)
class Line:
    """A curve: its word, its look (« a » to « d », or « dash » for what is foretold), one value a step."""

    label: str
    look: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Level:
    """A horizontal mark: the mini, the maxi."""

    label: str
    value: Number


def curve(lines: Sequence[Line], steps: Sequence[str], levels: Sequence[Level], label: str) -> SafeString:
    """Curves over the same steps, with their marks. `label` is what a screen reader says of the drawing."""
    values = [to_decimal(v) for line in lines for v in line.values if v is not None]
    top = max([*values, *(to_decimal(level.value) for level in levels), Decimal(1)]) * Decimal("1.06")
    wide = _draw(820, 300, lines, steps, levels, top, label)
    slim = _draw(340, 260, lines, steps, levels, top, label)
    return format_html('{}<div class="hide-s">{}</div><div class="show-s">{}</div>', _keys(lines), wide, slim)


def _keys(lines: Sequence[Line]) -> SafeString:
    """What each stroke is, read before the drawing."""
    keys = format_html_join(
        "",
        '<li><svg class="fig" aria-hidden="true" viewBox="0 0 36 8"><path class="curve {}" d="M0 4H36"/></svg>{}</li>',
        ((line.look, line.label) for line in lines),
    )
    return format_html('<ul class="keys">{}</ul>', keys)


def _draw(
    width: int,
    height: int,
    lines: Sequence[Line],
    steps: Sequence[str],
    levels: Sequence[Level],
    top: Decimal,
    label: str,
) -> SafeString:
    floor, room = height - _BOTTOM, height - _BOTTOM - _TOP
    stride = Decimal(width - _LEFT - _RIGHT) / max(len(steps) - 1, 1)

    def x(step: int) -> Decimal:
        return round(_LEFT + stride * step, 1)

    def y(value: Number) -> Decimal:
        return round(floor - to_decimal(value) / top * room, 1)

    every = -(-len(steps) // (width // 62))  # as many words as there is room for
    words = format_html_join(
        "",
        '<text class="k" x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (x(i), height - 8, "start" if i == 0 else "end" if i == len(steps) - 1 else "middle", step)
            for i, step in enumerate(steps)
            if i % every == 0
        ),
    )
    marks = format_html_join(
        "",
        '<path class="limit" d="M{} {}H{}"/><text class="k" x="{}" y="{}" text-anchor="end">{} {}</text>',
        (
            (
                _LEFT,
                y(level.value),
                width - _RIGHT,
                width - _RIGHT,
                y(level.value) - 5,
                level.label,
                nombre(level.value),
            )
            for level in levels
        ),
    )
    paths = format_html_join(
        "",
        '<path class="curve {}" d="{}"><title>{}</title></path>',
        (
            (
                line.look,
                " ".join(
                    f"{'M' if i == 0 or line.values[i - 1] is None else 'L'}{x(i)} {y(value)}"
                    for i, value in enumerate(line.values)
                    if value is not None
                ),
                line.label,
            )
            for line in lines
        ),
    )
    return format_html(
        '<svg class="fig" role="img" aria-label="{}" viewBox="0 0 {} {}">'
        '<path class="axis" d="M{} {}H{}"/>{}{}{}</svg>',
        label,
        width,
        height,
        _LEFT,
        floor,
        width - _RIGHT,
        marks,
        paths,
        words,
    )
