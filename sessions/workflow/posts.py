"""Posts held by a request: taken, given back. One post, one live request, held by the database (R12)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from core.rulebook import parameters
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention, Post
from orders.workflow.people import members_of
from sessions.enums import RequestState
from sessions.models import Coverage, SessionRequest
from sessions.notices import PostsLost, tell
from sessions.queries.requests import available_to, free_posts


def lock_group(request: SessionRequest | None, more: Iterable[int] = ()) -> set[int]:
    """Lock the intentions that a request stands on, and `more` (ids), before its own row. Returns their ids.

    Whoever needs both takes the intentions first, in one order: an employer who withdraws while the Région decides
    waits, and neither dies of it.
    """
    ids = set(more)
    if request is not None:
        ids |= set(_held(request).values_list("post__intention", flat=True))
    rows = Intention.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def must_be_whole(request: SessionRequest, known: set[int]) -> None:
    """Raises Refused when the group of a locked request is not the one whose intentions were locked before it."""
    if not set(_held(request).values_list("post__intention", flat=True)) <= known:
        raise Refused("Le groupe de cette demande vient de changer. Relisez-la : rien n’a été fait.")


def _held(request: SessionRequest) -> QuerySet[Coverage]:
    return request.coverages.filter(is_live=True, lost_at=None).order_by("pk")


def hold(request: SessionRequest, wanted: Mapping[int, int], hat: Membership) -> None:
    """Make the request hold exactly `wanted[intention id]` posts of each intention.

    A draft holds its posts from now on, so that nobody else builds on them meanwhile; the employers are
    engaged only when the request is sent. Raises Refused when another request was quicker.
    """
    lock_group(request, wanted)
    mine = request.coverages.filter(is_live=True).select_related("post")
    held: dict[int, list[Coverage]] = {}
    for coverage in mine:
        held.setdefault(coverage.post.intention_id, []).append(coverage)
    for intention_id, coverages in held.items():
        surplus = coverages[max(wanted.get(intention_id, 0), 0) :]
        if surplus:
            free(Coverage.objects.filter(pk__in=[coverage.pk for coverage in surplus]))
    allowed = {intention.pk: intention for intention in available_to(hat).filter(pk__in=wanted).order_by("pk")}
    for intention_id, count in sorted(wanted.items()):  # one order for everyone: no deadlock
        lacking = count - len(held.get(intention_id, []))
        if lacking <= 0:
            continue
        posts = free_posts().filter(intention=intention_id) if intention_id in allowed else Post.objects.none()
        take(request, list(posts.order_by("rank")[:lacking]), lacking)


def take(request: SessionRequest, posts: list[Post], wanted: int) -> None:
    """Attach these posts to the request. Raises Refused when they are not as many as wanted, or just taken."""
    lost = Refused(
        "Une autre demande vient de prendre ces postes. Les postes encore libres sont affichés : choisissez parmi eux."
    )
    if len(posts) < wanted:
        raise lost
    try:
        with transaction.atomic():
            Coverage.objects.bulk_create([Coverage(request=request, post=post) for post in posts])
    except IntegrityError as error:
        raise lost from error


def free(coverages: QuerySet[Coverage]) -> int:
    """Give these posts back. Returns how many were held."""
    return coverages.filter(is_live=True).update(is_live=False, released_at=timezone.now())


def engage(request: SessionRequest, hat: Membership) -> None:
    """Engage every employer of the attached intentions with the asking organisme (R10).

    Raises Refused when one of them is engaged elsewhere for the same training.
    """
    for intention in _intentions_of(request):
        if intention.state in IntentionState.waiting():
            intentions_workflow.engage(intention, request.organisme, hat=hat)
        elif intention.state not in IntentionState.bound() or intention.engaged_organisme_id != request.organisme_id:
            raise Refused(
                f"L’intention {intention.number} de {intention.employer} n’attend plus de session "
                f"(« {intention.get_state_display()} »). Retirez ses postes du groupe."
            )


def _intentions_of(request: SessionRequest) -> list[Intention]:
    held = Post.objects.filter(coverages__request=request, coverages__is_live=True)
    return list(Intention.objects.filter(pk__in=held.values("intention")).select_related("employer").order_by("pk"))


def free_posts_of(request: SessionRequest, *, hat: Membership | None, reason: str) -> int:
    """Give back every post of a request that ends (withdrawn, refused), and let its employers go.

    An intention of which another request of the organisme still holds posts stays engaged. Returns how many
    posts are free again. Call it in the transaction of the change of state.
    """
    intentions = _intentions_of(request)
    freed = free(request.coverages.all())
    for intention in intentions:
        still_held = Coverage.objects.filter(post__intention=intention, is_live=True).exists()
        if intention.state in IntentionState.bound() and not still_held:
            intentions_workflow.release(intention, hat=hat, reason=reason)
    return freed


def free_forgotten_drafts(today: date) -> int:
    """Give back the posts of drafts that nobody has touched for the dated `draft_hold_days`; the drafts stay, empty.

    A draft keeps others away from its posts: it may not do so for ever. Returns how many drafts lost theirs.
    """
    days = int(parameters.current(today)["draft_hold_days"])
    limit = today - timedelta(days=days)
    forgotten = SessionRequest.objects.filter(state=RequestState.BROUILLON, updated_at__date__lt=limit)
    held = Coverage.objects.filter(request=OuterRef("pk"), is_live=True)
    count = 0
    for found in forgotten.filter(Exists(held)).order_by("pk"):
        with transaction.atomic():
            draft = SessionRequest.objects.select_for_update(of=("self",)).get(pk=found.pk)
            if draft.state != RequestState.BROUILLON or draft.updated_at != found.updated_at:
                continue  # somebody came back to it meanwhile
            freed = free(draft.coverages.all())
            draft.alert = (
                f"Brouillon sans changement depuis {days} jours : ses {freed} postes sont "
                "de nouveau libres. "
                "Reprenez-les s’ils le sont encore."
            )
            draft.save()
            events.record(draft, "demande.postes_rendus", draft.alert)
            told = f"Les postes réservés par votre brouillon « {draft.title or 'session à décrire'} » sont rendus."
            tell(PostsLost, members_of(draft.organisme), draft, told, once=f"oubli:{today}")
            count += 1
    return count


def posts_by_intention(request: SessionRequest) -> dict[int, int]:
    """How many posts of each intention the request holds."""
    return dict(
        Post.objects.filter(Q(coverages__request=request, coverages__is_live=True))
        .order_by()
        .values_list("intention")
        .annotate(n=Count("pk"))
    )
