"""What the exchanges ask of those who prepare their files: events to tell, files to hand over, refusals to look at."""

from django.urls import reverse

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.ui.parts import Todo
from pilotage.asking import Ask, how_many
from stagiaires.enums import ExternalState, Sender
from stagiaires.queries.exchanges import events, files


def for_senders(hat: Membership) -> list[Ask]:
    """The Région: what it tells and what France Travail is to be given. An organisme: what it tells itself (P09)."""
    if hat.kind == OrganisationKind.ORGANISME:
        mine = events.waiting(events.visible_to(hat), Sender.ORGANISME)
        return [
            how_many(
                mine,
                lambda count: Todo(
                    count.text("événement est à transmettre par vous", "événements sont à transmettre par vous"),
                    "AGORA ou France Travail doit entendre ce qui arrive à vos stagiaires.",
                    tone="doute",
                    url=reverse("echanges"),
                    action="Préparer le fichier",
                ),
            )
        ]
    return _for_region(hat) if files.may_send(hat) else []


def _for_region(hat: Membership) -> list[Ask]:
    rows = events.visible_to(hat)
    waiting = events.waiting(rows, Sender.REGION) | events.waiting(rows, Sender.FRANCE_TRAVAIL)
    refused = rows.filter(state=ExternalState.REJETE)
    made = files.visible_to(hat).filter(delivered_at=None, erased_at=None).exclude(sender=Sender.ORGANISME)
    there = reverse("echanges")
    return [
        how_many(
            refused,
            lambda count: Todo(
                count.text("événement est refusé par un partenaire", "événements sont refusés par un partenaire"),
                "Corrigez ce qu’il dit, puis transmettez de nouveau.",
                tone="non",
                url=f"{reverse('echange_evenements')}?etat={ExternalState.REJETE}",
                action="Lire pourquoi",
            ),
        ),
        how_many(
            made,
            lambda count: Todo(
                count.text("fichier est à remettre à un partenaire", "fichiers sont à remettre à un partenaire"),
                "AGORA, l’ASP ou France Travail l’attend.",
                tone="doute",
                url=there,
                action="Télécharger",
            ),
        ),
        how_many(
            waiting,
            lambda count: Todo(
                count.text("événement attend d’être transmis", "événements attendent d’être transmis"),
                "À AGORA ou à France Travail, dans un fichier à préparer.",
                tone="info",
                url=there,
                action="Préparer le fichier",
            ),
        ),
    ]
