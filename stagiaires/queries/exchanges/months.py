"""A month of attendance as partners read it: sealed, confirmed, absences by reason."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from core.accounts.models import Membership
from stagiaires.enums import AbsenceReason, FileSubject, HourKind, LockState
from stagiaires.models import Absence, ExchangeFile, MonthLock, Parcours
from stagiaires.queries import attendance
from stagiaires.queries.exchanges.events import person

ZERO = Decimal(0)


@dataclass
class Month:
    """What one sealed month says of one parcours."""

    seal: str
    centre: Decimal = ZERO
    company: Decimal = ZERO
    absent: Decimal = ZERO
    justified: Decimal = ZERO
    reasons: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def seals(month: date) -> QuerySet[MonthLock]:
    """The months that the Région has confirmed, as they stand now."""
    return MonthLock.objects.filter(month=month, state=LockState.CONFIRME).order_by("session")


def sessions_reopened(month: date) -> set[str]:
    """Numbers of the sessions whose month was confirmed, and is being corrected: what was said of it still holds."""
    confirmed = Q(state=LockState.CONFIRME)
    rows = (
        MonthLock.objects.filter(Q(state=LockState.ROUVERT, answered_at__isnull=False) | confirmed, month=month)
        .order_by()
        .values("session__number")
        .annotate(now=Count("pk", filter=confirmed))
    )
    return {row["session__number"] for row in rows if not row["now"]}


def read(locks: Iterable[MonthLock]) -> dict[int, Month]:
    """Each parcours of these seals. One query more, for the reasons of the absences, which the seals hold still.

    An absence that was put right without a reason, and one that nobody explained, are « sans motif ».
    """
    held = list(locks)
    wanted = {line["absence"] for lock in held for line in lock.content["lines"] if line.get("absence")}
    reasons = dict(Absence.objects.filter(pk__in=wanted).values_list("pk", "reason"))
    found: dict[int, Month] = {}
    for lock in held:
        kinds = {one["id"]: one["kind"] for one in lock.content["half_days"]}
        for line in lock.content["lines"]:
            one = found.setdefault(line["parcours"], Month(lock.sha256))
            done, missed = Decimal(line["done"]), Decimal(line["missed"])
            if kinds[line["half_day"]] == HourKind.ENTREPRISE:
                one.company += done
            else:
                one.centre += done
            one.absent += missed
            one.justified += Decimal(line["justified"])
            if missed:
                one.reasons[reasons.get(line.get("absence"), AbsenceReason.SANS.value)] += missed
    return found


def records(month: date, regimes: dict[int, str]) -> list[dict[str, Any]]:
    """One record per parcours of the confirmed months, by organisme, session and name. `regimes`: by stagiaire."""
    known = read(seals(month).iterator(chunk_size=50))
    rows = (
        Parcours.objects.filter(pk__in=known)
        .select_related("stagiaire", "session", "organisme")
        .order_by("organisme", "session__number", "stagiaire__last_name", "pk")
    )
    return [_record(one, known[one.pk], month, regimes.get(one.stagiaire_id, "inconnu")) for one in rows]


def _record(one: Parcours, said: Month, month: date, regime: str) -> dict[str, Any]:
    return {
        "dossier": f"P{one.pk}",
        "mois": month,
        "personne": person(one.stagiaire),
        "organisme": {"siret": one.organisme.siret},
        "session": one.session.number,
        "entree": one.starts_on,
        "sortie": one.left_on,
        "finance": "oui" if one.funded else "non",
        "heures": {
            "centre": said.centre,
            "entreprise": said.company,
            "absence": said.absent,
            "justifiees": said.justified,
        },
        "motifs": {reason: said.reasons.get(reason, ZERO) for reason in AbsenceReason.values},
        "regime": regime,
        "rythme": one.working_rate,
        "empreinte": said.seal[:12],
    }


def people_of(month: date) -> set[int]:
    """The stagiaires of the confirmed months."""
    rows = Parcours.objects.filter(month_hours__lock__in=seals(month)).values_list("stagiaire", flat=True)
    return set(rows)


# ---- the pages


@dataclass(frozen=True)
class MonthRow:
    """One month in the list: how far its sessions are, and the last files made of it."""

    month: date
    confirmed: int
    locked: int
    files: int
    latest: Any


def months(hat: Membership, most: int = 24) -> list[MonthRow]:
    """The last months that some session has sealed, of those that this hat sees. Two queries."""
    own = attendance.sessions_of(hat)
    rows = (
        MonthLock.objects.filter(session__in=own, state__in=LockState.living())
        .order_by()
        .values("month")
        .annotate(
            confirmed=Count("pk", filter=Q(state=LockState.CONFIRME)),
            locked=Count("pk", filter=Q(state=LockState.VERROUILLE)),
        )
        .order_by("-month")[:most]
    )
    found = list(rows)
    made = (
        ExchangeFile.objects.filter(subject=FileSubject.PRESENCES, month__in=[row["month"] for row in found])
        .order_by()
        .values_list("month")
        .annotate(files=Count("pk"), latest=Max("made_at"))
    )
    known = {month: (count, latest) for month, count, latest in made}
    return [
        MonthRow(row["month"], row["confirmed"], row["locked"], *known.get(row["month"], (0, None))) for row in found
    ]


def locks_of(hat: Membership, month: date) -> QuerySet[MonthLock]:
    """The sealed months of the sessions that this hat sees, those to confirm first."""
    return (
        MonthLock.objects.filter(session__in=attendance.sessions_of(hat), month=month, state__in=LockState.living())
        .defer("content")
        .select_related("session__organisme")
        .order_by("-state", "session__number")
    )
