"""The simulator by hand: without JavaScript to the end, with it the verdict as one types, accessible all along."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.rules import evaluate
from core.rules.links import write_facts, write_result
from intentions.aids import RULES as AIDS
from intentions.rules import RULES, ContractType, IntentionFacts
from sessions.rules import RULES as REQUEST
from simulateur.subjects import SUBJECTS
from tests.browser.test_every_page import look_at
from tests.factories.accounts import hat
from tests.rules.cases import base

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 3)


def results() -> list[str]:
    """A result of each look: éligible, to decide, refused, short of people, with an amount, from before a change."""
    intention = IntentionFacts.from_dict(base("intention"))
    short = intention.with_facts(contract_type=ContractType.CDD, contract_months=Decimal(4))
    request = REQUEST.facts.from_dict({**base("demande"), "seats": 3, "drajes": False})
    aid = AIDS.facts.from_dict({**base("aide"), "training_hours": "450", "disabled": True})
    return [
        write_result(evaluate(RULES, intention), DAY),
        write_result(evaluate(RULES, short), DAY),
        write_result(evaluate(RULES.without("R36"), short), DAY),
        write_result(evaluate(RULES, intention.with_facts(contract_type=ContractType.CIE)), DAY),
        write_result(evaluate(REQUEST, request), DAY),
        write_result(evaluate(AIDS, aid), DAY),
    ]


def test_every_page_of_the_simulator_is_accessible(live_server: Any, page: Page) -> None:
    urls = [f"/simulateur/{s.slug}/{p.slug}/" for s in SUBJECTS.values() if s.code != "aide" for p in s.pages]
    urls += [f"/simulateur/aides/{kind}/" for kind in ("formation", "tutorat", "afest")]
    urls += [f"/simulateur/resultat/{text}/" for text in results()]
    wrong = [problem for url in urls for problem in look_at(page, f"{live_server.url}{url}")]
    assert not wrong, "\n".join(wrong)


def test_the_draft_that_starts_from_a_simulation_is_accessible(live_server: Any, page_as: Any) -> None:
    text = write_facts("intention", IntentionFacts.from_dict(base("intention")), DAY)
    page = page_as(hat("employeur"))
    assert not look_at(page, f"{live_server.url}/intentions/depuis-une-simulation/?faits={text}")


def test_without_javascript_one_reaches_the_result(live_server: Any, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/simulateur/")
    page.get_by_role("link", name="Commencer : mon projet").click()
    for _ in range(4):
        page.locator("main form .btn.pri").click()
    assert "/simulateur/resultat/" in page.url
    expect(page.locator("h1")).to_contain_text("Pas encore de verdict")
    context.close()


def test_the_verdict_follows_what_is_typed(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/simulateur/embauche/contrat/")
    page.get_by_label("Contrat initiative emploi (CIE)").check()
    expect(page.locator("#verdict")).to_contain_text("Non éligible")
    page.get_by_label("CDD", exact=False).first.check()
    page.get_by_label("Durée du contrat").fill("4")
    page.get_by_label("Durée du contrat").press("Tab")
    expect(page.locator("#precisions")).to_contain_text("Pourquoi un contrat court")
