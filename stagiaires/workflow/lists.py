"""A whole list of persons on one session: looked at first, line by line, then proposed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui.french import pluriel
from orders.workflow.people import members_of
from sessions.models import Session
from stagiaires.forms.people import PersonForm
from stagiaires.forms.positionings import CandidacyForm
from stagiaires.identity import identity_key
from stagiaires.models import Positioning
from stagiaires.notices import CandidateProposed
from stagiaires.people_list import ListLine
from stagiaires.workflow import opinions, people, positionings

NEW, KNOWN, ALREADY, ERROR = "nouvelle", "connue", "deja", "erreur"


@dataclass(frozen=True)
class Looked:
    """What would become of one line: its status, and why when it cannot be proposed."""

    line: ListLine
    status: str
    reasons: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        return self.status in (NEW, KNOWN)


def look(session: Session, lines: Sequence[ListLine]) -> list[Looked]:
    """Judge each line as the form would. Two queries, whatever the length."""
    read = [(line, *_clean(line)) for line in lines]
    among = people.candidates_for([values for _, values, reasons in read if not reasons])
    standing = set(
        Positioning.objects.filter(session=session, stagiaire__in=[one.pk for one in among]).values_list(
            "stagiaire", flat=True
        )
    )
    seen: dict[str, int] = {}
    looked = []
    for line, values, reasons in read:
        if reasons:
            looked.append(Looked(line, ERROR, tuple(reasons)))
            continue
        key = identity_key(values["last_name"], values["first_name"], values["birth_on"])
        if key in seen:
            looked.append(Looked(line, ERROR, (f"La même personne est déjà à la ligne {seen[key]}.",)))
            continue
        seen[key] = line.line
        match = people.recognise(values, among)
        if match.doubt:
            looked.append(Looked(line, ERROR, (match.doubt,)))
        elif match.stagiaire is None:
            looked.append(Looked(line, NEW, values=values))
        elif match.stagiaire.pk in standing:
            looked.append(Looked(line, ALREADY, (positionings.ALREADY,)))
        else:
            looked.append(Looked(line, KNOWN, values=values))
    return looked


def _clean(line: ListLine) -> tuple[dict[str, Any], list[str]]:
    person, candidacy = PersonForm(line.values), CandidacyForm(line.values)
    reasons = [
        f"{form.fields[name].label} : {error}" if name in form.fields else str(error)
        for form in (person, candidacy)
        for name, errors in form.errors.items()
        for error in errors
    ]
    return ({} if reasons else person.cleaned_data | candidacy.cleaned_data), reasons


def propose_all(session: Session, lines: Sequence[ListLine], hat: Membership) -> tuple[int, list[Looked]]:
    """Propose every line that passes, in the caller's transaction. Returns how many, and the lines left aside.

    A line that cannot be proposed any more (someone was quicker) is left aside with its reason; the others stand.
    """
    done, left = 0, []
    for one in look(session, lines):
        if not one.passes:
            left.append(one)
            continue
        try:
            with transaction.atomic():
                positionings.propose(session, one.values, hat, quietly=True)
        except Refused as refused:
            left.append(Looked(one.line, ERROR, (refused.message,)))
        else:
            done += 1
    if done:
        _tell(session, hat, done)
    return done, left


def _tell(session: Session, hat: Membership, done: int) -> None:
    text = (
        f"{pluriel(done, 'personne est proposée', 'personnes sont proposées')} sur {session.title} ({session.number})"
    )
    url = reverse("session_candidats", args=[session.number])
    hats = members_of(session.organisme)
    notify(CandidateProposed, hats, session, f"{text} par {hat.organisation}", url, timezone.now().isoformat())
    opinions.ask_employers(session)
