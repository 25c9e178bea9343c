"""The portal's own verdict on a draft, kept so that its author can hold it in his hand."""

from django.db import transaction

from core.accounts.models import Membership
from core.journal.events import record
from core.journal.refusals import Refused
from core.rulebook import receipts
from core.rulebook.models import Receipt
from core.rules import Verdict
from intentions import letters
from intentions.enums import IntentionState
from intentions.facts import judge_intention
from intentions.models import Intention
from intentions.workflow.base import locked, require_owner, require_state


def keep_verdict(intention: Intention, *, hat: Membership | None) -> Receipt:
    """Keep the portal's own « non éligible » on a draft, and promise its letter. Asked twice of one file, it is one.

    Raises Refused when the draft is not, or no more, non éligible.
    """
    with transaction.atomic():
        draft = locked(intention, judged=True)
        require_owner(draft, hat)
        require_state(draft, IntentionState.BROUILLON)
        judgement = judge_intention(draft)
        if judgement.verdict is not Verdict.NON_ELIGIBLE:
            raise Refused(
                "Cette intention n’est pas non éligible\u00a0: il n’y a pas de verdict à confirmer par lettre."
            )
        known = receipts.last_receipt(draft)
        said = (letters.VERDICT, judgement.facts.as_dict(), judgement.ruleset_hash)
        if known and (known.act, known.facts, known.ruleset_hash) == said:
            return known
        kept = receipts.issue(draft, letters.VERDICT, judgement, hat=hat, told=letters.told_by_the_portal())
        record(draft, "intention.verdict", "Verdict du portail confirmé par lettre\u00a0: non éligible", hat=hat)
    return kept
