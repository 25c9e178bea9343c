"""What the follow-up asks of each: those to call, jobs to look at, opinions to read, requests about data to answer."""

from django.urls import reverse

from core.accounts.models import Membership
from core.ui.parts import Todo
from pilotage.asking import Ask, how_many
from stagiaires.queries import followup as queries
from stagiaires.workflow import data_requests
from stagiaires.workflow.trainee_opinions import may_moderate

LIST = "suivi_liste"


def for_followers(hat: Membership) -> list[Ask]:
    """A valideur, and an organisme for those whom it brought itself (R109)."""
    return [
        how_many(
            queries.to_call(queries.followed_by(hat)),
            lambda count: Todo(
                count.text("personne est à appeler", "personnes sont à appeler"),
                "Nos messages n’ont pas eu de réponse : que devient-elle après sa formation ?",
                tone="doute",
                url=f"{reverse(LIST)}?suivi=a_appeler",
                action="Appeler",
            ),
        ),
        how_many(
            queries.hires_said(queries.visible_to(hat)),
            lambda count: Todo(
                count.text("emploi est à vérifier", "emplois sont à vérifier"),
                "Une personne dit travailler après sa formation : déclarez l’embauche si elle est exacte.",
                tone="info",
                url=f"{reverse(LIST)}?suivi=embauches",
                action="Vérifier",
            ),
        ),
    ]


def for_holders(hat: Membership) -> list[Ask]:
    """Who holds data that a person wants corrected or erased: an answer is due in a month."""
    return [
        how_many(
            data_requests.visible_to(hat).filter(answered_at=None),
            lambda count: Todo(
                count.text("demande sur ses données attend", "demandes sur leurs données attendent"),
                "Une réponse est due en un mois.",
                tone="doute",
                url=reverse("droits_liste"),
                action="Répondre",
            ),
        )
    ]


def for_region(hat: Membership) -> list[Ask]:
    """Opinions to read before they are shown."""
    if not may_moderate(hat):
        return []
    return [
        how_many(
            queries.opinions_to_read(),
            lambda count: Todo(
                count.text("avis de stagiaire est à relire", "avis de stagiaires sont à relire"),
                "Il paraît une fois relu.",
                tone="info",
                url=reverse("avis_liste"),
                action="Relire",
            ),
        )
    ]
