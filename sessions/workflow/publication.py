"""A session from the decision that opens it to the catalogue and the feed, and out of both.

`schedule` promises the publication in the transaction of the decision; the worker keeps the promise: it makes the
sheet, checks it, and writes the record that the catalogue and the feed are made of. A sheet with a fault waits in
quarantine, with its reasons in words, while the session stays authorised.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events, outbox
from core.journal.events import subscribe
from core.journal.models import OutboxMessage
from core.journal.numbering import next_number
from core.journal.refusals import Refused
from core.ui.french import pluriel
from orders.models import Lot
from orders.queries import mandataire_of
from orders.workflow.people import members_of, region_of
from sessions.enums import EntryMode, SessionMove, SessionState
from sessions.facts import filiere_of, place_commune
from sessions.models import Decision, PublicationRecord, Quarantine, Session, SessionRequest
from sessions.notices import SheetQuarantined, tell_of_session
from sessions.publication.card import card
from sessions.publication.checks import Problem, check_names
from sessions.publication.feed import make_record
from sessions.publication.sheet import SessionSheet
from sessions.queries import words
from sessions.sheets import feed_settings, private_names, sheet_of, with_sheet
from sessions.workflow import feed
from sessions.workflow.start import is_held_back

PUBLISH = "session.publier"
# What may still be published: not yet, or already and to be kept true.
LIVE = (SessionState.AUTORISEE, *SessionState.public())
WITHDRAWAL = ("withdrawn_at", "withdrawal_reason")


def create_session(request: SessionRequest, decision: Decision, *, hat: Membership) -> Session:
    """Open the session that a decision authorises, with its number for ever. Call it in the decision's transaction.

    Raises Refused when the request lacks what a session cannot be without.
    """
    said, year = _said_by(request), timezone.localdate().year
    number = f"S{year}-{next_number('session', year):04d}"
    session = Session.objects.create(
        number=number, request=request, decision=decision, modified_at=timezone.now(), **said
    )
    events.record(session, "session.ouverte", f"Session {session.number} ouverte par la Région", hat=hat)
    return session


def follow_request(session: Session, *, hat: Membership) -> Session:
    """Bring a session to what its request says now: it was looked at again and authorised (R18).

    Its number and its first decision stay. Raises Refused when fewer places are asked than are taken.
    """
    locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    said = _said_by(locked.request)
    if said["seats"] < locked.seats_taken:
        taken = pluriel(locked.seats_taken, "place est déjà prise", "places sont déjà prises")
        raise Refused(f"{taken} dans la session {locked.number} : la demande n’en ouvre que {said['seats']}.")
    for name, value in said.items():
        setattr(locked, name, value)
    locked.save()
    events.record(locked, "session.confirmee", f"Session {locked.number} confirmée par la Région", hat=hat)
    return locked


def _said_by(request: SessionRequest) -> dict[str, Any]:
    """What a session copies from its request. Raises Refused when that lacks what a session cannot be without."""
    commune, lot, filiere = place_commune(request), request.lot, filiere_of(request)
    if commune is None:
        raise Refused("La demande ne dit pas dans quelle commune a lieu la formation.")
    if request.starts_on is None or lot is None:
        raise Refused("La demande ne dit pas quand commence la formation, ou sur quel lot.")
    if not request.seats:
        raise Refused("La demande ne dit pas combien de places sont ouvertes.")
    ends_on = request.ends_on
    if ends_on is None:
        if request.entry_mode != EntryMode.PERMANENTES:
            raise Refused("La demande ne dit pas quand finit la formation.")
        ends_on = max(request.starts_on, lot.marche.ends_on)  # entries all along, as long as the lot can order
    return {
        "organisme": request.organisme,
        "lot": lot,
        "filiere": filiere or lot.filiere,
        "title": request.title,
        "metier": request.metier,
        "certification": request.certification,
        "aim": request.aim,
        "access_mode": request.access_mode,
        "entry_mode": request.entry_mode,
        "teaching": request.teaching,
        "starts_on": request.starts_on,
        "ends_on": ends_on,
        "seats": request.seats,
        "hours_total": request.hours_total,
        "commune": commune,
        "departement": commune.departement,
        "territoire": commune.territoire,
    }


def schedule(session: Session) -> None:
    """Promise the publication of what the session is now; an earlier promise is overtaken. Inside a transaction."""
    Session.objects.filter(pk=session.pk).update(sheet_version=F("sheet_version") + 1)
    session.refresh_from_db(fields=["sheet_version"])
    outbox.enqueue(PUBLISH, session, session.sheet_version)


@outbox.handles(PUBLISH)
def on_publish(message: OutboxMessage) -> str:
    """Keep the promise. Run twice, it changes nothing the second time; run late, it gives way to the newer one."""
    session = with_sheet(Session.objects.select_for_update(of=("self",))).get(pk=message.subject_id)
    if str(session.sheet_version) != message.version:
        return "dépassé par une publication plus récente"
    if session.state not in (*LIVE, SessionState.SUSPENDUE):
        return f"rien à publier : session {session.get_state_display().lower()}"
    return publish(session)


def publish(session: Session) -> str:
    """Make the session's record; the first good one makes it public. Returns what was done, in French.

    The row must be locked. With a fault, the record published before (if any) stays as it was.
    """
    sheet, record, problems = _sheet_and_record(session)
    if problems:
        _quarantine(session, problems)
        return f"en attente : {problems[0].message_fr}"
    known = PublicationRecord.objects.filter(session=session).first()
    if known is None or known.sha256 != _digest(record):
        # What the public reads has changed: the date of the change is today's, and is part of the record.
        session.modified_at = timezone.now()
        sheet, record, _ = _sheet_and_record(session)
    _keep(session, known, sheet, record)
    Quarantine.objects.filter(session=session).delete()
    if session.state in SessionMove.PUBLIER.sources:
        session.withdrawn_at, session.withdrawal_reason = None, ""
        session.published_at = session.published_at or timezone.now()
        session.publier()
        events.record(session, "session.publiee", "Session publiée au catalogue et dans le flux")
    session.save(update_fields=["state", "published_at", "modified_at", *WITHDRAWAL])
    feed.ask_for_writing()
    return f"publiée, version {session.publication.version}"


def freeze(session: Session, reason: str) -> None:
    """R18: its request is looked at again; nobody is recruited and nothing begins until the Région has decided."""
    if session.state in SessionMove.SUSPENDRE.sources:
        withdraw_session(session, None, reason, suspend=True)


def withdraw_session(session: Session, hat: Membership | None, reason: str, *, suspend: bool = False) -> Session:
    """Take a session out of the catalogue and the feed: cancelled, or suspended (which may be published again).

    R19: before its start only. Raises Refused otherwise, without a reason, or for another hat than the Région's
    décideur (none: the portal itself, on an employer's withdrawal).
    """
    if hat is not None and (hat.kind != OrganisationKind.REGION or hat.role != Role.DECIDEUR):
        raise Refused("Seul un décideur de la Région retire une session.")
    if not reason.strip():
        raise Refused("Écrivez le motif : l’organisme le lira tel quel.")
    with transaction.atomic():
        locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        move = SessionMove.SUSPENDRE if suspend else SessionMove.ANNULER
        if locked.state not in move.sources or locked.has_begun:
            raise Refused(_cannot_withdraw(locked))
        locked.withdrawn_at, locked.withdrawal_reason = timezone.now(), reason.strip()
        locked.sheet_version += 1  # a publication still promised must not bring it back
        if suspend:
            locked.suspendre()
        else:
            locked.annuler()
        locked.save(update_fields=["state", "sheet_version", *WITHDRAWAL])
        PublicationRecord.objects.filter(session=locked).delete()
        Quarantine.objects.filter(session=locked).delete()
        label = "Session suspendue" if suspend else "Session annulée"
        events.record(locked, "session.retiree", label, hat=hat, reason=locked.withdrawal_reason)
        events.announce("session.retiree", session=locked)
        feed.ask_for_writing()
    return locked


def check_again(sessions: QuerySet[Session] | None = None) -> int:
    """Promise again the publication of sessions whose records may have changed (by default: those in quarantine).

    What has not changed stays as it is. Returns how many were asked.
    """
    asked = sessions if sessions is not None else Session.objects.filter(quarantine__isnull=False)
    count = 0
    for session in asked.filter(state__in=LIVE).order_by("pk").iterator(chunk_size=500):
        with transaction.atomic():
            schedule(session)
        count += 1
    return count


def follow_the_calendar() -> tuple[int, int]:
    """Sessions whose day has come begin, unless a rule holds them back (R104, R106); those that are over end.

    These leave the catalogue. Returns (begun, ended).
    """
    today = timezone.localdate()
    begun = begin_if_due()
    ended = sum(map(_end, _due(SessionMove.TERMINER.sources, ends_on__lt=today)))
    return begun, ended


def begin_if_due(**which: Any) -> int:
    """Begin those of these sessions whose day has come, when what held them back is settled. Returns how many began.

    Called in the transaction of the act that settles it: people were told to come, they do not wait for the night.
    """
    return sum(map(_begin, _due(SessionMove.DEMARRER.sources, starts_on__lte=timezone.localdate(), **which)))


@subscribe("lot.tenu")
def on_lot_kept(lot: Lot, **news: object) -> None:
    """Who follows the lot may be known from now on (R106)."""
    begin_if_due(lot=lot)


def _due(states: Iterable[str], **which: Any) -> list[int]:
    found = Session.objects.filter(state__in=states, **which)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _begin(pk: int) -> bool:
    with transaction.atomic():
        session = _of_calendar(pk)
        if session.state not in SessionMove.DEMARRER.sources or is_held_back(session):
            return False
        session.demarrer()
        session.save(update_fields=["state"])
        events.record(session, "session.demarrer", "La session commence")
        schedule(session)
    return True


def _end(pk: int) -> bool:
    with transaction.atomic():
        session = _of_calendar(pk)
        if session.state not in SessionMove.TERMINER.sources:
            return False
        session.terminer()
        session.save(update_fields=["state"])
        events.record(session, "session.terminer", "La session est terminée")
        PublicationRecord.objects.filter(session=session).delete()
        Quarantine.objects.filter(session=session).delete()
        feed.ask_for_writing()
    return True


def _of_calendar(pk: int) -> Session:
    rows = Session.objects.select_for_update(of=("self",)).select_related("request", "lot", "organisme")
    session: Session = rows.get(pk=pk)
    return session


def _sheet_and_record(session: Session) -> tuple[SessionSheet, bytes, list[Problem]]:
    sheet = sheet_of(session)
    names = private_names(session)
    record, problems = make_record(sheet, feed_settings(), timezone.localdate(), lambda made: check_names(made, names))
    return sheet, record, problems


def _digest(record: bytes) -> str:
    return hashlib.sha256(record).hexdigest()


def _keep(session: Session, known: PublicationRecord | None, sheet: SessionSheet, record: bytes) -> None:
    texts = words.texts_of(session, sheet)
    found = words.index(session, texts)
    digest, shown = _digest(record), card(sheet)
    if known and (known.sha256, known.card, known.words) == (digest, shown, found):
        session.publication = known
        return
    kept = known or PublicationRecord(session=session, version=0)
    kept.version += 1
    kept.xml, kept.card, kept.words, kept.sha256 = record.decode(), shown, found, digest
    kept.updated_at = timezone.now()
    kept.save()
    session.publication = kept


def _quarantine(session: Session, problems: list[Problem]) -> None:
    """Keep what must be corrected; tell the organisme, the mandataire and the Région when it is news."""
    rows = [{"field": problem.field, "message": problem.message_fr} for problem in problems]
    known = Quarantine.objects.filter(session=session).first()
    if known and known.problems == rows:
        return
    Quarantine.objects.update_or_create(session=session, defaults={"problems": rows})
    events.record(
        session, "session.quarantaine", "La fiche ne peut pas encore être publiée", reason=problems[0].message_fr
    )
    mandataire = mandataire_of(session.lot)
    people = [*members_of(session.organisme), *region_of(session.lot)]
    if mandataire and mandataire != session.organisme:
        people += members_of(mandataire)
    tell_of_session(
        SheetQuarantined,
        people,
        session,
        f"La session {session.number} attend d’être publiée : {problems[0].message_fr}",
        once=hashlib.sha256(repr(rows).encode()).hexdigest()[:16],
    )


def _cannot_withdraw(session: Session) -> str:
    if session.state in SessionState.public() and session.has_begun:
        return (
            f"La session {session.number} a commencé le {session.starts_on:%d/%m/%Y} : "
            "elle va à son terme, même si un employeur se désiste (R19)."
        )
    return f"La session {session.number} est déjà « {session.get_state_display()} » : elle n’est plus à retirer."
