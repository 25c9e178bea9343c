"""Plain session sheets for tests. Every name, number and address is invented."""

import dataclasses
from datetime import date, time
from decimal import Decimal
from typing import Any

from sessions.publication.sheet import (
    AccessMode,
    Address,
    Aim,
    CertificationRef,
    CompetenceBlock,
    Contact,
    EntryMode,
    InformationMeeting,
    Organisme,
    Place,
    Recruitment,
    SessionSheet,
    Teaching,
)

TODAY = date(2026, 11, 21)


def an_address(**changes: Any) -> Address:
    values: dict[str, Any] = {
        "lines": ("14 rue des Exemples",),
        "postcode": "49800",
        "city": "Trélazé",
        "insee": "49353",
        "latitude": Decimal("47.4457"),
        "longitude": Decimal("-0.4655"),
    }
    return Address(**values | changes)


def a_contact(**changes: Any) -> Contact:
    values: dict[str, Any] = {"phone": "02 00 00 00 00", "email": "accueil@organisme.exemple.test"}
    return Contact(**values | changes)


def an_organisme(**changes: Any) -> Organisme:
    values: dict[str, Any] = {
        "number": "OF-0001",
        "siret": "12345678200010",
        "name": "Campus de l’Ardoise",
        "legal_name": "CAMPUS DE L ARDOISE",
        "address": an_address(),
        "contact": a_contact(),
        "nda": "52490000001",
    }
    return Organisme(**values | changes)


def a_sheet(**changes: Any) -> SessionSheet:
    """Return a sheet that can be published, with ``changes`` made to it."""
    values: dict[str, Any] = {
        "formation_number": "F-2026-0001",
        "action_number": "A-2026-0001",
        "session_number": "S-2026-0001",
        "created": date(2026, 10, 1),
        "modified": date(2026, 11, 20),
        "title": "Soudeur assembleur industriel",
        "objective": "Assembler et souder des éléments métalliques à partir d’un plan.",
        "expected_results": "Titre professionnel de niveau 3.",
        "content": "Lecture de plan, débit, assemblage, soudage semi-automatique et TIG, contrôle.",
        "aim": Aim.RNCP_COMPLETE,
        "formacodes": ("23026", "23035"),
        "rome_codes": ("H2913",),
        "nsf_codes": ("254",),
        "level_out": 3,
        "certifications": (CertificationRef(rncp="RNCP39181", certifinfo="118529", title="TP Soudeur"),),
        "access_mode": AccessMode.INTENTION,
        "recruitment": Recruitment.OPEN,
        "prerequisites": "Lire une consigne simple.",
        "recruitment_modalities": "Information collective puis entretien.",
        "meetings": (
            InformationMeeting(
                day=date(2026, 11, 26),
                start=time(9, 30),
                end=time(12),
                address=an_address(),
                comment="Venir avec un CV",
            ),
        ),
        "entry_mode": EntryMode.FIXED,
        "start": date(2026, 12, 7),
        "end": date(2027, 4, 30),
        "rhythm": "Temps plein, 35 h par semaine",
        "hours_centre": 525,
        "hours_company": Decimal("140.00"),
        "hours_total": Decimal(665),
        "weekly_hours": 35,
        "teaching": Teaching.ON_SITE,
        "places": 8,
        "places_left": 3,
        "place": Place(address=an_address(denomination="Atelier des Perreyeux"), siret="12345678200010"),
        "responsible": an_organisme(),
        "trainer": an_organisme(
            number="OF-0002", siret="98765432400019", name="Savoir-faire", legal_name="SAVOIR FAIRE", nda=""
        ),
        "contact": a_contact(),
        "url": "https://portail.exemple.test/catalogue/S-2026-0001/",
        "lot_number": "12",
        "order_reference": "2026-0041",
        "accessibility": "Locaux de plain-pied",
    }
    return SessionSheet(**values | changes)


def a_numbered_sheet(rank: int, **changes: Any) -> SessionSheet:
    """Return a sheet whose numbers belong to it alone."""
    numbers = {
        "formation_number": f"F-{rank:06}",
        "action_number": f"A-{rank:06}",
        "session_number": f"S-{rank:06}",
    }
    return a_sheet(**numbers | changes)


def with_block(code: str = "RNCP39181BC01", title: str = "Souder à plat") -> dict[str, Any]:
    """Return the changes that make a sheet aim at one block of its certification."""
    return {"aim": Aim.RNCP_BLOCKS, "blocks": (CompetenceBlock(code=code, title=title),)}


change = dataclasses.replace
