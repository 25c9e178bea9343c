"""The line of a session in a public list, drawn once for all that it shows."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from sessions.enums import Aim, EntryMode
from sessions.models import Session

KEPT = 4000  # lines, of 2 kB or so, in each process


class Card(NamedTuple):
    """Everything that a line shows, and nothing else: equal cards are the same line."""

    number: str
    title: str
    access: str
    is_permanent: bool
    starts_on: date
    ends_on: date
    certification: str
    level: int | str | None
    by_blocks: bool
    commune: str
    departement: str
    organisme: str
    seats: int
    seats_taken: int
    places_left: int


def lines(sessions: Iterable[Session]) -> list[SafeString]:
    """The HTML of each session, in order. Sessions come from `queries.catalogue.with_card`: no query is made."""
    return [_drawn(card_of(session)) for session in sessions]


def card_of(session: Session) -> Card:
    certification = session.certification
    return Card(
        number=session.number,
        title=session.title,
        access=session.get_access_mode_display(),
        is_permanent=session.entry_mode == EntryMode.PERMANENTES,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        certification=certification.title if certification else "",
        level=certification.level if certification else None,
        by_blocks=session.aim == Aim.RNCP_BLOCS,
        commune=session.commune.name,
        departement=session.departement_id,
        organisme=session.organisme.name,
        seats=session.seats,
        seats_taken=session.seats_taken,
        places_left=session.places_left,
    )


@lru_cache(maxsize=KEPT)
def _drawn(card: Card) -> SafeString:
    return render_to_string("sessions/catalogue/parts/row.html", {"card": card})
