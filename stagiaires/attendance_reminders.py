"""What the clock says of attendance: answers that are missing, months to lock; each told once to the organisme."""

from django.urls import reverse
from django.utils import timezone

from core.journal.notices import notify
from core.rulebook import parameters
from core.ui.french import de_mois, pluriel
from orders.workflow.people import members_of
from stagiaires.attendance_notices import HalfDayForgotten, MonthToLock
from stagiaires.queries import attendance


def remind_unanswered() -> int:
    """The day after: half-days that were not opened, signatures that are missing. Told again only the next week."""
    told, (year, week, _) = 0, timezone.localdate().isocalendar()
    for session, count in attendance.unanswered():
        text = f"{session.title} ({session.number})\u00a0: {pluriel(count, 'réponse manque', 'réponses manquent')}"
        url = reverse("emargement_session", args=[session.number])
        members = members_of(session.organisme)
        told += notify(HalfDayForgotten, members, session, f"{text} à l’émargement", url, dedupe_key=f"{year}-{week}")
    return told


def remind_months() -> int:
    """From a day of the month on: the month before is still to be locked."""
    if timezone.localdate().day < int(parameters.current()["attendance_month_reminder_day"]):
        return 0
    told = 0
    for session, month in attendance.months_to_lock():
        text = f"{session.title} ({session.number})\u00a0: l’émargement {de_mois(month)} est à verrouiller"
        url = reverse("emargement_mois", args=[session.number, f"{month:%Y-%m}"])
        told += notify(MonthToLock, members_of(session.organisme), session, text, url, dedupe_key=f"{month:%Y-%m}")
    return told
