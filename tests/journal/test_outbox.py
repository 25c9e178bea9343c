"""What a transaction promises is done after it, once, even when something fails on the way."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.journal import outbox
from core.journal.models import OutboxMessage, OutboxState
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Handlers of the test: « essai.bon » notes the subject, « essai.mauvais » always fails."""
    seen: list[int] = []

    def good(message: OutboxMessage) -> str:
        seen.append(message.subject_id)
        return "fait"

    def bad(message: OutboxMessage) -> str:
        raise ConnectionError("l’autre ne répond pas")

    monkeypatch.setitem(outbox._handlers, "essai.bon", good)
    monkeypatch.setitem(outbox._handlers, "essai.mauvais", bad)
    return seen


def test_work_is_done_and_its_answer_kept(done: list[int]) -> None:
    subject = OrganisationFactory()
    outbox.enqueue("essai.bon", subject, version=1)

    assert outbox.work_all() == 1
    message = OutboxMessage.objects.get()
    assert (done, message.state, message.answer) == ([subject.pk], OutboxState.FAIT, "fait")


def test_the_same_version_is_promised_once(done: list[int]) -> None:
    subject = OrganisationFactory()
    outbox.enqueue("essai.bon", subject, version=1)
    outbox.enqueue("essai.bon", subject, version=1)
    outbox.enqueue("essai.bon", subject, version=2)

    assert outbox.work_all() == 2


def test_a_rolled_back_change_promises_nothing(done: list[int]) -> None:
    with pytest.raises(ValueError, match="panne"), transaction.atomic():
        outbox.enqueue("essai.bon", OrganisationFactory(), version=1)
        raise ValueError("panne")

    assert outbox.work_all() == 0


def test_a_failure_is_noted_and_tried_again_later_and_later(done: list[int]) -> None:
    outbox.enqueue("essai.mauvais", OrganisationFactory(), version=1)

    outbox.work_all()
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == (OutboxState.A_FAIRE, 1)
    assert "l’autre ne répond pas" in message.answer
    assert message.due_at > timezone.now() + timedelta(seconds=5)


def test_after_many_failures_a_person_must_look(done: list[int]) -> None:
    outbox.enqueue("essai.mauvais", OrganisationFactory(), version=1)
    for _ in range(outbox.MAX_ATTEMPTS):
        OutboxMessage.objects.update(due_at=timezone.now())
        outbox.work_all()

    assert OutboxMessage.objects.get().state == OutboxState.ABANDONNE


def test_a_failure_does_not_hold_up_the_others(done: list[int]) -> None:
    outbox.enqueue("essai.mauvais", OrganisationFactory(), version=1)
    subject = OrganisationFactory()
    outbox.enqueue("essai.bon", subject, version=1)

    outbox.work_all()

    assert done == [subject.pk]


def test_work_promised_for_later_waits(done: list[int]) -> None:
    outbox.enqueue("essai.bon", OrganisationFactory(), version=1, due_at=timezone.now() + timedelta(hours=1))

    assert outbox.work_all() == 0


def test_what_a_mail_server_says_of_an_address_is_kept_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(message: OutboxMessage) -> str:
        raise SMTPRecipientsRefused(
            {"aissata.bertin@exemple.test": (550, b"No such user <aissata.bertin@exemple.test>")}
        )

    monkeypatch.setitem(outbox._handlers, "essai.courriel", refuse)
    outbox.enqueue("essai.courriel", OrganisationFactory(), version=1)
    outbox.work_all()

    assert OutboxMessage.objects.get().answer == "SMTPRecipientsRefused: {'…': (550, b'No such user <…>')}"


@pytest.mark.django_db(transaction=True)
def test_work_that_speaks_to_another_service_holds_no_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, str]] = []

    def speak(message: OutboxMessage) -> str:
        stored = OutboxMessage.objects.get(pk=message.pk)
        seen.append((connection.in_atomic_block, "plus tard" if stored.due_at > timezone.now() else "encore dû"))
        return "envoyé"

    monkeypatch.setitem(outbox._handlers, "essai.dehors", speak)
    monkeypatch.setattr(outbox, "_outside", {"essai.dehors"})
    with transaction.atomic():
        outbox.enqueue("essai.dehors", OrganisationFactory(), version=1)

    outbox.work_all()

    assert seen == [(False, "plus tard")]
    assert OutboxMessage.objects.get().state == OutboxState.FAIT
