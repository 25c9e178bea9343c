"""Naming the employer of an intention: a known establishment, one found in the company register, or a name."""

from typing import Any

from core.accounts import companies
from core.accounts.enums import EmployerNature, OrganisationKind
from core.accounts.models import Membership, Organisation
from core.reference.models import Commune
from intentions.models import Intention


class EmployerProblem(Exception):
    """Why no employer could be named, at which question."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def name_employer(
    intention: Intention, given: dict[str, Any], *, hat: Membership | None, ask_register: bool = True
) -> dict[str, Any]:
    """From the answers of the first step to the `employer` to keep (nothing when there is none yet).

    An employer who answers himself says his nature if nobody has; the others name him by SIRET or by name.
    `ask_register=False` inside a transaction and in bulk: the name given is enough.
    A known organisation is never changed by someone else, except for a nature that nobody has given yet.
    """
    nature = given.get("nature") or ""
    if hat is None or hat.organisation_id == intention.employer_id:
        own = Organisation.objects.filter(pk=intention.employer_id or 0).exclude(nature=nature)
        if nature:
            # The bearer of a link has no account: he fills a blank, he does not change what is known.
            (own.filter(nature="") if hat is None else own).update(nature=nature)
        return {}
    siret, name = given.get("siret", ""), given.get("employer_name", "")
    employer = _found(intention, siret, name, nature, ask_register=ask_register)
    if employer is None:
        return {}
    if nature and not employer.nature:
        Organisation.objects.filter(pk=employer.pk, nature="").update(nature=nature)
        employer.refresh_from_db()
    return {"employer": employer}


def _found(intention: Intention, siret: str, name: str, nature: str, *, ask_register: bool) -> Organisation | None:
    now = intention.employer
    if now is not None and (siret, name) in ((now.siret, now.name), (now.siret, ""), ("", now.name)):
        return now
    if siret:
        known = Organisation.objects.filter(kind=OrganisationKind.EMPLOYEUR, siret=siret).first()
        return known or _new(siret, name, nature, ask_register=ask_register)
    if not name:
        return None
    # Without a number, the same name filed twice is one employer: the portal knows nothing to tell them apart.
    same = Organisation.objects.filter(kind=OrganisationKind.EMPLOYEUR, siret="", name__iexact=name)
    return same.order_by("pk").first() or Organisation.objects.create(
        kind=OrganisationKind.EMPLOYEUR, name=name, nature=nature
    )


def _new(siret: str, name: str, nature: str, *, ask_register: bool) -> Organisation:
    """An establishment that the portal does not know yet: from the register, or by the name typed.

    The register is another's server: it is never asked inside a transaction.
    """
    try:
        found = companies.lookup(siret) if ask_register else None
    except companies.CompanyServiceAway:
        found = None
        why = "L’annuaire des entreprises ne répond pas. Écrivez le nom, et continuez."
    else:
        why = "L’annuaire ne connaît pas ce SIRET. Vérifiez-le, ou écrivez le nom de l’employeur."
    if found is None and not name:
        raise EmployerProblem("employer_name", why)
    if found is not None and not found.is_open:
        raise EmployerProblem("siret", f"L’établissement {found.name} est fermé. Donnez le SIRET d’un autre.")
    facts = _facts(found) if found else {"name": name, "legal_name": name, "nature": nature}
    return Organisation.objects.get_or_create(kind=OrganisationKind.EMPLOYEUR, siret=siret, defaults=facts)[0]


def _facts(found: companies.CompanyFacts) -> dict[str, Any]:
    """What the register says, for the fields of an organisation. Its guess of the nature is left to be asked."""
    return {
        "name": found.name,
        "legal_name": found.legal_name,
        "address": found.address,
        "postcode": found.postcode,
        "city": found.city,
        "commune": Commune.objects.filter(pk=found.commune).first(),
        "headcount": found.headcount,
        "naf": found.naf,
        "collective_agreement": found.collective_agreement,
        "nature": found.nature if found.nature in (EmployerNature.SIAE, EmployerNature.ETTI) else "",
    }
