"""Filing, taking back to correct, offering fewer posts, withdrawing."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.journal.events import announce, record
from core.journal.numbering import next_number
from core.journal.refusals import Refused
from core.rulebook import receipts
from core.rules import Judgement
from core.ui.french import liste, pluriel
from intentions import letters
from intentions.enums import (
    DerogationState,
    IntentionMove,
    IntentionState,
    LowHoursReason,
    OutsideReason,
    PostState,
    ShortContractReason,
)
from intentions.facts import changed_rules, judge_intention
from intentions.models import Intention, IntentionDerogation, Post
from intentions.queries import held_posts, twins_of
from intentions.workflow import tell
from intentions.workflow.base import locked, require_owner, require_state


class TwinFound(Refused):
    """The same need seems to be filed already; the author says whether it is another post."""

    def __init__(self, twin: Intention) -> None:
        super().__init__(f"Une intention semblable existe déjà\u00a0: {twin}. Est-ce un autre poste\u00a0?")
        self.twin = twin


def deposit(
    intention: Intention,
    *,
    hat: Membership | None,
    other_post: bool = False,
    in_bulk: bool = False,
    tell_employer: bool = True,
) -> Intention:
    """File a draft: number, posts, derogations asked, receipt, news.

    A verdict « à instruire » is filed, with its derogations asked. What is missing, or a condition that is
    not met (R02, R04, R05, R08, R10, R24, R36, R37), is refused with its reasons.

    Args:
        in_bulk: one of many rows: the Région hears of the batch, not of each.
        tell_employer: write to the employer when another files for him.
        other_post: the author has seen the intention that looks like this one, and says it is another post.

    Raises:
        TwinFound: a twin exists and `other_post` is false (K10).
        Refused: anything else that stands in the way.
    """
    with transaction.atomic():
        draft = locked(intention, judged=True)
        require_owner(draft, hat)
        require_state(draft, IntentionState.BROUILLON)
        _refuse_two_hats(draft, hat)
        prefetch_related_objects([draft], "derogations")  # read by the verdict, then by what is asked
        judgement = judge_intention(draft)
        _refuse_unready(judgement)
        # One deposit at a time for an employer: two drafts of one need cannot pass each other.
        Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=draft.employer_id or 0)
        twin = twins_of(draft, timedelta(days=int(judgement.parameters["twin_days"]))).first()
        if twin is not None and not other_post:
            raise TwinFound(twin)
        _apply_deposit(draft, judgement, hat)
        tell.filed(draft, hat, after_twin=twin, to_region=not in_bulk, to_employer=tell_employer)
    return draft


def resume(intention: Intention, *, hat: Membership | None) -> Intention:
    """Take a filed, set aside, withdrawn or expired intention back to correct it. Its number stays.

    The rooms above hear of it: nobody may build on answers that are about to change.
    """
    with transaction.atomic():
        held = locked(intention, judged=True)
        require_owner(held, hat)
        require_state(held, *IntentionMove.REPRENDRE.sources)
        held.reprendre()
        held.closing_reason, held.closed_at, held.engaged_organisme, held.expires_on = "", None, None, None
        held.save()
        record(held, "intention.reprise", "Reprise pour être corrigée", hat=hat)
        announce("intention.reprise", intention=held)
    return held


def withdraw(intention: Intention, *, hat: Membership | None, reason: str) -> Intention:
    """The employer gives up, or the file has no more object. The rooms above hear of it in the same transaction."""
    with transaction.atomic():
        held = locked(intention, judged=True)
        if hat is None or hat.kind != OrganisationKind.REGION:
            require_owner(held, hat)
        require_state(held, *IntentionMove.RETIRER.sources)
        if not reason.strip():
            raise Refused("Dites en quelques mots pourquoi l’intention est retirée.")
        before = held.state
        if hat is not None and hat.kind == OrganisationKind.REGION and before != IntentionState.BROUILLON:
            told = letters.told(held, hat, reason)
            receipts.issue(held, letters.WITHDRAWN, judge_intention(held), hat=hat, told=told)
        held.retirer()
        held.closing_reason, held.closed_at = reason.strip(), timezone.now()
        held.save()
        record(held, "intention.retiree", "Intention retirée", hat=hat, reason=held.closing_reason)
        if before != IntentionState.BROUILLON:
            announce("intention.retiree", intention=held)
            tell.withdrawn(held, hat)
    return held


def reduce_posts(intention: Intention, posts: int, *, hat: Membership | None, reason: str) -> Intention:
    """The employer offers fewer posts than he filed, and goes on with the others; posts that nobody holds close first.

    The rooms above hear in the same transaction which posts are closed. Raises Refused without a reason, or when
    nothing would be left (that is a withdrawal) or taken away.
    """
    with transaction.atomic():
        held = locked(intention, judged=True)
        if hat is None or hat.kind != OrganisationKind.REGION:
            require_owner(held, hat)
        require_state(held, *IntentionState.filed())
        before = held.post_count or 0
        if not 1 <= posts < before:
            raise Refused(
                f"L’intention porte {pluriel(before, 'poste')}\u00a0: dites un nombre plus petit, 1 au moins."
            )
        if not reason.strip():
            raise Refused("Dites en quelques mots pourquoi vous proposez moins de postes.")
        closed = _close_posts(held, before - posts)
        held.post_count = posts
        judgement = judge_intention(held)
        held.verdict, held.judged_at = judgement.verdict.value, timezone.now()
        held.save()
        receipts.issue(held, "reduction", judgement, hat=hat)
        label = f"{pluriel(before, 'poste')} au dépôt, {posts} maintenant"
        record(held, "intention.reduite", label, hat=hat, reason=reason.strip())
        announce("intention.reduite", intention=held, posts=closed, reason=reason.strip())
        tell.reduced(held, hat, before)
    return held


def _close_posts(intention: Intention, count: int) -> list[int]:
    """Close so many posts, those that nobody holds first, then the last ones. Returns their ids."""
    standing = held_posts(intention)
    rows = intention.posts.filter(state=PostState.OUVERT).order_by("-rank")
    closing = sorted(rows, key=lambda post: post.pk in standing)[:count]  # stable: the last ones first
    for post in closing:
        post.state = PostState.RETIRE
        post.save()
    return [post.pk for post in closing]


def _refuse_two_hats(draft: Intention, hat: Membership | None) -> None:
    """One person does not file for others a need of his own company: he files it under that hat."""
    if hat is None or draft.employer_id is None or hat.organisation_id == draft.employer_id:
        return
    if Membership.objects.filter(user=hat.user_id, organisation=draft.employer_id, is_active=True).exists():
        raise Refused(
            f"Vous êtes aussi membre de {draft.employer}. Changez de casquette\u00a0: c’est à l’employeur de déposer."
        )


def _refuse_unready(judgement: Judgement) -> None:
    if judgement.missing:
        raise Refused(f"Il manque encore\u00a0: {liste(fact.label for fact in judgement.missing)}.")
    if judgement.blocking:
        raise Refused(" ".join(finding.message() for finding in judgement.blocking))


def _apply_deposit(draft: Intention, judgement: Judgement, hat: Membership | None) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    if not draft.number:
        draft.number = f"I{today.year}-{next_number('intention', today.year):04d}"
    changed = changed_rules(draft) if draft.derogations.all() else set()
    draft.deposer()
    draft.filed_at, draft.judged_at, draft.verdict = now, now, judgement.verdict.value
    draft.expires_on = _months_later(today, int(judgement.parameters["intention_validity_months"]))
    draft.save()
    _set_posts(draft)
    _ask_derogations(draft, judgement, changed)
    receipts.issue(draft, "depot", judgement, hat=hat)


def _set_posts(draft: Intention) -> None:
    """As many open posts as announced; a post too many is closed, never deleted: a request may stand on it."""
    known = list(draft.posts.order_by("rank"))
    wanted = draft.post_count or 0
    for post in known:
        state = PostState.OUVERT if post.rank <= wanted else PostState.RETIRE
        if post.state != state:
            post.state = state
            post.save()
    Post.objects.bulk_create(Post(intention=draft, rank=rank) for rank in range(len(known) + 1, wanted + 1))


def _ask_derogations(draft: Intention, judgement: Judgement, changed: set[str]) -> None:
    """One row per rule to decide. What was decided on facts that have changed since is to be decided again."""
    known = {row.rule: row for row in draft.derogations.all()}
    for finding in (*judgement.to_decide, *judgement.granted):
        row = known.pop(finding.id, None) or IntentionDerogation(intention=draft, rule=finding.id)
        row.asked_reason = _asked_reason(draft, finding.id)
        if finding.id in changed:
            row.state, row.decided_at, row.decided_by, row.decision_reason = DerogationState.DEMANDEE, None, None, ""
        row.save()
    draft.derogations.filter(rule__in=known, state=DerogationState.DEMANDEE).delete()


def _asked_reason(draft: Intention, rule: str) -> str:
    match rule:
        case "R22":
            label = OutsideReason(draft.outside_reason).label if draft.outside_reason else ""
            return f"{label}\n{draft.out_of_region_reason}".strip()
        case "R31":
            label = ShortContractReason(draft.short_contract_reason).label if draft.short_contract_reason else ""
        case "R32":
            label = LowHoursReason(draft.low_hours_reason).label if draft.low_hours_reason else ""
        case _:
            label = ""
    return f"{label}\n{draft.reason_detail}".strip()


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    for back in range(4):  # 31 August + 6 months is the last day of February
        try:
            return date(day.year + years, month + 1, day.day - back)
        except ValueError:
            continue
    raise ValueError(day)
