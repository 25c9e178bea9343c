"""What is taught, how and where (R41-R66)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Mode,
    Outcome,
    Parameters,
    Rulebook,
    change,
    unknown,
    unsatisfied,
)
from core.rules.french import count, listing, number
from orders.rules import LotRole

from .facts import RequestFacts
from .terms import CERTIFYING, Modality

book = Rulebook("demande")


# ---- the lot: filière, list, territory, place


def _right_lot(facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        f"Déposer la demande sur un lot de la filière « {facts.training_filiere} ».",
        lot_filiere=facts.training_filiere,
    )


@book.rule(
    "R41",
    reads=("lot_filiere", "training_filiere"),
    kept=lambda f, p: f"La formation relève de la filière du lot : {f.lot_filiere}.",
    broken=lambda f, p: (
        f"La formation relève de la filière « {f.training_filiere} », le lot de la filière "
        f"« {f.lot_filiere} ». La filière du lot doit être respectée, sous-traitance comprise."
    ),
    remedies=_right_lot,
)
def right_filiere(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    missing = [name for name in ("lot_filiere", "training_filiere") if getattr(facts, name) in (None, "")]
    if missing:
        return unknown(*missing)
    return SATISFIED if facts.lot_filiere == facts.training_filiere else UNSATISFIED


@book.rule(
    "R42",
    reads=("on_ao_list", "specific_need"),
    kept="La formation figure dans la liste du marché.",
    broken="La formation ne figure pas dans la liste du marché. Elle est possible si elle répond au besoin d'un "
    "employeur, avec l'accord de la Région.",
    grant="Donner l'accord pour une formation hors de la liste du marché.",
)
def on_list(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.on_ao_list is None:
        return unknown("on_ao_list")
    if facts.on_ao_list:
        return SATISFIED
    return UNSATISFIED if facts.specific_need else unsatisfied("specific_need")


def _in_territory(facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.lot_territory:
        text = f"Choisir un lieu dans le territoire du lot : {listing(facts.lot_territory)}."
        yield change(Actor.ORGANISME, text, place_in_territory=True)
    elif facts.lot_departements:
        yield change(
            Actor.ORGANISME,
            f"Choisir un lieu dans le territoire du lot : {listing(facts.lot_departements)}.",
            choices=facts.lot_departements,
            training_departement=facts.lot_departements[0],
        )


def _out_of_territory(facts: RequestFacts, _parameters: Parameters) -> str:
    if facts.lot_territory:
        text = f"La formation a lieu hors du territoire du lot ({listing(facts.lot_territory)})."
    else:
        text = (
            f"La formation a lieu dans le département {facts.training_departement}, hors du territoire du lot "
            f"({listing(facts.lot_departements or ())})."
        )
    if facts.organisme_role == LotRole.SOUS_TRAITANT:
        return f"{text} La demande doit venir du mandataire ou d'un co-traitant ; la Région l'étudie."
    return f"{text} La Région étudie la demande."


@book.rule(
    "R43",
    reads=("training_departement", "lot_departements", "lot_territory", "place_in_territory", "place_reason"),
    kept="La formation a lieu dans le territoire du lot.",
    broken=_out_of_territory,
    remedies=_in_territory,
    grant="Accepter un autre territoire que celui du lot.",
)
def lot_territory(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    finer = bool(facts.lot_territory)
    names = ("place_in_territory",) if finer else ("training_departement", "lot_departements")
    if missing := [name for name in names if getattr(facts, name) is None]:
        return unknown(*missing)
    inside = facts.place_in_territory if finer else facts.training_departement in (facts.lot_departements or ())
    if inside:
        return SATISFIED
    return UNSATISFIED if facts.place_reason else unsatisfied("place_reason")


@book.rule(
    "R44",
    reads=("place_known", "place_reason"),
    kept="Le lieu de formation est connu dans le lot.",
    broken="Ce lieu de formation est nouveau pour le lot : il demande l'accord de la Région.",
    remedies=lambda f, p: iter((change(Actor.ORGANISME, "Choisir un lieu déjà connu dans le lot.", place_known=True),)),
    grant="Donner l'accord pour ce nouveau lieu de formation.",
)
def known_place(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.place_known is None:
        return unknown("place_known")
    if facts.place_known:
        return SATISFIED
    return UNSATISFIED if facts.place_reason else unsatisfied("place_reason")


@book.rule(
    "R45",
    reads=("mandatory_refused",),
    broken={
        "organisme": "Cette formation est obligatoire dans le marché et des employeurs la demandent : vous devez "
        "pouvoir la proposer.",
        "*": "Une formation obligatoire du marché a été demandée et refusée : l'organisme doit pouvoir la proposer.",
    },
)
def mandatory_offer(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """Nothing is due without a demand."""
    return UNSATISFIED if facts.mandatory_refused else NOT_APPLICABLE


# ---- what is aimed at


@book.rule(
    "R46",
    reads=("aim",),
    kept="La certification n'est pas imposée : titre, bloc, répertoire spécifique ou compétences sont admis.",
)
def any_aim(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE if facts.aim is None else SATISFIED


@book.rule(
    "R47",
    reads=("aim", "certification_code"),
    kept=lambda f, p: (
        f"Toute certification peut être acceptée : {f.certification_code}, si elle répond au besoin de l'employeur."
    ),
)
def any_certification(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.aim in CERTIFYING and facts.certification_code else NOT_APPLICABLE


@book.rule(
    "R66",
    reads=("certifications",),
    kept=lambda f, p: (
        f"{count(f.certifications, 'certification')} dans la même session : le groupement combine ses habilitations."
    ),
)
def several_certifications(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if (facts.certifications or 0) > 1 else NOT_APPLICABLE


# ---- hours and modalities


def organisme_hours(facts: RequestFacts) -> Decimal | None:
    """Hours with the organisme, on site, at a distance or as a refresher; None when none is known."""
    known = [hours for hours in (facts.hours_centre, facts.hours_distance, facts.hours_refresher) if hours is not None]
    return sum(known, Decimal(0)) if known else None


def total_hours(facts: RequestFacts) -> Decimal:
    """All known hours of one stagiaire."""
    known = (organisme_hours(facts), facts.hours_company, facts.hours_company_other)
    return sum((hours for hours in known if hours is not None), Decimal(0))


_HOURS = ("hours_centre", "hours_distance", "hours_refresher", "hours_company", "hours_company_other")


@book.rule(
    "R49",
    reads=_HOURS,
    kept=lambda f, p: f"{number(total_hours(f))} h par stagiaire : ni minimum ni maximum.",
)
def any_duration(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if total_hours(facts) > 0 else NOT_APPLICABLE


@book.rule(
    "R53",
    reads=("hours_refresher",),
    kept=lambda f, p: f"{number(f.hours_refresher)} h de remise à niveau : elles font partie du parcours.",
)
def refresher(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.hours_refresher else NOT_APPLICABLE


def _modality(value: str) -> str:
    try:
        return Modality(value).label
    except ValueError:
        return str(value)


@book.rule(
    "R54",
    reads=("modalities",),
    kept=lambda f, p: f"Modalités admises : {listing([_modality(m) for m in f.modalities or ()])}.",
)
def any_modality(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.modalities else NOT_APPLICABLE


def _plan_placement(_facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        "Prévoir une période de stage chez l'employeur de l'intention.",
        hours_company=Decimal(35),
    )


def _placement(facts: RequestFacts, _parameters: Parameters) -> str:
    if facts.hours_company_other:
        return (
            "Le stage est prévu chez un autre employeur que celui de l'intention : il ne confirmera pas l'adéquation "
            "entre la personne et son futur poste."
        )
    return (
        "Aucune heure de stage n'est prévue. Tout parcours en comprend chez l'employeur de l'intention, pour confirmer "
        "l'adéquation ; sans stage, la Région décide."
    )


@book.rule(
    "R55",
    reads=("access_mode", "hours_company", "hours_company_other"),
    kept=lambda f, p: f"{number(f.hours_company)} h de stage chez l'employeur de l'intention.",
    broken=_placement,
    remedies=_plan_placement,
    grant="Accepter un parcours sans stage chez l'employeur.",
)
def placement(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """A placement with the employer; none → derogation, with another employer → warning (K6).

    A session of the socle stands on no intention, so there is no such employer.
    """
    if facts.is_socle:
        return NOT_APPLICABLE
    if facts.hours_company is None and facts.hours_company_other is None:
        return unknown("hours_company")
    if facts.hours_company:
        return SATISFIED
    return unsatisfied(mode=Mode.WARN) if facts.hours_company_other else UNSATISFIED


def _with_organisme(_facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME, "Prévoir des heures avec l'organisme, en centre ou à distance.", hours_centre=Decimal(35)
    )


@book.rule(
    "R56",
    reads=("hours_centre", "hours_distance", "hours_refresher"),
    kept=lambda f, p: f"{number(organisme_hours(f))} h avec l'organisme.",
    broken="Le parcours se ferait entièrement dans l'entreprise. Il comprend toujours des heures avec l'organisme ; la "
    "formation interne peut suivre, avec les Parcours emploi tutorat et formation.",
    remedies=_with_organisme,
)
def not_all_internal(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """Some hours with the organisme, on site or at a distance (deduced from F2:171-181)."""
    hours = organisme_hours(facts)
    if hours is None:
        return unknown("hours_centre")
    return SATISFIED if hours > 0 else UNSATISFIED


# ---- near the jobs


def _other_departements(facts: RequestFacts) -> list[str]:
    places = {i.departement for i in facts.intentions or () if i.departement}
    return sorted(places - {facts.training_departement or ""})


@book.rule(
    "R57",
    reads=("training_departement", "intentions"),
    kept="La formation a lieu dans le département des postes.",
    broken=lambda f, p: (
        f"Formation dans le {f.training_departement}, postes dans le "
        f"{listing(_other_departements(f))} : veillez à la mobilité des stagiaires et dites-leur où sont les postes."
    ),
)
def same_departement(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.training_departement is None or not facts.intentions:
        return NOT_APPLICABLE
    return UNSATISFIED if _other_departements(facts) else SATISFIED


def _farthest(facts: RequestFacts) -> Decimal | None:
    return max((i.distance_km for i in facts.intentions or () if i.distance_km is not None), default=None)


@book.rule(
    "R58",
    reads=("intentions",),
    kept=lambda f, p: f"Lieu de formation à {number(_farthest(f))} km au plus des employeurs.",
    broken=lambda f, p: (
        f"Un employeur est à {number(_farthest(f))} km du lieu de formation, qui devrait être au plus "
        "près des entreprises et des demandeurs d'emploi."
    ),
)
def close_by(facts: RequestFacts, parameters: Parameters) -> Outcome:
    farthest = _farthest(facts)
    if farthest is None:
        return NOT_APPLICABLE
    return SATISFIED if farthest <= parameters["distance_km"] else UNSATISFIED


# ---- particular contents


@book.rule(
    "R59",
    reads=("licence_module",),
    broken="La formation prépare au permis de conduire : la Région donne son accord selon les coûts.",
    remedies=lambda f, p: iter(
        (change(Actor.ORGANISME, "Retirer la préparation au permis de conduire.", licence_module=False),)
    ),
    grant="Donner l'accord pour la préparation au permis de conduire.",
)
def driving_licence(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return UNSATISFIED if facts.licence_module else NOT_APPLICABLE


@book.rule("R60", reads=("technical_platform",), kept="Le plateau technique est décrit.")
def platform(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.technical_platform else NOT_APPLICABLE


@book.rule(
    "R62",
    reads=("access_mode", "intermittence"),
    kept="L'intermittence est traitée au socle.",
    broken="L'intermittence est traitée au socle. Hors du socle, la Région décide au cas par cas.",
    grant="Accepter une session pour l'intermittence hors du socle.",
)
def stage_workers(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if not facts.intermittence:
        return NOT_APPLICABLE
    return SATISFIED if facts.is_socle else UNSATISFIED


@book.rule(
    "R63",
    reads=("access_mode", "employer_opinion"),
    kept="L'avis de l'employeur sur le parcours est recueilli.",
    broken="L'avis de l'employeur sur le parcours n'est pas encore recueilli : il se construit avec lui.",
)
def employer_heard(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.is_socle or facts.employer_opinion is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.employer_opinion else UNSATISFIED
