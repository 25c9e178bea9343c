"""What attendance asks of each: a half-day to open, answers that are missing, a month to lock, a month to confirm."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.french import heure, mois, pluriel
from core.ui.pagination import count_up_to_cap
from core.ui.parts import Todo
from orders.queries import may_edit
from stagiaires.enums import HalfDayState, LockState
from stagiaires.models import MonthLock, Parcours
from stagiaires.queries import attendance

MOST = 3  # of one kind


def for_organisme(hat: Membership) -> list[Todo]:
    """Half-days of today that wait to be opened, answers that are missing, months sent back or to lock."""
    return [*_to_open(hat), *_unopened(hat), *_sent_back(hat), *_to_lock(hat)]


def for_region(hat: Membership) -> list[Todo]:
    """For those who keep the lots: months that wait for their confirmation."""
    if not may_edit(hat):
        return []
    waiting = count_up_to_cap(attendance.months_to_confirm(hat))
    if not waiting:
        return []
    return [
        Todo(
            waiting.text("mois d’émargement est à confirmer", "mois d’émargement sont à confirmer"),
            "Leurs heures passent alors de « commandé » à « réalisé ».",
            tone="doute",
            url=reverse("emargement_mois_liste"),
            action="Contrôler",
        )
    ]


def _to_open(hat: Membership) -> Iterator[Todo]:
    now = timezone.localtime()
    people = Parcours.objects.filter(session=OuterRef("session")).exclude(state="annule")
    rows = attendance.half_days_of(hat).filter(Exists(people), on_date=now.date(), state=HalfDayState.PREVUE)
    for one in rows.filter(ends_at__gt=now.time()).order_by("starts_at", "pk")[:MOST]:
        yield Todo(
            "Une demi-journée s’ouvre aujourd’hui",
            f"{one.session.title}, à {heure(now.replace(hour=one.starts_at.hour, minute=one.starts_at.minute))}.",
            tone="info",
            url=reverse("demi_journee", args=[one.pk]),
            action="Ouvrir la page d’émargement",
        )


def _unopened(hat: Membership) -> Iterator[Todo]:
    for session, count in attendance.unanswered(hat)[:MOST]:
        yield Todo(
            f"{pluriel(count, 'réponse manque', 'réponses manquent')} à l’émargement",
            f"{session.title}, {session.number} : signature, absence ou correction.",
            tone="doute",
            url=reverse("emargement_session", args=[session.number]),
            action="Compléter",
        )


def _sent_back(hat: Membership) -> Iterator[Todo]:
    rows = MonthLock.objects.filter(session__organisme=hat.organisation_id, state=LockState.RENVOYE).defer("content")
    later = MonthLock.objects.filter(
        session=OuterRef("session"), month=OuterRef("month"), version__gt=OuterRef("version")
    )
    for one in rows.filter(~Exists(later)).select_related("session").order_by("answered_at", "pk")[:MOST]:
        yield Todo(
            "La Région renvoie un mois d’émargement",
            f"{one.session.title}, {mois(one.month)} : {one.answer}",
            tone="non",
            url=reverse("emargement_mois", args=[one.session.number, f"{one.month:%Y-%m}"]),
            action="Corriger",
        )


def _to_lock(hat: Membership) -> Iterator[Todo]:
    for session, month in attendance.months_to_lock(hat)[:MOST]:
        yield Todo(
            f"L’émargement de {mois(month)} est à verrouiller",
            f"{session.title}, {session.number}.",
            tone="doute",
            url=reverse("emargement_mois", args=[session.number, f"{month:%Y-%m}"]),
            action="Verrouiller",
        )
