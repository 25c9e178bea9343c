"""One way to compare what people type with what the official lists say."""

from __future__ import annotations

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
CEDEX = re.compile(r" cedex( \d{1,2})?$")
SHORT_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def normalise(text: str) -> str:
    """Lower case, without accents; hyphens, apostrophes and any other sign become one space.

    `normalise("Saint-Sébastien-sur-Loire")` is `"saint sebastien sur loire"`.
    """
    plain = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def normalise_place(text: str) -> str:
    """As `normalise`, for communes: “st” and “ste” spelled out, “cedex 3” left out."""
    return " ".join(SHORT_FORMS.get(word, word) for word in CEDEX.sub("", normalise(text)).split())


def tidy(text: str) -> str:
    """A label as the screens show it: single spaces, typographic apostrophes, no sign that cannot be printed."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.replace("'", "’").split())
