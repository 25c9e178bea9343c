"""A session sheet as a LHÉO 2.3 ``formation`` element.

One ``formation`` per session, with one ``action``, one ``session``, one ``lieu-de-formation`` and
one ``organisme-formateur``: the language allows more, its readers do not follow. The order of the
calls below is the order that the language imposes.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import (
    AccessMode,
    Address,
    Aim,
    CertificationRef,
    Contact,
    EntryMode,
    InformationMeeting,
    Organisme,
    Pathway,
    Recruitment,
    SessionSheet,
    Teaching,
)
from sessions.publication.structure import NS
from sessions.publication.text import one_line, wrap

PAYS_DE_LA_LOIRE: Final = frozenset({"44", "49", "53", "72", "85"})
MAX_INFORMATION_DATES: Final = 3
# The stubs of lxml know no default namespace.
_NSMAP: Any = {None: NS}

TEACHING_CODES: Final = {Teaching.ON_SITE: "0", Teaching.MIXED: "1", Teaching.REMOTE: "2"}
ENTRY_CODES: Final = {EntryMode.FIXED: "0", EntryMode.PERMANENT: "1"}
RECRUITMENT_CODES: Final = {
    Recruitment.OPEN: "1",
    Recruitment.CLOSED: "2",
    Recruitment.SUSPENDED: "3",
}
PATHWAY_CODES: Final = {
    Pathway.GROUP: "1",
    Pathway.INDIVIDUAL: "2",
    Pathway.MODULAR: "3",
    Pathway.MIXED: "4",
}
ACCESS_PHRASES: Final = {
    AccessMode.SOCLE: ("Session socle. Ouverte à tous les demandeurs d’emploi, sans intention d’embauche."),
    AccessMode.INTENTION: (
        "Session sur intention d’embauche. Des employeurs ont déclaré vouloir recruter à l’issue de la formation."
    ),
}
"""How the specific conditions begin, so that every reader sees the mode d’accès (R103)."""


def formation_element(sheet: SessionSheet, settings: FeedSettings) -> etree._Element:
    """Return the ``formation`` element of a sheet that ``checks.check`` found without fault.

    Raises ``ValueError`` on an unknown enumerated value, on hours that are not whole and on a code
    that XML cannot carry: nothing is rounded or cut to make a sheet fit.
    """
    formation: etree._Element = etree.Element(f"{{{NS}}}formation", nsmap=_NSMAP)
    _stamp(formation, sheet.formation_number, sheet)

    domain = _add(formation, "domaine-formation")
    for rank, code in enumerate(sheet.formacodes):
        formacode = _add(domain, "code-FORMACODE", code, ref=settings.formacode_version)
        if rank == 0:
            formacode.set("tag", "principal")
    for code in sheet.nsf_codes:
        _add(domain, "code-NSF", code)
    for code in sheet.rome_codes:
        _add(domain, "code-ROME", code)

    _add(formation, "intitule-formation", sheet.title)
    _add(formation, "objectif-formation", sheet.objective)
    _add(formation, "resultats-attendus", sheet.expected_results)
    _add(formation, "contenu-formation", sheet.content)
    _add(formation, "certifiante", _flag(sheet.certifying))
    _contact(formation, "contact-formation", sheet.contact, principal=True)
    if sheet.handicap_contact is not None:
        _contact(formation, "contact-formation", sheet.handicap_contact, kind="1")
    _add(formation, "parcours-de-formation", PATHWAY_CODES[Pathway(sheet.pathway)])
    _add(formation, "code-niveau-entree", _level(sheet.level_in))
    _add(formation, "objectif-general-formation", _general_objective(sheet))
    for certification in sheet.certifications:
        _certification(formation, certification, settings)
    if sheet.level_out is not None:
        _add(formation, "code-niveau-sortie", _level(sheet.level_out))
    _url(formation, "url-formation", sheet.url)
    _action(formation, sheet, settings)
    _responsible(formation, sheet.responsible)
    return formation


def access_phrase(access_mode: str) -> str:
    """Return the sentence that opens the specific conditions. Raises ``ValueError`` if unknown."""
    return ACCESS_PHRASES[AccessMode(access_mode)]


def alternation_text(sheet: SessionSheet) -> str:
    """Return how the hours divide between centre and company, in the sheet's words or in ours."""
    if one_line(sheet.company_periods):
        return sheet.company_periods
    if sheet.hours_company:
        return f"{_whole(sheet.hours_centre)} heures en centre, {_whole(sheet.hours_company)} heures en entreprise."
    return "Aucune période en entreprise."


def _action(formation: etree._Element, sheet: SessionSheet, settings: FeedSettings) -> None:
    action = _add(formation, "action")
    _stamp(action, sheet.action_number, sheet)
    _add(action, "rythme-formation", sheet.rhythm)
    for code in settings.public_codes:
        _add(action, "code-public-vise", code, ref=settings.formacode_version)
    _optional(action, "info-public-vise", settings.public_text)
    _add(action, "niveau-entree-obligatoire", "0")
    _add(action, "modalites-alternance", alternation_text(sheet))
    _add(action, "modalites-enseignement", TEACHING_CODES[Teaching(sheet.teaching)])
    prerequisites = one_line(sheet.prerequisites) or "aucune."
    _add(
        action,
        "conditions-specifiques",
        f"{access_phrase(sheet.access_mode)} Conditions et prérequis : {prerequisites}",
    )
    _add(action, "prise-en-charge-frais-possible", _flag(settings.fee_coverage))

    place = _add(action, "lieu-de-formation", tag="principal")
    if sheet.place.siret:
        _add(_add(place, "SIRET-lieu-formation"), "SIRET", sheet.place.siret)
    _address(_add(place, "coordonnees"), sheet.place.address)

    _add(action, "modalites-entrees-sorties", ENTRY_CODES[EntryMode(sheet.entry_mode)])
    _url(action, "url-action", sheet.url)
    _session(action, sheet, settings)

    meetings = sorted(sheet.meetings, key=lambda meeting: meeting.day)
    address = next((meeting.address for meeting in meetings if meeting.address), None)
    if address is not None:
        _address(_add(action, "adresse-information"), address)
    for meeting in meetings[:MAX_INFORMATION_DATES]:
        _add(_add(action, "date-information"), "date", _day(meeting.day))

    _optional(action, "restauration", sheet.catering)
    _optional(action, "hebergement", sheet.lodging)
    _optional(action, "transport", sheet.transport)
    _optional(action, "acces-handicapes", sheet.accessibility)
    _add(action, "langue-formation", "FR")
    _optional(action, "modalites-recrutement", sheet.recruitment_modalities)
    _optional(action, "modalites-pedagogiques", sheet.pedagogy)
    _optional(action, "frais-restants", settings.remaining_costs)
    _add(action, "code-perimetre-recrutement", "3")
    _optional(action, "prix-total-TTC", settings.total_price)
    _optional(action, "duree-indicative", sheet.duration_text)
    _add(action, "nombre-heures-centre", _whole(sheet.hours_centre))
    _add(action, "nombre-heures-entreprise", _whole(sheet.hours_company))
    _add(action, "nombre-heures-total", _whole(sheet.hours_total))
    _optional(action, "detail-conditions-prise-en-charge", settings.fee_coverage_text)
    _add(action, "conventionnement", "1")
    if sheet.ordered_hours is not None:
        _add(action, "duree-conventionnee", _whole(sheet.ordered_hours))
    _trainer(action, sheet.trainer)
    _financers(action, sheet, settings)
    _extras(action, "dispositif", {"contrat-apprentissage": "0", "contrat-professionnalisation": "0"})
    if sheet.weekly_hours is not None and sheet.weekly_hours == int(sheet.weekly_hours):
        # Readers cast it to an integer; 24.5 hours stay in words, in the rhythm.
        _extras(action, "duree-hebdo", {"duree-hebdo": _whole(sheet.weekly_hours)})


def _session(action: etree._Element, sheet: SessionSheet, settings: FeedSettings) -> None:
    session = _add(action, "session")
    _stamp(session, sheet.session_number, sheet)
    _period(session, sheet.start, sheet.end)
    _address(_add(session, "adresse-inscription"), sheet.inscription_address)
    _optional(session, "modalites-inscription", sheet.registration_modalities)
    if sheet.registration_start and sheet.registration_end:
        registration = _add(session, "periode-inscription")
        _period(registration, sheet.registration_start, sheet.registration_end)
    _add(session, "etat-recrutement", RECRUITMENT_CODES[Recruitment(sheet.recruitment)])
    for meeting in sorted(sheet.meetings, key=lambda meeting: meeting.day):
        _meeting(session, meeting)
    _url(session, "url-session", sheet.url)
    _contact(session, "contact-session", sheet.contact, principal=True)
    for certification in sheet.certifications:
        _reference(session, certification, settings)
    for certification in sheet.certifications:
        _blocks(session, sheet, certification, settings)
    _extras(session, "session", {"mode-acces": str(AccessMode(sheet.access_mode))})


def _meeting(session: etree._Element, meeting: InformationMeeting) -> None:
    recruitment = _add(session, "recrutement")
    _add(recruitment, "modalite-recrutement", "9")
    _add(recruitment, "a-distance", _flag(meeting.remote))
    if meeting.address is not None:
        _address(recruitment, meeting.address)
    _period(recruitment, meeting.day, meeting.day)
    if meeting.start is not None:
        _add(recruitment, "heure-debut", _hour(meeting.start))
    if meeting.end is not None:
        _add(recruitment, "heure-fin", _hour(meeting.end))
    _optional(recruitment, "commentaire", meeting.comment)


def _blocks(
    session: etree._Element,
    sheet: SessionSheet,
    certification: CertificationRef,
    settings: FeedSettings,
) -> None:
    """Add the blocks of one RNCP certification, which their codes begin with."""
    number = certification.rncp.removeprefix("RNCP")
    blocks = [block for block in sheet.blocks if number and block.code.startswith(f"RNCP{number}B")]
    if not blocks:
        return
    container = _add(session, "blocs-competences")
    _add(container, "validation-blocs", "0" if sheet.aim == Aim.RNCP_BLOCKS else "1")
    _reference(container, certification, settings)
    for block in blocks:
        item = _add(container, "bloc-competences")
        _add(item, "libelle-bloc", block.title)
        _add(item, "code-bloc", block.code)


def _certification(formation: etree._Element, certification: CertificationRef, settings: FeedSettings) -> None:
    element = _add(formation, "certification")
    _optional(element, "code-RNCP", _rncp(certification, settings))
    _optional(element, "code-CERTIFINFO", certification.certifinfo)
    _optional(element, "code-RS", certification.rs)


def _reference(parent: etree._Element, certification: CertificationRef, settings: FeedSettings) -> None:
    element = _add(parent, "reference-certification")
    _optional(element, "reference-code-RNCP", _rncp(certification, settings))
    _optional(element, "reference-code-CERTIFINFO", certification.certifinfo)
    _optional(element, "reference-code-RS", certification.rs)


def _rncp(certification: CertificationRef, settings: FeedSettings) -> str:
    number = certification.rncp.removeprefix("RNCP")
    return f"RNCP{number}" if number and settings.rncp_prefix else number


def _trainer(action: etree._Element, trainer: Organisme) -> None:
    element = _add(action, "organisme-formateur", numero=trainer.number, tag="principal")
    _add(_add(element, "SIRET-formateur"), "SIRET", trainer.siret)
    _add(element, "raison-sociale-formateur", trainer.legal_name)
    _contact(element, "contact-formateur", trainer.contact, principal=True)


def _financers(action: etree._Element, sheet: SessionSheet, settings: FeedSettings) -> None:
    region = _add(action, "organisme-financeur")
    _add(region, "code-financeur", settings.financer_code)
    _add(region, "nb-places-financees", _whole(sheet.places))
    specifics = {"programme-financeur": settings.programme_label}
    reference = " / ".join(
        part
        for part in (
            one_line(sheet.lot_number) and f"Lot {sheet.lot_number}",
            one_line(sheet.order_reference) and f"BC {sheet.order_reference}",
        )
        if part
    )
    if reference:
        specifics["ref-action-marche-financeur"] = reference
    _extras(region, "specificites", specifics)
    for code in settings.cofinancer_codes:
        _add(_add(action, "organisme-financeur"), "code-financeur", code)


def _responsible(formation: etree._Element, organisme: Organisme) -> None:
    element = _add(formation, "organisme-formation-responsable", numero=organisme.number)
    _add(element, "numero-activite", organisme.nda)
    _add(_add(element, "SIRET-organisme-formation"), "SIRET", organisme.siret)
    _add(element, "nom-organisme", organisme.name)
    _add(element, "raison-sociale", organisme.legal_name)
    coordinates = _add(_add(element, "coordonnees-organisme"), "coordonnees")
    _address(coordinates, organisme.address)
    _phones_and_mail(coordinates, organisme.contact)
    _contact(element, "contact-organisme", organisme.contact, principal=True)


def _contact(parent: etree._Element, name: str, contact: Contact, *, kind: str = "4", principal: bool = False) -> None:
    """Add a contact; kind 4 is the reception, 1 the disability referent."""
    element = _add(parent, name)
    if principal:
        element.set("tag", "principal")
    _add(element, "type-contact", kind)
    coordinates = _add(element, "coordonnees")
    _optional(coordinates, "civilite", contact.civility)
    _optional(coordinates, "nom", contact.name)
    _optional(coordinates, "prenom", contact.first_name)
    _phones_and_mail(coordinates, contact)


def _phones_and_mail(coordinates: etree._Element, contact: Contact) -> None:
    if contact.phone:
        mobile = contact.phone.replace("+33", "0").replace(" ", "").startswith(("06", "07"))
        _add(_add(coordinates, "portable" if mobile else "telfixe"), "numtel", contact.phone)
    _optional(coordinates, "courriel", contact.email)


def _address(parent: etree._Element, address: Address) -> None:
    element = _add(parent, "adresse")
    _optional(element, "denomination", address.denomination)
    for line in wrap(address.lines):
        _add(element, "ligne", line)
    _add(element, "codepostal", address.postcode)
    _add(element, "ville", address.city)
    _add(element, "departement", address.department_code)
    _add(element, "code-INSEE-commune", address.insee)
    if address.department_code in PAYS_DE_LA_LOIRE:
        _add(element, "region", "52")
    _add(element, "pays", "FR")
    if address.latitude is not None and address.longitude is not None:
        location = _add(element, "geolocalisation")
        _add(location, "latitude", f"{address.latitude:f}")
        _add(location, "longitude", f"{address.longitude:f}")


def _period(parent: etree._Element, start: date, end: date) -> None:
    period = _add(parent, "periode")
    _add(period, "debut", _day(start))
    _add(period, "fin", _day(end))


def _url(parent: etree._Element, name: str, url: str) -> None:
    if url:
        _add(_add(parent, name), "urlweb", url)


def _extras(parent: etree._Element, info: str, values: dict[str, str]) -> None:
    container = _add(parent, "extras", info=info)
    for name, value in values.items():
        _add(container, "extra", value, info=name)


def _stamp(element: etree._Element, number: str, sheet: SessionSheet) -> None:
    """Number and date a record: a change of the session counts for its action and formation."""
    element.set("numero", number)
    element.set("datecrea", _day(sheet.created))
    element.set("datemaj", _day(sheet.modified))


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NS}}}{name}", attributes)
    if text is not None:
        element.text = one_line(text)
    return element


def _optional(parent: etree._Element, name: str, text: str) -> None:
    """Add the element only when there is something to say: an empty one is a fault for readers."""
    if one_line(text):
        _add(parent, name, text)


def _day(value: date) -> str:
    return f"{value:%Y%m%d}"


def _hour(value: time) -> str:
    return f"{value:%Hh%M}"


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _whole(value: Decimal | int) -> str:
    """Write a whole number; raise ``ValueError`` on any other, for LHÉO has no decimals."""
    if value != int(value):
        raise ValueError(f"{value} is not a whole number")
    return str(int(value))


def _level(level: int | None) -> str:
    """Level of the French framework in LHÉO's table: 11 to 18; 1 is « no specific level »."""
    return "1" if level is None else str(10 + level)


def _general_objective(sheet: SessionSheet) -> str:
    if sheet.prequalification:
        return "8"
    return "6" if sheet.certifying else "7"
