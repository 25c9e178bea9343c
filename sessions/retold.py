"""What the replay of receipts and the trial of a change ask of this room: requests and sessions, their hours, their
intentions.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.urls import reverse

from core.rulebook.registry import FileKind, FileLine, Moved
from sessions.enums import RequestState
from sessions.models import ExtraHours, Session, SessionRequest
from sessions.rules import AttachedIntention, RequestFacts, total_hours


def describe(ids: Collection[int]) -> dict[int, FileLine]:
    """How these requests stand in a list, and whose they are. One query."""
    rows = SessionRequest.objects.filter(pk__in=ids).order_by("id").values_list("pk", "number", "title", "organisme")
    return {
        pk: FileLine(
            number, f"Demande {number} · {title}", reverse("demande_detail", args=[pk]), frozenset((organisme,))
        )
        for pk, number, title, organisme in rows
    }


def live() -> set[int]:
    """Organisations that have a request under way: being written, to complete, or waiting for a decision."""
    states = (*RequestState.decidable(), *RequestState.editable())
    return set(
        SessionRequest.objects.filter(state__in=states).order_by().values_list("organisme", flat=True).distinct()
    )


def hours(facts: RequestFacts) -> Decimal:
    """Heures-stagiaires that the request asks for: its places times the hours of one stagiaire."""
    return (facts.seats or 0) * (total_hours(facts) or Decimal(0))


def stands_on(facts: RequestFacts) -> list[str]:
    """Numbers of the intentions that the request was judged with."""
    return [one.reference for one in facts.intentions or () if one.reference]


def follow(facts: RequestFacts, moved: Mapping[str, Moved]) -> RequestFacts:
    """The same facts, the intentions that would be judged otherwise being so."""
    return (
        facts.with_facts(intentions=tuple(_as_moved(one, moved) for one in facts.intentions or ())) if moved else facts
    )


def _as_moved(one: AttachedIntention, moved: Mapping[str, Moved]) -> AttachedIntention:
    now = moved.get(one.reference or "")
    return one.with_facts(verdict=now.verdict, pending=now.pending) if now else one


def describe_sessions(ids: Collection[int]) -> dict[int, FileLine]:
    """How these sessions stand in a list, and whose they are. One query."""
    rows = (
        Session.objects.filter(pk__in=ids).order_by("id").values_list("pk", "number", "title", "organisme", "request")
    )
    return {
        pk: FileLine(
            number, f"Session {number} · {title}", reverse("demande_detail", args=[request]), frozenset((organisme,))
        )
        for pk, number, title, organisme, request in rows
    }


def describe_hours(ids: Collection[int]) -> dict[int, FileLine]:
    """How these demands of hours more stand in a list, and whose they are. One query."""
    rows = ExtraHours.objects.filter(pk__in=ids).order_by("id")
    return {
        pk: FileLine(
            number,
            f"Heures supplémentaires, session {number}",
            reverse("demande_places", args=[request]),
            frozenset((organisme,)),
        )
        for pk, number, request, organisme in rows.values_list(
            "pk", "session__number", "session__request", "session__organisme"
        )
    }


REQUESTS = FileKind("sessionrequest", describe=describe, live=live, stands_on=stands_on, follow=follow, hours=hours)
SESSIONS = FileKind("session", describe=describe_sessions, live=lambda: set())
# Their hours are ordered, and counted there.
EXTRA_HOURS = FileKind("extrahours", describe=describe_hours, live=lambda: set())
