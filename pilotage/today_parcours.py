"""What the parcours ask of each: entries to prepare, ends and results to note, hires to confirm, suites to answer."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.rulebook import parameters
from core.ui.french import jour
from core.ui.pagination import count_up_to_cap
from core.ui.parts import Todo
from sessions.enums import SessionState
from sessions.models import Session
from stagiaires.models import Hire, Parcours
from stagiaires.queries import parcours as queries
from stagiaires.workflow.acts import may_agree

LIST = "parcours_liste"


def for_organisme(hat: Membership) -> Iterator[Todo]:
    """What the organisme owes to those whom it trains, most pressing first."""
    mine = queries.visible_to(hat)
    soon = timezone.localdate() + timedelta(days=int(parameters.current()["entry_notice_days"]))
    entries = queries.entries_due(mine).filter(starts_on__lte=soon)
    yield from _many(
        entries, "entrée est à préparer", "entrées sont à préparer", "Contrat, charte ou engagement manque.",
        "entrees", "Préparer", "doute",
    )  # fmt: skip
    yield from _many(
        queries.endings_due(mine), "parcours a passé son dernier jour", "parcours ont passé leur dernier jour",
        "Notez s’ils sont achevés ou non.", "fins", "Noter", "doute",
    )  # fmt: skip
    yield from _many(
        queries.outcomes_due(mine), "résultat est à noter", "résultats sont à noter",
        "Le bilan de la session les attend.", "resultats", "Noter", "info",
    )  # fmt: skip
    yield from _many(
        queries.contacts_due(mine), "point d’étape est à faire", "points d’étape sont à faire",
        "Une période en entreprise vient de finir.", "points", "Voir lesquels", "info",
    )  # fmt: skip
    over = Session.objects.filter(organisme=hat.organisation_id, state=SessionState.TERMINEE)
    ready = over.filter(parcours__isnull=False).distinct().order_by("ends_on", "pk").first()
    if ready is not None:
        yield Todo(
            "Le bilan d’une session est à faire",
            f"{ready.title} ({ready.number}), finie le {jour(ready.ends_on, weekday=False)}",
            url=reverse("session_groupe", args=[ready.number]),
            action="Ouvrir le groupe",
        )


def _many(
    rows: QuerySet[Parcours], one: str, many: str, text: str, follow: str, action: str, tone: str
) -> Iterator[Todo]:
    if count := count_up_to_cap(rows):
        yield Todo(count.text(one, many), text, tone=tone, url=f"{reverse(LIST)}?suivi={follow}", action=action)


def for_employer(hat: Membership) -> Iterator[Todo]:
    """Hires that somebody declared in his name (R93)."""
    waiting = queries.hires_to_confirm(Hire.objects.filter(employer=hat.organisation_id))
    if count := count_up_to_cap(waiting):
        yield Todo(
            count.text("embauche est à confirmer", "embauches sont à confirmer"),
            "Elle compte pour votre intention d’embauche dès que vous la confirmez.",
            tone="doute",
            url=reverse("engagements"),
            action="Confirmer",
        )


def for_region(hat: Membership) -> Iterator[Todo]:
    """Suites asked after a failure (R95), for those who answer."""
    if not may_agree(hat):
        return
    waiting = queries.recoveries_due().order_by("noted_at", "pk")
    if count := count_up_to_cap(waiting):
        first = waiting.select_related("parcours__session")[0]
        yield Todo(
            count.text("suite est demandée après un échec", "suites sont demandées après un échec"),
            f"La première : {first.parcours.session.title} ({first.parcours.session.number})",
            tone="doute",
            url=reverse("parcours_detail", args=[first.parcours_id]),
            action="Répondre",
        )
