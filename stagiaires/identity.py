"""Who is the same person: the key that compares two files without showing either."""

from datetime import date

from core.reference.text import normalise


def identity_key(last_name: str, first_name: str, birth_on: date | None) -> str:
    """« bertin|aissata|1994-05-17 », without accents nor case. Empty without a birth date: a name proves nothing."""
    names = (normalise(last_name), normalise(first_name))
    return f"{names[0]}|{names[1]}|{birth_on.isoformat()}" if birth_on and all(names) else ""


def clean_ft_identifier(text: str) -> str:
    """The France Travail identifier without the spaces that people put in it, its letter in capitals."""
    return "".join(text.split()).replace(".", "").replace("-", "").upper()
