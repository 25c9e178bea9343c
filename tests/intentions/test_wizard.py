"""The stepped form as a person without JavaScript goes through it, in French formats."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts import companies
from core.accounts.models import Membership, Organisation
from intentions.models import Intention
from tests.factories.accounts import OrganisationFactory, hat, siret
from tests.factories.intentions import IntentionFactory, filed
from tests.factories.reference import CommuneFactory, MetierFactory
from tests.factories.rulebook import dated

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer(client: Client) -> Membership:
    worn = hat("employeur")
    client.force_login(worn.user)
    return worn


def send(client: Client, intention: Intention, slug: str, **answers: Any) -> Any:
    return client.post(reverse("intention_etape", args=[intention.pk, slug]), {"suite": "oui", **answers})


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_employer_goes_from_the_first_question_to_the_deposit(client: Client, employer: Membership) -> None:
    metier, commune = MetierFactory(), CommuneFactory()
    start = timezone.localdate() + timedelta(days=70)
    read(client, reverse("intention_nouvelle"))

    client.post(
        reverse("intention_nouvelle"),
        {"contact_name": "Camille Durand", "contact_email": "c@exemple.test", "nature": "prive"},
    )
    intention = Intention.objects.get()
    place = {"workplace_commune": str(commune), "workplace_commune-code": commune.pk}
    send(client, intention, "poste", metier=str(metier), post_count="2", post_is_new="oui", **place)
    hire = (start + timedelta(days=90)).strftime("%d/%m/%Y")
    send(client, intention, "contrat", contract_type="cdi", weekly_hours="35,5", hire_on=hire)
    send(client, intention, "formation", training_title="Soudage TIG", training_start_wished=start.isoformat())
    last = send(client, intention, "engagement", milestones=["stage"], commitment="on", signer="Camille Durand")
    assert last.url == reverse("intention_verification", args=[intention.pk])
    assert "Déposer l’intention" in read(client, last.url)

    answer = client.post(last.url, follow=True)

    intention.refresh_from_db()
    assert intention.state == "deposee"
    assert str(intention.weekly_hours) == "35.50"
    assert intention.statement_signed_by == "Camille Durand"
    assert intention.number in answer.content.decode()


def test_an_invalid_answer_says_so_at_its_field_and_loses_nothing(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer, bare=True)

    answer = send(client, draft, "contrat", contract_type="cdd", contract_months="six", weekly_hours="30")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Écrivez un nombre entier" in page
    assert 'value="six"' in page
    draft.refresh_from_db()
    assert (draft.contract_type, draft.weekly_hours, draft.contract_months) == ("cdd", 30, None)


@pytest.mark.parametrize(
    ("slug", "answers", "words"),
    [
        ("contrat", {"weekly_hours": "60"}, "48"),
        ("contrat", {"hire_on": "31/02/2027"}, "une date du calendrier"),
        ("contrat", {"hire_on": "01/01/2020"}, "Cette date est passée"),
        ("contrat", {"hire_on": "01/01/2099"}, "dans plus de trois ans"),
        ("contrat", {"contract_type": "esclavage"}, "choix"),
        ("poste", {"post_count": "0"}, "1"),
        ("poste", {"metier": "licorne"}, "Nous ne trouvons pas de métier"),
        ("poste", {"workplace_commune": "Trifouillis"}, "Nous ne trouvons pas de commune"),
        ("entreprise", {"contact_email": "camille"}, "Écrivez une adresse complète"),
        ("poste", {"job_title": "x" * 300}, "250"),
    ],
)
def test_each_slip_of_the_keyboard_has_its_french_sentence(
    client: Client, employer: Membership, slug: str, answers: dict[str, str], words: str
) -> None:
    draft = IntentionFactory(filed_by=employer, bare=True)

    answer = send(client, draft, slug, **answers)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_ambiguous_place_is_chosen_among_radios(client: Client, employer: Membership) -> None:
    CommuneFactory(code="49099", name="Cholet")
    CommuneFactory(code="44035", name="La Chapelle-des-Marais")
    wanted = CommuneFactory(code="44031", name="La Chapelle-Glain")
    draft = IntentionFactory(filed_by=employer, bare=True)

    page = send(client, draft, "poste", workplace_commune="La Chapelle").content.decode()
    assert "désigne plusieurs réponses" in page
    assert f'value="{wanted.pk}"' in page
    send(client, draft, "poste", workplace_commune="La Chapelle", workplace_commune_choix=wanted.pk)

    draft.refresh_from_db()
    assert draft.workplace_commune == wanted


def test_the_questions_say_the_thresholds_of_the_day(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer)
    step = reverse("intention_etape", args=[draft.pk, "contrat"])
    page = read(client, step).replace("\u00a0", " ")
    assert "Au moins 24 heures, sauf cas particulier" in page
    assert "Six mois au moins, ou une dérogation" in page

    dated("weekly_hours_min", "20", -30)
    dated("months_min", "4", -30)

    page = read(client, step).replace("\u00a0", " ")
    assert "Au moins 20 heures, sauf cas particulier" in page
    assert "À partir de quatre mois, aucune dérogation à demander" in page
    assert "Quatre mois au moins, ou une dérogation" in page


def test_an_answer_may_call_for_a_precision(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer)

    again = send(client, draft, "contrat", contract_type="cdd", contract_months="4", weekly_hours="35")

    assert again.url == reverse("intention_etape", args=[draft.pk, "contrat"]) + "#precisions"
    page = read(client, again.url)
    assert "Pourquoi un contrat court" in page
    assert "Pourquoi un temps de travail réduit" not in page
    assert "À instruire" in page
    onward = send(
        client,
        draft,
        "contrat",
        contract_type="cdd",
        contract_months="4",
        weekly_hours="35",
        short_contract_reason="saisonnier",
        precisions="short_contract_reason,reason_detail",
    )
    assert onward.url == reverse("intention_etape", args=[draft.pk, "formation"])


def test_htmx_gets_the_verdict_of_the_very_page(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer)
    url = reverse("intention_etape", args=[draft.pk, "contrat"])
    answers = {"contract_type": "cdd", "contract_months": "4", "weekly_hours": "35"}

    fragment = client.post(url, answers, headers={"HX-Request": "true"}).content.decode()

    assert "<main" not in fragment
    assert re.search(r'<div id="precisions"[^>]* hx-swap-oob="true"', fragment)
    aside = fragment[: fragment.index("</aside>")]
    assert aside.strip() in read(client, url)


def test_the_verdict_of_a_blocked_file_says_what_would_change_it(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer, contract_type="cie")

    page = read(client, reverse("intention_verification", args=[draft.pk]))

    assert "Non éligible" in page
    assert "Proposer un CDI." in page
    assert "Déposer l’intention</button>" not in page
    assert client.post(reverse("intention_verification", args=[draft.pk]), follow=True).status_code == 200
    draft.refresh_from_db()
    assert draft.state == "brouillon"


def test_a_file_with_an_answer_missing_leads_to_it(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer, metier=None, job_title="", post_count=None)
    asked = reverse("intention_etape", args=[draft.pk, "poste"])

    page = read(client, reverse("intention_verification", args=[draft.pk]))

    assert re.search(rf'class="btn pri big" href="{asked}#[^"]+">Compléter l’intention', page)
    assert "Déposer l’intention</button>" not in page
    steps = re.findall(r'/etape/([a-z]+)/">(?:(?!</li>).)*\(fait\)', page, re.DOTALL)
    assert "entreprise" in steps
    assert "poste" not in steps


@pytest.mark.parametrize("slug", ["poste", "contrat", "engagement"])
def test_who_answers_for_an_employer_is_not_asked_as_if_it_were_them(client: Client, slug: str) -> None:
    adviser = hat("valideur")
    client.force_login(adviser.user)
    draft = IntentionFactory(filed_by=adviser, employer=None)

    page = read(client, reverse("intention_etape", args=[draft.pk, slug]))

    heading = re.search(r"<h1>(.*?)</h1>", page)
    assert heading
    assert "vous" not in heading[1]
    assert "participerez-vous" not in page


def test_a_double_click_files_once(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer)
    url = reverse("intention_verification", args=[draft.pk])
    key = {"cle": "4f0c2f34-6b2e-4a55-9d3e-1d53f0a7a5b1"}

    first, second = client.post(url, key), client.post(url, key)

    assert first.url == second.url == reverse("intention_detail", args=[draft.pk])
    assert Intention.objects.get().posts.count() == 2


def test_a_double_click_starts_one_draft(client: Client, employer: Membership) -> None:
    answers = {"contact_name": "Camille", "cle": "4f0c2f34-6b2e-4a55-9d3e-1d53f0a7a5b2"}

    client.post(reverse("intention_nouvelle"), answers)
    client.post(reverse("intention_nouvelle"), answers)

    assert Intention.objects.count() == 1


def test_the_twin_is_shown_and_the_author_may_go_on(client: Client, employer: Membership) -> None:
    first = filed(by=employer)
    again = IntentionFactory(filed_by=employer, metier=first.metier)
    url = reverse("intention_verification", args=[again.pk])

    page = client.post(url).content.decode()
    assert "Une intention semblable existe déjà" in page
    assert first.number in page
    client.post(url, {"autre_poste": "oui"})

    again.refresh_from_db()
    assert again.state == "deposee"


def test_a_document_of_any_form_is_accepted(client: Client, employer: Membership) -> None:
    draft = IntentionFactory(filed_by=employer, statement_text="")
    letter = SimpleUploadedFile("courriel de Paul.eml", b"From: paul@exemple.test\r\nSubject: embauche\r\n\r\nOui.")

    send(client, draft, "engagement", milestones=["stage"], commitment="on", statement=letter)

    draft.refresh_from_db()
    assert draft.statement_name == "courriel de Paul.eml"
    download = client.get(reverse("intention_ecrit", args=[draft.pk]))
    assert download["Content-Disposition"].startswith("attachment")
    assert b"Oui." in b"".join(download.streaming_content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 200, "pas un document"),
        (b"#!/bin/sh\nrm -rf /\n", "pas un document"),
        (b"<html><script>alert(1)</script></html>", "pas un document"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "pas un document"),
        (b"", "vide"),
        (b"%PDF-1.7\n" + b"0" * (10 * 1024 * 1024), "10"),
    ],
    ids=["programme", "script", "page", "dessin actif", "vide", "trop gros"],
)
def test_a_programme_is_no_document_whatever_its_name(
    client: Client, employer: Membership, content: bytes, words: str
) -> None:
    draft = IntentionFactory(filed_by=employer, statement_text="")

    page = send(client, draft, "engagement", statement=SimpleUploadedFile("lettre.pdf", content)).content.decode()

    assert words in page
    draft.refresh_from_db()
    assert not draft.statement_file


# --- Filing for another


def test_an_organisme_names_a_known_employer_by_siret(client: Client) -> None:
    worn, known = hat("organisme"), OrganisationFactory()
    client.force_login(worn.user)

    client.post(reverse("intention_nouvelle"), {"siret": known.siret, "contact_email": "p@exemple.test"})

    intention = Intention.objects.get()
    assert (intention.employer, intention.origin) == (known, "organisme")


def test_the_register_fills_an_unknown_employer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    number = siret(424242)
    found = companies.CompanyFacts(siret=number, name="Conserverie des Marais bleus", postcode="85300", city="Challans")
    monkeypatch.setattr(companies, "lookup", lambda asked: found if asked == number else None)
    client.force_login(hat("organisme").user)

    client.post(reverse("intention_nouvelle"), {"siret": number, "nature": "prive"})

    employer = Intention.objects.get().employer
    assert (employer.name, employer.siret, employer.nature) == ("Conserverie des Marais bleus", number, "prive")


def test_when_the_register_is_away_the_name_is_enough(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(asked: str) -> None:
        raise companies.CompanyServiceAway

    monkeypatch.setattr(companies, "lookup", away)
    client.force_login(hat("organisme").user)
    number = siret(424243)

    page = client.post(reverse("intention_nouvelle"), {"siret": number}).content.decode()
    assert "L’annuaire des entreprises ne répond pas" in page
    send(client, Intention.objects.get(), "entreprise", siret=number, employer_name="Les Toits de Vendée")

    assert Intention.objects.get().employer.name == "Les Toits de Vendée"


def test_a_false_siret_is_said_at_its_field(client: Client) -> None:
    client.force_login(hat("organisme").user)

    page = client.post(reverse("intention_nouvelle"), {"siret": "123 456 789 00012"}).content.decode()

    assert "Un SIRET compte 14 chiffres" in page
    assert 'value="123 456 789 00012"' in page
    assert not Organisation.objects.filter(siret__startswith="123").exists()


def test_naming_an_employer_never_changes_him(client: Client) -> None:
    worn, known = hat("organisme"), OrganisationFactory(name="Ateliers Durand", nature="association")
    client.force_login(worn.user)

    client.post(reverse("intention_nouvelle"), {"siret": known.siret, "employer_name": "Autre", "nature": "prive"})

    known.refresh_from_db()
    assert (known.name, known.nature) == ("Ateliers Durand", "association")
