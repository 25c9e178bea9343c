"""What the parcours ask of each: entries to prepare, ends and results to note, hires to confirm, suites to answer."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.rulebook import parameters
from core.ui.french import jour
from core.ui.parts import Todo
from pilotage.asking import Ask, first_rows, how_many, how_many_and_first
from sessions.enums import SessionState
from sessions.models import Session
from stagiaires.models import Hire, Parcours
from stagiaires.queries import parcours as queries
from stagiaires.workflow.acts import may_agree

LIST = "parcours_liste"


def for_organisme(hat: Membership) -> list[Ask]:
    """What the organisme owes to those whom it trains, most pressing first."""
    mine = queries.visible_to(hat)
    soon = timezone.localdate() + timedelta(days=int(parameters.current()["entry_notice_days"]))
    entries = queries.entries_due(mine).filter(starts_on__lte=soon)
    over = Session.objects.filter(organisme=hat.organisation_id, state=SessionState.TERMINEE)
    ready = over.filter(Exists(Parcours.objects.filter(session=OuterRef("pk"))))
    return [
        _many(
            entries, "entrée est à préparer", "entrées sont à préparer", "Contrat, charte ou engagement manque.",
            "entrees", "Préparer", "doute",
        ),
        _many(
            queries.endings_due(mine), "parcours a passé son dernier jour", "parcours ont passé leur dernier jour",
            "Notez s’ils sont achevés ou non.", "fins", "Noter", "doute",
        ),
        _many(
            queries.outcomes_due(mine), "résultat est à noter", "résultats sont à noter",
            "Le bilan de la session les attend.", "resultats", "Noter", "info",
        ),
        _many(
            queries.contacts_due(mine), "point d’étape est à faire", "points d’étape sont à faire",
            "Une période en entreprise vient de finir.", "points", "Voir lesquels", "info",
        ),
        first_rows(
            ready.order_by("ends_on", "pk"),
            1,
            lambda one: Todo(
                "Le bilan d’une session est à faire",
                f"{one['title']} ({one['number']}), finie le {jour(date.fromisoformat(one['on']), weekday=False)}",
                url=reverse("session_groupe", args=[one["number"]]),
                action="Ouvrir le groupe",
            ),
            title="title", number="number", on="ends_on",
        ),
    ]  # fmt: skip


def _many(rows: QuerySet[Parcours], one: str, many: str, text: str, follow: str, action: str, tone: str) -> Ask:
    url = f"{reverse(LIST)}?suivi={follow}"
    return how_many(rows, lambda count: Todo(count.text(one, many), text, tone=tone, url=url, action=action))


def for_employer(hat: Membership) -> list[Ask]:
    """Hires that somebody declared in his name (R93)."""
    waiting = queries.hires_to_confirm(Hire.objects.filter(employer=hat.organisation_id))
    return [
        how_many(
            waiting,
            lambda count: Todo(
                count.text("embauche est à confirmer", "embauches sont à confirmer"),
                "Elle compte pour votre intention d’embauche dès que vous la confirmez.",
                tone="doute",
                url=reverse("engagements"),
                action="Confirmer",
            ),
        )
    ]


def for_region(hat: Membership) -> list[Ask]:
    """Suites asked after a failure (R95), for those who answer."""
    if not may_agree(hat):
        return []
    return [
        how_many_and_first(
            queries.recoveries_due().order_by("noted_at", "pk"),
            lambda count, first: Todo(
                count.text("suite est demandée après un échec", "suites sont demandées après un échec"),
                f"La première : {first['title']} ({first['number']})",
                tone="doute",
                url=reverse("parcours_detail", args=[first["parcours"]]),
                action="Répondre",
            ),
            title="parcours__session__title",
            number="parcours__session__number",
            parcours="parcours_id",
        )
    ]
