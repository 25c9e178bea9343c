"""Where the sources do not agree, public: both readings, the one in force, and what flips under the other."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.rulebook.explained import VERDICT_TONES
from core.rulebook.models import Parameter
from core.rulebook.parameters import current
from core.rulebook.readings import Computed, Count, computed, names_of, overruled
from core.rulebook.workflow import editions
from core.rules import Audience, Contradiction, Finding, Verdict, contradictions
from core.rules.comparison import Comparison
from core.ui import french
from core.ui.parts import Crumb


@dataclass(frozen=True)
class Side:
    """A verdict in words."""

    label: str
    tone: str


@dataclass(frozen=True)
class Moved:
    """One rule that no longer says the same thing of the witness file."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """One reading as the page shows it."""

    computed: Computed
    before: Side | None
    after: Side | None
    moved: list[Moved]
    cases: str
    past: str


@dataclass(frozen=True)
class Switch:
    """What the Région has dated of a rule or a figure on which the readings differ."""

    name: str
    label: str
    said: str
    since: date | None
    until: date | None
    reason: str
    to_come: bool


@require_safe
@login_not_required
def contradiction_list(request: HttpRequest) -> HttpResponse:
    """Where the sources do not say the same thing: both readings, and the one in force. One query."""
    found = contradictions().values()
    context = {"contradictions": found, "overruled": overruled(found, current())}
    return render(request, "rulebook/contradictions.html", context)


@require_safe
@login_not_required
def contradiction_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One contradiction: its passages, the reading in force, and what the engine says under the other."""
    contradiction = contradictions().get(key)
    if contradiction is None:
        raise Http404
    keys = list(contradictions())
    place = keys.index(key)
    found = computed(contradiction)
    context = {
        "contradiction": contradiction,
        "readings": [_shown(reading) for reading in found],
        "switches": _switches(contradiction),
        "overruled": any(reading.adopted for reading in found),
        "previous": keys[place - 1] if place else "",
        "following": keys[place + 1] if place + 1 < len(keys) else "",
        "crumbs": [
            Crumb("Les règles", reverse("regles")),
            Crumb("Quand les textes se contredisent", reverse("contradictions")),
            Crumb(contradiction.id),
        ],
    }
    return render(request, "rulebook/contradiction.html", context)


def _switches(contradiction: Contradiction) -> list[Switch]:
    """The latest first. One query."""
    today = timezone.localdate()
    rows = Parameter.objects.standing().filter(name__in=names_of(contradiction)).order_by("-period", "name")
    return [
        Switch(
            name=row.name,
            label=editions.label_of(row.name),
            said=editions.said(row.name, row.value),
            since=row.period.lower,
            until=row.period.upper - timedelta(days=1) if row.period.upper else None,
            reason=row.reason,
            to_come=row.period.lower is not None and row.period.lower > today,
        )
        for row in rows
    ]


def _shown(reading: Computed) -> Shown:
    witness = reading.witness
    return Shown(
        computed=reading,
        before=_side(witness.before.verdict) if witness else None,
        after=_side(witness.after.verdict) if witness else None,
        moved=_moved(witness) if witness else [],
        cases=_counted(reading.cases, "Cas qui éprouvent les règles") if reading.cases else "",
        past=_counted(reading.past, "Dossiers déposés ou décidés") if reading.past and reading.past.judged else "",
    )


def _side(verdict: Verdict) -> Side:
    return Side(verdict.label, VERDICT_TONES[verdict])


def _moved(witness: Comparison) -> list[Moved]:
    return [Moved(shift.rule, _said(shift.before), _said(shift.after)) for shift in witness.shifts]


def _said(finding: Finding | None) -> str:
    """What a rule says of the file, and how much it weighs when it is not kept."""
    if finding is None:
        return "Cette règle ne dit rien de ce dossier."
    if finding.is_satisfied:
        return finding.message(Audience.REGION)
    return f"{finding.message(Audience.REGION)} ({finding.mode.label})"


def _counted(count: Count, what: str) -> str:
    """« Dossiers déposés ou décidés : 1 sur 40 change de verdict, 1 de « éligible » à « non éligible ». »"""
    judged = f"{what} : {french.nombre(count.flipped) if count.flips else 'aucun'} sur {french.nombre(count.judged)}"
    if not count.flips:
        return f"{judged} ne change de verdict."
    parts = [f"{french.nombre(flip.count)} de « {flip.before.label} » à « {flip.after.label} »" for flip in count.flips]
    return f"{judged} {'change' if count.flipped == 1 else 'changent'} de verdict, {french.liste(parts)}."
