"""Which requests a hat may see, their place in the queue, and the intentions that wait for a session."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, When

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.reference.geography import distance_km
from core.reference.models import Commune
from intentions.enums import IntentionState, PostState
from intentions.models import Intention, IntentionDerogation, Post
from intentions.queries import compatible_condition, waiting
from orders.enums import LotRole
from orders.models import Lot, LotMember, LotPlace
from orders.queries import lots_of
from orders.queries.territory import area_of
from sessions.enums import RequestState
from sessions.facts import place_commune
from sessions.models import Coverage, SessionRequest


def visible_to(hat: Membership | None) -> QuerySet[SessionRequest]:
    """What this hat may open.

    An organisme: its own requests, and those that others sent on a lot of which it is the mandataire (R116).
    The Région: everything that has been sent. Nobody else sees a request.
    """
    if hat is None:
        return SessionRequest.objects.none()
    sent = SessionRequest.objects.filter(sent_at__isnull=False)
    if hat.kind == OrganisationKind.REGION:
        return sent
    if hat.kind != OrganisationKind.ORGANISME:
        return SessionRequest.objects.none()
    held = LotMember.objects.filter(
        lot=OuterRef("lot"), organisation=hat.organisation_id, role=LotRole.MANDATAIRE, is_active=True
    )
    return SessionRequest.objects.filter(
        Q(organisme=hat.organisation_id) | (Q(sent_at__isnull=False) & Q(Exists(held)))
    )


def own(hat: Membership | None) -> QuerySet[SessionRequest]:
    """The requests that the hat's organisation files; it alone changes them."""
    if hat is None or hat.kind != OrganisationKind.ORGANISME:
        return SessionRequest.objects.none()
    return SessionRequest.objects.filter(organisme=hat.organisation_id)


def for_list(requests: QuerySet[SessionRequest]) -> QuerySet[SessionRequest]:
    """With all that a row shows, in one query; last written first."""
    live = Count("coverages", filter=Q(coverages__is_live=True), distinct=True)
    return (
        requests.select_related("lot", "organisme", "place__commune", "place_commune")
        .annotate(posts_held=live)
        .order_by("-updated_at", "-id")
    )


def for_page(requests: QuerySet[SessionRequest]) -> QuerySet[SessionRequest]:
    """With all that one request's pages, verdict and receipt read."""
    return requests.select_related(
        "organisme__commune",
        "created_by__user",
        "lot__filiere",
        "lot__marche",
        "lot__gestionnaire",
        "certification__filiere",
        "metier",
        "place__commune__departement",
        "place_commune__departement",
        "complements",
    )


def queue() -> QuerySet[SessionRequest]:
    """Complete requests that wait for a decision, in order of arrival: the day they became complete (R99, Q9)."""
    return SessionRequest.objects.filter(state__in=RequestState.queue()).order_by("completed_at", "id")


def undecided(lot: Lot, organisation: Organisation) -> int:
    """How many requests of this organisme on this lot are sent and not decided; a draft binds nobody."""
    states = [state for state in RequestState.live() if state not in (RequestState.BROUILLON, RequestState.AUTORISEE)]
    return SessionRequest.objects.filter(lot=lot, organisme=organisation, state__in=states).count()


def rank_of(request: SessionRequest) -> int | None:
    """Place in the queue, from 1; None for a request that is not in it."""
    if request.state not in RequestState.queue() or request.completed_at is None:
        return None
    before = Q(completed_at__lt=request.completed_at) | Q(completed_at=request.completed_at, pk__lt=request.pk)
    return queue().filter(before).count() + 1


def rank_if_sent_now() -> int:
    """The place that a request sent now would take."""
    return queue().count() + 1


def free_posts() -> QuerySet[Post]:
    """Open posts that no live request holds."""
    held = Coverage.objects.filter(post=OuterRef("pk"), is_live=True, lost_at=None)
    return Post.objects.filter(~Exists(held), state=PostState.OUVERT)


def holders(intention: Intention) -> set[int]:
    """Ids of the posts of an intention on which a request stands."""
    held = Coverage.objects.filter(post__intention=intention, is_live=True, lost_at=None)
    return set(held.values_list("post", flat=True))


def reach(hat: Membership) -> Q | None:
    """Which intentions an organisme sees through its lots (same filière, same territory)."""
    if hat.kind != OrganisationKind.ORGANISME:
        return None
    condition = Q()
    for lot in lots_of(hat.organisation).prefetch_related("departements", "epcis", "territoires"):
        area = area_of(lot)
        condition |= compatible_condition([lot.filiere_id], area.departements, area.epcis, area.territoires)
    return condition or None


def brought_by(organisation: Organisation) -> Q:
    """Intentions that the organisme filed or was consulted on: it may stand on them whatever their filière."""
    consulted = Intention.objects.filter(consultations__organisme=organisation).values("pk")
    return Q(filed_by__organisation=organisation) | Q(pk__in=consulted)


def available_to(hat: Membership) -> QuerySet[Intention]:
    """Intentions with free posts on which this organisme may build a session.

    Those that wait, compatible with its active lots or brought by it, and those already engaged with it.
    """
    mine = brought_by(hat.organisation)
    compatible = reach(hat)
    candidates = waiting().filter(mine | compatible) if compatible else waiting().filter(mine)
    engaged = Q(engaged_organisme=hat.organisation_id, state=IntentionState.ENGAGEE)
    return Intention.objects.filter(
        Q(pk__in=candidates.values("pk")) | engaged, Exists(free_posts().filter(intention=OuterRef("pk")))
    )


@dataclass
class WaitingIntention:
    """One row of « Intentions qui attendent »."""

    intention: Intention
    free: int
    open: int
    distance: Decimal | None
    is_mine: bool
    is_engaged: bool
    chosen: int = 0


def sites_of(organisation: Organisation) -> list[Commune]:
    """Where the organisme trains: its agreed places, else its own commune."""
    places = LotPlace.objects.filter(organisme=organisation, is_active=True).select_related("commune")
    found = list({place.commune_id: place.commune for place in places}.values())
    if not found and organisation.commune:
        found = [organisation.commune]
    return found


def waiting_rows(
    intentions: Iterable[Intention], hat: Membership, held: dict[int, int] | None = None
) -> list[WaitingIntention]:
    """The rows of one page: free posts, distance to the nearest place of the organisme, whether it is its own.

    `held`: posts of each intention already chosen for the request in hand, counted as free for it.
    """
    page = list(intentions)
    held = held or {}
    keys = [intention.pk for intention in page]
    free = dict(free_posts().filter(intention__in=keys).order_by().values_list("intention").annotate(n=Count("pk")))
    mine = set(Intention.objects.filter(brought_by(hat.organisation), pk__in=keys).values_list("pk", flat=True))
    sites = sites_of(hat.organisation)
    rows = []
    for intention in page:
        work = intention.workplace_commune
        distances = [km for site in sites if work and (km := distance_km(site, work)) is not None]
        chosen = held.get(intention.pk, 0)
        rows.append(
            WaitingIntention(
                intention=intention,
                free=free.get(intention.pk, 0) + chosen,
                open=intention.post_count or 0,
                distance=min(distances, default=None),
                is_mine=intention.pk in mine,
                is_engaged=intention.engaged_organisme_id == hat.organisation_id,
                chosen=chosen,
            )
        )
    return rows


def waiting_for(hat: Membership, held: dict[int, int] | None = None) -> QuerySet[Intention]:
    """`available_to`, with what a row shows; the organisme's own first, then the oldest.

    `held`: intentions that the request in hand stands on already; they are listed even when nothing else is free.
    """
    found = available_to(hat)
    if held:
        found = Intention.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=held))
    first = Case(
        When(pk__in=list(held or {}), then=0),
        When(brought_by(hat.organisation) | Q(engaged_organisme=hat.organisation_id), then=1),
        default=2,
        output_field=IntegerField(),
    )
    return (
        found.annotate(order=first)
        .select_related("employer", "metier", "workplace_commune__departement", "filiere")
        .order_by("order", "filed_at", "id")
    )


def narrow(
    intentions: QuerySet[Intention], *, q: str = "", departement: str = "", lot: Lot | None = None
) -> QuerySet[Intention]:
    """The filters of « Intentions qui attendent »."""
    if q := q.strip():
        intentions = intentions.filter(
            Q(job_title__icontains=q)
            | Q(training_title__icontains=q)
            | Q(metier__title__icontains=q)
            | Q(employer__name__icontains=q)
            | Q(number__iexact=q)
        )
    if departement:
        intentions = intentions.filter(workplace_commune__departement=departement)
    if lot:
        intentions = intentions.filter(filiere=lot.filiere_id)
    return intentions


LOOKED_AT = 100  # of the intentions that wait, when those nearby are counted


def nearby(hat: Membership, request: SessionRequest, within_km: int) -> int:
    """How many other intentions of the same métier could complete the group, at most `within_km` away.

    The distance is the dated parameter `nearby_km`.
    """
    site = place_commune(request)
    if site is None:
        return 0
    others = (
        available_to(hat)
        .exclude(posts__coverages__in=request.coverages.filter(is_live=True))
        .filter(metier=request.metier_id)
        .select_related("workplace_commune")
        .order_by("filed_at", "id")[:LOOKED_AT]
    )
    distances = [distance_km(site, one.workplace_commune) for one in others if one.workplace_commune]
    return sum(1 for km in distances if km is not None and km <= within_km)


def reasons_written(request: SessionRequest) -> dict[str, str]:
    """Why each derogation is asked, as far as somebody wrote it: on this request, else on its intentions."""
    held = Post.objects.filter(coverages__request=request, coverages__is_live=True)
    told = IntentionDerogation.objects.filter(intention__posts__in=held).exclude(asked_reason="").distinct()
    written: dict[str, list[str]] = {}
    for rule, employer, reason in told.order_by("id").values_list("rule", "intention__employer__name", "asked_reason"):
        written.setdefault(rule, []).append(f"{employer} : {reason}")
    reasons = {rule: "\n".join(lines) for rule, lines in written.items()}
    return reasons | dict(request.derogations.exclude(asked_reason="").values_list("rule", "asked_reason"))
