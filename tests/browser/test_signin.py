"""Signing in by the real form, and leaving."""

import re

from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD, hat


def test_a_person_signs_in_by_the_form_and_leaves(page: Page) -> None:
    employer = hat("employeur", name="Chaudronnerie de l’Erdre")

    page.goto("/mon-compte/")
    expect(page).to_have_url(re.compile("/compte/connexion/"))
    page.get_by_label("Adresse électronique").fill(employer.user.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()

    expect(page).to_have_url(re.compile("/mon-compte/$"))
    expect(page.get_by_role("banner")).to_contain_text("Chaudronnerie de l’Erdre")


def test_a_wrong_password_is_said_at_its_form(page: Page) -> None:
    employer = hat("employeur")

    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(employer.user.email)
    page.locator("#id_password").fill("une-autre-phrase")
    page.get_by_role("button", name="Me connecter").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Adresse électronique")).to_have_value(employer.user.email)
