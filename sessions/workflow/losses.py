"""Posts that fall away under a request: an employer withdraws, or offers fewer of them (R18, R19).

The news comes up in the transaction of the employer's own act: what stood on his posts is looked at again at once.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.events import subscribe
from core.rulebook import receipts
from core.ui.french import pluriel
from intentions.enums import IntentionState
from intentions.models import Intention
from orders.queries import mandataire_of
from orders.workflow.people import members_of, region_of
from sessions.enums import LossAnswer, LossCause, RequestState, SessionState
from sessions.facts import judge_request, judge_withdrawal
from sessions.models import Coverage, CoverageLoss, Session, SessionRequest
from sessions.notices import PostsLost, tell_of_places
from sessions.queries.cascade import lost, standing
from sessions.workflow import around, publication
from sessions.workflow.posts import free

OVER = (SessionState.TERMINEE, SessionState.BILAN_FAIT, SessionState.CLOSE)


@subscribe("intention.retiree")
@subscribe("intention.expiree")
@subscribe("intention.ecartee")
@subscribe("intention.reprise")
def on_intention_gone(intention: Intention, **news: object) -> None:
    """An intention falls away, or is being corrected: each request that stood on it is told, and looked at again.

    R18: before the start, an authorised session whose posts no longer suffice is to be re-examined: it is
    suspended, so that it neither begins nor recruits until the Région has decided.
    R19: a session that has started goes on to its end; its places wait for another employer.
    """
    _lose(intention, Q(post__intention=intention), LossCause.RETRAIT, intention.closing_reason)


@subscribe("intention.reduite")
def on_posts_closed(intention: Intention, posts: Iterable[int], reason: str, **news: object) -> None:
    """Some posts of an intention are closed (ids): what stood on them is looked at again; the others stay."""
    _lose(intention, Q(post__in=list(posts)), LossCause.REDUCTION, reason)


def _lose(intention: Intention, which: Q, cause: LossCause, reason: str) -> None:
    touched = Coverage.objects.filter(which, is_live=True, lost_at=None)
    requests = SessionRequest.objects.filter(pk__in=touched.values("request"))
    for request in requests.select_for_update(of=("self",)).order_by("pk"):
        posts = standing(request).filter(which)
        session = getattr(request, "session", None)
        if session is None:
            _before_the_decision(request, intention, posts, cause)
        elif session.has_begun:
            _goes_on(request, session, intention, posts, cause, reason)
        else:
            _before_the_start(request, session, intention, posts, cause, reason)


def _before_the_decision(
    request: SessionRequest, intention: Intention, posts: QuerySet[Coverage], cause: LossCause
) -> None:
    """A draft or a request that waits: it loses its posts, and goes back to its organisme when too few are left."""
    _free_and_warn(request, intention, posts, cause)
    if not _enough(request) and request.state in RequestState.queue():
        request.renvoyer()
    _judge(request)
    events.record(request, "demande.intention_retiree", request.alert)
    people = members_of(request.organisme)
    if request.sent_at:
        people += region_of(request.lot)
    state = f"rattachée à la demande {request.number or 'en préparation'}"
    _tell(people, request, intention, f"{_what(intention, cause)}, {state}.")


def _before_the_start(
    request: SessionRequest,
    session: Session,
    intention: Intention,
    posts: QuerySet[Coverage],
    cause: LossCause,
    reason: str,
) -> None:
    """R18: an authorised session whose posts no longer suffice is frozen until the Région has decided."""
    count = _free_and_warn(request, intention, posts, cause)
    enough, frozen = _enough(request), False
    loss = _note(session, intention, cause, reason, count, request)
    if enough:
        _answer(loss, LossAnswer.SUFFIT)
    elif request.state == RequestState.AUTORISEE:
        frozen = True
        request.reexaminer()
        publication.freeze(session, request.alert)
        events.record(session, "session.a_reexaminer", "À réexaminer : démarrage suspendu", reason=request.alert)
    elif request.state in RequestState.queue():  # completed meanwhile, and short again
        request.renvoyer()
    _judge(request)
    events.record(request, "demande.intention_retiree", request.alert, reason=reason)
    text = f"{_what(intention, cause)}, rattachée à la demande {request.number}."
    if request.state == RequestState.A_REEXAMINER:
        text += " La session est suspendue jusqu’à la décision de la Région."
    _tell(_concerned(request), request, intention, text)
    if frozen:
        around.tell_suspended(session)


def _goes_on(
    request: SessionRequest,
    session: Session,
    intention: Intention,
    posts: QuerySet[Coverage],
    cause: LossCause,
    reason: str,
) -> None:
    """R19: a session that has begun goes to its end; its places wait for another employer."""
    count = posts.update(lost_at=timezone.now())
    loss = _note(session, intention, cause, reason, count, request)
    if session.state in OVER:
        _answer(loss, LossAnswer.TERME)
    what = _what(intention, cause)
    events.record(
        request, "demande.intention_retiree", f"{what} ; la session a commencé et va à son terme"[:300], reason=reason
    )
    places = pluriel(count, "place n’a plus d’employeur", "places n’ont plus d’employeur")
    text = f"{what}. La session {session.number} a commencé et va à son terme ; {places}."
    _tell(_concerned(request), request, intention, text)


def _free_and_warn(request: SessionRequest, intention: Intention, posts: QuerySet[Coverage], cause: LossCause) -> int:
    count = free(posts)
    left = standing(request).count()
    request.alert = f"{_what(intention, cause)} : {pluriel(count, 'poste')} en moins, il en reste {left}."[:300]
    return count


def _enough(request: SessionRequest) -> bool:
    return request.is_socle or (request.seats or 0) <= standing(request).count()


def _judge(request: SessionRequest) -> None:
    request.verdict, request.judged_at = judge_request(request).verdict.value, timezone.now()
    request.save()


def _note(
    session: Session, intention: Intention, cause: LossCause, reason: str, count: int, request: SessionRequest
) -> CoverageLoss:
    """Keep what was lost, as it stood, with what the rules said of it that day."""
    left = standing(request).count()
    judgement = judge_withdrawal(session, covered=left, withdrawn=count)
    return CoverageLoss.objects.create(
        session=session,
        intention=intention,
        cause=cause,
        reason=reason,
        posts=count,
        posts_left=left,
        seats=session.seats,
        started=session.has_begun,
        receipt=receipts.issue(session, "desistement", judgement),
    )


def _answer(loss: CoverageLoss, answer: LossAnswer, hat: Membership | None = None) -> None:
    loss.answer, loss.closed_at, loss.closed_by = answer, timezone.now(), hat
    loss.save()


def settle(session: Session, hat: Membership, *, before: int) -> None:
    """The Région has confirmed a session that was looked at again: with the `before` places that it had, or fewer."""
    answer = LossAnswer.GARDEE if session.seats < before else LossAnswer.COMPLETEE
    if _close_all(session, answer, hat):
        around.tell_resumed(session)


def give_up(session: Session, hat: Membership) -> None:
    """The session will not take place: nothing waits any more."""
    _close_all(session, LossAnswer.ANNULEE, hat)


def settle_replaced(request: SessionRequest, hat: Membership | None) -> None:
    """After the start: a loss whose places all have an employer again has its answer."""
    waiting = set(lost(request).values_list("post__intention", flat=True))
    for loss in request.session.losses.filter(answer=LossAnswer.ATTEND).exclude(intention__in=waiting):
        _answer(loss, LossAnswer.COMPLETEE, hat)


def end_with_sessions() -> int:
    """Losses of sessions that are over: the session went to its end, as R19 wants. Returns how many."""
    rows = CoverageLoss.objects.filter(answer=LossAnswer.ATTEND, session__state__in=OVER)
    return rows.update(answer=LossAnswer.TERME, closed_at=timezone.now())


def _close_all(session: Session, answer: LossAnswer, hat: Membership) -> int:
    rows = session.losses.filter(answer=LossAnswer.ATTEND)
    return rows.update(answer=answer, closed_at=timezone.now(), closed_by=hat)


def _concerned(request: SessionRequest) -> list[Membership]:
    """The organisme, the lot's mandataire, who follows the lot at the Région, and those who decide there."""
    people = members_of(request.organisme)
    if request.lot and (mandataire := mandataire_of(request.lot)) and mandataire != request.organisme:
        people += members_of(mandataire)
    return [*people, *region_of(request.lot), *deciders()]


def deciders() -> list[Membership]:
    """Those who decide at the Région."""
    return list(active_hats(organisation__kind=OrganisationKind.REGION, role=Role.DECIDEUR).order_by("id"))


def _tell(hats: Iterable[Membership], request: SessionRequest, intention: Intention, text: str) -> None:
    once = f"{intention.pk}:{timezone.now().isoformat()}"  # it may be filed, chosen, and fall away again
    tell_of_places(PostsLost, {hat.pk: hat for hat in hats}.values(), request, text, once=once)


def _what(intention: Intention, cause: LossCause) -> str:
    """What became of an intention that falls away."""
    if cause == LossCause.REDUCTION:
        now = pluriel(intention.post_count or 0, "poste")
        return f"{intention.employer} ne propose plus que {now} dans son intention {intention.number}"
    match intention.state:
        case IntentionState.EXPIREE:
            return f"L’intention {intention.number} de {intention.employer} n’est plus valable"
        case IntentionState.NON_ELIGIBLE:
            return f"L’intention {intention.number} de {intention.employer} est écartée par la Région"
        case IntentionState.BROUILLON:
            return f"L’intention {intention.number} de {intention.employer} est reprise pour être corrigée"
    return f"{intention.employer} a retiré son intention {intention.number}"
