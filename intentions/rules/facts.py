"""What an intention is judged on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.rules import Facts, Many, fact

from .terms import (
    ContractType,
    EmployerKind,
    LowHoursReason,
    Milestone,
    Origin,
    OutsideReason,
    ShortContractReason,
    StatementKind,
)


@dataclass(frozen=True)
class IntentionFacts(Facts):
    """Facts of a hiring intention; every one is optional, None meaning not known yet."""

    # Who asks
    origin: Origin | None = fact("l'origine du besoin", Origin)
    channel: str | None = fact("le canal par lequel le besoin est arrivé")
    need_from_survey: bool | None = fact("le besoin vient-il de l'enquête BMO", bool)
    employer_named: bool | None = fact("le nom de l'employeur prêt à embaucher", bool)
    guarantor_named: bool | None = fact("qui se porte garant de l'employeur", bool)

    # The employer
    employer_kind: EmployerKind | None = fact("le type d'employeur", EmployerKind)
    headcount: int | None = fact("l'effectif", int, unit="salariés")
    workplace_departement: str | None = fact(
        "le département du lieu de travail",
        hint="Celui où la personne travaillera, pas celui du siège.",
    )
    workplace_commune: str | None = fact("la commune du lieu de travail")
    outside_reason: OutsideReason | None = fact("la raison d'un lieu de travail hors de la région", OutsideReason)
    sector_has_lot: bool | None = fact("un lot couvre-t-il ce secteur", bool, supplied=True)

    # The job
    job_title: str | None = fact("l'intitulé du poste")
    rome: str | None = fact("le métier (code ROME)")
    posts: int | None = fact("le nombre de postes", int, unit="postes")
    post_is_new: bool | None = fact("le poste est-il créé ou vacant", bool)
    wished_start: date | None = fact("la date de démarrage souhaitée", date)
    hire_date: date | None = fact("la date d'embauche prévue", date)
    training_end: date | None = fact("la fin de la formation", date, supplied=True)
    training_need: str | None = fact("ce que la personne doit apprendre")

    # The contract
    contract_type: ContractType | None = fact("le type de contrat", ContractType)
    contract_months: Decimal | None = fact("la durée du contrat", Decimal, unit="mois", hint="En mois.")
    short_contract_reason: ShortContractReason | None = fact("la raison d'un contrat court", ShortContractReason)
    weekly_hours: Decimal | None = fact("le temps de travail par semaine", Decimal, unit="heures", hint="En moyenne.")
    low_hours_reason: LowHoursReason | None = fact("la raison d'un temps de travail réduit", LowHoursReason)

    # The commitment
    written_statement: bool | None = fact(
        "l'intention écrite",
        bool,
        hint="Un courrier, un courriel, ou la déclaration à signer en ligne.",
    )
    statement_kind: StatementKind | None = fact("la forme de l'écrit", StatementKind)
    statement_signed_on: date | None = fact("la date de la déclaration en ligne", date)
    commitment: bool | None = fact("l'engagement de recruter à l'issue de la session", bool)
    milestones: tuple[Milestone, ...] | None = fact("les étapes auxquelles l'employeur participera", Many(Milestone))
    other_engaged_organisme: bool | None = fact(
        "un autre organisme est-il déjà engagé pour la même formation", bool, supplied=True
    )
