"""The stepped form as a person without JavaScript goes through it, in French formats."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intentions.models import Intention
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory, MetierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer(client: Client):
    worn = hat("employeur")
    client.force_login(worn.user)
    return worn


def send(client: Client, intention: Intention, slug: str, **answers):
    return client.post(reverse("intention_etape", args=[intention.pk, slug]), {"suite": "oui", **answers})


def test_an_employer_goes_from_the_first_question_to_the_deposit(client: Client, employer) -> None:
    metier, commune = MetierFactory(), CommuneFactory()
    assert client.get(reverse("intention_nouvelle")).status_code == 200

    client.post(
        reverse("intention_nouvelle"),
        {"contact_name": "Camille Durand", "contact_email": "c@exemple.test", "nature": "prive"},
    )
    intention = Intention.objects.get()
    start = timezone.localdate() + timedelta(days=70)
    send(
        client,
        intention,
        "poste",
        **{
            "metier": str(metier),
            "metier-code": metier.pk,
            "job_title": "Soudeur TIG",
            "post_count": "2",
            "post_is_new": "oui",
            "workplace_commune": str(commune),
            "workplace_commune-code": commune.pk,
        },
    )
    send(
        client,
        intention,
        "contrat",
        contract_type="cdi",
        weekly_hours="35,5",
        hire_on=(start + timedelta(days=90)).strftime("%d/%m/%Y"),
    )
    send(client, intention, "formation", training_title="Soudage TIG", training_start_wished=start.isoformat())
    last = send(client, intention, "engagement", milestones=["stage", "jury"], commitment="on", signer="Camille Durand")
    assert last.url == reverse("intention_verification", args=[intention.pk])
    page = client.get(last.url)
    assert page.status_code == 200

    answer = client.post(last.url, follow=True)

    intention.refresh_from_db()
    assert intention.state == "deposee"
    assert intention.number in answer.content.decode()
    assert client.get(reverse("intention_liste")).status_code == 200
    assert client.get(reverse("intention_recu", args=[intention.pk]))["Content-Type"] == "application/pdf"
