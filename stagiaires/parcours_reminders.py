"""What the clock says of parcours: entries that are not ready, words to exchange after a stage, hires to tell."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.journal.notices import notify
from core.rulebook import parameters
from core.ui.french import jour
from orders.workflow.people import members_of
from stagiaires.enums import ParcoursState
from stagiaires.models import Hire, Parcours
from stagiaires.parcours_notices import CommitmentDue, ContactDue, EntryNotReady, HireToConfirm
from stagiaires.queries import parcours as queries
from stagiaires.reminders import LOOK_BACK
from stagiaires.workflow import acts


def remind_entries() -> int:
    """Tell each organisme of the entries that come and are not ready; told again on the day itself."""
    today = timezone.localdate()
    until = today + timedelta(days=int(parameters.current()["entry_notice_days"]))
    coming = Parcours.objects.filter(starts_on__range=(today - LOOK_BACK, until), ends_on__gte=today)
    rows = queries.entries_due(coming)
    told = 0
    for one in rows.select_related("session", "organisme").order_by("pk"):
        text = f"{one.session.title} ({one.session.number})\u00a0: l’entrée du {jour(one.starts_on, weekday=False)} "
        text += "n’est pas prête"
        once = "le jour" if one.starts_on <= today else "avant"
        told += acts.tell(EntryNotReady, members_of(one.organisme), one, text, once=once)
    return told


def remind_contacts() -> int:
    """R96: tell each organisme that a time in company is over and that no word has been exchanged since."""
    told = 0
    recent = Q(last_stage__gte=timezone.localdate() - LOOK_BACK)
    rows = queries.contacts_due(Parcours.objects.all()).filter(recent)
    for one in rows.select_related("session", "organisme").order_by("pk"):
        text = f"{one.session.title} ({one.session.number})\u00a0: un point d’étape est à faire après l’entreprise"
        told += acts.tell(ContactDue, members_of(one.organisme), one, text, once=str(one.last_stage))  # type: ignore[attr-defined]
    return told


def remind_hires() -> int:
    """R93: tell employers again, some days after, of what they have not confirmed nor said."""
    days = int(parameters.current()["hire_reminder_days"])
    since, today = timezone.now() - timedelta(days=days), timezone.localdate()
    told = 0
    waiting = queries.hires_to_confirm(Hire.objects.filter(declared_at__range=(since - LOOK_BACK, since)))
    for hire in waiting.select_related("parcours__session", "employer").order_by("pk"):
        session = hire.parcours.session
        text = f"{session.title} ({session.number})\u00a0: une embauche chez vous attend toujours votre confirmation"
        once = f"rappel:{hire.pk}"
        told += acts.tell(HireToConfirm, members_of(hire.employer), hire.parcours, text, once=once)  # type: ignore[arg-type]
    last = today - timedelta(days=days)
    ended = Parcours.objects.filter(
        state=ParcoursState.ACHEVE, left_on__lt=last, left_on__gte=last - LOOK_BACK, post__isnull=False
    )
    silent = ended.exclude(hires__withdrawn_at=None, hires__isnull=False).filter(post__intention__state="couverte")
    for one in silent.select_related("session", "post__intention__employer").order_by("pk"):
        text = f"{one.session.title} ({one.session.number})\u00a0: dites si vous embauchez votre stagiaire"
        people = acts.employer_people(one.post)
        url = reverse("parcours_detail", args=[one.pk])
        told += notify(CommitmentDue, people, one, text, url, dedupe_key="rappel")
    return told
