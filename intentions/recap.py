"""The answers of an intention in words, group by group, for the check page, the detail, the receipt."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from core.ui.french import heures_courtes, jour, liste, majuscule, moment, nombre, pluriel
from core.ui.parts import Fact
from intentions.enums import Milestone
from intentions.models import Intention


@dataclass(frozen=True)
class Group:
    """One step's answers. `url`: where to change them, empty when they stand."""

    title: str
    slug: str
    url: str
    facts: list[Fact] = field(default_factory=list)


def recap_of(intention: Intention, urls: dict[str, str] | None = None) -> list[Group]:
    """The five groups, in the order of the steps, without the questions that do not apply."""
    links = urls or {}
    groups = (
        ("L’entreprise", "entreprise", _employer(intention)),
        ("Le poste", "poste", _post(intention)),
        ("Le contrat", "contrat", _contract(intention)),
        ("La formation", "formation", _training(intention)),
        ("L’engagement", "engagement", _commitment(intention)),
    )
    return [Group(title, slug, links.get(slug, ""), facts) for title, slug, facts in groups]


def _employer(intention: Intention) -> list[Fact]:
    employer = intention.employer
    facts = [
        Fact("Employeur", employer.name if employer else ""),
        Fact("SIRET", _siret(employer.siret) if employer else ""),
        Fact("Type d’employeur", employer.get_nature_display() if employer else "", "R20"),
        Fact("Personne à joindre", intention.contact_name),
        Fact("Adresse électronique", intention.contact_email),
        Fact("Téléphone", intention.contact_phone),
        Fact("Origine du besoin", intention.get_origin_display(), "R13"),
    ]
    if intention.guarantor:
        facts.append(Fact("Se porte garant", intention.guarantor, "R08"))
    if intention.need_from_survey:
        facts.append(Fact("Besoin relevé par une enquête", "Oui", "R08"))
    if intention.interlocutor:
        facts.append(Fact("Interlocuteur", intention.interlocutor, "R16"))
    return facts


def _post(intention: Intention) -> list[Fact]:
    facts = [
        Fact("Métier", str(intention.metier) if intention.metier else ""),
        Fact("Intitulé", intention.job_title),
        Fact("Nombre de postes", pluriel(intention.post_count, "poste") if intention.post_count else "", "R11"),
        Fact("Création de poste", _yes_no(intention.post_is_new), "R28"),
        Fact("Lieu de travail", _place(intention), "R22"),
    ]
    if intention.user_company:
        facts.append(Fact("Entreprise de la mission", intention.user_company, "R26"))
    if intention.outside_reason:
        reason = intention.get_outside_reason_display()
        facts.append(Fact("Hors de la région", _joined(reason, intention.out_of_region_reason), "R22"))
    return facts


def _contract(intention: Intention) -> list[Fact]:
    months = intention.contract_months
    hours = intention.weekly_hours
    facts = [
        Fact("Contrat", intention.get_contract_type_display(), "R29"),
        Fact("Durée", f"{nombre(months)}\u00a0mois" if months else "", "R31"),
        Fact("Temps de travail", f"{heures_courtes(hours)} par semaine" if hours else "", "R32"),
        Fact("Embauche souhaitée", majuscule(jour(intention.hire_on)) if intention.hire_on else ""),
    ]
    if intention.contract_type not in ("cdd", "interim"):
        facts.pop(1)
    if intention.short_contract_reason:
        facts.append(Fact("Raison d’un contrat court", intention.get_short_contract_reason_display(), "R31"))
    if intention.low_hours_reason:
        facts.append(Fact("Raison d’un temps réduit", intention.get_low_hours_reason_display(), "R32"))
    if intention.reason_detail:
        facts.append(Fact("Précisions", intention.reason_detail))
    return facts


def _training(intention: Intention) -> list[Fact]:
    start = intention.training_start_wished
    return [
        Fact("Formation souhaitée", intention.training_title),
        Fact("Ce qu’il faut apprendre", intention.training_need),
        Fact("Certification", str(intention.certification) if intention.certification else "Sans certification", "R46"),
        Fact("Début souhaité", majuscule(jour(start)) if start else ""),
    ]


def _commitment(intention: Intention) -> list[Fact]:
    steps = liste(Milestone(m).label.lower() for m in intention.milestones)
    return [
        Fact("Étapes rejointes", majuscule(steps) if steps else "", "R04"),
        Fact("Engagement de recruter", _yes_no(intention.commitment), "R04"),
        Fact("Intention écrite", statement_words(intention), "R02"),
    ]


def statement_words(intention: Intention) -> str:
    """How the written intention was given: signed online, joined, received by an import."""
    if intention.statement_signed_at:
        when = moment(timezone.localtime(intention.statement_signed_at))
        return f"Déclaration signée en ligne par {intention.statement_signed_by}, le {when}"
    if intention.statement_file:
        return intention.statement_name
    return "Reçue par écrit" if intention.statement_text else ""


def _place(intention: Intention) -> str:
    commune = str(intention.workplace_commune) if intention.workplace_commune else ""
    return ", ".join(part for part in (intention.workplace_address, commune) if part)


def _siret(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}".replace(" ", "\u00a0") if number else ""


def _yes_no(value: Any) -> str:
    return "" if value is None else "Oui" if value else "Non"


def _joined(label: str, detail: str) -> str:
    return f"{label}. {detail}" if detail else label
