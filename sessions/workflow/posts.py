"""Posts held by a request: taken, given back, lost. One post, one live request, held by the database (R12)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.events import subscribe
from core.journal.refusals import Refused
from core.rulebook import parameters
from core.ui.french import pluriel
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention, Post
from orders.workflow.people import members_of, region_of
from sessions.enums import RequestState
from sessions.facts import judge_request
from sessions.models import Coverage, SessionRequest
from sessions.notices import PostsLost, tell
from sessions.queries.requests import available_to, free_posts
from sessions.workflow import publication


def hold(request: SessionRequest, wanted: Mapping[int, int], hat: Membership) -> None:
    """Make the request hold exactly `wanted[intention id]` posts of each intention.

    A draft holds its posts from now on, so that nobody else builds on them meanwhile; the employers are
    engaged only when the request is sent. Raises Refused when another request was quicker.
    """
    mine = request.coverages.filter(is_live=True).select_related("post")
    held: dict[int, list[Coverage]] = {}
    for coverage in mine:
        held.setdefault(coverage.post.intention_id, []).append(coverage)
    for intention_id, coverages in held.items():
        surplus = coverages[max(wanted.get(intention_id, 0), 0) :]
        if surplus:
            _free(Coverage.objects.filter(pk__in=[coverage.pk for coverage in surplus]))
    allowed = {intention.pk: intention for intention in available_to(hat).filter(pk__in=wanted).order_by("pk")}
    for intention_id, count in sorted(wanted.items()):  # one order for everyone: no deadlock
        lacking = count - len(held.get(intention_id, []))
        if lacking <= 0:
            continue
        posts = free_posts().filter(intention=intention_id) if intention_id in allowed else Post.objects.none()
        _take(request, list(posts.order_by("rank")[:lacking]), lacking)


def _take(request: SessionRequest, posts: list[Post], wanted: int) -> None:
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


def _free(coverages: QuerySet[Coverage]) -> int:
    return coverages.filter(is_live=True).update(is_live=False, released_at=timezone.now())


def engage(request: SessionRequest, hat: Membership) -> None:
    """Engage every employer of the attached intentions with the asking organisme (R10).

    Raises Refused when one of them is engaged elsewhere for the same training.
    """
    for intention in _intentions_of(request):
        if intention.state in IntentionState.waiting():
            intentions_workflow.engage(intention, request.organisme, hat=hat)
        elif intention.engaged_organisme_id != request.organisme_id:
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
    freed = _free(request.coverages.all())
    for intention in intentions:
        still_held = Coverage.objects.filter(post__intention=intention, is_live=True).exists()
        if intention.state in IntentionState.bound() and not still_held:
            intentions_workflow.release(intention, hat=hat, reason=reason)
    return freed


@subscribe("intention.retiree")
@subscribe("intention.expiree")
@subscribe("intention.ecartee")
@subscribe("intention.reprise")
def on_intention_gone(intention: Intention, **news: object) -> None:
    """An intention falls away, or is being corrected: each request that stood on it is told, and looked at again.

    R18: before the start, an authorised session whose posts no longer suffice is to be re-examined: it is
    suspended, so that it neither begins nor recruits until the Région has decided.
    R19: a session that has started goes on to its end; its posts stay attached.
    """
    standing = SessionRequest.objects.filter(coverages__post__intention=intention, coverages__is_live=True)
    for request in (
        SessionRequest.objects.filter(pk__in=standing.values("pk")).select_for_update(of=("self",)).order_by("pk")
    ):
        _lose_posts(request, intention)


def _lose_posts(request: SessionRequest, intention: Intention) -> None:
    session = getattr(request, "session", None)
    once = f"{intention.pk}:{timezone.now().isoformat()}"  # it may be filed, chosen, and fall away again
    if session is not None and publication.has_begun(session):
        events.record(
            request, "demande.intention_retiree", f"{_what(intention)} ; la session a commencé et va à son terme"
        )
        tell(PostsLost, region_of(request.lot), request, _told(request, intention), once=once)
        return
    lost = _free(request.coverages.filter(post__intention=intention))
    left = request.coverages.filter(is_live=True).count()
    enough = request.is_socle or (request.seats or 0) <= left
    request.alert = (f"{_what(intention)} : {pluriel(lost, 'poste')} en moins, il en reste {left}.")[:300]
    if not enough and request.state == RequestState.AUTORISEE:
        request.reexaminer()
        if session is not None:
            publication.freeze(session, request.alert)
    elif not enough and request.state in (RequestState.COMPLETE, RequestState.EN_INSTRUCTION):
        request.renvoyer()
    request.verdict, request.judged_at = judge_request(request).verdict.value, timezone.now()
    request.save()
    events.record(request, "demande.intention_retiree", request.alert)
    text = _told(request, intention)
    tell(PostsLost, members_of(request.organisme), request, text, once=once)
    if request.sent_at:
        tell(PostsLost, region_of(request.lot), request, text, once=once)


def _told(request: SessionRequest, intention: Intention) -> str:
    text = f"{_what(intention)}, rattachée à la demande {request.number or 'en préparation'}."
    if request.state == RequestState.A_REEXAMINER:
        text += " La session est suspendue jusqu’à la décision de la Région."
    return text


def _what(intention: Intention) -> str:
    """What became of an intention that falls away."""
    match intention.state:
        case IntentionState.EXPIREE:
            return f"L’intention {intention.number} de {intention.employer} n’est plus valable"
        case IntentionState.NON_ELIGIBLE:
            return f"L’intention {intention.number} de {intention.employer} est écartée par la Région"
        case IntentionState.BROUILLON:
            return f"L’intention {intention.number} de {intention.employer} est reprise pour être corrigée"
    return f"{intention.employer} a retiré son intention {intention.number}"


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
            freed = _free(draft.coverages.all())
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
