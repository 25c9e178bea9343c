"""Sensitive facts: read for a reason, by the few who need them, each reading kept."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from stagiaires.models import SensitiveFacts, SensitiveReading, Stagiaire
from stagiaires.queries import people as queries
from stagiaires.queries.exchanges.files import may_send

FIELDS = (
    "disabled_worker",
    "accommodations",
    "work_permit_needed",
    "work_permit_until",
    "from_siae",
    "siae_contract_end",
    "allowance",
)
NOT_YOURS = "Ces informations se lisent par le conseiller qui suit la personne et par l’organisme qui l’admet."


def read(stagiaire: Stagiaire, hat: Membership, purpose: str) -> SensitiveFacts:
    """The facts, blank when nobody wrote any; the reading is kept first, with its reason.

    Raises Refused without a reason, or for a hat that does not need them.
    """
    _must_need(stagiaire, hat, purpose)
    with transaction.atomic():
        _keep(stagiaire, hat, purpose, wrote=False)
        return SensitiveFacts.objects.filter(stagiaire=stagiaire).first() or SensitiveFacts(stagiaire=stagiaire)


def write(stagiaire: Stagiaire, hat: Membership, purpose: str, values: dict[str, Any]) -> SensitiveFacts:
    """Keep the facts as they are said now. Their own history is not kept: it would be a second copy.

    Raises Refused as `read` does.
    """
    _must_need(stagiaire, hat, purpose)
    with transaction.atomic():
        _keep(stagiaire, hat, purpose, wrote=True)
        facts, _ = SensitiveFacts.objects.update_or_create(
            stagiaire=stagiaire,
            defaults={name: values[name] for name in FIELDS if name in values} | {"updated_by": hat},
        )
        events.record(stagiaire, "personne.situation", "Situation particulière mise à jour", hat=hat)
    return facts


def allowances(people: Collection[int], hat: Membership, purpose: str) -> dict[int, bool | None]:
    """Whether each of these draws an unemployment allowance, for whoever tells the payer (R83): one reading is kept for
    each, and nothing else is read. None when nobody has said. Raises Refused for another hat.
    """
    if not may_send(hat):
        raise Refused(NOT_YOURS)
    with transaction.atomic():
        SensitiveReading.objects.bulk_create(
            [SensitiveReading(stagiaire_id=pk, hat=hat, purpose=purpose[:200]) for pk in sorted(people)]
        )
        known = SensitiveFacts.objects.filter(stagiaire__in=people).values_list("stagiaire", "allowance")
        return dict.fromkeys(people) | dict(known)


def _must_need(stagiaire: Stagiaire, hat: Membership, purpose: str) -> None:
    if not queries.may_read_sensitive(hat, stagiaire):
        raise Refused(NOT_YOURS)
    if len(purpose.strip()) < 3:
        raise Refused("Dites pourquoi vous consultez ces informations : la raison est gardée avec la consultation.")


def _keep(stagiaire: Stagiaire, hat: Membership, purpose: str, *, wrote: bool) -> None:
    SensitiveReading.objects.create(stagiaire=stagiaire, hat=hat, purpose=purpose.strip()[:200], wrote=wrote)
