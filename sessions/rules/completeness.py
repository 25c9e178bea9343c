"""What a complete request holds (R100). The sources do not list it: this list is a choice."""

from __future__ import annotations

from dataclasses import dataclass

from orders.rules import LotRole

from .facts import RequestFacts
from .terms import CERTIFYING, HeadCountCase


@dataclass(frozen=True)
class Missing:
    """Something that the request still lacks."""

    field: str
    label: str
    hint: str = ""


_ALWAYS = (
    "lot",
    "access_mode",
    "title",
    "objective",
    "aim",
    "training_filiere",
    "modalities",
    "hours_centre",
    "entry_mode",
    "training_departement",
    "place",
    "prerequisites",
    "contact",
    "seats",
)
READS = (
    *_ALWAYS,
    "balance_statement",
    "certification_code",
    "complements",
    "ends_on",
    "existing_group",
    "group_cannot",
    "head_count_case",
    "hours_company",
    "hours_company_other",
    "hours_distance",
    "hours_refresher",
    "intentions",
    "mandataire_agrees",
    "mandataire_informed",
    "organisme_role",
    "price_unchanged",
    "same_domain",
    "starts_on",
)
_BY_CASE = {
    HeadCountCase.GROUPE_EXISTANT: ("existing_group",),
    HeadCountCase.COMPLEMENTAIRE: ("complements", "same_domain"),
    HeadCountCase.EQUILIBRE: ("balance_statement", "price_unchanged"),
}
_BY_ROLE = {
    LotRole.COTRAITANT: ("mandataire_informed",),
    LotRole.SOUS_TRAITANT: ("group_cannot", "mandataire_agrees"),
}


def _wanted(facts: RequestFacts) -> list[str]:
    names = list(_ALWAYS)
    if facts.hours_distance or facts.hours_refresher:
        names.remove("hours_centre")
    if not facts.is_socle:
        names.append("intentions")
        if facts.hours_company_other is None:
            names.append("hours_company")
    if facts.aim in CERTIFYING:
        names.append("certification_code")
    names.append("starts_on")
    if not facts.is_permanent:
        names.append("ends_on")
    names.extend(_BY_CASE.get(facts.head_count_case, ()))  # type: ignore[arg-type]
    names.extend(_BY_ROLE.get(facts.organisme_role, ()))  # type: ignore[arg-type]
    return names


def missing_fields(facts: RequestFacts) -> tuple[str, ...]:
    """Names of the facts that the request lacks, in the order of the form."""
    return tuple(name for name in _wanted(facts) if getattr(facts, name) in (None, "", ()))


def completeness(facts: RequestFacts) -> list[Missing]:
    """What the request lacks before it can take its place in the queue."""
    found = []
    for name in missing_fields(facts):
        about = facts.describe(name)
        found.append(Missing(name, about["label"], about["hint"]))
    return found
