"""Every fact of a subject is asked, worked out, or left out for a reason; the pages go from one to the next."""

import dataclasses
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.rules.links import read_link, write_facts
from intentions.aids import AidKind
from simulateur.subjects import SUBJECTS
from simulateur.views.pages import address
from tests.factories import reference

pytestmark = pytest.mark.django_db
EVERY_SUBJECT = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)


@EVERY_SUBJECT
def test_every_fact_is_asked_worked_out_or_left_out_for_a_reason(subject):
    facts = {field.name for field in dataclasses.fields(subject.facts)}
    asked, derived, left_out = set(subject.questions), set(subject.derived), set(subject.left_out)
    assert asked | derived | left_out == facts, "Dites de chaque fait s’il est demandé, déduit, ou laissé de côté"
    assert not asked & derived
    assert not (asked | derived) & left_out
    assert all(len(reason) > 15 for reason in [*subject.left_out.values()])


@EVERY_SUBJECT
def test_every_question_says_its_words_and_every_fact_that_decides_is_asked(subject):
    for page in subject.pages:
        assert page.heading.endswith("?")
        for name, field in page.base_fields.items():
            assert field.label, name
    decisive = {name.split(".")[0] for rule in subject.ruleset.rules if rule.decides for name in rule.reads}
    silent = decisive - set(subject.questions) - set(subject.derived) - set(subject.left_out)
    assert not silent


def go(client: Client, url: str, **answers: object):
    """Answer one page as a browser without JavaScript does; what follows, once the redirections are taken."""
    page = client.get(url)
    form = page.context["form"]
    data = {"faits": page.context["carried"], "vu": "1", "precisions": ",".join(page.context["precisions"])}
    assert form is not None
    return client.get(page.context["action"], {**data, **answers}, follow=True)


def test_an_employer_goes_from_question_to_result_without_script_nor_account(client):
    metier = reference.MetierFactory()
    commune = reference.CommuneFactory()
    shown = go(client, reverse("simulateur_page", args=["embauche", "employeur"]), origin="employeur",
               employer_kind="prive")  # fmt: skip
    assert shown.request["PATH_INFO"] == "/simulateur/embauche/poste/"
    shown = go(
        client, _url(shown), metier=metier.title, **{"metier-code": metier.pk}, job_title="Soudeur", posts="2",
        post_is_new="oui", workplace_commune=str(commune), **{"workplace_commune-code": commune.pk},
    )  # fmt: skip
    assert shown.request["PATH_INFO"] == "/simulateur/embauche/contrat/"
    answers = {"contract_type": "cdd", "contract_months": "4", "weekly_hours": "35", "wished_start": "2027-03-01"}
    shown = go(client, _url(shown), **answers)
    assert shown.context["more"], "quatre mois : une précision est demandée"
    assert shown.context["precisions"] == ["short_contract_reason"]
    shown = go(client, _url(shown), **answers, short_contract_reason="saisonnier")
    assert shown.request["PATH_INFO"] == "/simulateur/embauche/engagement/"
    shown = go(client, _url(shown), milestones=["stage"], commitment="oui", statement_kind="en_ligne",
               other_engaged_organisme="non")  # fmt: skip
    assert shown.templates[0].name == "simulateur/resultat.html"
    assert shown.context["verdict"].label == "À instruire"
    facts = read_link(shown.request["PATH_INFO"].rstrip("/").rsplit("/", 1)[1]).facts
    assert facts["workplace_departement"] == commune.departement_id
    assert facts["rome"] == metier.pk
    assert facts["statement_signed_on"], "une déclaration en ligne est supposée signée le jour même"
    assert not client.cookies, "rien n’est gardé, pas même un témoin"


def test_an_organisation_short_of_people_reads_the_five_lawful_routes(client):
    start = reverse("simulateur_page", args=["session", "groupe"])
    given = {"access_mode": "intention-embauche", "employers": "2", "posts": "3", "seats": "3",
             "entry_mode": "dates_fixes"}  # fmt: skip
    shown = go(client, start, **given)
    assert shown.context["precisions"] == ["head_count_case"]
    shown = go(client, _url(shown), **given, head_count_case="equilibre_financier")
    assert shown.context["precisions"] == ["head_count_case", "balance_statement", "price_unchanged"]
    shown = go(client, _url(shown), **given, head_count_case="normal")
    for page in ("formation", "lot", "dates"):
        assert shown.request["PATH_INFO"] == f"/simulateur/session/{page}/"
        shown = go(client, _url(shown))
    assert shown.context["verdict"].label == "Non éligible"
    assert [route.rule for route in shown.context["routes"]] == ["R67", "R68", "R70", "R72", "R69"]
    assert "Compléter le groupe" in shown.content.decode()


@pytest.mark.parametrize("kind", list(AidKind))
def test_an_aid_is_calculated_on_one_page(client, kind):
    given = {
        "workplace_departement": "44", "employer_kind": "association", "headcount": "299", "offer_published": "oui",
        "contract_type": "cdi", "jobseeker": "oui", "months_to_training": "3", "training_hours": "100",
        "disabled": "non", "senior": "non",
    }  # fmt: skip
    more = (
        {"qualiopi_certified": "oui", "teaching_cost": "2000"} if kind is AidKind.FORMATION else {"own_trainer": "oui"}
    )
    shown = go(client, reverse("simulateur_aide", args=[kind.value]), **given, **more)
    assert shown.context["verdict"].label == "Éligible"
    assert shown.context["amount"].euros == {"formation": 1400, "tutorat": 500, "afest": 1500}[kind.value]


def test_a_wrong_answer_is_said_at_its_field_and_nothing_typed_is_lost(client):
    shown = go(client, reverse("simulateur_page", args=["embauche", "contrat"]), contract_type="cdd",
               contract_months="quatre")  # fmt: skip
    assert shown.status_code == 200
    assert shown.context["form"].errors.keys() == {"contract_months"}
    assert 'value="quatre"' in shown.content.decode()
    assert "checked" in shown.content.decode()


def test_the_verdict_follows_the_typing_with_htmx(client):
    url = reverse("simulateur_page", args=["embauche", "contrat"])
    page = client.get(url, {"vu": "1", "contract_type": "cie"}, headers={"HX-Request": "true"})
    body = page.content.decode()
    assert body.lstrip().startswith("<aside")
    assert "Non éligible" in body
    assert "<html" not in body


def test_two_employers_cannot_share_one_post(client):
    shown = go(client, reverse("simulateur_page", args=["session", "groupe"]), employers="2", posts="1")
    assert "au moins un poste" in shown.content.decode()


def test_no_post_is_nobody_s(client):
    shown = go(client, reverse("simulateur_page", args=["session", "groupe"]), employers="0", posts="3")
    assert "celui d’un employeur" in shown.content.decode()
    assert 'value="3"' in shown.content.decode()


@pytest.mark.parametrize("url", ["/simulateur/embauche/nulle-part/", "/simulateur/nulle/part/", "/simulateur/aides/or/",
                                 "/simulateur/aides/questions/"])  # fmt: skip
def test_a_page_that_does_not_exist_does_not_exist(client, url):
    assert client.get(url).status_code == 404


def test_questions_ask_few_queries(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(reverse("simulateur_page", args=["embauche", "contrat"]))
    with django_assert_num_queries(4):
        client.get(reverse("simulateur_page", args=["session", "lot"]))


def _url(response) -> str:
    asked = response.request
    return (
        f"{asked['PATH_INFO']}?{asked['QUERY_STRING']}" if asked["QUERY_STRING"] else urlsplit(asked["PATH_INFO"]).path
    )


@pytest.mark.parametrize(
    "typed", ["9999999999", "999999,5", "31/12/9999", "x" * 600], ids=["number", "half", "day", "text"]
)
@EVERY_SUBJECT
def test_whatever_a_page_takes_its_link_carries(client, subject, typed):
    for page in subject.pages:
        for name in page.base_fields:
            known = {"faits": write_facts(subject.code, subject.facts(), timezone.localdate())}
            asked = {"vu": "1", "precisions": ",".join(page.precisions), name: typed}
            answer = client.get(address(subject, page), known | asked, follow=True)
            assert answer.status_code == 200, (page.slug, name)
