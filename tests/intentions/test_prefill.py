"""An intention that starts from a simulation: nothing typed is lost, nothing is written before one says so."""

import uuid
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from core.rules.links import write_facts
from intentions.facts import facts_of
from intentions.models import Intention
from intentions.prefill import answers_from
from intentions.rules import IntentionFacts
from tests.factories.accounts import UserFactory, hat, siret
from tests.factories.reference import CommuneFactory, MetierFactory
from tests.rules.cases import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts():
    commune, metier = CommuneFactory(), MetierFactory()
    return IntentionFacts.from_dict(
        {
            **base("intention"),
            "rome": metier.pk,
            "workplace_commune": commune.name,
            "workplace_departement": commune.departement_id,
        }
    )


def door(facts):
    return f"{reverse('intention_preremplie')}?faits={write_facts('intention', facts, date(2026, 11, 3))}"


# What an intention says of the one who files it, of what is signed, or of what the portal finds: never simulated.
SAID_AT_DEPOSIT = {
    "origin", "channel", "employer_kind", "headcount", "employer_named", "guarantor_named", "written_statement",
    "statement_kind", "statement_signed_on", "need_from_survey", "other_engaged_organisme", "sector_has_lot",
    "training_end",
}  # fmt: skip


def test_every_answer_of_a_simulation_comes_back_in_the_draft(facts):
    draft = Intention(filed_by=hat("employeur"), **answers_from(facts))
    again = facts_of(draft)
    for name in vars(facts):
        if not name.startswith("_") and name not in SAID_AT_DEPOSIT:
            assert getattr(again, name) == getattr(facts, name), name


def test_the_draft_is_made_once_when_the_person_says_so(client, facts):
    employer = hat("employeur")
    client.force_login(employer.user)
    page = client.get(door(facts))
    assert page.status_code == 200
    assert not Intention.objects.exists()
    data = {"faits": page.context["text"], "cle": "6f9619ff-8b86-4011-b42d-00cf4fc964ff"}
    first = client.post(reverse("intention_preremplie"), data)
    second = client.post(reverse("intention_preremplie"), data)
    draft = Intention.objects.get()
    assert first.url == second.url == reverse("intention_etape", args=[draft.pk, "entreprise"])
    assert (draft.job_title, draft.post_count, draft.employer) == (facts.job_title, facts.posts, employer.organisation)
    assert draft.weekly_hours == facts.weekly_hours
    assert draft.statement_text == ""


def test_a_visitor_signs_in_and_comes_back_with_all_the_answers(client, facts):
    answer = client.get(door(facts))
    assert answer.status_code == 302
    asked = parse_qs(urlsplit(answer.url).query)["next"][0]
    assert asked == door(facts)
    sign_in = client.get(answer.url).content.decode()
    assert "faits" in sign_in
    client.force_login(hat("employeur").user)
    assert client.get(asked).status_code == 200


@pytest.mark.parametrize("text", ["", "x", "1.a.b.c"])
def test_a_broken_link_leads_to_a_blank_intention(client, text):
    client.force_login(hat("employeur").user)
    answer = client.get(reverse("intention_preremplie"), {"faits": text})
    assert answer.url == reverse("intention_nouvelle")


def test_half_months_and_a_refused_commitment_are_left_to_be_said_again():
    facts = IntentionFacts(contract_months=Decimal("4.5"), commitment=False)
    assert answers_from(facts) == {}


@pytest.mark.parametrize(
    "hostile",
    [
        {"posts": 1_000_000},
        {"posts": -1},
        {"weekly_hours": Decimal(1_000_000)},
        {"weekly_hours": Decimal("35.123456")},
        {"weekly_hours": Decimal(-5)},
        {"contract_months": Decimal(1_000_000)},
        {"contract_months": Decimal(-6)},
        {"job_title": "a" * 500},
    ],
    ids=str,
)
def test_what_a_draft_cannot_hold_is_left_to_be_said_again(client, facts, hostile):
    client.force_login(hat("employeur").user)
    page = client.get(door(facts.with_facts(**hostile)))
    assert page.status_code == 200

    answer = client.post(reverse("intention_preremplie"), {"faits": page.context["text"], "cle": str(uuid.uuid4())})

    assert answer.status_code == 302
    draft = Intention.objects.get()
    assert getattr(facts_of(draft), *hostile) is None
    assert draft.training_start_wished == facts.wished_start


def test_a_person_without_a_hat_yet_keeps_every_answer(client, facts):
    client.force_login(UserFactory())
    page = client.get(door(facts))
    assert page.status_code == 200
    assert page.context["address"].endswith(door(facts))
    assert "Créer ou rejoindre" in page.content.decode()
    assert client.post(reverse("intention_preremplie"), {"faits": page.context["text"]}).status_code == 200
    assert not Intention.objects.exists()
    assert client.get(reverse("intention_preremplie")).url == reverse("sans_casquette")


def test_registering_an_establishment_leads_back_to_the_simulation(client, facts):
    client.force_login(UserFactory())
    client.get(door(facts))
    answers = {"siret": siret(812), "name": "Boulangerie des Prés", "nature": "prive", "cle": str(uuid.uuid4())}
    for click in (1, 2):
        answer = client.post(reverse("organisation_creer"), answers)
        assert answer.url == door(facts), f"click {click}"
    assert client.get(answer.url).context["waits"] is False
    other = answers | {"siret": siret(813), "cle": str(uuid.uuid4())}
    assert client.post(reverse("organisation_creer"), other).url == reverse("accueil")


def test_who_files_no_intention_finds_no_door(client, facts):
    client.force_login(hat("cariforef").user)
    assert client.get(door(facts)).status_code == 404
