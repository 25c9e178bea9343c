"""What an authorised session buys on its lot: on intentions, or as a complement of a session that is ordered (R72)."""

import pytest

from core.accounts.models import Membership
from core.rulebook.models import Receipt
from orders.enums import ComposanteKind
from orders.models import Composante
from orders.workflow import bons
from sessions.enums import HeadCountCase
from sessions.models import Session
from sessions.workflow.composantes import engage_hours
from tests.factories.accounts import hat
from tests.factories.sessions import published_session, waiting_intention
from tests.sessions.steps import order, standing_on

pytestmark = pytest.mark.django_db


def completing(first: Session, decider: Membership) -> Composante:
    """What is bought for a session of one place that completes this one."""
    session = published_session(
        posts=list(waiting_intention(1).posts.all()),
        seats=1,
        decider=decider,
        organisme=first.organisme,
        lot=first.lot,
        head_count_case=HeadCountCase.COMPLEMENTAIRE,
        complements=first,
    )
    return engage_hours(session, hat=decider)


def test_a_session_that_completes_an_ordered_one_is_a_complement_and_its_order_says_so(decider: Membership) -> None:
    first, _, _ = standing_on(decider, 3, 2)
    bought = order(first)

    made = completing(first, decider)

    assert (made.kind, made.completes) == (ComposanteKind.COMPLEMENTAIRE, bought)
    keeper = hat("region", "gestionnaire")
    sent = bons.issue(bons.prepare(made.lot, [made], keeper), keeper)
    assert sent.content["lines"][0]["kind"] == "Commande complémentaire"
    judged = Receipt.objects.get(subject_type="bondecommande", subject_id=sent.pk).judgement["findings"]
    assert {one["rule"]: one["state"] for one in judged}["R72"] == "satisfied"


def test_nothing_is_completed_before_it_is_ordered(decider: Membership) -> None:
    first, _, _ = standing_on(decider, 3, 2)

    made = completing(first, decider)

    assert (made.kind, made.completes) == (ComposanteKind.INTENTION, None)
