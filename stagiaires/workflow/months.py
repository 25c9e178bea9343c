"""A month of attendance: sealed by the organisme, confirmed by the gestionnaire, and its hours booked on the lot.

Confirmed, the hours of each composante go into the ledger by the one door that it has. Opened again and sealed anew,
the ledger moves the difference.
"""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.months import first_of, last_of
from core.ui.french import de_mois
from orders.enums import HoursSource
from orders.models import Composante, HoursDone
from orders.workflow.bons import must_order
from orders.workflow.composantes import lock_composante
from orders.workflow.hours import record_hours
from orders.workflow.people import members_of, region_of
from sessions.models import Session
from stagiaires.attendance_notices import MonthAnswered, MonthLocked
from stagiaires.enums import HalfDayState, LockMove, LockState
from stagiaires.models import HalfDay, MonthHours, MonthLock
from stagiaires.queries import attendance
from stagiaires.queries.attendance import Line
from stagiaires.queries.composantes import sealed_hours
from stagiaires.workflow.half_days import must_teach

ZERO = Decimal(0)


def lock_month(session: Session, month: date, hat: Membership, *, note: str = "") -> MonthLock:
    """Seal what is known of a session's month. From then on nothing more is written in it.

    Every half-day is held first, so that a signature that arrives meanwhile is in the seal or is refused. Raises
    Refused: not its session, month without half-days, something missing, sealed already.
    """
    first = first_of(month)
    must_teach(session, hat)
    with transaction.atomic():
        held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        half_days = list(
            HalfDay.objects.select_for_update(of=("self",))
            .filter(session=held, on_date__range=(first, last_of(first)))
            .exclude(state=HalfDayState.ANNULEE)
            .order_by("pk")
        )
        known = attendance.lines(session=held.pk, first=first, last=last_of(first))
        missing = [line for line in known if not line.is_known]
        if not known:
            raise Refused("Ce mois n’a pas de demi-journée où quelqu’un est attendu.")
        if missing:
            raise Refused(f"Il manque {len(missing)} réponses dans ce mois : elles sont listées ci-dessous.")
        for one in half_days:
            if one.state == HalfDayState.OUVERTE:
                one.closed_at = timezone.now()
                one.clore()
                one.save(update_fields=["closed_at", "state"])
        earlier = held.month_locks.filter(month=first).aggregate(last=Max("version"))["last"] or 0
        sealed = content(held, first, earlier + 1, half_days, known)
        with lost_race({"month_lock_": "Ce mois est déjà verrouillé."}):
            lock = MonthLock.objects.create(
                session=held,
                month=first,
                version=earlier + 1,
                content=sealed,
                sha256=seal(sealed),
                note=note.strip(),
                locked_by=hat,
            )
        MonthHours.objects.bulk_create([MonthHours(lock=lock, **line) for line in totals(known)])
        label = f"Émargement {de_mois(first)} verrouillé"
        events.record(lock, "mois.verrouille", label, hat=hat, reason=lock.note, detail={"sha256": lock.sha256})
        notify(MonthLocked, region_of(held.lot), lock, f"{held.number} · {label}", url_of(lock))
    return lock


def content(session: Session, month: date, version: int, half_days: list[HalfDay], known: list[Line]) -> dict[str, Any]:
    """What is sealed: numbers of rows, hours and states; no name, so that a name can be forgotten later."""
    return {
        "session": session.pk,
        "month": f"{month:%Y-%m}",
        "version": version,
        "half_days": [
            {"id": one.pk, "date": one.on_date.isoformat(), "part": one.part, "hours": str(one.hours), "kind": one.kind}
            for one in half_days
        ],
        "lines": [
            {
                "half_day": line.half_day,
                "parcours": line.parcours,
                "known": line.presence.known,
                "done": str(line.presence.done),
                "missed": str(line.presence.missed),
                "justified": str(line.presence.justified),
                "signature": line.token,
                "method": line.method,
                "signed_at": line.signed_at.isoformat() if line.signed_at else None,
                "absence": line.absence,
                "correction": line.correction,
                "late": line.late,
            }
            for line in known
        ],
    }


def seal(sealed: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no space, UTF-8."""
    text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(lock: MonthLock) -> bool:
    """Whether the content is still the one that was sealed."""
    return seal(lock.content) == lock.sha256


def totals(known: list[Line]) -> list[dict[str, Any]]:
    """The hours of each parcours, as `MonthHours` keeps them."""
    found: dict[int, dict[str, Any]] = {}
    for line in known:
        row = found.setdefault(
            line.parcours,
            {
                "parcours_id": line.parcours,
                "composante_id": line.composante,
                "hours": ZERO,
                "hours_company": ZERO,
                "hours_absent": ZERO,
                "hours_justified": ZERO,
            },
        )
        row["hours_company" if line.is_company else "hours"] += line.presence.done
        row["hours_absent"] += line.presence.missed
        row["hours_justified"] += line.presence.justified
    return list(found.values())


def confirm(lock: MonthLock, hat: Membership) -> MonthLock:
    """The gestionnaire confirms: the hours of each composante are booked. Raises Refused: nothing is booked then."""
    must_order(hat)
    with transaction.atomic():
        row = _held(lock)
        _must(row, LockMove.CONFIRMER.sources)
        if not is_whole(row):
            raise Refused(
                "Le contenu de ce mois n’est plus celui qui a été scellé. Prévenez l’administration du portail."
            )
        row.answered_by, row.answered_at, row.answer = hat, timezone.now(), ""
        row.confirmer()
        row.save(update_fields=["answered_by", "answered_at", "answer", "state"])
        for composante in [lock_composante(one) for one in _touched(row)]:  # all of them before the books
            _book(composante, row.month, hat)
        _tell(row, f"Émargement {de_mois(row.month)} confirmé", "mois.confirme", hat)
        events.announce("mois.confirme", lock=row)
    return row


def _touched(lock: MonthLock) -> list[Composante]:
    """The composantes of this seal, and those of the one that it replaces. In one order for everybody."""
    rows = MonthHours.objects.filter(lock__session=lock.session_id, lock__month=lock.month).filter(
        Q(lock=lock) | Q(lock__answered_at__isnull=False, lock__state=LockState.ROUVERT)
    )
    return list(Composante.objects.filter(pk__in=rows.values("composante")).order_by("pk"))


def _book(composante: Composante, month: date, hat: Membership) -> None:
    """Say the whole month of a composante again: every session that it carries, each by its last confirmed seal."""
    sealed = sealed_hours([composante.pk], [month]).get((composante.pk, month), [])
    hours = sum((row.hours for row in sealed), ZERO)
    known = HoursDone.objects.filter(composante=composante, month=month, source=HoursSource.EMARGEMENT)
    latest = known.order_by("-version").first()
    if latest is not None and latest.hours == hours:
        return
    version = latest.version + 1 if latest else 1
    record_hours(composante, month, version, hours, source=HoursSource.EMARGEMENT, hat=hat)


def send_back(lock: MonthLock, hat: Membership, answer: str) -> MonthLock:
    """The gestionnaire sends the month back, with what is to be corrected: the seal falls."""
    must_order(hat)
    if not answer.strip():
        raise Refused("Écrivez ce qui est à corriger : l’organisme le lira tel quel.")
    with transaction.atomic():
        row = _held(lock)
        _must(row, LockMove.RENVOYER.sources)
        row.answered_by, row.answered_at, row.answer = hat, timezone.now(), answer.strip()
        row.renvoyer()
        row.save(update_fields=["answered_by", "answered_at", "answer", "state"])
        _tell(row, f"Émargement {de_mois(row.month)} renvoyé", "mois.renvoye", hat, reason=row.answer)
    return row


def reopen(lock: MonthLock, hat: Membership, reason: str) -> MonthLock:
    """The organisme opens its month again to correct it. Hours that were booked stay until the next confirmation."""
    must_teach(lock.session, hat)
    if not reason.strip():
        raise Refused("Dites pourquoi le mois est rouvert.")
    with transaction.atomic():
        row = _held(lock)
        _must(row, LockMove.ROUVRIR.sources)
        row.reopening_reason = reason.strip()
        row.rouvrir()
        row.save(update_fields=["reopening_reason", "state"])
        label = f"Émargement {de_mois(row.month)} rouvert"
        events.record(row, "mois.rouvert", label, hat=hat, reason=row.reopening_reason)
        told = region_of(row.session.lot)
        notify(MonthLocked, told, row, f"{row.session.number} · {label}", url_of(row), dedupe_key="rouvert")
    return row


def _held(lock: MonthLock) -> MonthLock:
    rows = MonthLock.objects.select_for_update(of=("self",)).select_related("session__lot", "session__organisme")
    return rows.get(pk=lock.pk)


def _must(lock: MonthLock, sources: tuple[str, ...]) -> None:
    if lock.state not in sources:
        raise Refused(f"Ce mois est déjà « {lock.get_state_display().lower()} ».")


def _tell(lock: MonthLock, label: str, kind: str, hat: Membership, reason: str = "") -> None:
    events.record(lock, kind, label, hat=hat, reason=reason)
    told = members_of(lock.session.organisme)
    notify(MonthAnswered, told, lock, f"{lock.session.number} · {label}", url_of(lock), dedupe_key=str(lock.state))


def url_of(lock: MonthLock) -> str:
    """The page of the month."""
    return reverse("emargement_mois", args=[lock.session.number, f"{lock.month:%Y-%m}"])
