"""What an organisme writes in a session request: texts, hours, dates, place, head count."""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from core.accounts.models import Membership
from core.reference.geography import distance_km
from core.reference.models import CertificationBlock, Commune
from core.ui.french import liste
from intentions.models import Intention
from orders.enums import LotRole
from pilotage.demo.catalogue import Trade
from pilotage.demo.market import LotPlan
from pilotage.demo.people import World
from sessions.enums import AccessMode, Aim, EntryMode, HeadCountCase, Modality, Pathway, Teaching
from sessions.models import Session, SessionRequest

MEAN_HOURS, SPREAD, LEAST, MOST = 750, 200, 70, 1400  # hours of one parcours
NEAR = 45  # km between the employers and the place of training
REASONS = {
    "R22": "L’employeur est dans le même bassin d’emploi que les autres.",
    "R31": "L’activité est saisonnière et les salariés sont repris chaque année.",
    "R32": "Le poste est aménagé pour la santé de la personne.",
    "R42": "L’employeur demande ces gestes-là, et aucune certification de la liste ne les réunit.",
    "R43": "Les candidats habitent de l’autre côté de la limite du département.",
    "R44": "Nos ateliers sont pris jusqu’à l’été ; ce lieu est équipé et plus proche des employeurs.",
    "R55": "L’employeur ne peut accueillir de stagiaire pendant ses travaux ; il reçoit le groupe en visite.",
    "R69": "Le groupe est petit, le prix ne change pas et nos charges sont couvertes.",
}
TEACHING = (Teaching.PRESENTIEL,) * 7 + (Teaching.MIXTE,) * 2


@dataclass
class Plan:
    """One request to be lived: who asks, for what, when; `fate` is how it ends, `twist` what makes it special."""

    fate: str
    lot: LotPlan
    hat: Membership
    trade: Trade
    start: date
    sent: datetime
    decided: datetime | None = None
    twist: str = ""
    seats: int = 8
    trait: str = ""
    with_demo_employer: bool = False
    longest: int = MOST  # hours of one parcours
    intentions: list[Intention] = field(default_factory=list)
    request: SessionRequest | None = None

    @property
    def is_socle(self) -> bool:
        return self.twist == "socle"


def seats_of(world: World, twist: str) -> int:
    """From five to fourteen, eight most often; fewer on the routes that allow it (R67-R72)."""
    small = {"groupe_existant": (2, 4), "equilibre": (3, 4), "permanentes": (1, 6), "complementaire": (1, 3)}
    if twist in small:
        return world.rng.randint(*small[twist])
    return round(world.rng.triangular(4.6, 14.4, 8))


def towns_around(world: World, plan: Plan) -> list[Commune]:
    """Where the employers of this request are: near the place, within the départements of the lot."""
    site = plan.lot.places[plan.hat.organisation_id].commune
    towns = [town for code in plan.lot.departements for town in world.catalogue.towns[code]]
    ranked = sorted(towns, key=lambda town: (distance_km(site, town) or Decimal(999), town.code))
    near = [town for town in ranked if (distance_km(site, town) or Decimal(999)) <= NEAR]
    return (near or ranked)[:10]


def describe(world: World, plan: Plan) -> tuple[dict[str, Any], dict[str, list[Model]]]:
    """The answers of the whole form: values by field, and blocks."""
    rng, trade = world.rng, plan.trade
    hours = _hours(world, plan)
    weeks = math.ceil(sum(hours.values()) / 35)
    certification = None if plan.twist == "hors_liste" else trade.certification
    aim, blocks = _aim(world, certification)
    values: dict[str, Any] = {
        "lot": plan.lot.lot,
        "mandataire_informed": {hat.pk: role for hat, role in plan.lot.members}[plan.hat.pk] == LotRole.COTRAITANT,
        "title": trade.title if aim != Aim.SANS_CERTIFICATION else f"{trade.title}, sans certification",
        "objective": f"À l’issue de la formation, chaque personne saura\u00a0: {liste(trade.learn)}.",
        "content": _content(trade),
        "expected_results": _results(trade, certification, aim),
        "aim": aim,
        "certification": certification,
        "metier": trade.metier,
        "formacodes": list(trade.formacodes),
        "employer_opinion": "" if plan.is_socle else _opinion(world),
        "prerequisites": trade.prerequisites,
        "level_in": trade.level_in,
        "teaching": Teaching.MIXTE if hours["hours_distance"] else Teaching.PRESENTIEL,
        "modalities": [Modality.CENTRE, Modality.ENTREPRISE, *([Modality.DISTANCE] if hours["hours_distance"] else [])],
        "pathway": rng.choice([Pathway.INDIVIDUALISE, Pathway.INDIVIDUALISE, Pathway.GROUPE, Pathway.MODULARISE]),
        "rhythm": "Temps plein, 35 heures par semaine, en alternant le centre et l’entreprise.",
        "weekly_hours": Decimal(35),
        **hours,
        "starts_on": plan.start,
        "ends_on": plan.start + timedelta(days=7 * weeks + rng.choice((4, 11))),
        "registration_until": plan.start - timedelta(days=7),
        "place": plan.lot.places[plan.hat.organisation_id],
        "accessibility": "Locaux de plain-pied ; le parcours s’adapte avec le référent handicap.",
        "catering": rng.choice(["Salle équipée pour déjeuner sur place.", "Restaurant à deux pas.", ""]),
        "transport": rng.choice(["Arrêt de bus à cinq minutes.", "Parking gratuit, covoiturage organisé.", ""]),
        "technical_platform": "Atelier équipé comme en entreprise." if hours["hours_centre"] > 300 else "",
        "seats": plan.seats,
        "contact_name": str(plan.hat.user),
        "contact_email": plan.hat.organisation.email,
        "contact_phone": plan.hat.organisation.phone,
        "recruitment": "Réunion d’information, test de positionnement, puis entretien avec l’organisme.",
        "network_referent": "Équipe formation de l’agence la plus proche",
    }
    values |= _twisted(world, plan)
    return values, {"blocks": blocks}


def _hours(world: World, plan: Plan) -> dict[str, Decimal]:
    """Whole hours: the parcours around 750, a fifth to a third of it with the employer."""
    rng = world.rng
    if plan.trade.certification and plan.trade.certification.code.startswith("RS"):
        total = rng.randint(LEAST, 210)
    else:
        total = min(max(round(rng.gauss(MEAN_HOURS, SPREAD)), LEAST), plan.longest)
    company = 0 if plan.twist == "sans_stage" else round(total * rng.uniform(0.2, 0.33))
    refresher = 70 if total > 600 and rng.random() < 0.2 else 0
    distance = round(total * 0.1) if rng.choice(TEACHING) == Teaching.MIXTE else 0
    return {
        "hours_centre": Decimal(total - company - refresher - distance),
        "hours_distance": Decimal(distance),
        "hours_refresher": Decimal(refresher),
        "hours_company": Decimal(company),
    }


def _aim(world: World, certification: Any) -> tuple[Aim, list[Model]]:
    if certification is None:
        return Aim.SANS_CERTIFICATION, []
    if certification.code.startswith("RS"):
        return Aim.RS, []
    blocks = list(CertificationBlock.objects.filter(certification=certification).order_by("code")[:1])
    if blocks and world.rng.random() < 0.4:
        return Aim.RNCP_BLOCS, list(blocks)
    return Aim.RNCP_COMPLET, []


def _content(trade: Trade) -> str:
    modules = "\n".join(f"Module {n}\u00a0: {skill}." for n, skill in enumerate(trade.learn, 1))
    return f"{modules}\nSauveteur secouriste du travail, gestes et postures, recherche d’emploi."


def _results(trade: Trade, certification: Any, aim: Aim) -> str:
    if certification is None:
        return f"Attestation de compétences de {trade.job.lower()}."
    share = "Un bloc de compétences de la certification" if aim == Aim.RNCP_BLOCS else "La certification"
    return f"{share} «\u00a0{certification.title}\u00a0»."


def _opinion(world: World) -> str:
    return world.rng.choice(
        (
            "Le parcours a été revu avec les employeurs : les gestes demandés viennent en premier.",
            "Les employeurs ont visité l’atelier et demandé plus de temps sur la pratique.",
            "Avis favorable, les périodes en entreprise sont calées sur leur activité.",
        )
    )


def _twisted(world: World, plan: Plan) -> dict[str, Any]:
    match plan.twist:
        case "permanentes":
            return {"entry_mode": EntryMode.PERMANENTES, "registration_until": None}  # one enters at any time
        case "groupe_existant":
            return {"head_count_case": HeadCountCase.GROUPE_EXISTANT, "existing_group": "Apprentis du même métier"}
        case "equilibre":
            return {"head_count_case": HeadCountCase.EQUILIBRE, "balance_stated_at": world.diary.moment}
        case "complementaire":
            earlier = Session.objects.filter(lot=plan.lot.lot, filiere=plan.lot.filiere).order_by("id").first()
            if earlier is None:
                return {"head_count_case": HeadCountCase.GROUPE_EXISTANT, "existing_group": "Alternants du même métier"}
            return {"head_count_case": HeadCountCase.COMPLEMENTAIRE, "complements": earlier}
        case "nouveau_lieu":
            town = towns_around(world, plan)[0]
            return {
                "place": None,
                "place_name": f"Halle de {town.name}",
                "place_address": f"{world.rng.randint(1, 30)}, route de la Halle",
                "place_postcode": town.postcodes[0],
                "place_commune": town,
                "place_reason": REASONS["R44"],
            }
        case "hors_liste":
            return {"off_list_reason": REASONS["R42"]}
    return {}


def access_mode(plan: Plan) -> AccessMode:
    return AccessMode.SOCLE if plan.is_socle else AccessMode.INTENTION
