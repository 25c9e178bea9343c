"""Everything that a request says, step by step, for reading: « Vérifier » and the request's page."""

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from core.ui.french import NBSP, euros, heures, jour, liste, moment, nombre, pluriel
from core.ui.parts import Fact
from orders.enums import LotRole
from orders.queries import price_at, role_on
from sessions.enums import Aim, EntryMode, HeadCountCase, Modality
from sessions.models import SessionRequest


def sheet_of_request(asked: SessionRequest) -> dict[str, list[Fact]]:
    """Facts by step slug, in the order of the form; what is not said stands as « Non renseigné »."""
    return {
        "groupe": _group(asked),
        "formation": _training(asked),
        "deroulement": _course(asked),
        "lieu": _place(asked),
        "personnes": _people(asked),
    }


def _group(asked: SessionRequest) -> list[Fact]:
    role = role_on(asked.lot, asked.organisme) if asked.lot else None
    facts = [
        Fact("Lot", asked.lot, url=_lot_url(asked)),
        Fact("Rôle de l’organisme sur ce lot", role.label if role else "", rule="R112"),
        Fact("Mode d’accès", asked.get_access_mode_display(), rule="R103"),
        Fact("Places", pluriel(asked.seats, "place") if asked.seats else ""),
    ]
    if role == LotRole.COTRAITANT:
        facts.append(Fact("Mandataire informé", "Oui" if asked.mandataire_informed else "", rule="R116"))
    if asked.head_count_case != HeadCountCase.NORMAL:
        facts.append(Fact("Moins de cinq", asked.get_head_count_case_display(), rule="R67"))
    if asked.existing_group:
        facts.append(Fact("Groupe existant", asked.existing_group, rule="R68"))
    if asked.complements:
        facts.append(Fact("Complète la session", asked.complements, rule="R72"))
    if asked.balance_stated_at:
        stated = moment(timezone.localtime(asked.balance_stated_at))
        facts.append(Fact("Équilibre financier attesté", f"le {stated}", rule="R69"))
    price = price_at(asked.lot, asked.starts_on) if asked.lot else None
    if price is not None:
        facts.append(Fact("Prix du lot", f"{euros(price)} par heure-stagiaire", rule="R123"))
        if asked.seats and asked.hours_training:
            hours = asked.hours_training * asked.seats
            facts.append(Fact("Heures-stagiaires demandées", f"{heures(hours)}, soit {euros(hours * price)}"))
    return facts


def _training(asked: SessionRequest) -> list[Fact]:
    facts = [
        Fact("Intitulé", asked.title),
        Fact("Visée", Aim(asked.aim).label if asked.aim else "", rule="R46"),
    ]
    if asked.aim and asked.aim != Aim.SANS_CERTIFICATION:
        facts.append(Fact("Certification", asked.certification))
    if asked.aim == Aim.RNCP_BLOCS:
        facts.append(Fact("Blocs", liste(block.code for block in asked.blocks.all())))
    facts += [
        Fact("Métier", asked.metier),
        Fact("Formacodes", liste(asked.formacodes)),
        Fact("Objectif", asked.objective),
        Fact("Résultats attendus", asked.expected_results),
        Fact("Contenu", asked.content),
        Fact("Prérequis", asked.prerequisites, rule="R110"),
        Fact("Niveau conseillé", f"niveau {asked.level_in}" if asked.level_in else "Aucun niveau demandé"),
        Fact("Réponse au besoin", asked.need_match),
        Fact("Avis des employeurs", asked.employer_opinion, rule="R63"),
    ]
    if asked.off_list_reason:
        facts.append(Fact("Hors de la liste du marché", asked.off_list_reason, rule="R42"))
    if asked.has_licence_module:
        facts.append(Fact("Permis de conduire", "Compris dans la formation", rule="R59"))
    if asked.for_intermittence:
        facts.append(Fact("Intermittence du spectacle", "La formation y prépare", rule="R62"))
    return facts


def _course(asked: SessionRequest) -> list[Fact]:
    kinds = (
        ("en centre", asked.hours_centre),
        ("à distance", asked.hours_distance),
        ("de remise à niveau", asked.hours_refresher),
        ("chez l’employeur de l’intention", asked.hours_company),
        ("chez un autre employeur", asked.hours_company_other),
    )
    told = [f"{nombre(hours)}{NBSP}h {where}" for where, hours in kinds if hours]
    weekly = f"{nombre(asked.weekly_hours)}{NBSP}h par semaine" if asked.weekly_hours else ""
    return [
        Fact("Enseignement", asked.get_teaching_display()),
        Fact("Modalités", liste(Modality(value).label.lower() for value in asked.modalities), rule="R54"),
        Fact(
            "Heures par personne",
            f"{nombre(asked.hours_total)}{NBSP}h{NBSP}: {liste(told)}" if told else "",
            rule="R55",
        ),
        Fact("Rythme", " · ".join(part for part in (asked.rhythm, weekly) if part)),
        Fact("Entrées", EntryMode(asked.entry_mode).label, rule="R70"),
        Fact("Début", jour(asked.starts_on) if asked.starts_on else ""),
        Fact("Fin", jour(asked.ends_on) if asked.ends_on else ""),
        Fact("Inscriptions jusqu’au", jour(asked.registration_until) if asked.registration_until else ""),
        Fact("Réunion d’information", moment(timezone.localtime(asked.meeting_on)) if asked.meeting_on else ""),
    ]


def _place(asked: SessionRequest) -> list[Fact]:
    if asked.place:
        place = asked.place
        where = f"{place.name}, {place.address}, {place.postcode} {place.commune.name}"
    else:
        town = asked.place_commune.name if asked.place_commune else ""
        parts = (asked.place_name, asked.place_address, f"{asked.place_postcode} {town}".strip())
        where = ", ".join(part for part in parts if part)
    facts = [
        Fact("Lieu", where, rule="" if asked.place else "R44"),
        Fact("Plateau technique", asked.technical_platform, rule="R60"),
        Fact("Accès des personnes handicapées", asked.accessibility),
    ]
    if asked.place_reason:
        facts.append(Fact("Pourquoi ce lieu", asked.place_reason, rule="R43"))
    services = (("Y venir", asked.transport), ("Restauration", asked.catering), ("Hébergement", asked.lodging))
    return [*facts, *(Fact(label, value) for label, value in services if value)]


def _people(asked: SessionRequest) -> list[Fact]:
    reach = (asked.contact_name, asked.contact_email, asked.contact_phone)
    return [
        Fact("À joindre", " · ".join(part for part in reach if part)),
        Fact("Recrutement", asked.recruitment),
        Fact("Référent du Réseau pour l’emploi", asked.network_referent, rule="R104"),
    ]


def _lot_url(asked: SessionRequest) -> str:
    try:
        return reverse("lot_detail", args=[asked.lot_id]) if asked.lot_id else ""
    except NoReverseMatch:
        return ""
