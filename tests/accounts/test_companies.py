"""The open register of companies: what we read of its answers, and how we do without it.

The shapes are recorded answers of the API, cut to the fields that we read.
"""

import copy
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.accounts import companies
from core.accounts.capitals import soften
from core.accounts.companies import CompanyFacts, CompanyServiceAway
from core.accounts.enums import EmployerNature
from tests.factories.accounts import hat, siret

pytestmark = pytest.mark.django_db

SHAPES = Path(__file__).parent / "shapes"
PUBLIC_BODY = json.loads((SHAPES / "public_body.json").read_text())
BRANCH = json.loads((SHAPES / "branch.json").read_text())
NOTHING = {"results": [], "total_results": 0, "page": 1, "per_page": 1, "total_pages": 0}


@pytest.fixture
def register(settings):
    """The service, answering what a test tells it to."""
    settings.COMPANY_API_URL = "https://registre.exemple.test"
    with respx.mock(base_url=settings.COMPANY_API_URL, assert_all_called=False) as router:
        yield router.get("/search")


def changed(
    shape: dict[str, Any], *, company: dict[str, Any] | None = None, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    shape = copy.deepcopy(shape)
    shape["results"][0] |= company or {}
    shape["results"][0]["complements"] |= more or {}
    for place in (shape["results"][0]["siege"], *shape["results"][0]["matching_etablissements"]):
        if "activite_principale" in (company or {}):
            place["activite_principale"] = company["activite_principale"]
    return shape


class TestLookup:
    def test_a_public_body_by_its_siret(self, register):
        register.respond(json=PUBLIC_BODY)
        assert companies.lookup("130 025 265 00013") == CompanyFacts(
            siret="13002526500013",
            name="Direction Interministerielle du Numerique (DINUM)",
            legal_name="Direction Interministerielle du Numerique",
            address="20 avenue de Segur",
            postcode="75007",
            city="Paris 7",
            commune="75107",
            headcount="100 à 199 salariés",
            naf="84.11Z",
            nature=EmployerNature.PUBLIC,
        )
        assert register.calls.last.request.url.params["q"] == "13002526500013"

    def test_a_branch_has_its_own_address_and_its_company_agreement(self, register):
        register.respond(json=BRANCH)
        facts = companies.lookup("81280923400030")
        assert facts is not None
        assert (facts.address, facts.postcode, facts.city) == ("8 rue Paul Bert", "75011", "Paris")
        assert facts.collective_agreement == "0843"
        assert facts.headcount == "sans salarié"
        assert facts.naf == "10.71C"

    def test_an_unknown_siret(self, register):
        register.respond(json=NOTHING)
        assert companies.lookup(siret(1)) is None

    def test_an_answer_about_another_establishment_is_no_answer(self, register):
        register.respond(json=PUBLIC_BODY)
        assert companies.lookup(siret(1)) is None

    def test_a_closed_establishment_says_so(self, register):
        shape = copy.deepcopy(BRANCH)
        shape["results"][0]["matching_etablissements"][0]["etat_administratif"] = "F"
        register.respond(json=shape)
        facts = companies.lookup("81280923400030")
        assert facts is not None
        assert not facts.is_open

    def test_a_training_organisation_brings_its_declaration_number(self, register):
        more = {"est_organisme_formation": True, "est_qualiopi": True, "liste_id_organisme_formation": ["11755555555"]}
        register.respond(json=changed(BRANCH, more=more))
        facts = companies.lookup("81280923400030")
        assert facts is not None
        assert (facts.nda, facts.is_qualiopi) == ("11755555555", True)

    @pytest.mark.parametrize(
        ("company", "more", "nature"),
        [
            ({}, {}, EmployerNature.PRIVE),
            ({"nature_juridique": "9220"}, {"est_association": True}, EmployerNature.ASSOCIATION),
            ({"nature_juridique": "7210"}, {}, EmployerNature.PUBLIC),
            ({"nature_juridique": "4110"}, {}, EmployerNature.PUBLIC),
            ({"activite_principale": "78.20Z"}, {}, EmployerNature.AGENCE_EMPLOI),
            ({"activite_principale": "78.10Z"}, {}, EmployerNature.PRIVE),
            ({"nature_juridique": "9220"}, {"est_siae": True, "type_siae": "ACI"}, EmployerNature.SIAE),
            ({"activite_principale": "78.20Z"}, {"est_siae": True, "type_siae": "ETTI"}, EmployerNature.ETTI),
            ({"nature_juridique": None}, {}, ""),
        ],
    )
    def test_the_nature_of_the_employer_is_guessed(self, register, company, more, nature):
        register.respond(json=changed(BRANCH, company=company, more=more))
        facts = companies.lookup("81280923400030")
        assert facts is not None
        assert facts.nature == nature


class TestSearch:
    def test_finds_open_establishments(self, register):
        register.respond(json=BRANCH)
        assert [facts.siret for facts in companies.search("boulangerie du nil")] == ["81280923400030"]

    def test_two_letters_ask_nothing(self, register):
        register.respond(json=BRANCH)
        assert companies.search("bo") == []
        assert not register.called


class TestTheServiceIsAway:
    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(500),
            httpx.Response(429, json={"erreur": "trop de requêtes"}),
            httpx.Response(200, content=b"<html>maintenance</html>"),
            httpx.Response(200, json=["pas", "un", "objet"]),
            httpx.Response(200, json={"results": None}),
        ],
        ids=["500", "429", "html", "list", "no results"],
    )
    def test_whatever_it_says(self, register, answer):
        register.mock(return_value=answer)
        with pytest.raises(CompanyServiceAway):
            companies.lookup(siret(1))

    @pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.ConnectTimeout])
    def test_whatever_the_network_does(self, register, error):
        register.mock(side_effect=error)
        with pytest.raises(CompanyServiceAway):
            companies.lookup(siret(1))

    def test_a_slow_answer_is_not_waited_for(self, register, settings):
        settings.COMPANY_API_TIMEOUT = 0.1

        def slow(request: httpx.Request) -> httpx.Response:
            time.sleep(0.6)
            return httpx.Response(200, json=NOTHING)

        register.mock(side_effect=slow)
        started = time.monotonic()
        with pytest.raises(CompanyServiceAway):
            companies.lookup(siret(1))
        assert time.monotonic() - started < 0.5

    def test_rubbish_inside_an_answer_is_skipped(self, register):
        register.respond(json={"results": ["?", None, {"siege": None, "matching_etablissements": ["?"]}]})
        assert companies.lookup(siret(1)) is None

    def test_the_log_names_neither_the_company_nor_its_number(self, register, caplog, capfd):
        register.respond(500)
        with pytest.raises(CompanyServiceAway):
            companies.lookup(siret(1))
        assert siret(1) not in caplog.text + "".join(capfd.readouterr())


def test_it_is_never_called_inside_a_transaction(register):
    with transaction.atomic(), pytest.raises(RuntimeError):
        companies.lookup(siret(1))
    assert not register.called


class TestTheJsonForForms:
    @pytest.fixture
    def employer(self, client: Client) -> Client:
        client.force_login(hat("employeur").user)
        return client

    def test_one_establishment(self, register, employer: Client):
        register.respond(json=BRANCH)
        body = employer.get(reverse("entreprise_recherche"), {"siret": "81280923400030"}).json()
        assert body["message"] == ""
        assert [place["name"] for place in body["etablissements"]] == ["Boulangerie du Nil"]

    def test_by_words(self, register, employer: Client):
        register.respond(json=BRANCH)
        body = employer.get(reverse("entreprise_recherche"), {"texte": "boulangerie"}).json()
        assert [place["siret"] for place in body["etablissements"]] == ["81280923400030"]

    def test_when_it_is_away_the_form_goes_on_by_hand(self, register, employer: Client):
        register.respond(503)
        for query in ({"siret": siret(1)}, {"texte": "boulangerie"}):
            answer = employer.get(reverse("entreprise_recherche"), query)
            assert answer.status_code == 200
            assert "à la main" in answer.json()["message"]

    def test_a_wrong_number_asks_nothing(self, register, employer: Client):
        body = employer.get(reverse("entreprise_recherche"), {"siret": "123"}).json()
        assert body == {"etablissements": [], "message": "Un SIRET compte 14 chiffres. Vous en avez donné 3."}
        assert not register.called

    def test_a_visitor_is_asked_to_sign_in(self, client: Client):
        assert client.get(reverse("entreprise_recherche")).status_code == 302


@pytest.mark.parametrize(
    ("register_says", "we_write"),
    [
        ("12 AV DE LA LOIRE", "12 avenue de la Loire"),
        ("LE FOURNIL D'ANGERS", "Le Fournil D'Angers"),
        ("SARL DUPONT-MARTIN", "SARL Dupont-Martin"),
        ("BTP CFA LOIRE", "BTP CFA Loire"),
        ("Campus de l’Ardoise", "Campus de l’Ardoise"),
        ("", ""),
    ],
)
def test_the_capitals_of_the_register_are_softened(register_says, we_write):
    assert soften(register_says) == we_write
