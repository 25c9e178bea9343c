"""What the clock says of the follow-up: those to call, once a week, to the ones who follow them."""

from collections import Counter

from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Organisation
from core.journal.notices import notify
from core.ui.french import pluriel
from orders.workflow.people import members_of
from stagiaires.followup_notices import PeopleToCall
from stagiaires.models import Survey
from stagiaires.queries import followup


def remind_calls() -> int:
    """Tell each valideur, or the organisme that brought the person itself, how many it has to call (R109)."""
    rows = followup.to_call(Survey.objects.filter(parcours__stagiaire__purged_at=None)).order_by()
    keepers = rows.values_list("parcours__positioning__valideur", "parcours__organisme")
    waiting = Counter(valideur or organisme for valideur, organisme in keepers)
    year, week, _ = timezone.localdate().isocalendar()
    url, told = f"{reverse('suivi_liste')}?suivi=a_appeler", 0
    for one in Organisation.objects.filter(pk__in=waiting).order_by("pk"):
        words = pluriel(waiting[one.pk], "personne est à appeler", "personnes sont à appeler")
        text = f"{words} pour savoir ce qu’elles deviennent après leur formation"
        told += notify(PeopleToCall, members_of(one), one, text, url, dedupe_key=f"{year}-{week}")
    return told
