"""What the clock says of exchanges: once a week, what still waits for a file, lacks something or was refused."""

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Organisation
from core.accounts.queries import active_hats
from core.journal.notices import notify
from core.ui.french import liste, pluriel
from orders.workflow.people import members_of
from stagiaires.enums import Sender
from stagiaires.models import ExternalEvent
from stagiaires.parcours_notices import ExchangeWaiting
from stagiaires.queries.exchanges import events as queries
from stagiaires.queries.exchanges.events import Standing
from stagiaires.queries.exchanges.files import SENDERS


def remind_senders() -> int:
    """Those who prepare the files hear what waits of each partner. Returns how many are newly told."""
    year, week, _ = timezone.localdate().isocalendar()
    waiting = [text for one in queries.standings(ExternalEvent.objects.all()) if (text := _words(one))]
    told = 0
    for region in Organisation.objects.filter(kind=OrganisationKind.REGION) if waiting else ():
        hats = active_hats(organisation=region, role__in=SENDERS)
        told += notify(ExchangeWaiting, hats, region, " ; ".join(waiting), reverse("echanges"), f"{year}-{week}")
    return told + _remind_organismes(f"{year}-{week}")


def _remind_organismes(week: str) -> int:
    """Those that tell their files themselves hear what they have not taken yet."""
    rows = queries.waiting(ExternalEvent.objects.all(), Sender.ORGANISME).order_by()
    counted, told = dict(rows.values_list("parcours__organisme").annotate(n=Count("pk"))), 0
    for one in Organisation.objects.filter(pk__in=counted).order_by("pk"):
        words = pluriel(counted[one.pk], "événement est à transmettre", "événements sont à transmettre")
        told += notify(ExchangeWaiting, members_of(one), one, f"{words} par vous", reverse("echanges"), week)
    return told


def _words(one: Standing) -> str:
    """« AGORA : 3 événements à transmettre, dont 1 à compléter, 2 refusés »; nothing when nothing waits."""
    said = []
    if one.waiting:
        late = f", dont {one.late} à compléter" if one.late else ""
        said.append(f"{pluriel(one.waiting, 'événement', 'événements')} à transmettre{late}")
    if one.held:
        said.append(f"{one.held} dans un fichier à remettre")
    if one.entrusted:
        said.append(f"{one.entrusted} à remettre à France Travail")
    if one.refused:
        said.append(pluriel(one.refused, "refusé", "refusés"))
    return f"{one.label}\u00a0: {liste(said)}" if said else ""
