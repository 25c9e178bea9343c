"""What the calendar does: remind once, and close what is no longer valid."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.journal.models import Notification
from intentions import tasks
from intentions.enums import IntentionState
from tests.factories.accounts import hat
from tests.factories.intentions import IntentionFactory, filed

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    return list(Notification.objects.filter(kind=kind).order_by("id").values_list("user__email", flat=True))


def test_the_region_hears_once_of_an_intention_without_answer() -> None:
    desk = hat("region", role="gestionnaire")
    hat("region", role="finances")
    filed()

    for days in (9, 10, 11):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            tasks.remind()

    assert told("intention.sans_reponse") == [desk.user.email]


def test_the_author_hears_once_of_a_draft_left_a_week() -> None:
    draft = IntentionFactory()

    for days in (6, 7, 8):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            tasks.remind()

    assert told("intention.brouillon") == [draft.filed_by.user.email]


def test_the_end_of_validity_is_announced_a_month_before_then_comes() -> None:
    intention = filed()
    end = intention.expires_on

    with time_machine.travel(end - timedelta(days=29)):
        tasks.remind()
        assert tasks.expire_intentions() == 0
    with time_machine.travel(end + timedelta(days=2)):
        assert tasks.expire_intentions() == 1
        assert tasks.expire_intentions() == 0

    intention.refresh_from_db()
    assert intention.state == IntentionState.EXPIREE
    assert told("intention.bientot_expiree") == [intention.filed_by.user.email]
