"""What those who were trained think of it: five notes and a text, read by the Région before it is shown.

Notes without a text have nothing to be read: they are counted at once. Nothing tells who wrote, and nothing is shown,
not even to the organisme, before there are enough opinions (`queries.followup`).
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal.notices import notify
from core.journal.outbox import enqueue
from core.journal.refusals import Refused, lost_race
from core.rulebook import parameters
from orders.workflow.people import members_of, region_of
from stagiaires.enums import ExitReason, OpinionState, ReportReason
from stagiaires.followup_notices import OpinionReported, OpinionShown, OpinionToRead
from stagiaires.followup_terms import NOTES
from stagiaires.models import Opinion, OpinionReport, Parcours
from stagiaires.queries import followup as queries
from stagiaires.queries import parcours as parcours_queries

ASK = "avis.demander"
OPEN = timedelta(days=365)  # after the end
ASKED_WITHIN = timedelta(days=30)  # those who ended before are not asked by message any more
MODERATORS = (Role.GESTIONNAIRE, Role.DECIDEUR, Role.ADMINISTRATEUR)


# --- Giving


def is_time(parcours: Parcours, today: date | None = None) -> bool:
    """Over for less than a year."""
    ended = parcours.left_on or parcours.ends_on
    return parcours.state in parcours_queries.OVER and (today or timezone.localdate()) <= ended + OPEN


def may_give(parcours: Parcours) -> bool:
    """In time, and no opinion given yet. One query."""
    return is_time(parcours) and not Opinion.objects.filter(parcours=parcours.pk).exists()


def ask_due(today: date | None = None) -> int:
    """Promise one message to each who ended some days ago and has said nothing: the outbox keeps it to one."""
    today = today or timezone.localdate()
    last = today - timedelta(days=int(parameters.current()["opinion_ask_days"]))
    over = Parcours.objects.filter(
        state__in=parcours_queries.OVER, stagiaire__purged_at=None, stagiaire__no_contact_at=None
    )
    over = over.exclude(exit_reason=ExitReason.DECES).annotate(ended=Coalesce("left_on", "ends_on"))
    over = over.filter(
        ~Exists(Opinion.objects.filter(parcours=OuterRef("pk"))), ended__gte=last - ASKED_WITHIN, ended__lte=last
    )
    asked = 0
    for one in over.order_by("pk"):
        with transaction.atomic():
            enqueue(ASK, one, "1")
        asked += 1
    return asked


def give(parcours: Parcours, values: dict[str, Any]) -> Opinion:
    """Keep the five notes and the text. Raises Refused when one was given already, or when it is too late."""
    with transaction.atomic():
        if not may_give(parcours):
            raise Refused("Votre avis est déjà donné, ou il n’est plus attendu.")
        notes = {name: values[name] for name in NOTES}
        with lost_race({"parcours_id": "Votre avis est déjà donné."}):
            made = Opinion.objects.create(parcours=parcours, text=values["text"].strip(), **notes)
        if made.text:
            text = f"{parcours.session.title} ({parcours.session.number}) : un avis est à relire"
            people = region_of(parcours.session.lot)
            once = f"{timezone.localdate()}"
            notify(OpinionToRead, people, parcours.session, text, reverse("avis_liste"), dedupe_key=once)
        else:
            made.publier()
            made.save()
    return made


# --- Reading before it is shown


def may_moderate(hat: Membership) -> bool:
    return hat.kind == OrganisationKind.REGION and hat.role in MODERATORS


def publish(opinion: Opinion, hat: Membership) -> Opinion:
    """Shown from now on; those who reported it are answered."""
    with transaction.atomic():
        held = _to_moderate(opinion, hat)
        if held.state == OpinionState.PUBLIE:
            _settle(held)
            return held
        held.moderated_by, held.moderated_at, held.moderation_reason = hat, timezone.now(), ""
        held.publier()
        held.save()
        _settle(held)
        organisme = held.parcours.organisme
        if queries.are_enough(organisme.pk, queries.least_opinions()):  # until then its page shows none
            text = "Un avis sur l’une de vos sessions est publié : vous pouvez y répondre"
            notify(OpinionShown, members_of(organisme), held, text, reverse("avis_liste"))
    return held


def set_aside(opinion: Opinion, hat: Membership, reason: str) -> Opinion:
    """Not shown, for a reason that its author reads. An opinion is not set aside because it is severe."""
    if not reason.strip():
        raise Refused("Dites pourquoi cet avis n’est pas publié : son auteur le lira.")
    with transaction.atomic():
        held = _to_moderate(opinion, hat)
        held.moderated_by, held.moderated_at, held.moderation_reason = hat, timezone.now(), reason.strip()
        if held.state != OpinionState.ECARTE:
            held.ecarter()
        held.save()
        _settle(held)
    return held


def _to_moderate(opinion: Opinion, hat: Membership) -> Opinion:
    if not may_moderate(hat):
        raise Refused("La Région relit les avis.")
    return _hold(opinion)


def _settle(held: Opinion) -> None:
    held.reports.filter(settled_at=None).update(settled_at=timezone.now())


# --- Answering


def may_answer(opinion: Opinion, hat: Membership) -> bool:
    return (
        hat.kind == OrganisationKind.ORGANISME
        and opinion.parcours.organisme_id == hat.organisation_id
        and opinion.state == OpinionState.PUBLIE
    )


def answer(opinion: Opinion, hat: Membership, text: str) -> Opinion:
    """The organisme's word under the opinion; written again, the last one stands."""
    if not text.strip():
        raise Refused("Écrivez votre réponse.")
    with transaction.atomic():
        held = _hold(opinion)
        if not may_answer(held, hat):
            raise Refused("L’organisme répond à un avis publié sur l’une de ses sessions.")
        held.answer, held.answered_by, held.answered_at = text.strip(), hat, timezone.now()
        held.save(update_fields=["answer", "answered_by", "answered_at"])
    return held


# --- Reporting


def report(opinion: Opinion, reason: str, text: str, hat: Membership | None) -> OpinionReport:
    """Anyone thinks that a published opinion should not be shown: the Région reads it again. It stays meanwhile."""
    with transaction.atomic():
        held = _hold(opinion)
        if held.state != OpinionState.PUBLIE or reason not in ReportReason.values:
            raise Refused("Cet avis n’est pas publié.")
        made = OpinionReport.objects.create(opinion=held, reason=reason, text=text.strip(), hat=hat)
        session = held.parcours.session
        said = f"{session.title} ({session.number}) : un avis publié est signalé, relisez-le"
        url = reverse("avis_detail", args=[held.pk])
        notify(OpinionReported, region_of(session.lot), held, said, url, dedupe_key=f"{timezone.localdate()}")
    return made


def _hold(opinion: Opinion) -> Opinion:
    rows = Opinion.objects.select_for_update(of=("self",))
    return rows.select_related("parcours__session__lot", "parcours__organisme").get(pk=opinion.pk)
