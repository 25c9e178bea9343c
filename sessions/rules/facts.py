"""What a session request is judged on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.rules import Facts, Many, Verdict, fact
from orders.rules import LotFacts

from .terms import AccessMode, Aim, EntryMode, HeadCountCase, Modality


@dataclass(frozen=True)
class AttachedIntention(Facts):
    """One intention that the request stands on, as the room of intentions judges it.

    ``posts`` are those attached here; ``posts_free`` those that no other live request covers,
    these included. ``pending`` are the ids of the rules for which it still needs a derogation.
    """

    reference: str | None = fact("l'intention")
    employer: str | None = fact("l'employeur")
    verdict: Verdict | None = fact("le verdict de l'intention", Verdict, supplied=True)
    pending: tuple[str, ...] | None = fact("les dérogations à décider", Many(str), supplied=True)
    engaged_elsewhere: bool | None = fact("déjà engagée auprès d'un autre organisme", bool, supplied=True)
    departement: str | None = fact("le département du lieu de travail")
    posts: int | None = fact("les postes rattachés", int, unit="postes")
    posts_free: int | None = fact("les postes disponibles", int, unit="postes", supplied=True)
    distance_km: Decimal | None = fact("la distance au lieu de formation", Decimal, unit="km", supplied=True)
    hire_date: date | None = fact("la date d'embauche prévue", date)

    @property
    def is_valid(self) -> bool:
        """May carry an order: not refused, not tied to another organisme."""
        return self.verdict != Verdict.NON_ELIGIBLE and not self.engaged_elsewhere

    @property
    def usable_posts(self) -> int:
        """Posts that may be covered here."""
        posts: int = self.once("usable_posts", self._usable_posts)  # asked at each step of the search
        return posts

    def _usable_posts(self) -> int:
        if not self.is_valid:
            return 0
        posts = self.posts or 0
        return posts if self.posts_free is None else min(posts, max(self.posts_free, 0))


@dataclass(frozen=True)
class RequestFacts(LotFacts):
    """Facts of a session request; every one is optional, None meaning not known yet."""

    access_mode: AccessMode | None = fact("le mode d'accès", AccessMode)
    submitting: bool | None = fact("la demande est-elle envoyée", bool, supplied=True)

    # The intentions it stands on
    intentions: tuple[AttachedIntention, ...] | None = fact("les intentions d'embauche", Many(AttachedIntention))

    # What is taught
    title: str | None = fact("l'intitulé de la formation")
    objective: str | None = fact("l'objectif de la formation")
    aim: Aim | None = fact("ce que la formation vise", Aim, hint="Une certification, un bloc, ou des compétences.")
    certification_code: str | None = fact("le code de la certification (RNCP ou RS)")
    certifications: int | None = fact("le nombre de certifications préparées", int)
    lot_filiere: str | None = fact("la filière du lot", supplied=True)
    training_filiere: str | None = fact("la filière de la formation")
    on_ao_list: bool | None = fact("la formation figure-t-elle dans la liste du marché", bool, supplied=True)
    specific_need: str | None = fact("le besoin de l'employeur auquel répond une formation hors liste")
    mandatory_refused: bool | None = fact("une formation obligatoire demandée a-t-elle été refusée", bool)
    intermittence: bool | None = fact("la formation prépare-t-elle à l'intermittence", bool)
    drajes: bool | None = fact("la formation relève-t-elle de la Drajes", bool, supplied=True)
    sector_minimum: int | None = fact("l'effectif minimum fixé pour ce secteur", int, unit="stagiaires")
    licence_module: bool | None = fact("la formation prépare-t-elle au permis de conduire", bool)
    employer_opinion: bool | None = fact("l'avis de l'employeur sur le parcours", bool)
    technical_platform: str | None = fact("le plateau technique")
    prerequisites: str | None = fact("les prérequis", hint="Écrivez « aucun » s'il n'y en a pas.")

    # How, where and when
    modalities: tuple[Modality, ...] | None = fact("les modalités", Many(Modality))
    hours_centre: Decimal | None = fact("les heures en centre", Decimal, unit="heures")
    hours_distance: Decimal | None = fact("les heures à distance", Decimal, unit="heures")
    hours_refresher: Decimal | None = fact("les heures de remise à niveau", Decimal, unit="heures")
    hours_company: Decimal | None = fact("les heures de stage chez l'employeur de l'intention", Decimal, unit="heures")
    hours_company_other: Decimal | None = fact("les heures de stage chez un autre employeur", Decimal, unit="heures")
    entry_mode: EntryMode | None = fact("les entrées : dates fixes ou permanentes", EntryMode)
    starts_on: date | None = fact("le début de la session", date)
    ends_on: date | None = fact("la fin de la session", date)
    training_departement: str | None = fact("le département du lieu de formation")
    lot_departements: tuple[str, ...] | None = fact("les départements du lot", Many(str), supplied=True)
    lot_territory: tuple[str, ...] | None = fact("le territoire du lot, plus fin", Many(str), supplied=True)
    place_in_territory: bool | None = fact("le lieu est-il dans ce territoire plus fin", bool, supplied=True)
    place: str | None = fact("le lieu de formation")
    place_known: bool | None = fact("le lieu est-il connu dans le lot", bool, supplied=True)
    place_reason: str | None = fact("pourquoi ce lieu ou ce territoire")
    contact: str | None = fact("la personne à joindre")

    # For how many
    seats: int | None = fact("le nombre de places", int, unit="places")
    composantes: int | None = fact("le nombre de composantes", int, unit="composantes")
    twins: tuple[str, ...] | None = fact(
        "les autres demandes en cours pour la même formation, aux mêmes dates et au même lieu",
        Many(str),
        supplied=True,
    )
    head_count_case: HeadCountCase | None = fact("le cas d'effectif", HeadCountCase)
    existing_group: str | None = fact("la nature du groupe existant", hint="Apprentis, par exemple.")
    complements: str | None = fact("la session commandée que l'on complète")
    same_domain: bool | None = fact("le domaine de formation est-il identique", bool)
    balance_statement: bool | None = fact("l'attestation d'équilibre financier", bool)
    price_unchanged: bool | None = fact("le prix reste-t-il inchangé", bool)

    # Its way through the Région
    authorised: bool | None = fact("la session est-elle autorisée", bool, supplied=True)
    decided_by_agent: bool | None = fact("un agent de la Région a-t-il décidé", bool, supplied=True)
    published: bool | None = fact("la session est-elle affichée", bool, supplied=True)
    overtakes: int | None = fact("les demandes complètes plus anciennes", int, supplied=True)
    overtaking_reason: str | None = fact("le motif du dépassement de rang")

    @property
    def is_socle(self) -> bool:
        return self.access_mode == AccessMode.SOCLE

    @property
    def is_permanent(self) -> bool:
        return self.entry_mode == EntryMode.PERMANENTES

    @property
    def posts_covered(self) -> int | None:
        """Posts of the valid intentions attached (None when no intention is known yet)."""
        if self.intentions is None:
            return None
        intentions = self.intentions
        covered: int = self.once("posts_covered", lambda: sum(i.usable_posts for i in intentions))
        return covered

    @property
    def employers(self) -> int:
        """Number of distinct employers among the intentions."""
        return len({i.employer for i in self.intentions or () if i.employer})
