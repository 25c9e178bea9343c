"""The smallest pieces of markup, as functions: used by the components and, in tables, straight from Python.

Everything here is SVG or a span, without inline style, safe to mark as such; words are escaped.
"""

from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.ui.components import ComponentError, strict
from core.ui.french import Number, nombre, to_decimal
from core.ui.icons import LINES, MARKS

TONES = ("ok", "doute", "non", "info", "acc", "line", "")
RULES_PAGE = "/regles/"
MAX_PIPS = 14


def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A line icon or a state mark (``ok doute non info``); decorative unless ``label`` is given.

    Raises:
        ComponentError: for an unknown name, where components are strict.
    """
    if name not in LINES and name not in MARKS:
        if strict():
            raise ComponentError(f"Unknown icon {name!r}")
        return mark_safe("")
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    if name in MARKS:
        return format_html(
            '<svg class="mark {}" {} focusable="false" width="{}" height="{}" viewBox="0 0 20 20">{}</svg>',
            name,
            voice,
            size,
            size,
            mark_safe(MARKS[name]),  # noqa: S308 - our own constant
        )
    return format_html(
        '<svg {} focusable="false" width="{}" height="{}" viewBox="0 0 16 16" fill="none" stroke="currentColor"'
        ' stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        voice,
        size,
        size,
        mark_safe(LINES[name]),  # noqa: S308 - our own constant
    )


def badge(label: str, tone: str = "", icon_name: str = "") -> SafeString:
    """The state of a row: shape, word and colour. The four states bring their own shape."""
    if tone not in TONES:
        if strict():
            raise ComponentError(f"Unknown badge tone {tone!r}")
        tone = ""
    shape = icon_name or (tone if tone in MARKS else "")
    return format_html(
        '<span class="badge{}">{}<span>{}</span></span>',
        f" {tone}" if tone else "",
        icon(shape, 13) if shape else "",
        label,
    )


def rule_link(rule_id: str) -> SafeString:
    """The rule's id, linking to its page."""
    return format_html('<a class="rid" href="{}{}/">{}</a>', RULES_PAGE, rule_id, rule_id)


def pips(
    filled: int, total: int, *, missing: int = 0, shape: str = "circle", size: int = 13, label: str = ""
) -> SafeString:
    """Posts (``shape="square"``) or people (``"circle"``): filled, free, then missing ones in dots.

    Past fourteen units nobody counts shapes: the words of ``label`` stand alone.
    """
    filled, total, missing = int(filled), int(total), int(missing)
    words = label or f"{filled} sur {total}"
    if total + missing > MAX_PIPS:
        return format_html('<span class="sr">{}</span>', words)
    units = ["pip"] * min(filled, total) + ["pip free"] * max(total - filled, 0) + ["pip miss"] * missing
    step = size + max(2, round(size * 0.2))
    width = max(step * len(units) - (step - size), size)
    if shape == "square":
        side = size - 3.5
        shapes = format_html_join(
            "",
            '<rect class="{}" x="{}" y="1.75" width="{}" height="{}" rx="{}"/>',
            ((kind, i * step + 1.75, side, side, 2) for i, kind in enumerate(units)),
        )
    else:
        shapes = format_html_join(
            "",
            '<circle class="{}" cx="{}" cy="{}" r="{}"/>',
            ((kind, i * step + size / 2, size / 2, size / 2 - 1.75) for i, kind in enumerate(units)),
        )
    return format_html(
        '<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>',
        words,
        width,
        size,
        width,
        size,
        shapes,
    )


def _gauge(width: int, share: Any, more: Any, low: Any, low_text: str, high_text: str, label: str) -> SafeString:
    inner = width - 2
    done = round(inner * share, 1)
    extra = round(inner * more, 1)
    rail = format_html('<rect class="rail" x="1" y="26" width="{}" height="22" rx="4"/>', inner)
    fill = format_html('<rect class="fill" x="1" y="26" width="{}" height="22" rx="4"/>', done) if done else ""
    plus = format_html('<rect class="more" x="{}" y="27" width="{}" height="20"/>', 1 + done, extra) if extra else ""
    limit = ""
    if low is not None:
        at = round(1 + inner * low, 1)
        # The two names must not overlap: the mini's leans away from the maxi's.
        crowded = at > width - 165
        anchor, text_at = ("end", min(at + 6, width - 105)) if crowded else ("middle", max(at, 50))
        limit = format_html(
            '<path class="limit" d="M{} 20v34"/><text class="k" x="{}" y="14" text-anchor="{}">{}</text>',
            at,
            text_at,
            anchor,
            low_text,
        )
    end = (
        format_html('<text class="k" x="{}" y="14" text-anchor="end">{}</text>', width, high_text) if high_text else ""
    )
    return format_html(
        '<svg class="fig" role="img" aria-label="{}" viewBox="0 0 {} 58">{}{}{}{}{}</svg>',
        label,
        width,
        rail,
        fill,
        plus,
        limit,
        end,
    )


def gauge(
    value: Number,
    maxi: Number,
    *,
    mini: Number | None = None,
    extra: Number = 0,
    label: str = "",
    unit: str = "heures",
) -> SafeString:
    """A share of a maximum, its floor marked, what a decision would add dashed.

    Two drawings, for desk and phone, so that the text keeps its size; only one is shown at a time.
    """
    top = to_decimal(maxi)
    safe_top = top if top > 0 else Decimal(1)

    def part(number: Number) -> Decimal:
        return min(max(to_decimal(number) / safe_top, Decimal(0)), Decimal(1))

    share = part(value)
    more = min(part(extra), 1 - share)
    low = part(mini) if mini is not None else None
    words = label or f"{nombre(value)} sur {nombre(maxi)} {unit}"
    low_text = f"mini {nombre(mini)}" if mini is not None else ""
    high_text = f"maxi {nombre(maxi)}"
    wide = _gauge(820, share, more, low, low_text, high_text, words)
    slim = _gauge(300, share, more, low, low_text, high_text, words)
    return format_html('<div class="hide-s">{}</div><div class="show-s">{}</div>', wide, slim)
