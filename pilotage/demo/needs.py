"""Hiring intentions: what employers ask for, in their own words, filed as a person would."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.reference.models import Commune
from core.ui.french import a_commune, liste
from intentions import workflow
from intentions.enums import (
    ContractType,
    DerogationState,
    IntentionState,
    LowHoursReason,
    Milestone,
    OutsideReason,
    ShortContractReason,
)
from intentions.models import Intention
from pilotage.demo.catalogue import Trade
from pilotage.demo.people import World

# Contract, months, hours a week, out of a hundred.
CONTRACTS = (
    (58, ContractType.CDI, None, 35),
    (22, ContractType.CDD, 8, 35),
    (6, ContractType.APPRENTISSAGE, None, 35),
    (3, ContractType.PROFESSIONNALISATION, None, 35),
    (4, ContractType.CDI, None, 28),
    (7, ContractType.INTERIM, 9, 35),
)
WHY = (
    "Notre carnet de commandes grandit et nous ne trouvons pas de candidat formé.",
    "Deux départs à la retraite sont prévus dans l’année.",
    "Nous ouvrons une seconde équipe au printemps.",
    "Le poste est ouvert depuis plusieurs mois sans candidature qui convienne.",
    "Nous voulons recruter près de chez nous et former à nos façons de faire.",
)
GRANTED = "La saison est courte, et l’employeur reprend ses salariés d’une année sur l’autre."
GIVEN_UP = (
    "Le poste est pourvu en interne.",
    "Le chantier prévu est reporté d’un an.",
    "Nous avons recruté une personne déjà formée.",
)
SET_ASIDE = (
    "Le besoin relève d’une adaptation courte au poste : une action de formation préalable au recrutement convient.",
    "Le métier demande un diplôme d’État que ce dispositif ne prépare pas.",
)


@dataclass
class Need:
    """One intention to be filed. `twist` is what makes it special: "court", "reduit", "hors_region", or nothing."""

    employer: Membership
    trade: Trade
    town: Commune
    posts: int
    start: date
    twist: str = ""
    author: Membership | None = None


def file_need(world: World, need: Need) -> Intention:
    """Write the intention step by step and file it; signed online by the employer, or joined by who files for him."""
    author = need.author or need.employer
    draft = write_need(world, need)
    if author.organisation.kind == OrganisationKind.EMPLOYEUR:
        draft = workflow.sign(draft, str(author.user), hat=author)
    return workflow.deposit(draft, hat=author, other_post=True)


def write_need(world: World, need: Need) -> Intention:
    """The draft with all its answers, not yet signed."""
    author = need.author or need.employer
    answers = _answers(world, need)
    if author.pk != need.employer.pk:
        answers |= {
            "employer": need.employer.organisation,
            "guarantor": str(author.user),
            "statement_text": _letter(need),
        }
    return workflow.answer(workflow.start(author), answers, hat=author)


def _answers(world: World, need: Need) -> dict[str, Any]:
    rng, trade, person = world.rng, need.trade, need.employer.user
    _, contract, months, hours = rng.choices(CONTRACTS, [row[0] for row in CONTRACTS])[0]
    answers: dict[str, Any] = {
        "contact_name": str(person),
        "contact_email": person.email,
        "contact_phone": need.employer.organisation.phone,
        "metier": trade.metier,
        "job_title": trade.job,
        "post_count": need.posts,
        "post_is_new": rng.random() < 0.6,
        "workplace_commune": need.town,
        "workplace_address": need.employer.organisation.address,
        "training_title": trade.title,
        "training_need": need_text(world, trade),
        "certification": trade.certification,
        "training_start_wished": need.start,
        "hire_on": need.start + timedelta(days=rng.randint(140, 190)),
        "contract_type": contract,
        "contract_months": months,
        "weekly_hours": Decimal(hours),
        "milestones": sorted(
            rng.sample([str(step) for step in Milestone], rng.randint(1, 5)) or [str(Milestone.STAGE)]
        ),
        "milestones_answered": True,
        "commitment": True,
    }
    match need.twist:
        case "court":
            answers |= {
                "contract_type": ContractType.CDD,
                "contract_months": rng.randint(3, 5),
                "weekly_hours": Decimal(35),
                "short_contract_reason": ShortContractReason.SAISONNIER,
                "reason_detail": "L’activité suit la saison ; les salariés reviennent d’une année sur l’autre.",
            }
        case "reduit":
            answers |= {
                "contract_type": ContractType.CDI,
                "contract_months": None,
                "weekly_hours": Decimal(20),
                "low_hours_reason": LowHoursReason.BOE,
                "reason_detail": "Le poste est aménagé pour une personne reconnue travailleur handicapé.",
            }
        case "hors_region":
            answers |= {
                "outside_reason": OutsideReason.BASSIN_FRONTALIER,
                "out_of_region_reason": "L’atelier est à vingt minutes de la région, et nos salariés en viennent.",
            }
    return answers


def need_text(world: World, trade: Trade) -> str:
    """What must be learnt, as an employer says it."""
    skills = world.rng.sample(trade.learn, min(3, len(trade.learn)))
    return f"{world.rng.choice(WHY)} La personne devra savoir\u00a0: {liste(skills)}."


def _letter(need: Need) -> str:
    return (
        f"Bonjour, nous avons l’intention de recruter {need.posts} personne{'s' if need.posts > 1 else ''} au poste de "
        f"{need.trade.job.lower()}, {a_commune(need.town.name)}, à l’issue d’une formation. {need.employer.user}, "
        f"{need.employer.organisation}"
    )


def settle_derogations(world: World, intention: Intention, *, granted: bool = True) -> None:
    """The décideur answers every derogation that the intention asks for."""
    for row in intention.derogations.filter(state=DerogationState.DEMANDEE):
        reason = GRANTED if granted else "L’employeur peut proposer un contrat de six mois : la règle s’applique."
        workflow.decide_derogation(row, granted=granted, reason=reason, hat=world.hats["region"])


def qualify(world: World, intention: Intention) -> None:
    """A gestionnaire answers, unless the intention has moved meanwhile."""
    intention.refresh_from_db()
    if intention.state == IntentionState.DEPOSEE:
        workflow.qualify(intention, hat=world.rng.choice(world.desk), note="Besoin confirmé au téléphone.")
