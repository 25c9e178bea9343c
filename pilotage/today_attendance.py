"""What attendance asks of each: a half-day to open, answers that are missing, a month to lock, a month to confirm."""

from collections.abc import Iterator
from datetime import date, time

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.french import de_mois, heure, mois, pluriel
from core.ui.parts import Todo
from orders.queries import may_edit
from pilotage.asking import Ask, Row, apart, first_rows, how_many
from stagiaires.enums import HalfDayState, LockState
from stagiaires.models import MonthLock, Parcours
from stagiaires.queries import attendance

MOST = 3  # of one kind


def for_organisme(hat: Membership) -> list[Ask]:
    """Half-days of today that wait to be opened, answers that are missing, months sent back or to lock."""
    return [_to_open(hat), apart(lambda: _unopened(hat)), _sent_back(hat), apart(lambda: _to_lock(hat))]


def for_region(hat: Membership) -> list[Ask]:
    """For those who keep the lots: months that wait for their confirmation."""
    if not may_edit(hat):
        return []
    return [
        how_many(
            attendance.months_to_confirm(hat),
            lambda waiting: Todo(
                waiting.text("mois d’émargement est à confirmer", "mois d’émargement sont à confirmer"),
                "Leurs heures passent alors de « commandé » à « réalisé ».",
                tone="doute",
                url=reverse("emargement_mois_liste"),
                action="Contrôler",
            ),
        )
    ]


def _to_open(hat: Membership) -> Ask:
    now = timezone.localtime()

    def told(one: Row) -> Todo:
        at = time.fromisoformat(one["at"])
        return Todo(
            "Une demi-journée s’ouvre aujourd’hui",
            f"{one['title']}, à {heure(now.replace(hour=at.hour, minute=at.minute))}.",
            tone="info",
            url=reverse("demi_journee", args=[one["pk"]]),
            action="Ouvrir la page d’émargement",
        )

    people = Parcours.objects.filter(session=OuterRef("session")).exclude(state="annule")
    rows = attendance.half_days_of(hat).filter(Exists(people), on_date=now.date(), state=HalfDayState.PREVUE)
    rows = rows.filter(ends_at__gt=now.time()).order_by("starts_at", "pk")
    return first_rows(rows, MOST, told, pk="pk", title="session__title", at="starts_at")


def _unopened(hat: Membership) -> Iterator[Todo]:
    for session, count in attendance.unanswered(hat)[:MOST]:
        yield Todo(
            f"{pluriel(count, 'réponse manque', 'réponses manquent')} à l’émargement",
            f"{session.title}, {session.number} : signature, absence ou correction.",
            tone="doute",
            url=reverse("emargement_session", args=[session.number]),
            action="Compléter",
        )


def _sent_back(hat: Membership) -> Ask:
    rows = MonthLock.objects.filter(session__organisme=hat.organisation_id, state=LockState.RENVOYE)
    later = MonthLock.objects.filter(
        session=OuterRef("session"), month=OuterRef("month"), version__gt=OuterRef("version")
    )
    return first_rows(
        rows.filter(~Exists(later)).order_by("answered_at", "pk"),
        MOST,
        lambda one: Todo(
            "La Région renvoie un mois d’émargement",
            f"{one['title']}, {mois(date.fromisoformat(one['month']))} : {one['answer']}",
            tone="non",
            url=reverse("emargement_mois", args=[one["number"], one["month"][:7]]),
            action="Corriger",
        ),
        title="session__title",
        number="session__number",
        month="month",
        answer="answer",
    )


def _to_lock(hat: Membership) -> Iterator[Todo]:
    for session, month in attendance.months_to_lock(hat)[:MOST]:
        yield Todo(
            f"L’émargement {de_mois(month)} est à verrouiller",
            f"{session.title}, {session.number}.",
            tone="doute",
            url=reverse("emargement_mois", args=[session.number, f"{month:%Y-%m}"]),
            action="Verrouiller",
        )
