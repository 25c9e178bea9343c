"""What became of an intention once its training was over: honoured, in part, or not (R93)."""

from django.db import transaction

from core.accounts.models import Membership
from core.journal.events import record
from core.journal.refusals import Refused
from core.rulebook import parameters, receipts
from core.rules import Judgement, evaluate
from intentions.enums import IntentionState
from intentions.models import Intention
from intentions.rules import OUTCOME, OutcomeFacts
from intentions.workflow import tell
from intentions.workflow.base import locked

ACT = "engagement"
MOVES = {
    IntentionState.HONOREE: "honorer",
    IntentionState.PARTIELLE: "honorer_en_partie",
    IntentionState.NON_HONOREE: "ne_pas_honorer",
}


def judge_outcome(facts: OutcomeFacts) -> Judgement:
    """The five steps and the hires of an intention, by the rules of today. Nothing here ever blocks (K7)."""
    figures = parameters.current()
    return evaluate(OUTCOME.edition(figures), facts, figures)


def reached(facts: OutcomeFacts) -> IntentionState | None:
    """What these facts establish; None while the training goes on, or when no post had anybody to hire."""
    if not facts.training_over or not facts.posts or facts.hires is None:
        return None
    if facts.hires >= facts.posts:
        return IntentionState.HONOREE
    return IntentionState.PARTIELLE if facts.hires else IntentionState.NON_HONOREE


def conclude(intention: Intention, facts: OutcomeFacts, *, hat: Membership | None) -> Intention:
    """Bring a covered intention to what its hires establish, with its receipt; counted again, it may change.

    Raises Refused when the training is not over, or when the intention is neither covered nor concluded.
    """
    target = reached(facts)
    if target is None:
        raise Refused("La formation n’est pas finie : rien n’est encore constaté sur cette intention.")
    with transaction.atomic():
        held = locked(intention, judged=True)
        if held.state == target:
            return held
        if held.state not in (IntentionState.COUVERTE, *IntentionState.concluded()):
            raise Refused(f"L’intention {held.number} est « {held.get_state_display()} » : rien n’est à constater.")
        getattr(held, MOVES[target])()
        held.save()
        receipts.issue(held, ACT, judge_outcome(facts), hat=hat)
        label = f"Engagement constaté : {target.label.lower()}"
        record(held, "intention.engagement", label, hat=hat, reason=facts.not_hired_reason or "")
        tell.answered(held, f"est {target.label.lower()}", hat, key=f"engagement:{facts.hires}/{facts.posts}")
    return held
