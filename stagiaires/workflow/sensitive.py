"""Sensitive facts: read for a reason, by the few who need them, each reading kept."""

from typing import Any

from django.db import transaction

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from stagiaires.models import SensitiveFacts, SensitiveReading, Stagiaire
from stagiaires.queries import people as queries

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


def _must_need(stagiaire: Stagiaire, hat: Membership, purpose: str) -> None:
    if not queries.may_read_sensitive(hat, stagiaire):
        raise Refused(NOT_YOURS)
    if len(purpose.strip()) < 3:
        raise Refused("Dites pourquoi vous consultez ces informations : la raison est gardée avec la consultation.")


def _keep(stagiaire: Stagiaire, hat: Membership, purpose: str, *, wrote: bool) -> None:
    SensitiveReading.objects.create(stagiaire=stagiaire, hat=hat, purpose=purpose.strip()[:200], wrote=wrote)
