"""The main forms for every hand: without JavaScript, and with the keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from core.accounts.models import Membership
from intentions.models import Intention
from tests.browser.test_whole_way import go_on, heading, in_days
from tests.factories.accounts import hat
from tests.factories.reference import AppellationFactory, CommuneFactory

PageAs = Callable[..., Page]
VISIBLE = """
(one) => {
  const style = getComputedStyle(one);
  const label = one.closest("label");
  const around = label ? getComputedStyle(label) : style;
  return [style, around].some((s) => (s.outlineStyle !== "none" && s.outlineWidth !== "0px") || s.boxShadow !== "none");
}
"""


@pytest.fixture
def employer() -> Membership:
    AppellationFactory(title="Soudeur / Soudeuse TIG")
    CommuneFactory()
    return hat("employeur")


def test_an_intention_is_filed_without_javascript(page_as: PageAs, employer: Membership) -> None:
    page = page_as(employer, java_script_enabled=False)
    page.goto("/intentions/nouvelle/")
    page.get_by_label("Entreprise privée").check()
    go_on(page, "Continuer")

    page.get_by_label("Métier").fill("Soudeur / Soudeuse TIG")
    page.get_by_label("Intitulé du poste").fill("Soudeur d’atelier")
    page.get_by_label("Combien de postes").fill("1")
    page.get_by_role("group", name="Est-ce une création de poste").get_by_label("Non").check()
    page.get_by_label("Commune où la personne travaillera").fill("nantes")
    go_on(page, "Continuer")

    page.get_by_label("CDD", exact=False).first.check()
    page.get_by_label("Durée du contrat").fill("4")
    page.get_by_label("Temps de travail").fill("35")
    page.get_by_label("Embauche souhaitée le").fill(in_days(200))
    go_on(page, "Continuer")

    # Four months call for a precision: the page comes back with it.
    expect(page.locator("main")).to_contain_text("Votre réponse appelle une précision")
    page.get_by_label("L’activité est saisonnière").check()
    go_on(page, "Continuer")

    page.get_by_label("Formation souhaitée").fill("Soudage TIG")
    go_on(page, "Continuer")
    page.get_by_label("Jury de fin de formation").check()
    page.get_by_label("L’entreprise s’engage à recruter", exact=False).check()
    page.get_by_label("Ou signer la déclaration", exact=False).fill("Camille Durand")
    go_on(page, "Vérifier vos réponses")
    page.get_by_role("button", name="Déposer l’intention").click()

    heading(page, "Soudeur d’atelier")
    assert Intention.objects.get().state == "deposee"


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as a person would; it must show that it has it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            assert target.evaluate(VISIBLE), "Le focus ne se voit pas"
            return
    raise AssertionError(f"Jamais atteint au clavier : {target}")


def test_the_keyboard_alone_opens_the_menu_and_fills_a_step(page_as: PageAs, employer: Membership) -> None:
    page = page_as(employer)
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()

    page.reload()
    menu = page.locator("header summary, header button[aria-expanded]").first
    tab_to(page, menu)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Me déconnecter").or_(page.get_by_text("Se déconnecter"))).to_be_visible()
    page.keyboard.press("Escape")

    page.goto("/intentions/nouvelle/")
    tab_to(page, page.get_by_label("Entreprise privée"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Continuer"))
    page.keyboard.press("Enter")

    heading(page, "Quel poste proposez-vous")
    tab_to(page, page.get_by_role("combobox", name="Métier"))
    page.keyboard.type("soud", delay=30)
    page.get_by_role("option", name="Soudeur").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Métier")).to_have_value(re.compile("^Soudeur"))
    tab_to(page, page.get_by_label("Combien de postes"))
    page.keyboard.type("3")
    tab_to(page, page.get_by_role("group", name="Est-ce une création de poste").get_by_label("Oui"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("combobox", name="Commune"))
    page.keyboard.type("nant", delay=30)
    page.get_by_role("option", name="Nantes").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Continuer"))
    page.keyboard.press("Enter")

    heading(page, "Quel contrat proposerez-vous")
    draft = Intention.objects.get()
    assert (draft.post_count, draft.metier_id, draft.workplace_commune_id) == (3, "H2913", "44109")
