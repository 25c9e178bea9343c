"""What people are told: once, grouped, as they prefer, and never after they have left."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from core.journal import mailer, notices
from core.journal.models import Notification, Preference
from core.journal.notices import Notice, notify
from tests.factories.accounts import MembershipFactory, OrganisationFactory, hat

pytestmark = pytest.mark.django_db


class Daily(Notice):
    kind = "essai.quotidien"
    label = "Nouvelle du jour"


class AtOnce(Notice):
    kind = "essai.immediat"
    label = "Nouvelle pressante"
    rhythm = Preference.Rhythm.IMMEDIAT


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "_registry", {Daily.kind: Daily, AtOnce.kind: AtOnce})


def tell(notice: type[Notice], *hats: object, key: str = "") -> int:
    return notify(notice, hats, OrganisationFactory(), "Une intention attend votre réponse.", "/intentions/1/", key)


def test_the_same_news_is_told_once() -> None:
    person, subject = hat("region"), OrganisationFactory()

    assert notify(Daily, [person], subject, "Nouvelle.", "/") == 1
    assert notify(Daily, [person], subject, "Nouvelle.", "/") == 0
    assert notify(Daily, [person], subject, "Nouvelle.", "/", dedupe_key="relance") == 1


def test_a_former_member_hears_nothing() -> None:
    gone = MembershipFactory(is_active=False, deactivated_at=timezone.now())

    assert tell(Daily, gone) == 0


def test_one_daily_message_groups_everything() -> None:
    person = hat("region")
    tell(Daily, person)
    tell(AtOnce, person)

    assert mailer.send_grouped(mailer.DAILY, base_url="https://portail.test") == 1
    assert len(mail.outbox) == 1
    for row in Notification.objects.all():  # in the plain text and in the page
        link = f"https://portail.test/nouvelles/{row.pk}/"
        assert link in mail.outbox[0].body
        assert f'href="{link}"' in mail.outbox[0].alternatives[0].content
    assert mailer.send_grouped(mailer.DAILY, base_url="https://portail.test") == 0


def test_pressing_news_does_not_wait_for_the_day() -> None:
    person = hat("region")
    tell(Daily, person)
    tell(AtOnce, person)

    mailer.send_grouped(mailer.AT_ONCE, base_url="https://portail.test")

    assert Notification.objects.filter(mailed_at=None).values_list("kind", flat=True).get() == Daily.kind


def test_a_person_may_prefer_no_message() -> None:
    person = hat("region")
    Preference.objects.create(user=person.user, kind=Daily.kind, rhythm=Preference.Rhythm.JAMAIS)
    tell(Daily, person)

    assert mailer.send_grouped(mailer.DAILY, base_url="https://portail.test") == 0
    assert mail.outbox == []
    assert not Notification.objects.filter(mailed_at=None).exists()  # it would wait for ever


def test_a_kind_of_news_that_is_never_mailed_unless_chosen_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Daily, "rhythm", Preference.Rhythm.JAMAIS)
    person, keen = hat("region"), hat("region")
    Preference.objects.create(user=keen.user, kind=Daily.kind, rhythm=Preference.Rhythm.QUOTIDIEN)
    tell(Daily, person, keen)

    assert Notification.objects.get(mailed_at=None).user == keen.user


def test_the_mailer_looks_at_what_is_unsent_and_at_nothing_else() -> None:
    person, subject = hat("region"), OrganisationFactory()
    sent = {"user": person.user, "hat": person, "kind": Daily.kind, "subject_type": "organisation", "subject_id": 1}
    Notification.objects.bulk_create(
        Notification(**sent, text="Envoyée.", url="/", dedupe_key=str(n), mailed_at=timezone.now()) for n in range(500)
    )
    notify(Daily, [person], subject, "Nouvelle.", "/")

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE journal_notification")
    assert "notification_unsent" in mailer._unsent(mailer.DAILY).explain()


def test_one_message_that_cannot_leave_holds_nobody_else_back(monkeypatch: pytest.MonkeyPatch) -> None:
    refused, served = hat("region"), hat("region")
    tell(Daily, refused, served)
    deliver = EmailBackend.send_messages

    def send(self: EmailBackend, messages: list[EmailMessage]) -> int:
        if messages[0].to == [refused.user.email]:
            raise SMTPRecipientsRefused({})
        return deliver(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)

    assert mailer.send_grouped(mailer.DAILY, base_url="https://portail.test") == 1
    assert [message.to for message in mail.outbox] == [[served.user.email]]
    assert Notification.objects.get(mailed_at=None).user == refused.user


def test_news_that_waits_for_another_rhythm_costs_nothing(django_assert_num_queries) -> None:
    tell(Daily, hat("region"), hat("region"), hat("region"))

    with django_assert_num_queries(1):
        assert mailer.send_grouped(mailer.AT_ONCE, base_url="https://portail.test") == 0
