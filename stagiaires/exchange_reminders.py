"""What the clock says of exchanges: once a week, what still waits for a file, lacks something or was refused."""

from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Organisation
from core.accounts.queries import active_hats
from core.journal.notices import notify
from core.ui.french import liste, pluriel
from stagiaires.models import ExternalEvent
from stagiaires.parcours_notices import ExchangeWaiting
from stagiaires.queries.exchanges.events import Standing, standings
from stagiaires.queries.exchanges.files import SENDERS


def remind_senders() -> int:
    """Those who prepare the files hear what waits of each partner. Returns how many are newly told."""
    year, week, _ = timezone.localdate().isocalendar()
    waiting = [text for one in standings(ExternalEvent.objects.all()) if (text := _words(one))]
    told = 0
    for region in Organisation.objects.filter(kind=OrganisationKind.REGION) if waiting else ():
        hats = active_hats(organisation=region, role__in=SENDERS)
        told += notify(ExchangeWaiting, hats, region, " ; ".join(waiting), reverse("echanges"), f"{year}-{week}")
    return told


def _words(one: Standing) -> str:
    """« AGORA : 3 événements à transmettre, dont 1 à compléter, 2 refusés »; nothing when nothing waits."""
    said = []
    if one.waiting:
        late = f", dont {one.late} à compléter" if one.late else ""
        said.append(f"{pluriel(one.waiting, 'événement', 'événements')} à transmettre{late}")
    if one.held:
        said.append(f"{one.held} dans un fichier à remettre")
    if one.refused:
        said.append(pluriel(one.refused, "refusé", "refusés"))
    return f"{one.label}\u00a0: {liste(said)}" if said else ""
