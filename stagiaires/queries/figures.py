"""Insertion at 3, 6 and 12 months, counted by group: the Région's page, and the file it takes away.

I05: respondents in employment ÷ respondents. I06: lasting employment (CDI, CDD of six months) ÷ those who left.
I07: jobs linked to the training ÷ jobs. A count below a threshold is not shown; nor can it be found by subtraction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from stagiaires.enums import HireContract, Level, Sex, Situation
from stagiaires.followup_terms import LASTING_MONTHS
from stagiaires.models import Survey

# How the figures may be cut: the key in the address, its label, the path to its label, what the stored value means.
CUTS: dict[str, tuple[str, str, dict[object, str]]] = {
    "filiere": ("Secteur", "parcours__session__filiere__name", {}),
    "organisme": ("Organisme", "parcours__organisme__name", {}),
    "departement": ("Département", "parcours__session__departement__name", {}),
    "sexe": ("Sexe", "parcours__stagiaire__sex", {**dict(Sex.choices), "": "Non renseigné"}),
    "niveau": ("Niveau d’études", "parcours__stagiaire__level", {**dict(Level.choices), None: "Non renseigné"}),
}
COUNTS = ("left", "answered", "employed", "lasting", "linked", "training", "looking")
_JOB = Q(situation__in=Situation.employed())
_LASTING = Q(contract=HireContract.CDI) | Q(contract=HireContract.CDD, months__gte=LASTING_MONTHS)
_SAID = Q(answered_at__isnull=False) & ~Q(situation=Situation.TAIRE)


@dataclass(frozen=True)
class Group:
    """One line. A count that is hidden is None, and so is every share that it enters."""

    name: str
    counts: dict[str, int | None] = field(default_factory=dict)

    def share(self, part: str, whole: str) -> Decimal | None:
        one, among = self.counts[part], self.counts[whole]
        return None if one is None or not among else Decimal(one) / Decimal(among)

    @property
    def hidden(self) -> list[str]:
        return [name for name in COUNTS if self.counts[name] is None]


def groups(rows: QuerySet[Survey], cut: str, least: int) -> list[Group]:
    """The groups by name, the whole last; nothing when nobody has left. One query."""
    _, path, names = CUTS[cut]
    found = (
        rows.order_by()
        .values(group=F(path))
        .annotate(
            left=Count("pk"),
            answered=Count("pk", filter=_SAID),
            employed=Count("pk", filter=_SAID & _JOB),
            lasting=Count("pk", filter=_SAID & _JOB & _LASTING),
            linked=Count("pk", filter=_SAID & _JOB & Q(linked_to_training=True)),
            training=Count("pk", filter=_SAID & Q(situation=Situation.FORMATION)),
            looking=Count("pk", filter=_SAID & Q(situation=Situation.RECHERCHE)),
        )
    )
    rows_of: list[dict[str, Any]] = [dict(row) for row in found]
    lines = [(str(names.get(row["group"], row["group"])), {name: int(row[name]) for name in COUNTS}) for row in rows_of]
    lines.sort(key=lambda line: line[0].casefold())
    return masked(lines, least) if lines else []


def masked(lines: Sequence[tuple[str, dict[str, int]]], least: int) -> list[Group]:
    """These lines and their whole, without the counts below `least`.

    One count that is hidden alone in its column would be the whole less the others: the next smallest is hidden with
    it, and the whole too when there is no other.
    """
    hidden: dict[str, set[int]] = {}
    for name in COUNTS:
        column = [counts[name] for _, counts in lines]
        small = {at for at, value in enumerate(column) if value < least}
        if len(small) == 1:
            others = [at for at in range(len(column)) if at not in small]
            small.add(min(others, key=lambda at: column[at]) if others else len(lines))
        hidden[name] = small
    whole = {name: sum(counts[name] for _, counts in lines) for name in COUNTS}
    for name, value in whole.items():
        if value < least:
            hidden[name].add(len(lines))
    return [
        Group(label, {name: None if at in hidden[name] else counts[name] for name in COUNTS})
        for at, (label, counts) in enumerate([*lines, ("Ensemble", whole)])
    ]
