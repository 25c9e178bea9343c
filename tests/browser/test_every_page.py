"""Every page that a hat can open: accessible, inside its screen at 360 and 640 px, without a word in the console."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from intentions import forms as intentions
from sessions.forms import requests
from tests.access import world as worlds
from tests.access.table import TABLE
from tests.access.test_table import address
from tests.access.world import ROLES, World
from tests.browser.conftest import sign_in
from tests.factories.accounts import UserFactory

AXE = (Path(settings.BASE_DIR) / "tests" / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
# WCAG 2.1 A and AA, and axe's own good practice, which RGAA's criteria of structure ask for (one h1, landmarks).
AUDIT = """
async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const runOnly = { type: "tag", values: tags };  // without what is only told of nodes where nothing is wrong
  const found = await axe.run({ runOnly, resultTypes: ["violations"], selectors: false, preload: false });
  const shown = (one) => one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ");
  return found.violations.map((one) => `${one.id} : ${shown(one)}`);
}
"""
OVERFLOW = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.querySelectorAll("body *")].filter((one) => {
    if (one.getBoundingClientRect().right <= width + 1) return false;
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return false;
    }
    return true;
  });
  const shown = wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ");
  return `${document.documentElement.scrollWidth} px ; ${shown}`;
}
"""
NARROW = (360, 640)  # a phone; 1280 px at 200 %
# Files, answers for scripts, and what only makes sense in a form's wake.
NOT_PAGES = {
    "espace_document", "espace_agenda_fichier", "espace_abonnement", "espace_donnees_fichier", "suivi_export",
    "insertion_export", "avis_export",
    "parcours_export", "parcours_document", "echange_evenements_export", "attestation_export", "attestation_donnees",
    "positionnements_fichier_export", "conservation_journal", "positionnements_export",
    "healthz", "reference_communes", "reference_metiers", "reference_certifications", "session_dates", "flux_lheo",
    "api_openapi", "api_schema", "parametres_export", "commande_export",
    "flux_lheo_gz", "courriels", "entreprise_recherche", "intention_export", "intention_ecrit", "intention_recu",
    "marche_reprise_modele", "marche_export", "marche_reprise_refusees",
    "intention_lien_ecrit", "intention_lien_recu", "intention_reprise_refusees", "demande_export", "demande_piece",
    "emargement_sw", "demi_journee_etat", "feuille_pdf", "feuille_fichier", "absence_justificatif",
    "emploi_du_temps_ics", "emargement_mois_pdf",
    "demande_lettre", "commande_fichier", "facture_fichier", "facture_export", "facture_piece", "facture_ensemble",
    "facture_finances", "fin_de_mois_export", "avenant_fichier", "avenant_composantes",
    "reunion_agenda",
}  # fmt: skip
ACCOUNT_PAGES = {
    "anonyme": ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"],
    "employeur": ["account_email", "account_change_password", "mfa_index", "account_logout"],
}
STEPS = {
    "employeur": ("intention_etape", "draft", "slug", tuple(step.slug for step in intentions.STEPS)),
    "organisme": ("demande_etape", "request_draft", "step", tuple(requests.STEPS)),
}
# Each page is looked at once for each way that it can look: by kind of hat, not by each of the Région's roles.
SEEN_BY = ("anonyme", "sans_casquette", "employeur", "organisme", "valideur", "relais", "decideur", "administrateur")
OWN_PAGES_ONLY = ("valideur", "relais", "administrateur")  # what the roles before them have not shown already


def pages_of(world: World, role: str) -> Iterator[str]:
    """The addresses that this role opens with a GET, one of each kind; the public ones for visitors alone."""
    for name, row in TABLE.items():
        if name in NOT_PAGES or row.expected("GET", role) != 200:
            continue
        if role != "anonyme" and row.expected("GET", "anonyme") == 200 and name != "accueil":
            continue
        if role in OWN_PAGES_ONLY and name != "accueil" and seen_before(name, role):
            continue
        thing = world.mine.get(row.on, {}).get(role)
        if row.on and thing is None:
            continue
        yield address(name, row, thing)
    if role in STEPS:
        name, sort, key, slugs = STEPS[role]
        pk = world.mine[sort][role].pk
        yield from (reverse(name, kwargs={"pk": pk, key: slug}) for slug in slugs)
    yield from map(reverse, ACCOUNT_PAGES.get(role, []))


def seen_before(name: str, role: str) -> bool:
    earlier = SEEN_BY[: SEEN_BY.index(role)]
    return any(TABLE[name].expected("GET", one) == 200 for one in earlier)


def look_at(page: Page, url: str) -> list[str]:
    """What is wrong with this page: one load, three widths."""
    answer = page.goto(url)
    if answer is None or answer.status != 200:
        return [f"{url} : répond {answer.status if answer else 'rien'}"]
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    wrong = [f"{url} : {problem}" for problem in page.evaluate(AUDIT)]
    size = page.viewport_size
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 800})
        if wide := page.evaluate(OVERFLOW):
            wrong.append(f"{url} : déborde à {width} px ({wide})")
    page.set_viewport_size(size)
    return wrong


def test_the_instruments_see_faults(page: Page) -> None:
    """Or what follows would prove nothing."""
    page.set_content("<html><body><img src='data:,'><div style='width:2000px'>Trop large</div></body></html>")
    page.evaluate(AXE)
    found = {problem.split(" : ")[0] for problem in page.evaluate(AUDIT)}
    assert {"image-alt", "html-has-lang", "document-title", "region"} <= found
    assert "Trop large" in page.evaluate(OVERFLOW)


def test_the_lists_above_name_what_exists() -> None:
    assert set(SEEN_BY) <= set(ROLES)
    assert TABLE.keys() >= NOT_PAGES


def test_nothing_is_wrong_on_any_page(
    settings: Any, tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    settings.FEED_DIR = tmp_path
    world = worlds.build()  # looking changes nothing: it serves several
    wrong = []
    for role in SEEN_BY:
        context = new_context()
        context.add_init_script(AXE)  # sent once: to send it again with each page costs a third of the look
        if role == "sans_casquette":
            sign_in(context, UserFactory())
        elif role != "anonyme":
            sign_in(context, world.hats[role].user, world.hats[role])
        page = context.new_page()
        wrong += [f"{role} : {problem}" for url in pages_of(world, role) for problem in look_at(page, url)]
        context.close()
    assert not wrong, "\n" + "\n".join(wrong)


def test_refusal_pages_are_pages_like_the_others(page: Page, watch: Any) -> None:
    """« Page absente » is read by tired people too."""
    watch.expected = ["404"]
    page.goto("/catalogue/S1999-0001/")
    page.evaluate(AXE)
    assert page.evaluate(AUDIT) == []
