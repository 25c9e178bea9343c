"""What is public about a session, in plain values.

The feed and the catalogue card are both made from a ``SessionSheet`` and from nothing else, so they
cannot tell different stories. What must never be public (the employers, the stagiaires, the price
of the hour) has no field here: it cannot leak from a place where it is not.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum


class AccessMode(StrEnum):
    """How one enters the session (R103)."""

    SOCLE = "socle"
    INTENTION = "intention-embauche"


class Aim(StrEnum):
    """What the training leads to."""

    RNCP_COMPLETE = "rncp_complet"
    RNCP_BLOCKS = "rncp_blocs"
    RS = "rs"
    NONE = "sans_certification"


class EntryMode(StrEnum):
    """Fixed dates for all, or entries all along the period."""

    FIXED = "dates_fixes"
    PERMANENT = "entrees_permanentes"


class Teaching(StrEnum):
    """Where the teaching takes place."""

    ON_SITE = "presentiel"
    MIXED = "mixte"
    REMOTE = "a_distance"


class Pathway(StrEnum):
    """How far the training adapts to each person."""

    GROUP = "groupe"
    INDIVIDUAL = "individualise"
    MODULAR = "modularise"
    MIXED = "mixte"


class Recruitment(StrEnum):
    """Whether the session still takes people."""

    OPEN = "ouvert"
    CLOSED = "ferme"
    SUSPENDED = "suspendu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address. ``lines`` may be of any length: the feed wraps them at 50 characters.

    ``department`` is derived from ``insee`` when empty. Latitude and longitude are WGS84 degrees.
    """

    lines: tuple[str, ...]
    postcode: str
    city: str
    insee: str
    department: str = ""
    denomination: str = ""
    latitude: Decimal | float | None = None
    longitude: Decimal | float | None = None

    @property
    def department_code(self) -> str:
        """The département: as given, else read from the INSEE code (three digits overseas)."""
        if self.department:
            return self.department
        return self.insee[:3] if self.insee.startswith(("97", "98")) else self.insee[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the training takes place; ``siret`` of the establishment when there is one."""

    address: Address
    siret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the public may call or write to; a service's mailbox rather than a person's."""

    phone: str = ""
    email: str = ""
    name: str = ""
    first_name: str = ""
    civility: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisme:
    """A training organisation. ``number`` is ours and stable; ``nda`` has 11 characters."""

    number: str
    siret: str
    name: str
    legal_name: str
    address: Address
    contact: Contact
    nda: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationRef:
    """A certification that the session prepares: ``rncp`` and ``rs`` exclude each other."""

    rncp: str = ""
    rs: str = ""
    certifinfo: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceBlock:
    """A block of competences, ``code`` in the form RNCP34567BC02."""

    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationMeeting:
    """A meeting where people learn about the session before they enter it."""

    day: date
    start: time | None = None
    end: time | None = None
    address: Address | None = None
    remote: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSheet:
    """Everything that is public about one session.

    Hours are per stagiaire. Levels are those of the French framework (1 to 8). Enumerated fields
    take the values of the enums above, or any string equal to one of them. Texts may be rough
    (pasted from a word processor): the feed and the card clean them in the same way.
    """

    # Numbers: ours, stable, never used again for another session.
    formation_number: str
    action_number: str
    session_number: str
    created: date
    modified: date

    # What one learns.
    title: str
    objective: str
    expected_results: str
    content: str
    aim: str
    formacodes: tuple[str, ...]
    rome_codes: tuple[str, ...]
    nsf_codes: tuple[str, ...] = ()
    level_in: int | None = None
    level_out: int | None = None
    prequalification: bool = False
    pathway: str = Pathway.INDIVIDUAL
    certifications: tuple[CertificationRef, ...] = ()
    blocks: tuple[CompetenceBlock, ...] = ()

    # How one enters (R103, R110).
    access_mode: str
    recruitment: str
    prerequisites: str = ""
    recruitment_modalities: str = ""
    registration_modalities: str = ""
    registration_start: date | None = None
    registration_end: date | None = None
    meetings: tuple[InformationMeeting, ...] = ()

    # When, how long, how many.
    entry_mode: str
    start: date
    end: date
    rhythm: str
    hours_centre: Decimal | int
    hours_company: Decimal | int
    hours_total: Decimal | int
    weekly_hours: Decimal | int | None = None
    company_periods: str = ""
    duration_text: str = ""
    ordered_hours: int | None = None
    teaching: str
    pedagogy: str = ""
    places: int
    places_left: int | None = None

    # Where, and with whom.
    place: Place
    responsible: Organisme
    trainer: Organisme
    contact: Contact
    handicap_contact: Contact | None = None
    registration_address: Address | None = None
    url: str
    accessibility: str = ""
    catering: str = ""
    lodging: str = ""
    transport: str = ""

    # References kept by others.
    lot_number: str = ""
    order_reference: str = ""
    carif_number: str = ""

    @property
    def certifying(self) -> bool:
        """Whether a certification can be reached, whole or by blocks."""
        return self.aim != Aim.NONE

    @property
    def inscription_address(self) -> Address:
        """Where one registers: as given, else the training organisation's address."""
        return self.registration_address or self.trainer.address
