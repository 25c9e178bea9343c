"""The register writes in capitals; people do not."""

import re

_SMALL = frozenset(
    {
        *("à", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "par", "pour", "sous", "sur"),
        *("rue", "avenue", "boulevard", "place", "chemin", "route", "allée", "impasse", "quai", "cours", "square"),
    }
)
_SHORT_STREETS = {
    "av": "avenue",
    "bd": "boulevard",
    "pl": "place",
    "che": "chemin",
    "rte": "route",
    "all": "allée",
    "imp": "impasse",
    "crs": "cours",
    "sq": "square",
}
_ACRONYMS = frozenset(
    {
        *("sa", "sas", "sasu", "sarl", "eurl", "sci", "scop", "scic", "gie", "btp", "za", "zi", "zac"),
        *("afpa", "greta", "cfa", "cci", "cma", "msa", "caf", "esat", "ehpad", "dinum"),
    }
)


def soften(text: str) -> str:
    """The register's capitals as one would write them: « 12 AV DE LA LOIRE » → « 12 avenue de la Loire ».

    Text that is not all capitals is left alone; legal forms and words without a vowel keep theirs.
    """
    if text != text.upper():
        return text
    return " ".join(_soft(word.lower(), first=rank == 0) for rank, word in enumerate(text.split()))


def _soft(word: str, *, first: bool) -> str:
    word = _SHORT_STREETS.get(word, word)
    if word in _SMALL:
        return word.capitalize() if first else word
    if word.strip("()") in _ACRONYMS or not re.search(r"[aeiouyàâéèêëîïôœùû]", word):
        return word.upper()
    return re.sub(r"(^|[-’'(])(\w)", lambda match: match[1] + match[2].upper(), word)
