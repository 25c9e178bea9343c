"""Which intentions a hat may see, and the read models of the pages."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from intentions.enums import IntentionState, PostState
from intentions.models import Intention, Post

Reach = Callable[[Membership], Q | None]
_reaches: list[Reach] = []
Holders = Callable[[Intention], Collection[int]]
_holders: list[Holders] = []
Invitations = Callable[[Intention, str], "list[Invitation]"]
_invitations: list[Invitations] = []


@dataclass(frozen=True)
class Invitation:
    """Something that waits for the employer's answer on a page of a room above."""

    title: str
    text: str
    url: str
    action: str


def register_reach(reach: Reach) -> None:
    """Let a room above widen what a hat sees: the compatible intentions of an organisation's lots.

    `reach(hat)` gives a condition on Intention, or None for nothing more.
    """
    if reach not in _reaches:
        _reaches.append(reach)


def register_holders(holders: Holders) -> None:
    """Let a room above say which posts of an intention it stands on (ids)."""
    if holders not in _holders:
        _holders.append(holders)


def held_posts(intention: Intention) -> set[int]:
    """Ids of the posts of this intention on which something stands, as the rooms above know it."""
    return {post for holders in _holders for post in holders(intention)}


def register_invitations(invitations: Invitations) -> None:
    """Let a room above say what it asks the employer of an intention; the token is that of his link, or nothing."""
    if invitations not in _invitations:
        _invitations.append(invitations)


def invitations_of(intention: Intention, token: str = "") -> list[Invitation]:
    """What the rooms above ask the employer of this intention now."""
    return [one for ask in _invitations for one in ask(intention, token)]


def own(hat: Membership | None) -> QuerySet[Intention]:
    """The intentions that this hat's organisation carries: filed by it, about it, or engaged with it."""
    if hat is None:
        return Intention.objects.none()
    mine = Q(filed_by__organisation=hat.organisation_id)
    match hat.kind:
        case OrganisationKind.REGION:
            return Intention.objects.filter(mine | Q(filed_at__isnull=False))
        case OrganisationKind.EMPLOYEUR:
            return Intention.objects.filter(mine | Q(employer=hat.organisation_id, filed_at__isnull=False))
        case OrganisationKind.ORGANISME:
            consulted = Q(consultations__organisme=hat.organisation_id, filed_at__isnull=False)
            return Intention.objects.filter(
                Q(pk__in=Intention.objects.filter(consulted).values("pk"))
                | mine
                | Q(engaged_organisme=hat.organisation_id)
            )
        case OrganisationKind.VALIDEUR | OrganisationKind.RELAIS:
            return Intention.objects.filter(mine)
    return Intention.objects.none()


def visible_to(hat: Membership | None) -> QuerySet[Intention]:
    """Everything this hat may open: its own, and what the rooms above add (compatible ones). No hat, nothing."""
    found = own(hat)
    if hat is None:
        return found
    for reach in _reaches:
        wider = reach(hat)
        if wider is not None:
            found = found | Intention.objects.filter(wider)
    return found


def last_filed(hat: Membership) -> Intention | None:
    """The last intention that this hat's organisation filed: the next one often looks like it."""
    mine = Intention.objects.filter(filed_by__organisation=hat.organisation_id, filed_at__isnull=False)
    return mine.select_related("employer").order_by("-filed_at", "-id").first()


def editable_by(hat: Membership | None) -> QuerySet[Intention]:
    """Those whose answers this hat may change: filed by its organisation, or about it."""
    if hat is None:
        return Intention.objects.none()
    mine = Q(filed_by__organisation=hat.organisation_id)
    if hat.kind == OrganisationKind.EMPLOYEUR:
        mine |= Q(employer=hat.organisation_id, filed_at__isnull=False)
    return Intention.objects.filter(mine)


def waiting() -> QuerySet[Intention]:
    """Filed, engaged with nobody yet, with at least one open post."""
    open_posts = Post.objects.filter(intention=OuterRef("pk"), state=PostState.OUVERT)
    return Intention.objects.filter(Exists(open_posts), state__in=IntentionState.waiting(), engaged_organisme=None)


def compatible(filieres: Iterable[str], departements: Iterable[str]) -> QuerySet[Intention]:
    """Waiting intentions of these filières whose work is in these départements (codes)."""
    return waiting().filter(compatible_condition(filieres, departements))


def compatible_condition(
    filieres: Iterable[str],
    departements: Iterable[str],
    epcis: Iterable[str] = (),
    territoires: Iterable[str] = (),
) -> Q:
    """The condition of `compatible` as a Q, for `register_reach`; the work may also be in finer territories (codes)."""
    commune = "workplace_commune"
    here = (
        Q(**{f"{commune}__departement__in": list(departements)})
        | Q(**{f"{commune}__epci__in": list(epcis)})
        | Q(**{f"{commune}__territoire__in": list(territoires)})
    )
    return Q(here, state__in=IntentionState.waiting(), filiere__in=list(filieres))


def for_list(intentions: QuerySet[Intention]) -> QuerySet[Intention]:
    """With all that a row of the list shows, in one query."""
    return intentions.select_related(
        "employer", "metier", "workplace_commune__departement", "engaged_organisme", "filed_by__organisation"
    )


def for_page(intentions: QuerySet[Intention]) -> QuerySet[Intention]:
    """With all that one file's page, verdict and receipt read."""
    return intentions.select_related(
        "employer__commune",
        "metier",
        "certification",
        "filiere",
        "workplace_commune__departement",
        "engaged_organisme",
        "filed_by__organisation",
        "filed_by__user",
        "assigned_to",
    ).prefetch_related("derogations", "posts")


def twins_of(intention: Intention, within: timedelta) -> QuerySet[Intention]:
    """Filed intentions that look like the same need (K10): same employer, same métier, start `within` so long.

    The delay is the dated parameter `twin_days`.
    """
    start = intention.training_start_wished or intention.hire_on
    if intention.employer_id is None or intention.metier_id is None or start is None:
        return Intention.objects.none()
    around = (start - within, start + within)
    same_start = Q(training_start_wished__range=around) | Q(training_start_wished=None, hire_on__range=around)
    employer = intention.employer
    same_employer = Q(employer=intention.employer_id)
    if employer is not None and employer.siret:
        same_employer |= Q(employer__siret=employer.siret)
    return (
        Intention.objects.filter(same_employer, same_start, metier=intention.metier_id)
        .filter(state__in=IntentionState.filed())
        .exclude(pk=intention.pk)
        .select_related("employer", "metier", "workplace_commune")
        .order_by("-filed_at", "id")
    )


def unanswered_since(day: date) -> QuerySet[Intention]:
    """Filed on or before `day`, and still without the Région's answer."""
    return Intention.objects.filter(state=IntentionState.DEPOSEE, filed_at__date__lte=day).order_by("filed_at", "id")


def forgotten_drafts(since: date) -> QuerySet[Intention]:
    """Drafts that nobody has touched since `since`."""
    return Intention.objects.filter(state=IntentionState.BROUILLON, updated_at__date__lte=since).order_by("id")


def expiring_by(day: date) -> QuerySet[Intention]:
    """Waiting intentions whose validity ends on or before `day`."""
    return Intention.objects.filter(state__in=IntentionState.waiting(), expires_on__lte=day).order_by(
        "expires_on", "id"
    )
