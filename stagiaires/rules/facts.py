"""What an admission, a way through training and the whole programme are judged on.

No fact says a disability nor a sex: the rules need to know that the file holds them, never what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.rules import Facts, Many, fact
from sessions.rules.terms import AccessMode

from .terms import Answer, Category, Decider, Extra, Project, Recovery, RefusalReason, Result, Step


@dataclass(frozen=True)
class AdmissionFacts(Facts):
    """One person and one session, before and at the entry; None means not known yet."""

    access_mode: AccessMode | None = fact("le mode d'accès de la session", AccessMode, supplied=True)
    entry_on: date | None = fact("la date d'entrée en formation", date)

    # The person
    age: int | None = fact("l'âge à l'entrée", int, unit="ans")
    registered: bool | None = fact("l'inscription à France Travail", bool)
    category: Category | None = fact("la catégorie d'inscription", Category)
    employee: bool | None = fact("la personne est-elle salariée", bool)
    work_permit_needed: bool | None = fact("faut-il une autorisation de travail", bool)
    work_permit: bool | None = fact("l'autorisation de travail", bool)
    work_permit_until: date | None = fact("la fin de validité de l'autorisation de travail", date)
    from_siae: bool | None = fact("la personne sort-elle d'une structure d'insertion (SIAE)", bool)
    siae_contract_end: date | None = fact("la fin du contrat avec la structure d'insertion", date)
    level: str | None = fact("le niveau d'études")
    residence_departement: str | None = fact("le département de résidence")
    sex_recorded: bool | None = fact("le sexe renseigné au dossier", bool, supplied=True)
    allowance: bool | None = fact("la personne touche-t-elle une allocation chômage", bool)
    clea: bool | None = fact("la personne détient-elle le certificat CléA", bool)
    previous_step: Step | None = fact("ce qui précède la session", Step)
    project: Project | None = fact("le projet professionnel", Project)
    project_validated: bool | None = fact("le projet professionnel est-il validé", bool)
    other_funder: str | None = fact("l'autre financeur de la formation")
    nosemplois_checked: bool | None = fact("l'inscription vérifiée sur nosemplois.fr", bool)

    # The place that is given
    brought_intention: bool | None = fact("la personne apporte-t-elle une intention d'embauche", bool)
    has_post: bool | None = fact("un poste libre d'une intention de la session", bool, supplied=True)
    funded_by_region: bool | None = fact("la Région finance-t-elle le parcours", bool)
    joins_running_group: bool | None = fact("la personne rejoint-elle un groupe déjà constitué", bool)
    progression_compatible: bool | None = fact("la progression pédagogique permet-elle l'arrivée", bool)
    replaces_leaver: bool | None = fact("la personne remplace-t-elle un abandon", bool)
    organisme_can_replace: bool | None = fact("l'organisme peut-il gérer ce remplacement", bool)
    working_rate: Decimal | None = fact("le rythme de la formation", Decimal, unit="%")
    salaried_commitment: bool | None = fact("l'engagement signé de se salarier dans une entreprise partenaire", bool)
    individual_contract: bool | None = fact("le contrat individuel de formation", bool)

    # The answer
    answer: Answer | None = fact("la réponse donnée au candidat", Answer)
    admitted_by: Decider | None = fact("qui valide l'intégration", Decider)
    refusal_reason: RefusalReason | None = fact("le motif du refus", RefusalReason)
    refresher_offered: bool | None = fact("une remise à niveau est-elle proposée", bool)
    proposal: str | None = fact("ce qui est proposé au candidat refusé")

    @property
    def on_intention(self) -> bool:
        """True when the session stands on hiring intentions: neither the socle nor an unknown way in."""
        return self.access_mode == AccessMode.INTENTION

    @property
    def is_refused(self) -> bool:
        return self.answer == Answer.REFUSE


@dataclass(frozen=True)
class ParcoursFacts(Facts):
    """One person's way through the training and out of it."""

    session_hours: Decimal | None = fact("les heures prévues pour la session", Decimal, unit="heures", supplied=True)
    hours: Decimal | None = fact("les heures du parcours", Decimal, unit="heures")
    reference_hours: Decimal | None = fact("les heures du référentiel", Decimal, unit="heures")
    extras: tuple[Extra, ...] | None = fact("ce qui allonge le parcours", Many(Extra))
    result: Result | None = fact("le résultat de la formation", Result)
    certificate_given: bool | None = fact("l'attestation remise au stagiaire", bool)
    recovery: Recovery | None = fact("ce qui est demandé après l'échec", Recovery)
    employer_asks: bool | None = fact("la demande vient-elle de l'employeur", bool)
    session_planned: bool | None = fact("une nouvelle session est-elle prévue", bool, supplied=True)
    next_step: Step | None = fact("la suite du parcours", Step)
    next_step_reason: str | None = fact("pourquoi cette suite")
    left: bool | None = fact("la personne est-elle sortie", bool, supplied=True)
    skills_profile_updated: bool | None = fact("le profil de compétences mis à jour", bool)
    closing: bool | None = fact("le dossier est-il à clore", bool, supplied=True)
    outside_agora: bool | None = fact("le dossier est-il hors du périmètre d'AGORA", bool, supplied=True)
    sent_to_agora: bool | None = fact("le dossier est-il transmis à AGORA", bool, supplied=True)


@dataclass(frozen=True)
class ProgrammeFacts(Facts):
    """The programme, or one lot, over a period."""

    mean_hours: Decimal | None = fact("la durée moyenne des parcours", Decimal, unit="heures", supplied=True)
    entries: int | None = fact("les entrées en formation", int, supplied=True)
    disabled_entries: int | None = fact("les entrées de travailleurs handicapés", int, supplied=True)
