"""Which information meetings a hat may see, and what the life of a session asks of them (R89)."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from sessions.models import Session
from stagiaires.models import InformationMeeting, MeetingEmployer, MeetingInvitation, Positioning, SessionReferent
from stagiaires.queries import positionings


def visible_to(hat: Membership | None) -> QuerySet[InformationMeeting]:
    """The organisme's own; those to which an employer is invited; those to which a valideur's candidates are convoked;
    all for the Région.
    """
    found = InformationMeeting.objects.all()
    if hat is None:
        return found.none()
    match hat.kind:
        case OrganisationKind.ORGANISME:
            return found.filter(session__organisme=hat.organisation_id)
        case OrganisationKind.EMPLOYEUR:
            return found.filter(
                Exists(MeetingEmployer.objects.filter(meeting=OuterRef("pk"), employer=hat.organisation_id))
            )
        case OrganisationKind.VALIDEUR:
            theirs = MeetingInvitation.objects.filter(meeting=OuterRef("pk"), positioning__valideur=hat.organisation_id)
            return found.filter(Exists(theirs))
        case OrganisationKind.REGION:
            return found
    return found.none()


def of_session(session: Session, hat: Membership) -> QuerySet[InformationMeeting]:
    """The meetings of one session that this hat sees, with how many candidates are convoked."""
    found = visible_to(hat).filter(session=session)
    return found.annotate(convoked=Count("invitations", distinct=True)).order_by("starts_at", "id")


def of_positioning(positioning: Positioning, hat: Membership) -> QuerySet[InformationMeeting]:
    """The meetings to which this candidate is convoked, as far as this hat sees them."""
    return visible_to(hat).filter(invitations__positioning=positioning).order_by("starts_at", "id")


def invitations(meeting: InformationMeeting, hat: Membership) -> QuerySet[MeetingInvitation]:
    """The candidates convoked that this hat may see; a valideur sees its own."""
    shown = positionings.visible_to(hat).values("pk")
    return (
        meeting.invitations.filter(positioning__in=shown)
        .select_related("positioning__stagiaire", "positioning__valideur")
        .order_by("positioning__stagiaire__last_name", "positioning__stagiaire__first_name", "id")
    )


def life_of(session: Session) -> dict[str, Any]:
    """What R89 and R104 ask of a session, as this room knows it: facts of `sessions.rules.SessionFacts`.

    Only what is known: a session without meeting here may have one that its request announced.
    """
    facts: dict[str, Any] = {}
    live = InformationMeeting.objects.filter(session=session, cancelled_at=None)
    rows = list(live.annotate(invited=Count("employers")).values_list("invited", flat=True))
    if rows:
        facts |= {"meeting_planned": True, "employers_invited": any(rows)}
    if SessionReferent.objects.filter(session=session, until=None).exists():
        facts["employment_referent"] = True
    return facts
