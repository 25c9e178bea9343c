"""Find a commune, a métier or a certification from what people type: one query, two more for a typo."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Length
from django.utils.formats import date_format

from core.reference.enums import Vocabulary
from core.reference.models import Appellation, Certification, Commune, Metier
from core.reference.text import normalise, normalise_place
from core.reference.vocabulary import respell

MINIMUM = 2  # characters, below which a list would say nothing
MAXIMUM = 100  # characters heard; the rest of a longer text is not what a name looks like
SEVERAL = 10  # possible answers among which a person may still choose
FAINT = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou"}
ARTICLES = ("la", "le", "les", "l")  # « Le Mans » is typed « mans »
SPELLED_OUT = {"tp": "titre professionnel", "titre pro": "titre professionnel", "caces": "conduite en securite"}
CERTIFICATION_CODE = re.compile(r"\b(rncp|rs)?\s?(\d{2,6})\b")

Row = TypeVar("Row")

# How well a row answers, the best first.
EXACT, STARTS, WORDS, FORMER, WITHIN = range(5)


@dataclass(frozen=True)
class Suggestion:
    """One line of a list of proposals: the code to keep, the text to show, what tells it from its neighbours."""

    value: str
    label: str
    hint: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


# --- Communes ------------------------------------------------------------------------------------


def communes(text: str, limit: int = 10) -> list[Suggestion]:
    """Communes by name or postcode, those of the region first, then by population.

    Accents, case, hyphens and “st” do not matter; a merged commune answers to its old name.
    """
    return [_commune_suggestion(commune, text) for commune in _communes(text, limit)]


def _communes(text: str, limit: int) -> list[Commune]:
    typed = normalise_place(text[:MAXIMUM])
    numbers = re.findall(r"\b\d{2,5}\b", typed)
    words = [word for word in typed.split() if not word.isdigit()]
    if len(typed) < MINIMUM or (not numbers and len("".join(words)) < MINIMUM):
        return []
    digits = numbers[0] if numbers else ""
    return _or_respelled(
        Vocabulary.COMMUNES, words, lambda spelled: list(_communes_named(" ".join(spelled), digits)[:limit])
    )


def _communes_named(name: str, digits: str) -> QuerySet[Commune]:
    found: QuerySet[Commune] = Commune.objects.active().select_related("departement")
    if len(digits) == 2:
        found = found.filter(departement=digits)
    elif digits:
        found = found.filter(Q(aliases__contains=f"| {digits}") | Q(code=digits))
    if not name:
        # Five digits may be a postcode or an INSEE code: people type postcodes.
        insee = Case(When(code=digits, then=Value(1)), default=Value(0), output_field=IntegerField())
        return found.order_by(insee, "-departement__in_region", "-population", "search", "code")
    return (
        found.filter(Q(search__startswith=name) | Q(search__contains=f" {name}") | Q(aliases__contains=f" {name}"))
        .annotate(
            rank=Case(
                When(search=name, then=Value(EXACT)),
                When(search__startswith=name, then=Value(STARTS)),
                When(search__in=[f"{article} {name}" for article in ARTICLES], then=Value(STARTS)),
                When(aliases__contains=f"| {name}", then=Value(FORMER)),
                default=Value(WITHIN),
                output_field=IntegerField(),
            )
        )
        .order_by("rank", "-departement__in_region", "-population", "search", "code")
    )


def _commune_suggestion(commune: Commune, text: str) -> Suggestion:
    typed = re.findall(r"\d{3,5}", text)
    shown = next((code for code in commune.postcodes for digits in typed if code.startswith(digits)), None)
    label = f"{commune.name} ({shown})" if shown else str(commune)
    name = normalise_place(re.sub(r"\d+", " ", text))
    former = [old for old in commune.former_names if name and normalise_place(old).startswith(name)]
    hint = commune.departement.name
    if former and not commune.search.startswith(name):
        hint = f"{hint} · réunit {former[0]}"
    return Suggestion(commune.code, label, hint)


def find_commune(text: str, code: str = "") -> Commune | list[Commune]:
    """The commune that a text means, or the few that it may mean (an empty list: none).

    Args:
        text: « Cholet (49300) », a postcode, an INSEE code or a plain name.
        code: the INSEE code kept by the list of proposals; when it exists it decides.
    """
    chosen = _chosen(Commune.objects.active().select_related("departement"), code)
    return chosen or _one(which_communes(text))


def which_communes(text: str) -> list[Commune]:
    """The communes that a text may mean, the likeliest first; one alone when it is clear."""
    found = _communes(text, SEVERAL)
    name = normalise_place(re.sub(r"\d+", " ", text[:MAXIMUM]))
    if name:
        exact = [commune for commune in found if commune.search == name]
    else:
        exact = [commune for commune in found if text.strip() in commune.postcodes]
    return exact or found


# --- Métiers -------------------------------------------------------------------------------------


def metiers(text: str, limit: int = 10) -> list[Suggestion]:
    """Métiers by any of their job titles: the title found, with the ROME code that it belongs to."""
    suggestions: dict[tuple[str, str], Suggestion] = {}
    for row in _metiers(text, 2 * limit):
        hint = f"{row.rome} · {row.metier_title}" if row.label != row.metier_title else row.rome
        suggestions.setdefault((row.rome, row.search), Suggestion(row.rome, row.label, hint))
    return list(suggestions.values())[:limit]


def _metiers(text: str, limit: int) -> list[Any]:
    """Named rows: label, rome, metier_title, search, rank, order (a métier's own title first), length."""
    typed = normalise(text[:MAXIMUM])
    code = typed.upper().replace(" ", "")
    if re.fullmatch(r"[A-N]\d{2,4}", code):
        coded = Metier.objects.active().filter(code__startswith=code)
        ranked = coded.annotate(rank=Value(EXACT), length=Length("search"))
        return list(_named(ranked, "title", "code", "title", order=0).order_by("rome")[:limit])
    if len(typed) < MINIMUM:
        return []
    return _or_respelled(
        Vocabulary.METIERS, typed.split(), lambda spelled: list(_metiers_titled(" ".join(spelled))[:limit])
    )


def _metiers_titled(typed: str) -> QuerySet:
    titles = _ranked(Appellation.objects.active().filter(metier__retired_on__isnull=True), typed)
    own = _ranked(Metier.objects.active(), typed)
    return (
        _named(titles, "title", "metier_id", "metier__title", order=1)
        .union(_named(own, "title", "code", "title", order=0), all=True)
        .order_by("rank", "order", "length", "search", "rome")
    )


def _named(rows: QuerySet, label: str, rome: str, metier_title: str, order: int) -> QuerySet:
    """The same columns from titles and from métiers, so that one query reads both."""
    named = rows.annotate(label=F(label), rome=F(rome), metier_title=F(metier_title), order=Value(order))
    return named.values_list("label", "rome", "metier_title", "search", "rank", "order", "length", named=True)


def find_metier(text: str, code: str = "") -> Metier | list[Metier]:
    """The métier that a text means, or the few that it may mean (an empty list: none).

    Args:
        text: a job title, a ROME code, or « Soudeur / Soudeuse (H2913) ».
        code: the ROME code kept by the list of proposals; when it exists it decides.
    """
    chosen = _chosen(Metier.objects.active(), code)
    return chosen or _one(which_metiers(text))


def which_metiers(text: str) -> list[Metier]:
    """The métiers that a text may mean, the likeliest first; one alone when it is clear."""
    quoted = re.search(r"\b([A-N]\d{4})\b", text[:MAXIMUM].upper())
    chosen = list(Metier.objects.active().filter(pk=quoted[1])) if quoted else []
    if chosen:
        return chosen
    typed = normalise(text)
    rows = _metiers(text, SEVERAL)
    exact = [row.rome for row in rows if row.search == typed]
    known = Metier.objects.in_bulk([row.rome for row in rows])
    return [known[rome] for rome in dict.fromkeys(exact or [row.rome for row in rows])]


# --- Certifications ------------------------------------------------------------------------------


def certifications(text: str, limit: int = 10) -> list[Suggestion]:
    """Certifications that may be chosen today, by code (whole or beginning) or by words of the title."""
    return [
        Suggestion(row.code, row.title, _certification_hint(row.code, row.level, row.valid_until))
        for row in _certifications(text, limit)
    ]


def _certification_hint(code: str, level: int | None, valid_until: dt.date | None) -> str:
    parts = [code]
    if level:
        parts.append(f"niveau {level}")
    if valid_until:
        parts.append(f"jusqu’au {date_format(valid_until, 'd/m/Y')}")
    return " · ".join(parts)


def _certifications(text: str, limit: int) -> list[Certification]:
    typed = normalise(text[:MAXIMUM])
    if len(typed) < MINIMUM:
        return []
    active = Certification.objects.active()
    code = CERTIFICATION_CODE.search(typed)
    if code:
        match = Q()
        for kind in [code[1].upper()] if code[1] else ["RNCP", "RS"]:
            match |= Q(code__startswith=f"{kind}{code[2]}")
        return list(active.filter(match).order_by(Length("code"), "code")[:limit])
    typed = re.sub(rf"\b({'|'.join(SPELLED_OUT)})\b", lambda short: SPELLED_OUT[short[0]], typed)

    def titled(spelled: list[str]) -> list[Certification]:
        return list(_ranked(active, " ".join(spelled)).order_by("rank", "length", "search", "code")[:limit])

    return _or_respelled(Vocabulary.CERTIFICATIONS, typed.split(), titled)


def find_certification(text: str, code: str = "") -> Certification | list[Certification]:
    """The certification that a text means, or the few that it may mean (an empty list: none).

    Args:
        text: a code, a title, or « Titre professionnel … (RNCP37275) ».
        code: the code kept by the list of proposals; when it may be chosen today it decides.
    """
    chosen = _chosen(Certification.objects.active(), code)
    return chosen or _one(which_certifications(text))


def which_certifications(text: str) -> list[Certification]:
    """The certifications that a text may mean, the likeliest first; one alone when it is clear."""
    found = _certifications(text, SEVERAL)
    typed = normalise(text[:MAXIMUM])
    quoted = CERTIFICATION_CODE.search(typed)
    if quoted:
        exact = [row for row in found if re.sub(r"\D", "", row.code) == quoted[2]]
    else:
        exact = [row for row in found if normalise(row.title) == typed]
    return exact or found


# --- Shared --------------------------------------------------------------------------------------


def _or_respelled(vocabulary: Vocabulary, words: list[str], find: Callable[[list[str]], list[Row]]) -> list[Row]:
    """What answers the words as typed (one query), else as the list spells them (two more)."""
    found = find(words)
    if found or not words:
        return found
    spelled = respell(vocabulary, words)
    return find(spelled) if spelled != words else []


def _ranked(rows: QuerySet, typed: str) -> QuerySet:
    """Rows whose label has every word typed; annotated with `rank` and `length`."""
    within, starting = Q(), Q()
    for word in [word for word in typed.split() if word not in FAINT] or [typed]:
        within &= Q(search__contains=word)
        starting &= Q(padded__contains=f" {word}")
    return (
        rows.filter(within)
        .annotate(padded=Concat(Value(" "), F("search")), length=Length("search"))
        .annotate(
            rank=Case(
                When(search=typed, then=Value(EXACT)),
                # « Cuisinier / Cuisinière »: the same word in both genders and nothing more.
                When(search__regex=rf"^{typed} {typed[:4]}[a-z]*$", then=Value(EXACT)),
                When(search__startswith=typed, then=Value(STARTS)),
                When(starting, then=Value(WORDS)),
                default=Value(WITHIN),
                output_field=IntegerField(),
            )
        )
    )


def _chosen(rows: QuerySet, code: str) -> Any:
    """The row of a code that came with a form: whatever does not look like a code is no row."""
    return rows.filter(pk=code).first() if code.isascii() and code.isalnum() else None


def _one(found: list[Row]) -> Row | list[Row]:
    return found[0] if len(found) == 1 else found
