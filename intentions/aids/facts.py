"""What an aid after the hire is judged on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.rules import Facts, fact
from intentions.rules.terms import ContractType, EmployerKind


class AidKind(StrEnum):
    """The two aids, the second in its two forms (S1:558-574)."""

    FORMATION = "formation"
    TUTORAT = "tutorat"
    AFEST = "afest"

    @property
    def label(self) -> str:
        return _KINDS[self]

    @property
    def is_internal(self) -> bool:
        """Trained inside the company, by one of its own people."""
        return self is not AidKind.FORMATION


_KINDS = {
    AidKind.FORMATION: "Parcours emploi formation, avec un organisme de formation",
    AidKind.TUTORAT: "Parcours emploi tutorat, en tutorat",
    AidKind.AFEST: "Parcours emploi tutorat, en situation de travail (Afest)",
}


@dataclass(frozen=True)
class AidFacts(Facts):
    """Facts of an aid asked after a hire; every one is optional, None meaning not known yet."""

    aid: AidKind | None = fact("l'aide envisagée", AidKind)

    # The establishment and the hire
    employer_kind: EmployerKind | None = fact("le type d'employeur", EmployerKind)
    workplace_departement: str | None = fact("le département de l'établissement")
    headcount: int | None = fact("l'effectif de l'établissement", int, unit="salariés")
    offer_published: bool | None = fact("l'offre d'emploi a-t-elle été diffusée", bool)
    contract_type: ContractType | None = fact("le type de contrat", ContractType)
    contract_months: Decimal | None = fact("la durée du contrat", Decimal, unit="mois", hint="En mois.")
    jobseeker: bool | None = fact(
        "la personne est-elle inscrite à France Travail", bool, hint="Quelle que soit sa catégorie."
    )
    disabled: bool | None = fact("la personne est-elle reconnue travailleur handicapé", bool)
    senior: bool | None = fact("la personne est-elle sénior", bool)

    # The training
    months_to_training: Decimal | None = fact(
        "le délai entre le début du contrat et celui de la formation", Decimal, unit="mois"
    )
    training_hours: Decimal | None = fact("les heures de formation", Decimal, unit="heures")
    qualiopi_certified: bool | None = fact("l'organisme est-il certifié Qualiopi", bool)
    teaching_cost: Decimal | None = fact("le coût pédagogique de la formation", Decimal, unit="euros")
    own_trainer: bool | None = fact("un salarié ou le dirigeant formera-t-il la personne", bool)
