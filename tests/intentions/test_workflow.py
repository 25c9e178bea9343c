"""What may happen to an intention, and what is refused, in words."""

import pytest

from core.journal.events import history_of
from core.journal.refusals import Refused
from core.rulebook.receipts import last_receipt
from intentions import workflow
from intentions.enums import IntentionState
from tests.factories.accounts import hat
from tests.factories.intentions import IntentionFactory, filed

pytestmark = pytest.mark.django_db


def test_a_deposit_gives_a_number_posts_a_receipt_and_history() -> None:
    draft = IntentionFactory(post_count=3)

    intention = workflow.deposit(draft, hat=draft.filed_by)

    assert intention.state == IntentionState.DEPOSEE
    assert intention.number.endswith("-0001")
    assert intention.verdict == "eligible"
    assert [post.rank for post in intention.posts.order_by("rank")] == [1, 2, 3]
    assert last_receipt(intention).act == "depot"
    assert history_of(intention).last().kind == "intention.deposee"


def test_an_incomplete_draft_is_refused_with_what_is_missing() -> None:
    draft = IntentionFactory(bare=True)

    with pytest.raises(Refused, match="Il manque encore"):
        workflow.deposit(draft, hat=draft.filed_by)
