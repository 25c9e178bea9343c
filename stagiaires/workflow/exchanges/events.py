"""What AGORA must hear of each file, written in the transaction of the act that makes it true.

What is owed follows from the parcours and from its history alone: an act, a back-fill and a second back-fill ask the
same question, and write what is not written yet. Each event has a key of its own, which the database keeps unique.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from core.journal import events
from core.journal.models import Event
from orders.money import cents
from sessions.enums import SessionState
from sessions.models import Session
from stagiaires.enums import ExternalKind, ExternalState, LockState, ParcoursState, Partner, Sender
from stagiaires.exchanges.agora import TRIGGERS
from stagiaires.models import ExchangeSender, ExternalEvent, MonthHours, MonthLock, Parcours
from stagiaires.queries.parcours import OVER

BATCH = 200
_WITH = ("session__lot__marche", "session__organisme", "organisme", "composante", "outcome")
_PAUSES = {"parcours.suspendu": ExternalKind.INTERRUPTION, "parcours.repris": ExternalKind.REPRISE}
_CALLED_OFF = "parcours.annule"
TELLER = "parcours.transmission"  # the line that says who tells this file from now on, to which partner
_STOCK_TAKEN = (SessionState.BILAN_FAIT, SessionState.CLOSE)


@dataclass(frozen=True)
class Owed:
    """One event that the partner must hear."""

    kind: ExternalKind
    version: int
    happened_on: date
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Known:
    """What was read once for many parcours: their events, their history, the hours of their confirmed months."""

    events: dict[int, dict[tuple[str, int], ExternalEvent]]
    history: dict[int, list[Event]]
    hours: dict[int, dict[str, Decimal]]
    senders: list[ExchangeSender]


# ---- the acts


def on_act(*, parcours: Parcours) -> None:
    """An act on one parcours was just written."""
    tell(Parcours.objects.filter(pk=parcours.pk))


def on_balance(*, session: Session) -> None:
    """The balance of a session is made: each of its files has its own."""
    tell(Parcours.objects.filter(session=session))


def on_month(*, lock: MonthLock) -> None:
    """A month is confirmed: the balance that was told already is told again when it says something else."""
    told = ExternalEvent.objects.filter(kind=ExternalKind.SOLDE, parcours__session=lock.session_id)
    tell(Parcours.objects.filter(pk__in=told.values("parcours")))


_ON: dict[str, Callable[..., None]] = {"session.bilan": on_balance, "mois.confirme": on_month}
for _trigger in TRIGGERS:
    events.subscribe(_trigger.news)(_ON.get(_trigger.news, on_act))


# ---- writing


def tell(parcours: QuerySet[Parcours]) -> int:
    """Write what AGORA must hear of these and has no event yet. Inside a transaction. Returns how many are new.

    A parcours that the Région does not fund is out of the flow.
    """
    rows = list(parcours.filter(funded=True).select_related(*_WITH, "session__metier", "session__certification"))
    if not rows:
        return 0
    known = _read(rows)
    fresh = [_event(one, owed, known) for one in rows for owed in _owed(one, known)]
    made = ExternalEvent.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(made)


def back_fill(since: date, until: date | None = None) -> Iterator[tuple[int, int]]:
    """(parcours looked at, events written), lot by lot, each in its own transaction: stopped, it goes on.

    `since`, `until`: days of entry, both included.
    """
    wanted = Parcours.objects.filter(funded=True, starts_on__gte=since)
    if until is not None:
        wanted = wanted.filter(starts_on__lte=until)
    last = 0
    while numbers := list(wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            held = Parcours.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk")
            list(held.values_list("pk"))  # their acts wait meanwhile
            written = tell(Parcours.objects.filter(pk__in=numbers).order_by("pk"))
        yield len(numbers), written
        last = numbers[-1]


# ---- what is owed


def _owed(one: Parcours, known: Known) -> Iterator[Owed]:
    """The events of one file that are not written yet, in the order in which they happened."""
    told = known.events[one.pk]
    for owed in _life(one, known):
        if (owed.kind.value, owed.version) not in told:
            yield owed
    if one.state in OVER and one.session.state in _STOCK_TAKEN:
        yield from _balance(one, known)


def _life(one: Parcours, known: Known) -> Iterator[Owed]:
    yield Owed(ExternalKind.CREATION, 1, timezone.localdate(one.created_at))
    if one.state == ParcoursState.ANNULE:
        at = next((row.at for row in known.history[one.pk] if row.kind == _CALLED_OFF), one.created_at)
        yield Owed(ExternalKind.ANNULATION, 1, timezone.localdate(at))
        return
    if one.state == ParcoursState.PREVU:
        return
    yield Owed(ExternalKind.ENTREE, 1, one.starts_on)
    yield from _pauses(one, known)
    if one.state in OVER:
        yield Owed(ExternalKind.SORTIE, 1, one.left_on or one.ends_on)


def _pauses(one: Parcours, known: Known) -> Iterator[Owed]:
    """Interruptions and resumptions as the history tells them; a state that it does not explain counts once."""
    rank: dict[ExternalKind, int] = defaultdict(int)
    for row in known.history[one.pk]:
        if row.kind in _PAUSES:
            rank[_PAUSES[row.kind]] += 1
            yield Owed(_PAUSES[row.kind], rank[_PAUSES[row.kind]], timezone.localdate(row.at))
    if one.state == ParcoursState.SUSPENDU and rank[ExternalKind.INTERRUPTION] == rank[ExternalKind.REPRISE]:
        yield Owed(ExternalKind.INTERRUPTION, rank[ExternalKind.INTERRUPTION] + 1, timezone.localdate())


def _balance(one: Parcours, known: Known) -> Iterator[Owed]:
    """Result, hours and cost; said again, as the next version, when it is no longer what was said."""
    outcome = getattr(one, "outcome", None)
    hours = known.hours.get(one.pk, {})
    now: dict[str, Any] = {
        "heures": _planned(one) | {name: str(hours.get(name, Decimal(0))) for name in ("faites", "entreprise_faites")},
        "cout": str(hours.get("cout", Decimal(0))),
        "resultat": outcome.result if outcome else "",
    }
    earlier = [event for (kind, _), event in known.events[one.pk].items() if kind == ExternalKind.SOLDE]
    last = max(earlier, key=lambda event: event.version, default=None)
    if last is None or any(last.payload.get(name) != value for name, value in now.items()):
        yield Owed(ExternalKind.SOLDE, (last.version if last else 0) + 1, timezone.localdate(), now)


# ---- what an event says


def _event(one: Parcours, owed: Owed, known: Known) -> ExternalEvent:
    sender = _sender(one, known)
    return ExternalEvent(
        key=f"{Partner.AGORA}:{owed.kind}:parcours-{one.pk}:{owed.version}",
        partner=Partner.AGORA,
        kind=owed.kind,
        parcours=one,
        version=owed.version,
        happened_on=owed.happened_on,
        payload=_payload(one, owed),
        sender=sender,
        state=ExternalState.A_ENVOYER if sender == Sender.REGION else ExternalState.PAR_AUTRUI,
    )


def _payload(one: Parcours, owed: Owed) -> dict[str, Any]:
    """What the file is on that day: numbers, dates, hours and codes; nobody is named."""
    session, over = one.session, one.state in OVER
    pause = owed.kind == ExternalKind.INTERRUPTION and one.suspended_until
    return {
        "type": owed.kind.value,
        "version": owed.version,
        "survenu_le": owed.happened_on.isoformat(),
        "dossier": f"P{one.pk}",
        "organisme": {"siret": one.organisme.siret, "nda": one.organisme.nda},
        "session": {
            "numero": session.number,
            "carif": session.carif_number,
            "intitule": session.title,
            "certification": session.certification_id or "",
            "rome": session.metier_id or "",
            "commune": session.commune_id,
            "mode_acces": session.access_mode,
        },
        "marche": f"{session.lot.marche.number} lot {session.lot.number}",
        "entree": one.starts_on.isoformat(),
        "fin_prevue": one.ends_on.isoformat(),
        "reprise_prevue": one.suspended_until.isoformat() if pause and one.suspended_until else "",
        "sortie": one.left_on.isoformat() if over and one.left_on else "",
        "motif_sortie": (one.exit_reason or one.state) if over else "",
        "heures": _planned(one),
    } | owed.more


def _planned(one: Parcours) -> dict[str, str]:
    return {"centre": str(one.hours_training), "entreprise": str(one.hours_company)}


def _sender(one: Parcours, known: Known) -> str:
    """Who tells this file: whoever was chosen for it, else told it so far, else did on the day of the admission."""
    if chosen := _chosen(known.history[one.pk], Partner.AGORA):
        return chosen
    if told := known.events[one.pk]:
        return max(told.values(), key=lambda event: event.pk).sender
    return sender_on(known.senders, Partner.AGORA, one)


def chosen_of(parcours: int, partner: str) -> str:
    """Who was chosen to tell this very file to this partner; empty when nobody was. One query."""
    lines = Event.objects.filter(subject_type="parcours", subject_id=parcours, kind=TELLER)
    return _chosen(lines.order_by("id"), partner)


def _chosen(lines: Iterable[Event], partner: str) -> str:
    said = [line.detail["sender"] for line in lines if line.kind == TELLER and line.detail.get("partner") == partner]
    return str(said[-1]) if said else ""


def sender_on(rows: Iterable[ExchangeSender], partner: Partner, one: Parcours) -> str:
    """The sender of the day of the admission, by the choices that stand (the last first)."""
    day = timezone.localdate(one.created_at)
    fitting = (
        row.sender
        for row in rows
        if row.partner == partner and row.access_mode == one.session.access_mode and row.valid_from <= day
    )
    return next(fitting, Sender.REGION.value)


# ---- reading


def _read(rows: list[Parcours]) -> Known:
    """Four queries, whatever the number of parcours; one less when no balance is made."""
    numbers = [one.pk for one in rows]
    told: dict[int, dict[tuple[str, int], ExternalEvent]] = defaultdict(dict)
    for event in ExternalEvent.objects.filter(parcours__in=numbers, partner=Partner.AGORA):
        told[event.parcours_id][event.kind, event.version] = event
    history: dict[int, list[Event]] = defaultdict(list)
    kinds = [*_PAUSES, _CALLED_OFF, TELLER]
    lines = Event.objects.filter(subject_type="parcours", subject_id__in=numbers, kind__in=kinds)
    for line in lines.order_by("id"):
        history[line.subject_id].append(line)
    settled = [one.pk for one in rows if one.session.state in _STOCK_TAKEN]
    return Known(told, history, _hours(settled) if settled else {}, list(ExchangeSender.objects.all()))


def _hours(numbers: list[int]) -> dict[int, dict[str, Decimal]]:
    """Hours and cost of the confirmed months of these parcours."""
    rows = (
        MonthHours.objects.filter(parcours__in=numbers, lock__state=LockState.CONFIRME)
        .order_by()
        .values("parcours")
        .annotate(
            faites=Sum("hours"),
            entreprise_faites=Sum("hours_company"),
            cout=Sum(F("hours") * F("composante__price"), default=Decimal(0)),
        )
    )
    return {
        row["parcours"]: {
            "faites": row["faites"],
            "entreprise_faites": row["entreprise_faites"],
            "cout": cents(row["cout"]),
        }
        for row in rows
    }
