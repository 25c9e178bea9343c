"""Organisations: opened, found again by SIRET, corrected, closed and opened again."""

from typing import Any

from django.db import IntegrityError, transaction

from core.accounts.companies import CompanyFacts
from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation, User
from core.accounts.workflow.rights import must_manage
from core.journal.events import record
from core.journal.refusals import Refused
from core.reference.models import Commune


class AlreadyRegistered(Exception):
    """An organisation of this kind has this SIRET already: one asks to be let in."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.pk)
        self.organisation = organisation


def fields_from(facts: CompanyFacts, kind: str) -> dict[str, Any]:
    """What public facts fill of an organisation of this kind."""
    fields: dict[str, Any] = {
        "name": facts.name,
        "legal_name": facts.legal_name,
        "address": facts.address,
        "postcode": facts.postcode,
        "city": facts.city,
        "commune": Commune.objects.filter(pk=facts.commune).first() if facts.commune else None,
        "headcount": facts.headcount,
        "naf": facts.naf,
        "collective_agreement": facts.collective_agreement,
    }
    if kind == OrganisationKind.EMPLOYEUR:
        fields["nature"] = facts.nature
    if kind == OrganisationKind.ORGANISME:
        fields["nda"] = facts.nda
    return fields


def organisation_from_siret(siret: str, kind: str, facts: CompanyFacts | None = None, **fields: Any) -> Organisation:
    """The organisation of this kind with this SIRET, made from public facts (and `fields`, which win) if absent.

    Two callers at once get the same one. An existing organisation is not touched. Without facts, `fields`
    must give the name. Facts are looked up before, outside any transaction.
    """
    return find_or_create(siret, kind, {**(fields_from(facts, kind) if facts else {}), **fields})[0]


def find_or_create(siret: str, kind: str, fields: dict[str, Any]) -> tuple[Organisation, bool]:
    """(the organisation, whether it was made now). The unique constraint settles a race."""
    found = Organisation.objects.filter(siret=siret, kind=kind).first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return Organisation.objects.create(siret=siret, kind=kind, **fields), True
    except IntegrityError:
        winner = Organisation.objects.filter(siret=siret, kind=kind).first()
        if winner is None:  # another constraint spoke
            raise
        return winner, False


@transaction.atomic
def register_employer(user: User, siret: str, fields: dict[str, Any]) -> Membership:
    """« Je suis employeur »: open the establishment and make the person its administrator.

    Raises:
        AlreadyRegistered: the SIRET is known; nothing was changed.
    """
    organisation, created = find_or_create(siret, OrganisationKind.EMPLOYEUR, fields)
    if not created:
        raise AlreadyRegistered(organisation)
    hat = Membership.objects.create(user=user, organisation=organisation, role=Role.ADMINISTRATEUR)
    record(organisation, "organisation.inscrite", "Établissement inscrit par son employeur", hat=hat)
    return hat


@transaction.atomic
def open_organisation(hat: Membership, kind: str, fields: dict[str, Any]) -> Organisation:
    """The Région opens an organisation.

    Raises:
        Refused: this hat may not, or the organisation exists already.
    """
    if hat.kind != OrganisationKind.REGION or hat.role != Role.ADMINISTRATEUR:
        raise Refused("Seule une personne qui administre le portail pour la Région ouvre une organisation.")
    if kind == OrganisationKind.REGION:
        raise Refused("La Région est déjà inscrite.")
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(kind=kind, **fields)
    except IntegrityError as error:
        raise Refused("Une organisation de ce type porte déjà ce SIRET.") from error
    record(organisation, "organisation.ouverte", "Organisation ouverte par la Région", hat=hat)
    return organisation


@transaction.atomic
def correct(hat: Membership, organisation: Organisation, changed: list[str]) -> None:
    """Save an organisation's corrected details (`changed`: names of the fields, already set and checked).

    Raises:
        Refused: this hat does not manage the organisation.
    """
    must_manage(hat, organisation)
    if changed:
        organisation.save(update_fields=changed)
        labels = [str(Organisation._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]
        record(organisation, "organisation.corrigee", f"Coordonnées corrigées : {', '.join(labels)}"[:300], hat=hat)


@transaction.atomic
def set_active(hat: Membership, organisation: Organisation, *, active: bool) -> None:
    """Close an organisation (its people no longer wear its hats), or open it again. Nothing is deleted.

    Raises:
        Refused: this hat may not, or it is the Région itself.
    """
    if hat.kind != OrganisationKind.REGION or hat.role != Role.ADMINISTRATEUR:
        raise Refused("Seule une personne qui administre le portail pour la Région ferme une organisation.")
    if organisation.kind == OrganisationKind.REGION:
        raise Refused("La Région ne peut pas se fermer elle-même.")
    if not Organisation.objects.filter(pk=organisation.pk, is_active=not active).update(is_active=active):
        raise Refused("C’est déjà fait.")
    organisation.is_active = active
    label = "Organisation rouverte" if active else "Organisation fermée"
    record(organisation, "organisation.rouverte" if active else "organisation.fermee", label, hat=hat)
