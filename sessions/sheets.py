"""From a session and its request to the sheet that the feed and the catalogue are made of.

Nothing here is written back. What a request may leave empty and the feed must say is completed from what the
records already tell; what cannot be told is left empty, for the checks to ask for it in words.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Organisation
from core.reference.models import Commune
from core.ui.french import heures_courtes, jour
from orders.enums import LotRole
from orders.models import LotMember
from sessions.enums import Modality, SessionState
from sessions.models import Session, SessionRequest
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import (
    Address,
    Aim,
    CertificationRef,
    CompetenceBlock,
    Contact,
    InformationMeeting,
    Organisme,
    Place,
    Recruitment,
    SessionSheet,
)

MAX_FORMACODES, MAX_NSF, MAX_ROME = 5, 3, 5
MAX_NAME = 50


def feed_settings() -> FeedSettings:
    """What the readers of the feed agreed on, from the settings of the portal."""
    return FeedSettings(programme_label=settings.PROGRAMME_LABEL)


def with_sheet(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The same sessions with all that their sheets read."""
    return sessions.select_related(
        "request__organisme__commune",
        "request__place__commune",
        "request__place_commune",
        "request__metier",
        "request__certification",
        "lot",
    ).prefetch_related("request__blocks")


def sheet_of(session: Session) -> SessionSheet:
    """The public sheet of a session, as its records stand now."""
    request = session.request
    trainer = _organisme(request.organisme)
    certification = request.certification
    created = timezone.localdate(session.created_at)
    number = session.number.removeprefix("S")
    company = _whole(request.hours_in_company)
    centre = _whole(request.hours_training)
    return SessionSheet(
        formation_number=f"F{number}",
        action_number=f"A{number}",
        session_number=session.number,
        carif_number=session.carif_number,
        created=created,
        modified=max(created, timezone.localdate(session.modified_at)),
        title=session.title,
        objective=request.objective,
        expected_results=request.expected_results or _expected(request),
        content=request.content or request.objective,
        aim=request.aim or (Aim.NONE if certification is None else ""),
        formacodes=_codes(request.formacodes or (certification.formacodes if certification else ()), MAX_FORMACODES),
        nsf_codes=_codes((code[:3] for code in certification.nsf_codes) if certification else (), MAX_NSF),
        rome_codes=_rome(request),
        level_in=request.level_in,
        level_out=certification.level if certification else None,
        pathway=request.pathway,
        certifications=_certifications(request),
        blocks=tuple(CompetenceBlock(code=block.code, title=block.title) for block in request.blocks.all())
        if request.aim == Aim.RNCP_BLOCKS
        else (),
        access_mode=session.access_mode,
        recruitment=_recruitment(session),
        prerequisites=request.prerequisites,
        recruitment_modalities=request.recruitment,
        registration_modalities=_registration(request),
        registration_start=created if _registers(request, session) else None,
        registration_end=request.registration_until if _registers(request, session) else None,
        meetings=_meetings(request),
        entry_mode=session.entry_mode,
        start=session.starts_on,
        end=session.ends_on,
        rhythm=request.rhythm or _rhythm(request),
        weekly_hours=request.weekly_hours,
        hours_centre=centre,
        hours_company=company,
        hours_total=centre + company,
        teaching=session.teaching,
        pedagogy=request.pedagogy or ", ".join(Modality(value).label for value in request.modalities),
        places=session.seats,
        places_left=session.seats - session.seats_taken,
        place=_place(request),
        responsible=_organisme(_responsible(session)),
        trainer=trainer,
        contact=_contact(request, trainer),
        handicap_contact=_handicap(request.organisme),
        url=f"{settings.SITE_URL.rstrip('/')}{reverse('session_fiche', args=[session.number])}",
        lot_number=str(session.lot.number),
        accessibility=request.accessibility,
        catering=request.catering,
        lodging=request.lodging,
        transport=request.transport,
    )


def provisional(request: SessionRequest) -> Session | None:
    """The session that the request would open if it were authorised now, never saved; None while it cannot be one."""
    if request.lot is None or request.starts_on is None or request.ends_on is None or not request.seats:
        return None
    now = timezone.now()
    session = Session(
        number=f"S{now.year}-0000",
        request=request,
        organisme=request.organisme,
        lot=request.lot,
        title=request.title,
        access_mode=request.access_mode,
        entry_mode=request.entry_mode,
        teaching=request.teaching,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        seats=request.seats,
        created_at=now,
        modified_at=now,
    )
    # Naming the request made it remember this session as its own: who reads it next would take it for a real one.
    SessionRequest.session.related.delete_cached_value(request)
    return session


def private_names(session: Session) -> list[str]:
    """What no public text may quote: the employers of the posts that the request stands, or stood, on."""
    rows = (
        session.request.coverages.order_by()
        .values_list(
            "post__intention__employer__name",
            "post__intention__employer__legal_name",
            "post__intention__user_company",
        )
        .distinct()
    )
    return sorted({name for row in rows for name in row if name})


def _whole(hours: Decimal) -> int:
    """LHÉO takes whole hours, a request two decimals: the nearest hour is what the public reads."""
    return int(hours.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _codes(codes: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))[:most]


def _rome(request: SessionRequest) -> tuple[str, ...]:
    own = [request.metier_id] if request.metier_id else []
    certified = request.certification.rome_codes if request.certification else []
    return _codes(own or certified, MAX_ROME)


def _certifications(request: SessionRequest) -> tuple[CertificationRef, ...]:
    certification = request.certification
    if certification is None or request.aim == Aim.NONE:
        return ()
    code = certification.code
    return (
        CertificationRef(
            rncp=code if code.startswith("RNCP") else "",
            rs=code if code.startswith("RS") else "",
            certifinfo=certification.certifinfo,
            title=certification.title,
        ),
    )


def _expected(request: SessionRequest) -> str:
    if request.certification and request.aim not in ("", Aim.NONE):
        share = "un ou plusieurs blocs de la certification" if request.aim == Aim.RNCP_BLOCKS else "la certification"
        return f"Obtenir {share} « {request.certification.title} »."
    return request.objective


def _rhythm(request: SessionRequest) -> str:
    if request.weekly_hours:
        return f"{heures_courtes(request.weekly_hours)} par semaine"
    return "Rythme adapté à chaque personne"


def _registers(request: SessionRequest, session: Session) -> bool:
    """Whether the period of registration can be said: it starts when the session appears."""
    until = request.registration_until
    return until is not None and until >= timezone.localdate(session.created_at)


def _registration(request: SessionRequest) -> str:
    if request.network_referent:
        return f"Par votre conseiller du Réseau pour l’emploi. Référent de la session : {request.network_referent}."[
            :255
        ]
    return "Par votre conseiller du Réseau pour l’emploi, ou auprès de l’organisme."


def _meetings(request: SessionRequest) -> tuple[InformationMeeting, ...]:
    if request.meeting_on is None:
        return ()
    when = timezone.localtime(request.meeting_on)
    # Midnight is what a day without an hour becomes.
    start = when.time().replace(tzinfo=None, second=0, microsecond=0)
    return (InformationMeeting(day=when.date(), start=start if (when.hour, when.minute) != (0, 0) else None),)


def _recruitment(session: Session) -> str:
    if session.state == SessionState.SUSPENDUE:
        return Recruitment.SUSPENDED
    late = session.ends_on if session.entry_mode == "entrees_permanentes" else session.starts_on
    full = session.seats_taken >= session.seats
    return Recruitment.CLOSED if full or late < timezone.localdate() else Recruitment.OPEN


def _place(request: SessionRequest) -> Place:
    agreed = request.place
    commune: Commune | None
    if agreed:
        commune, name, line, postcode, siret = (
            agreed.commune,
            agreed.name,
            agreed.address,
            agreed.postcode,
            agreed.siret,
        )
    else:
        commune, siret = request.place_commune, ""
        name, line, postcode = request.place_name, request.place_address, request.place_postcode
    return Place(address=_address(line, postcode, commune, denomination=name), siret=siret)


def _address(line: str, postcode: str, commune: Commune | None, *, denomination: str = "", city: str = "") -> Address:
    return Address(
        lines=(line,) if line.strip() else (),
        postcode=postcode or (commune.postcodes[0] if commune and commune.postcodes else ""),
        city=commune.name if commune else city,
        insee=commune.code if commune else "",
        denomination=denomination,
        latitude=commune.latitude if commune else None,
        longitude=commune.longitude if commune else None,
    )


def _responsible(session: Session) -> Organisation:
    """Who holds the declaration of activity for the lot: its mandataire (R117), else the organisme that trains."""
    member = (
        LotMember.objects.filter(lot=session.lot_id, role=LotRole.MANDATAIRE, is_active=True)
        .select_related("organisation__commune")
        .first()
    )
    return member.organisation if member else session.request.organisme


def _organisme(organisation: Organisation) -> Organisme:
    return Organisme(
        number=f"OF-{organisation.pk}",
        siret=organisation.siret,
        name=organisation.name,
        legal_name=organisation.legal_name or organisation.name,
        address=_address(organisation.address, organisation.postcode, organisation.commune, city=organisation.city),
        contact=Contact(phone=organisation.phone, email=organisation.email),
        nda=organisation.nda,
    )


def _contact(request: SessionRequest, trainer: Organisme) -> Contact:
    if not (request.contact_phone or request.contact_email):
        return trainer.contact
    return Contact(phone=request.contact_phone, email=request.contact_email, name=_short(request.contact_name))


def _handicap(organisation: Organisation) -> Contact | None:
    name = organisation.handicap_referent
    if not name or not (organisation.phone or organisation.email):
        return None
    return Contact(phone=organisation.phone, email=organisation.email, name=_short(name))


def _short(name: str) -> str:
    """A name that the feed can carry: a longer one is a sentence, and the mailbox is enough without it."""
    return name if len(name) <= MAX_NAME else ""


def describe(session: Session) -> str:
    """A session in one line for a message: « S2026-0001, Soudeur, à partir du 7 décembre 2026 »."""
    return f"{session.number}, {session.title}, à partir du {jour(session.starts_on, weekday=False)}"
