"""The half-days of a session, or of one person in it, for a diary."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from icalendar import Calendar, Event

from sessions.models import Session
from stagiaires.enums import HalfDayState
from stagiaires.models import HalfDay, Parcours


def half_days_to_come(session: Session, parcours: Parcours | None = None) -> list[HalfDay]:
    """What is planned, cancelled ones included so that a diary forgets them; without those that the person is exempted
    from, before his entry or after his exit."""
    rows = HalfDay.objects.filter(session=session)
    if parcours is not None:
        last = parcours.left_on or parcours.ends_on
        rows = rows.filter(on_date__range=(parcours.starts_on, last)).exclude(exemptions__parcours=parcours)
    return list(rows.order_by("on_date", "starts_at", "pk"))


def calendar(session: Session, half_days: Iterable[HalfDay], *, name: str = "") -> bytes:
    """An iCalendar file (RFC 5545). Each half-day keeps its identifier, so that a diary follows its changes."""
    made = _empty(name or session.title)
    _add(made, session, half_days)
    return bytes(made.to_ical())


def calendar_of(parcours: Iterable[Parcours]) -> bytes:
    """The half-days of one person, whatever the sessions. One query a parcours."""
    made = _empty("Ma formation")
    for one in parcours:
        _add(made, one.session, half_days_to_come(one.session, one))
    return bytes(made.to_ical())


def _empty(name: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//1 emploi = 1 formation//emploi du temps//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    return made


def _add(made: Calendar, session: Session, half_days: Iterable[HalfDay]) -> None:
    for one in half_days:
        event = Event()
        event.add("uid", f"demi-journee-{one.pk}@1emploi1formation")
        event.add("dtstamp", timezone.now())
        event.add("summary", f"{session.title} : {one.subject}" if one.subject else session.title)
        for field, when in (("dtstart", one.starts_at), ("dtend", one.ends_at)):
            event.add(field, timezone.make_aware(datetime.combine(one.on_date, when)))
        if one.room:
            event.add("location", one.room)
        if one.trainer:
            event.add("description", f"Avec {one.trainer}")
        event.add("status", "CANCELLED" if one.state == HalfDayState.ANNULEE else "CONFIRMED")
        made.add_component(event)
