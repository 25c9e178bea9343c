"""One page per rule: what it says, how the portal holds it, and what tests it."""

import dataclasses
import re
from enum import Enum
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver

from core.rulebook import coverage, registry
from core.rulebook.coverage import Standing
from core.rulebook.examples import SUBJECTS, examples_of
from core.rulebook.views.rule import MODES
from core.rules import Facts, Many, Mode, rule_texts
from core.rules.cases import cases
from tests.factories.rulebook import dated

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).parents[2] / "templates"


def page_of(client: Client, rule_id: str) -> str:
    return client.get(f"/regles/{rule_id}/").content.decode()


@pytest.mark.parametrize("rule_id", rule_texts())
def test_every_rule_has_its_page_with_its_passages(client: Client, rule_id: str) -> None:
    page = page_of(client, rule_id)

    assert all(citation.reference in page for citation in rule_texts()[rule_id].citations)


def test_a_checked_rule_shows_its_figures_and_its_cases(client: Client) -> None:
    page = page_of(client, "R32")

    assert "vérifiée par le portail" in page
    assert re.search(r"qui n’appelle pas de dérogation\s: <b[^>]*>24\sheures par semaine</b>", page)
    assert "Le temps de travail par semaine" in page
    assert "Une dérogation se demande" in page


def test_a_rule_that_the_region_has_switched_says_what_it_does_today(client: Client) -> None:
    assert "applique autrement" not in page_of(client, "R31")
    dated("R31", "W", -30)
    dated("R32", "retiree", -30)

    assert "La Région l’applique autrement aujourd’hui" in page_of(client, "R31")
    assert MODES[Mode.WARN] in page_of(client, "R31")
    assert "Elle ne s’applique plus." in page_of(client, "R32")


def test_a_declared_rule_says_so(client: Client) -> None:
    page = page_of(client, "R111")

    assert "Le portail ne la vérifie pas" in page
    assert '<a href="/catalogue/">la recherche par recruteur n’existe pas</a>' in page


def test_a_rule_names_the_contradictions_that_touch_it(client: Client) -> None:
    assert 'href="/regles/contradictions/K1/"' in page_of(client, "R22")


def test_a_warning_says_when_it_is_raised(client: Client) -> None:
    assert "Le portail avertit à l’entrée en formation." in page_of(client, "R86")


def test_a_contradiction_asked_by_its_id_is_found(client: Client) -> None:
    assert client.get("/regles/K2/").headers["Location"] == "/regles/contradictions/K2/"
    assert client.get("/regles/R999/").status_code == 404


def test_every_case_is_told_in_words() -> None:
    told = sum(len(group.examples) for rule_id in rule_texts() for group in examples_of(rule_id))

    assert told == len(cases())
    assert {case.subject for case in cases()} <= set(SUBJECTS)
    for rule_id in rule_texts():
        for group in examples_of(rule_id):
            for example in group.examples:
                assert "None" not in " ".join([*example.what, example.message])


def test_every_value_of_a_fact_is_told_in_french() -> None:
    for ruleset in registry.rulesets().values():
        for facts in (ruleset.facts, *_held(ruleset.facts)):
            for field in dataclasses.fields(facts):
                kind = facts.describe(field.name)["kind"]
                kind = kind.of if isinstance(kind, Many) else kind
                for value in kind if issubclass(kind, Enum) else ():
                    assert getattr(value, "label", ""), value


def _held(facts: type[Facts]) -> list[type[Facts]]:
    """The facts that these facts hold several of."""
    kinds = [facts.describe(field.name)["kind"] for field in dataclasses.fields(facts)]
    return [kind.of for kind in kinds if isinstance(kind, Many) and issubclass(kind.of, Facts)]


def test_every_rule_is_checked_or_declared(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rules", coverage=True)

    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines[:5]] == ["B", "D", "W", "I", "A"]
    assert lines[-1] == "155 textes au registre."


def test_a_rule_that_has_neither_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "machine_checked", lambda: {"R31": ["intention"]})

    with pytest.raises(CommandError, match="R01"):
        call_command("rules", coverage=True)


def test_the_command_says_what_it_measures() -> None:
    with pytest.raises(CommandError, match="--coverage"):
        call_command("rules")


def test_what_decides_warns_or_authorises_is_checked_by_the_portal() -> None:
    for line in coverage.coverage():
        if line.mode is not Mode.INFORM:
            assert line.rules[Standing.DECLARED] == line.rules[Standing.NOTHING] == ()


def test_every_warning_names_its_moment() -> None:
    for text in rule_texts().values():
        assert bool(text.moment) == (text.mode is Mode.WARN), text.id


@pytest.mark.parametrize("text", [text for text in rule_texts().values() if text.shown], ids=lambda text: text.id)
def test_a_declared_rule_is_read_where_it_says(text) -> None:
    """The page exists, and a template of it says these words beside the rule's id."""
    assert text.id not in registry.machine_checked()
    for place in text.shown:
        assert place.url in get_resolver().reverse_dict, place.url
        said = [path.read_text() for path in TEMPLATES.rglob("*.html")]
        assert any(place.words in page and f'"{text.id}"' in page for page in said), place.words
