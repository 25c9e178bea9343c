"""What a person reads on his own page: his training, his dates, his hours, what is asked of him."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Prefetch, Q
from django.utils import timezone

from stagiaires.enums import ExitReason, HalfDayState, Known, OpinionState, ParcoursState
from stagiaires.followup_terms import delays
from stagiaires.models import HalfDay, Opinion, Parcours, ParcoursDocument, Stagiaire, Survey
from stagiaires.queries import attendance
from stagiaires.queries.attendance import Line

NEXT = 8  # half-days shown; the diary has them all
AGENDA_AFTER = timedelta(days=30)  # a diary that is followed keeps the last dates a while


@dataclass(frozen=True)
class Hours:
    """Hours of one person: planned, done, missed and how much of that is justified; with nothing said yet, unknown."""

    planned: Decimal
    done: Decimal
    missed: Decimal
    justified: Decimal


@dataclass(frozen=True)
class OwnPage:
    """All that the page of one parcours shows."""

    parcours: Parcours
    coming: list[HalfDay]
    hours: Hours
    absences: list[Line]
    documents: list[ParcoursDocument]
    surveys: list[Survey]
    opinion: Opinion | None


def parcours_of(stagiaire: Stagiaire) -> list[Parcours]:
    """His parcours, the latest first; those called off before the entry are no training."""
    rows = Parcours.objects.filter(stagiaire=stagiaire).exclude(state=ParcoursState.ANNULE)
    rows = rows.select_related(
        "session__request__place", "session__commune", "organisme", "post__intention__employer",
        "positioning__valideur", "positioning__advisor__user", "opinion",
    ).prefetch_related(
        Prefetch("documents", ParcoursDocument.objects.defer("pdf", "content").order_by("kind", "-version"))
    )  # fmt: skip
    return list(rows.order_by("-starts_on", "-pk"))


def pages_of(stagiaire: Stagiaire) -> list[OwnPage]:
    """Everything that his page shows, six queries whatever the number of his parcours."""
    found = parcours_of(stagiaire)
    if not found:
        return []
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in attendance.lines(parcours=[one.pk for one in found]):
        lines[line.parcours].append(line)
    coming = _coming(found)
    oldest = timezone.localdate() - delays().open
    asked: dict[int, list[Survey]] = defaultdict(list)
    for survey in Survey.objects.filter(parcours__in=found, answered_at=None, due_on__gt=oldest).order_by("due_on"):
        asked[survey.parcours_id].append(survey)
    return [
        OwnPage(
            parcours=one,
            coming=coming[one.pk],
            hours=_hours(one, lines[one.pk]),
            absences=[line for line in lines[one.pk] if line.known in (Known.ABSENT, Known.PARTIEL)],
            documents=_latest(one),
            surveys=[] if one.exit_reason == ExitReason.DECES else asked[one.pk],
            opinion=getattr(one, "opinion", None),
        )
        for one in found
    ]


def _hours(one: Parcours, lines: list[Line]) -> Hours:
    said = [line.presence for line in lines]
    return Hours(
        planned=one.hours_total,
        done=sum((one.done for one in said), Decimal(0)),
        missed=sum((one.missed for one in said), Decimal(0)),
        justified=sum((one.justified for one in said), Decimal(0)),
    )


def _latest(one: Parcours) -> list[ParcoursDocument]:
    """The last version of each document."""
    kept: dict[str, ParcoursDocument] = {}
    for document in one.documents.all():
        kept.setdefault(document.kind, document)
    return list(kept.values())


def _coming(found: list[Parcours]) -> dict[int, list[HalfDay]]:
    """The next half-days of each, those from which he is exempted left out. One query."""
    today, coming = timezone.localdate(), defaultdict(list)
    active = [one for one in found if one.state in ParcoursState.active()]
    rows = HalfDay.objects.filter(session__in=[one.session_id for one in active], on_date__gte=today)
    rows = rows.exclude(state=HalfDayState.ANNULEE).exclude(exemptions__parcours__in=active)
    for half_day in rows.order_by("on_date", "starts_at", "pk")[: NEXT * len(active)] if active else ():
        for one in active:
            if one.session_id == half_day.session_id and one.starts_on <= half_day.on_date <= one.ends_on:
                coming[one.pk].append(half_day)
    return {one.pk: coming[one.pk][:NEXT] for one in found}


def document_of(stagiaire: Stagiaire, pk: int) -> ParcoursDocument | None:
    """A document of his own."""
    return ParcoursDocument.objects.filter(pk=pk, parcours__stagiaire=stagiaire).select_related("parcours").first()


def survey_of(stagiaire: Stagiaire, pk: int) -> Survey | None:
    """A question that was asked of him, with what its page reads."""
    rows = Survey.objects.filter(pk=pk, parcours__stagiaire=stagiaire)
    return rows.select_related(
        "parcours__session", "parcours__stagiaire", "parcours__post__intention__employer"
    ).first()


def parcours_or_none(stagiaire: Stagiaire, pk: int) -> Parcours | None:
    """A parcours of his own, with what the opinion's page reads."""
    rows = Parcours.objects.filter(pk=pk, stagiaire=stagiaire).exclude(state=ParcoursState.ANNULE)
    return rows.select_related("session__lot", "organisme", "stagiaire").first()


def in_diary(stagiaire: Stagiaire, today: date | None = None) -> list[Parcours]:
    """The parcours whose dates a diary follows: those that go on, or have ended lately."""
    today = today or timezone.localdate()
    rows = Parcours.objects.filter(stagiaire=stagiaire).exclude(state=ParcoursState.ANNULE)
    ended = Q(left_on__lt=today - AGENDA_AFTER) | Q(left_on=None, ends_on__lt=today - AGENDA_AFTER)
    return list(rows.exclude(ended).select_related("session").order_by("starts_on", "pk"))


def opinion_words(opinion: Opinion) -> str:
    """Where one's opinion stands, as its author reads it."""
    match opinion.state:
        case OpinionState.PUBLIE:
            return "Votre avis est publié, sans votre nom, dès qu’il y en a assez pour que personne ne soit reconnu."
        case OpinionState.ECARTE:
            return f"Votre avis n’est pas publié : {opinion.moderation_reason}"
    return "Votre avis attend d’être relu par la Région."
