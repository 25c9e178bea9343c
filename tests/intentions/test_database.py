"""The promises that PostgreSQL keeps by itself, whoever writes and however many at once."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError

from core.journal.refusals import Refused
from intentions import workflow
from intentions.enums import IntentionState, PostState
from intentions.models import Intention, IntentionDerogation, Post
from tests.factories.accounts import OrganisationFactory
from tests.factories.intentions import IntentionFactory, filed


def now_checked() -> None:
    """Make PostgreSQL check what it would check at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db
class TestRows:
    def test_r11_a_filed_intention_has_as_many_open_posts_as_announced(self) -> None:
        intention = filed(post_count=2)

        with pytest.raises(IntegrityError, match="open posts differ"), transaction.atomic():
            Intention.objects.filter(pk=intention.pk).update(post_count=3)
            now_checked()

    def test_r11_a_post_cannot_be_closed_or_added_behind_its_back(self) -> None:
        intention = filed(post_count=2)

        with pytest.raises(IntegrityError, match="open posts differ"), transaction.atomic():
            Post.objects.filter(intention=intention, rank=2).update(state=PostState.RETIRE)
            now_checked()
        with pytest.raises(IntegrityError, match="open posts differ"), transaction.atomic():
            Post.objects.create(intention=intention, rank=3)
            now_checked()

    def test_a_draft_may_announce_what_it_likes(self) -> None:
        Intention.objects.filter(pk=IntentionFactory().pk).update(post_count=9)

        now_checked()

    def test_a_state_changes_only_along_its_moves(self) -> None:
        intention = filed()

        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            Intention.objects.filter(pk=intention.pk).update(state=IntentionState.HONOREE)

    def test_a_filed_intention_keeps_its_number_and_employer(self) -> None:
        intention = filed()

        for loss in ({"number": ""}, {"employer": None}, {"filed_at": None}):
            with pytest.raises(IntegrityError, match="intention_filed_complete"), transaction.atomic():
                Intention.objects.filter(pk=intention.pk).update(**loss)

    def test_engaged_means_with_somebody(self) -> None:
        intention = filed()

        with pytest.raises(IntegrityError, match="intention_engaged_has_organisme"), transaction.atomic():
            Intention.objects.filter(pk=intention.pk).update(state=IntentionState.ENGAGEE)

    def test_a_week_has_forty_eight_hours_of_work_at_most(self) -> None:
        with pytest.raises(IntegrityError, match="intention_weekly_hours_range"), transaction.atomic():
            Intention.objects.filter(pk=IntentionFactory().pk).update(weekly_hours=60)

    def test_a_decided_derogation_names_its_author_and_reason(self) -> None:
        row = filed(weekly_hours=20, low_hours_reason="boe").derogations.get()

        with pytest.raises(IntegrityError, match="intention_derogation_decided"), transaction.atomic():
            IntentionDerogation.objects.filter(pk=row.pk).update(state="accordee")

    def test_a_filed_intention_is_never_deleted(self) -> None:
        with pytest.raises(ProtectedError):
            filed().delete()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; what each gave or raised, in order."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[index] = act()
        except Refused as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return results


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_r10_two_organismes_at_once_one_wins_the_other_is_told(self) -> None:
        first = filed(training_title="Soudage TIG")
        second = filed(by=first.filed_by, training_title="Soudage TIG", metier__code="F1703")
        left, right = OrganisationFactory(organisme=True), OrganisationFactory(organisme=True)

        results = at_once(
            lambda: workflow.engage(first, left, hat=None), lambda: workflow.engage(second, right, hat=None)
        )

        refused = [result for result in results if isinstance(result, Refused)]
        assert len(refused) == 1
        assert "s’engager auprès d’un seul" in refused[0].message
        assert Intention.objects.filter(state=IntentionState.ENGAGEE).count() == 1

    def test_k10_two_drafts_of_one_need_filed_at_once(self) -> None:
        one = IntentionFactory()
        two = IntentionFactory(filed_by=one.filed_by, metier=one.metier)

        results = at_once(
            lambda: workflow.deposit(one, hat=one.filed_by), lambda: workflow.deposit(two, hat=two.filed_by)
        )

        assert sorted(type(result).__name__ for result in results) == ["Intention", "TwinFound"]

    def test_one_draft_filed_twice_at_once_is_one_intention(self) -> None:
        draft = IntentionFactory()

        results = at_once(
            lambda: workflow.deposit(draft, hat=draft.filed_by), lambda: workflow.deposit(draft, hat=draft.filed_by)
        )

        assert sum(isinstance(result, Refused) for result in results) == 1
        assert Post.objects.count() == 2
