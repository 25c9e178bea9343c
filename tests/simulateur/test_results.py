"""The result: what the link carries, judged again; what changed since is said, with what it does to the verdict."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.rulebook.models import Parameter
from core.rules import Mode, evaluate
from core.rules.links import write_facts, write_result
from core.rules.variants import Variant
from intentions.rules import RULES, ContractType, IntentionFacts
from simulateur.subjects import SUBJECTS
from simulateur.views.pages import address
from tests.rules.cases import base
from tests.rules.files import random_files

pytestmark = pytest.mark.django_db


def file(**changes):
    return IntentionFacts.from_dict(base("intention")).with_facts(**changes)


def link(facts=None, *, ruleset=RULES, day=None, parameters=None):
    from core.rulebook.parameters import current

    day = day or timezone.localdate()
    figures = parameters or current(day)
    return write_result(evaluate(ruleset.edition(figures), facts or file(), figures), day)


def open_link(client, text):
    return client.get(reverse("simulateur_resultat", args=[text]))


def test_a_result_says_its_verdict_its_reasons_and_who_can_change_it(client):
    page = open_link(client, link(file(contract_type=ContractType.CDD, contract_months=Decimal(4))))
    body = page.content.decode()
    assert page.context["verdict"].label == "À instruire"
    assert [reason.rule for reason in page.context["verdict"].obstacles] == ["R31"]
    assert "Porter le CDD à 6" in body
    assert page.context["verdict"].ways[0].mine
    assert page.context["verdict"].ways[-1].actor == "La Région"
    assert "Les règles n’ont pas changé depuis cette simulation" in body


def test_a_result_is_not_indexed_and_prints(client):
    page = open_link(client, link())
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex,nofollow">' in page.content.decode()


def test_a_result_asks_one_query(client, django_assert_num_queries):
    text = link()
    with django_assert_num_queries(1):
        open_link(client, text)


def test_a_figure_that_changed_since_is_named_with_what_it_does_to_the_verdict(client, django_user_model):
    text = link(file(contract_type=ContractType.CDD, contract_months=Decimal(8)), day=date(2026, 11, 3))
    Parameter.objects.create(name="months_min", value="9", period=(date(2026, 11, 10), None), reason="Délibération")
    with time_machine.travel("2026-11-12 09:00"):
        page = open_link(client, text)
    found = page.context["since"]
    assert (found.before.value, found.after.value) == ("eligible", "a_instruire")
    assert [(one.name, one.before, one.after) for one in found.figures] == [("months_min", "6", "9")]
    assert [(one.id, one.before, one.after) for one in found.rules if one.before != one.after] == [
        ("R30", "satisfaite", "sans objet"),
        ("R31", "satisfaite", "non satisfaite"),
    ]
    body = page.content.decode().replace("\u00a0", " ")
    assert "Les règles ont changé depuis le 3 novembre 2026" in body
    assert "« éligible »" in body


def test_a_rule_whose_reading_changed_is_named(client):
    other = Variant(modes={"R31": Mode.WARN}).rules_from(RULES)
    text = link(file(contract_type=ContractType.CDD, contract_months=Decimal(4)), ruleset=other)
    found = open_link(client, text).context["since"]
    assert (found.before.value, found.after.value) == ("eligible", "a_instruire")
    assert [(one.id, one.rewritten) for one in found.rules] == [("R31", True)]


def test_a_change_that_touches_nothing_here_is_said_without_alarm(client):
    other = RULES.without("R36")
    text = link(ruleset=other)
    found = open_link(client, text).context["since"]
    assert not found.verdict_moved
    assert [one.id for one in found.rules] == ["R36"]


def test_a_figure_that_no_rule_of_the_subject_reads_is_not_news(client):
    text = link(day=date(2026, 11, 3))
    Parameter.objects.create(name="aid_tutorat_rate", value="6", period=(date(2026, 11, 10), None), reason="Essai")
    with time_machine.travel("2026-11-12 09:00"):
        assert open_link(client, text).context["since"].figures == []


@pytest.mark.parametrize(
    "text",
    [
        "a.b.c.d",
        "1....",
        "9.abc.R31u.abc",
        write_facts("nulle-part", IntentionFacts(), date(2026, 11, 3)),
        write_facts("lot", IntentionFacts(), date(2026, 11, 3)),
        "é." * 50,
        "x." * 1500,
        "%00.",
    ],
)
def test_a_hostile_link_gets_a_clear_page(client, text):
    page = open_link(client, text)
    assert page.status_code == 404
    assert "Ce lien ne se lit pas" in page.content.decode()


@pytest.mark.parametrize("text", ["1", "é" * 50, "x" * 3000, "%00"])
def test_what_is_no_link_at_all_is_an_absent_page(client, text):
    assert open_link(client, text).status_code == 404


def test_answers_that_are_no_longer_facts_are_set_aside_and_said(client):
    from core.rules.links import _sealed

    text = _sealed({"s": "intention", "f": {"old_fact": 1, "posts": 2}, "d": "2026-11-03"}, "")
    assert open_link(client, text).context["set_aside"] == ["old_fact"]
    text = _sealed({"s": "intention", "f": {"posts": "beaucoup"}, "d": "2026-11-03"}, "")
    assert open_link(client, text).status_code == 404


def test_a_refused_project_is_shown_the_aids_after_the_hire(client):
    page = open_link(client, link(file(contract_type=ContractType.CIE)))
    body = page.content.decode()
    assert page.context["refused"]
    assert reverse("simulateur_aides") in body
    assert "Déposer cette intention" not in body


def test_the_answers_of_another_subject_do_not_open_a_page_of_questions(client):
    text = write_facts("demande", IntentionFacts(), date(2026, 11, 3))
    page = client.get(reverse("simulateur_page", args=["embauche", "contrat"]), {"faits": text})
    assert page.status_code == 404


def test_answers_that_were_never_judged_say_nothing_of_what_changed(client):
    page = open_link(client, write_facts("intention", file(), date(2026, 11, 3)))
    assert page.status_code == 200
    assert page.context["since"] is None


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_whatever_the_facts_every_page_is_shown(client, subject):
    for facts, _derogations in random_files(subject.ruleset, 10, seed=13):
        assert open_link(client, link(facts, ruleset=subject.ruleset)).status_code == 200
        for page in subject.pages:
            assert client.get(address(subject, page, facts)).status_code == 200
