"""Which parcours a hat may see, the posts that are free, what is still to do on each."""

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from intentions.enums import PostState
from intentions.models import Intention, Post
from sessions.enums import SessionState
from sessions.models import Coverage, Session
from stagiaires.enums import CertificationResult, HalfDayState, HourKind, ParcoursState
from stagiaires.models import ContactPoint, HalfDay, Hire, Outcome, Parcours

OPEN_SESSIONS = (SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT, SessionState.EN_COURS)
LEFT = (ParcoursState.ABANDONNE, ParcoursState.EXCLU)
OVER = (ParcoursState.ACHEVE, *LEFT)


def held_for(employer: int, request: str) -> QuerySet[Coverage]:
    """Posts of this employer that the request of an outer row holds."""
    return Coverage.objects.filter(request=OuterRef(request), is_live=True, post__intention__employer=employer)


def visible_to(hat: Membership | None) -> QuerySet[Parcours]:
    """A valideur: those whom its organisation proposed. An organisme: its own. An employer: those of the sessions that
    stand on its intentions. The Région: all.
    """
    found = Parcours.objects.all()
    if hat is None:
        return found.none()
    match hat.kind:
        case OrganisationKind.VALIDEUR:
            return found.filter(positioning__valideur=hat.organisation_id)
        case OrganisationKind.ORGANISME:
            return found.filter(organisme=hat.organisation_id)
        case OrganisationKind.EMPLOYEUR:
            mine = Q(post__intention__employer=hat.organisation_id)
            return found.filter(mine | Exists(held_for(hat.organisation_id, "session__request")))
        case OrganisationKind.REGION:
            return found
    return found.none()


def for_list(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """With all that a row shows, in one query; the next entries and the latest first."""
    said = Outcome.objects.filter(parcours=OuterRef("pk"))
    hired = Hire.objects.filter(parcours=OuterRef("pk"), withdrawn_at=None)
    return (
        parcours.select_related(
            "stagiaire", "session__commune", "organisme", "post__intention__employer", "positioning__valideur"
        )
        .annotate(
            result=Subquery(said.values("result")[:1]),
            is_hired=Exists(hired),
            to_confirm=Exists(hired.filter(confirmed_at=None, employer__isnull=False)),
        )
        .order_by("-starts_on", "-id")
    )


def for_page(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """With all that one page reads."""
    return parcours.select_related(
        "stagiaire__created_by",
        "session__request",
        "session__organisme",
        "session__commune",
        "session__lot",
        "session__certification",
        "organisme",
        "post__intention__employer",
        "composante",
        "positioning__valideur",
        "positioning__advisor__user",
        "replaces__stagiaire",
        "replaces__positioning",
        "outcome",
        "receipt",
    )


def free_posts(session: Session) -> QuerySet[Post]:
    """Posts that the session's request holds now and that nobody stands on; by employer."""
    taken = Parcours.objects.filter(post=OuterRef("pk"), state__in=ParcoursState.holding())
    held = Coverage.objects.filter(post=OuterRef("pk"), request=session.request_id, is_live=True)
    return (
        Post.objects.filter(~Exists(taken), Exists(held), state=PostState.OUVERT)
        .select_related("intention__employer", "intention__workplace_commune")
        .order_by("intention__employer__name", "intention", "rank")
    )


def leavers(session: Session) -> QuerySet[Parcours]:
    """Those who left and whom nobody replaces (R74)."""
    replaced = Parcours.objects.filter(replaces=OuterRef("pk")).exclude(state=ParcoursState.ANNULE)
    gone = Parcours.objects.filter(~Exists(replaced), session=session, state__in=LEFT)
    return gone.select_related("stagiaire", "post__intention__employer").order_by("-left_on", "id")


def group_of(session: Session) -> QuerySet[Parcours]:
    """Everyone of a session, called-off admissions last."""
    rank = Case(When(state=ParcoursState.ANNULE, then=Value(1)), default=Value(0), output_field=IntegerField())
    return for_list(Parcours.objects.filter(session=session)).order_by(rank, "stagiaire__last_name", "id")


# ---- what waits


def entries_due(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """Planned, and not ready to enter: the charter, the contract or the commitment lacks."""
    unsigned = Q(commitment_signed_at=None, session__access_mode="intention-embauche")
    lacking = Q(charter_accepted_at=None) | Q(contract_made_at=None) | unsigned
    return parcours.filter(lacking, state=ParcoursState.PREVU)


def outcomes_due(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """Over, and their result is not noted."""
    noted = Outcome.objects.filter(parcours=OuterRef("pk")).exclude(result=CertificationResult.EN_ATTENTE)
    return parcours.filter(~Exists(noted), state=ParcoursState.ACHEVE)


def endings_due(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """Their last day has passed, and nothing says how they ended."""
    return parcours.filter(state=ParcoursState.EN_COURS, ends_on__lt=timezone.localdate())


def hires_to_confirm(hires: QuerySet[Hire]) -> QuerySet[Hire]:
    return hires.filter(confirmed_at=None, withdrawn_at=None, employer__isnull=False)


def contacts_due(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """R96: a time in company is over, and no word has been exchanged since."""
    today = timezone.localdate()
    stage = (
        HalfDay.objects.filter(session=OuterRef("session"), kind=HourKind.ENTREPRISE, on_date__lt=today)
        .exclude(state=HalfDayState.ANNULEE)
        .exclude(exemptions__parcours=OuterRef("pk"))
        .order_by("-on_date")
    )
    going = HalfDay.objects.filter(session=OuterRef("session"), kind=HourKind.ENTREPRISE, on_date=today).exclude(
        state=HalfDayState.ANNULEE
    )
    spoken = ContactPoint.objects.filter(parcours=OuterRef("pk"), on_date__gte=OuterRef("last_stage"))
    return (
        parcours.filter(state=ParcoursState.EN_COURS)
        .annotate(last_stage=Subquery(stage.values("on_date")[:1]))
        .filter(~Exists(going), ~Exists(spoken), last_stage__isnull=False, last_stage__gte=F("starts_on"))
    )


def recoveries_due() -> QuerySet[Outcome]:
    """R95: asked after a failure, and the Région has not answered."""
    return Outcome.objects.exclude(recovery="").filter(recovery_agreed=None, recovery_decided_at=None)


def intentions_of(session: Session) -> QuerySet[Intention]:
    """The intentions that a session stands on, with their employer."""
    held = Coverage.objects.filter(request=session.request_id, is_live=True)
    rows = Intention.objects.filter(pk__in=held.values("post__intention")).select_related("employer")
    return rows.order_by("employer__name", "id")
