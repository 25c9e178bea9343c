"""The gallery in a real browser: accessible, inside its screen, and alive under the keyboard."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db(transaction=True)]
AXE = Path(settings.BASE_DIR) / "tests" / "vendor" / "axe" / "axe.min.js"
ERRORS = "?envoi=1&weekly_hours=trente&starts_on=31/02/2027&commune=Sainte"


@pytest.fixture
def gallery(browser, live_server):
    """Opens the gallery at a width; fails on any console complaint, the content policy's included."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def at(width: int, query: str = "", **options: object) -> Page:
        page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/composants/{query}")
        return page

    yield at
    for context in browser.contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("query", ["", ERRORS])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(gallery, width, query):
    page = gallery(width, query, bypass_csp=True)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("width", [320, 360, 640, 1024])
def test_nothing_overflows(gallery, width):
    assert gallery(width, ERRORS).evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_proposal_is_picked_from_the_keyboard(gallery):
    page = gallery(1280)
    box = page.get_by_role("combobox", name="Commune du lieu de travail")
    box.fill("nan")
    option = page.get_by_role("option", name="Nantes")
    option.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    assert box.input_value() == "Nantes (44000)"
    assert page.locator("[name=commune-code]").input_value() == "44109"
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Backspace")
    assert page.locator("[name=commune-code]").input_value() == ""


def test_escape_leaves_the_typed_text(gallery):
    page = gallery(1280)
    box = page.get_by_role("combobox", name="Commune du lieu de travail")
    box.fill("nan")
    page.get_by_role("option", name="Nantes").wait_for()
    page.keyboard.press("Escape")
    assert box.input_value() == "nan"
    assert page.locator("[role=listbox]").is_hidden()


def test_no_proposal_is_said_to_everyone_until_one_leaves(gallery):
    page = gallery(1280)
    box = page.get_by_role("combobox", name="Commune du lieu de travail")
    none = page.get_by_text("Aucune proposition")
    box.fill("zzzz")
    none.wait_for()
    assert none.bounding_box()["height"] > 20
    box.press("Tab")
    assert none.bounding_box()["height"] <= 1


def test_what_is_to_be_corrected_takes_the_focus(gallery):
    page = gallery(1280, ERRORS)
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert page.title().startswith("À corriger")
    page.get_by_role("link", name="Temps de travail").click()
    assert page.evaluate("document.activeElement.id") == "id_weekly_hours"


def test_the_counter_counts(gallery):
    page = gallery(1280)
    page.get_by_label("Pourquoi cette durée").fill("a" * 298)
    page.get_by_text("Encore 2 signes").wait_for()
    page.get_by_label("Pourquoi cette durée").fill("a" * 299)
    page.get_by_text("Encore 1 signe").wait_for()


def test_without_javascript_the_form_is_sent_and_answered(gallery):
    page = gallery(1280, java_script_enabled=False)
    page.get_by_label("Temps de travail").fill("trente")
    page.locator("form[novalidate] button").click()
    assert page.locator("#id_weekly_hours_error").is_visible()
    assert page.get_by_label("Temps de travail").input_value() == "trente"
