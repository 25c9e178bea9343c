"""What a person reads of his news, whichever of his hats they were told to."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification
from core.journal.notices import notices_for
from tests.factories.accounts import OrganisationFactory, hat

pytestmark = pytest.mark.django_db


def news(told: Membership, text: str, **more: object) -> Notification:
    subject = OrganisationFactory()
    return Notification.objects.create(
        user=told.user,
        hat=told,
        kind=more.pop("kind", "essai"),
        subject_type="organisation",
        subject_id=subject.pk,
        text=text,
        url="/organisation/",
        dedupe_key=text,
        **more,
    )


def test_unread_news_comes_first_then_the_latest(client: Client) -> None:
    person = hat("employeur")
    for text, read_at in (("Ancienne", None), ("Lue", timezone.now()), ("Nouvelle", None), ("Relue", timezone.now())):
        news(person, text, read_at=read_at)
    client.force_login(person.user)

    rows = client.get(reverse("notifications")).context["rows"]

    assert [row.text for row in rows] == ["Nouvelle", "Ancienne", "Relue", "Lue"]


def test_news_opens_under_the_hat_that_it_was_told_to(client: Client) -> None:
    first = hat("employeur", name="Ardoisière")
    second = hat("employeur", name="Zinguerie", user=first.user)
    told = news(second, "À lire")
    client.force_login(first.user)

    page = client.post(reverse("notification_ouvrir", args=[told.pk]), follow=True)

    assert page.context["organisation"] == second.organisation
    told.refresh_from_db()
    assert told.read_at is not None


def test_an_emailed_link_leads_to_the_file_under_the_hat_that_was_told(client: Client) -> None:
    told = news(hat("employeur"), "À lire")
    client.force_login(told.user)

    answer = client.get(reverse("notification", args=[told.pk]))

    assert (answer.status_code, answer["Location"]) == (302, "/organisation/")


def test_an_emailed_link_of_another_hat_offers_that_hat_and_changes_nothing_by_itself(client: Client) -> None:
    first = hat("employeur", name="Ardoisière")
    second = hat("employeur", name="Zinguerie", user=first.user)
    told = news(second, "À lire")
    client.force_login(first.user)

    page = client.get(reverse("notification", args=[told.pk]))

    assert page.status_code == 200
    assert "Zinguerie" in page.content.decode()
    assert client.get("/organisation/").context["organisation"] == first.organisation
    told.refresh_from_db()
    assert told.read_at is None

    opened = client.post(reverse("notification_ouvrir", args=[told.pk]), follow=True)

    assert opened.context["organisation"] == second.organisation


def test_an_emailed_link_waits_for_the_sign_in(client: Client) -> None:
    told = news(hat("employeur"), "À lire")

    answer = client.get(reverse("notification", args=[told.pk]))

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next=/nouvelles/{told.pk}/")


def test_an_emailed_link_of_someone_else_or_of_a_hat_left_behind_does_not_exist(client: Client) -> None:
    person, other = hat("employeur"), hat("employeur")
    left = hat("employeur", user=person.user)
    to_other, to_left = news(other, "Pour un autre"), news(left, "Pour une ancienne casquette")
    Membership.objects.filter(pk=left.pk).update(is_active=False, deactivated_at=timezone.now())
    client.force_login(person.user)

    assert client.get(reverse("notification", args=[to_other.pk])).status_code == 404
    assert client.get(reverse("notification", args=[to_left.pk])).status_code == 404


def test_the_news_of_someone_else_does_not_exist(client: Client) -> None:
    told = news(hat("employeur"), "Pour un autre")
    client.force_login(hat("employeur").user)

    assert client.post(reverse("notification_ouvrir", args=[told.pk])).status_code == 404
    told.refresh_from_db()
    assert told.read_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_long(client: Client, django_assert_num_queries, count: int) -> None:
    person = hat("employeur")
    for number in range(count):
        news(person, f"Nouvelle {number}")
    client.force_login(person.user)

    with django_assert_num_queries(4):
        client.get(reverse("notifications"))


def test_no_more_e_mail_of_a_kind_settles_what_waited(client: Client) -> None:
    person = hat("organisme")
    kinds = [notice.kind for notice in notices_for([person.kind])]
    unwanted, wanted = news(person, "Une", kind=kinds[0]), news(person, "Autre", kind=kinds[1])
    client.force_login(person.user)
    form = client.get(reverse("preferences")).context["form"]
    answers = dict.fromkeys(form.fields, "quotidien")
    answers[next(iter(form.fields))] = "jamais"

    client.post(reverse("preferences"), answers)

    unwanted.refresh_from_db()
    wanted.refresh_from_db()
    assert (unwanted.mailed_at is None, wanted.mailed_at is None) == (False, True)
