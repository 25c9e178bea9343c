"""One file from the need to the catalogue, by four people in real pages: employer, organisme, Région, valideur."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.accounts.models import Membership
from core.journal.models import OutboxMessage, OutboxState
from intentions.models import Intention
from sessions.models import Session, SessionRequest
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotPlaceFactory
from tests.factories.reference import AppellationFactory, CertificationFactory, CommuneFactory, FormacodeFactory
from tests.factories.sessions import located_organisme

FEED_WAIT = 10  # seconds: the feed is written once for the changes of one moment

PageAs = Callable[..., Page]


@pytest.fixture
def feed_dir(settings: Any, tmp_path: Path) -> Path:
    settings.FEED_DIR = tmp_path / "flux"
    return tmp_path / "flux"


@pytest.fixture
def region() -> Membership:
    return hat("region", "decideur")


@pytest.fixture
def employer() -> Membership:
    return hat("employeur", name="Chaudronnerie de l’Erdre")


@pytest.fixture
def trainer() -> Membership:
    """The mandataire of a lot of the right sector, in Loire-Atlantique, with its workshop."""
    organisme = located_organisme(name="Ateliers de formation de l’Erdre")
    LotPlaceFactory(lot=LotFactory(mandataire=organisme), organisme=organisme)
    return hat("organisme", organisation=organisme)


@pytest.fixture
def reference() -> None:
    """What the forms look up: one métier, one town, one certification."""
    AppellationFactory(title="Soudeur / Soudeuse TIG")
    CommuneFactory()
    CertificationFactory()
    FormacodeFactory()


def in_days(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def pick(page: Page, label: str, typed: str, proposal: str) -> None:
    """Type some letters and take a proposal of the list."""
    box = page.get_by_role("combobox", name=label)
    box.press_sequentially(typed, delay=20)
    page.get_by_role("option", name=proposal).first.click()


def go_on(page: Page, label: str) -> None:
    page.get_by_role("button", name=re.compile(label)).click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def file_intention(page: Page, *, posts: int = 5, weekly_hours: str = "35") -> Intention:
    """The employer's way, from the list to the deposit."""
    page.goto("/intentions/")
    page.get_by_role("link", name="Déposer une intention").first.click()
    heading(page, "Qui recrute")
    page.get_by_label("Entreprise privée").check()
    go_on(page, "Continuer")

    heading(page, "Quel poste proposez-vous")
    pick(page, "Métier", "soud", "Soudeur")
    page.get_by_label("Intitulé du poste").fill("Soudeur TIG en atelier")
    page.get_by_label("Combien de postes").fill(str(posts))
    page.get_by_role("group", name="Est-ce une création de poste").get_by_label("Oui").check()
    pick(page, "Commune où la personne travaillera", "nante", "Nantes")
    go_on(page, "Continuer")

    heading(page, "Quel contrat proposerez-vous")
    page.get_by_label("CDI", exact=True).check()
    page.get_by_label("Temps de travail").fill(weekly_hours)
    page.get_by_label("Embauche souhaitée le").fill(in_days(300))
    if float(weekly_hours.replace(",", ".")) < 24:
        # The precision is asked for as soon as the hours are typed.
        page.get_by_label("Autre raison, que je préciserai").check()
        page.get_by_label("Précisions pour la Région").fill("Deux demi-postes, à la demande des salariés.")
    go_on(page, "Continuer")

    heading(page, "Que faut-il apprendre")
    page.get_by_label("Formation souhaitée").fill("Soudage TIG sur inox")
    page.get_by_label("Ce que la personne devra savoir faire").fill("Souder des tôles fines, lire un plan.")
    page.get_by_label("Début souhaité de la formation").fill(in_days(120))
    go_on(page, "Continuer")

    heading(page, "À quoi vous engagez-vous")
    page.get_by_label("Accueil en stage").check()
    page.get_by_label(re.compile("L’entreprise s’engage à recruter")).check()
    page.get_by_label("Ou signer la déclaration").fill("Camille Durand")
    go_on(page, "Vérifier vos réponses")

    heading(page, "Vérifiez vos réponses")
    page.get_by_role("button", name="Déposer l’intention").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soudeur TIG en atelier")
    return Intention.objects.get()


def ask_for_a_session(page: Page, intention: Intention, *, posts: int = 5) -> SessionRequest:
    """The organisme's way, from the posts that wait to the rank in the queue."""
    page.goto("/demandes/intentions/")
    page.locator(f"[name='postes-{intention.pk}']").select_option(str(posts))
    page.get_by_role("button", name="Préparer la demande avec ces postes").click()

    page.get_by_role("group", name="Sur quel lot").get_by_role("radio").first.check()
    page.get_by_label("Combien de places").fill(str(posts))
    go_on(page, "Continuer")

    page.get_by_label("Intitulé de la session").fill("Soudeur assembleur industriel")
    page.get_by_role("group", name="Que vise-t-elle").get_by_label("Certification RNCP complète").check()
    pick(page, "Quelle certification", "soudeur", "Titre professionnel soudeur")
    # The métier is the intention's.
    expect(page.get_by_role("combobox", name="À quel métier prépare-t-elle")).to_have_value(re.compile("Soudeur"))
    page.get_by_label("Formacodes").fill("23026")
    page.get_by_label("Objectif").fill("Assembler et souder des ouvrages métalliques.")
    page.get_by_label("Résultats attendus").fill("Titre professionnel de niveau 3.")
    page.get_by_label("Contenu").fill("Lecture de plan, soudage à l’arc et TIG, contrôle.")
    page.get_by_label("Prérequis").fill("Aucun")
    page.get_by_label("Avis des employeurs sur le parcours").fill("Recueilli à l’atelier, le 3 novembre.")
    go_on(page, "Continuer")

    page.get_by_role("group", name="Par quelles modalités").get_by_label("En centre de formation").check()
    page.get_by_label("Heures en centre").fill("525")
    page.get_by_label("Heures de stage chez l’employeur de l’intention").fill("140")
    page.get_by_label("Rythme").fill("Temps plein, 35 h par semaine")
    page.get_by_label("Début", exact=True).fill(in_days(120))
    page.get_by_label("Fin", exact=True).fill(in_days(250))
    go_on(page, "Continuer")

    page.get_by_label(re.compile("Atelier de l’Erdre")).check()
    go_on(page, "Continuer")

    page.get_by_label("Personne ou service à joindre").fill("Accueil")
    page.get_by_label("Adresse électronique publique").fill("accueil@organisme.exemple.test")
    go_on(page, "Continuer")

    page.get_by_role("button", name="Envoyer la demande à la Région").click()
    expect(page.locator("main")).to_contain_text("dans l’ordre d’arrivée")
    return SessionRequest.objects.get()


def work_until_the_feed_is_written(worker: Callable[[], int]) -> None:
    """Publish, then write the feed when its time has come."""
    worker()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=FEED_WAIT)):
        worker()
    assert not OutboxMessage.objects.exclude(state=OutboxState.FAIT).exists()


def test_a_need_becomes_a_session_that_a_valideur_finds(
    page_as: PageAs,
    worker: Callable[[], int],
    feed_dir: Path,
    reference: None,
    employer: Membership,
    trainer: Membership,
    region: Membership,
) -> None:
    at_employer, at_trainer, at_region = page_as(employer), page_as(trainer), page_as(region)

    intention = file_intention(at_employer)
    expect(at_employer.locator("main")).to_contain_text("Déposée")
    assert intention.post_count == 5

    asked = ask_for_a_session(at_trainer, intention)

    at_region.goto("/region/")
    at_region.get_by_role("link", name="Soudeur assembleur industriel").click()
    expect(at_region.locator(".bar")).to_contain_text("Rien ne s’oppose à l’autorisation")
    at_region.get_by_role("link", name="Autoriser…").click()
    at_region.get_by_role("button", name="Autoriser et publier la session").click()
    expect(at_region.locator("main")).to_contain_text("est autorisée")
    session = Session.objects.get(request=asked)

    work_until_the_feed_is_written(worker)

    at_valideur = page_as(hat("valideur"))
    at_valideur.goto("/catalogue/")
    at_valideur.get_by_role("searchbox").fill("soudeure assemblleur")  # as it comes under the fingers
    at_valideur.get_by_role("button", name="Chercher").click()
    at_valideur.get_by_role("link", name="Soudeur assembleur industriel").click()
    heading(at_valideur, "Soudeur assembleur industriel")
    expect(at_valideur.locator("main")).to_contain_text("accueil@organisme.exemple.test")
    expect(at_valideur.locator("main")).to_contain_text("Ateliers de formation de l’Erdre")

    feed = at_valideur.request.get("/flux/lheo.xml")
    assert feed.ok
    assert session.number in feed.text()

    at_employer.goto("/intentions/")
    expect(at_employer.get_by_role("row", name=re.compile(intention.number))).to_contain_text("Couverte")


def test_an_open_derogation_stops_the_authorisation_until_it_is_granted(
    page_as: PageAs,
    worker: Callable[[], int],
    feed_dir: Path,
    reference: None,
    employer: Membership,
    trainer: Membership,
    region: Membership,
    watch: Any,
) -> None:
    at_region = page_as(region)
    intention = file_intention(page_as(employer), weekly_hours="20")
    asked = ask_for_a_session(page_as(trainer), intention)

    at_region.goto(f"/region/demandes/{asked.pk}/autoriser/")
    expect(at_region.locator("main")).to_contain_text("La demande ne peut pas encore être autorisée")
    expect(at_region.get_by_role("button", name="Autoriser et publier la session")).to_have_count(0)

    waiting = [*intention.derogations.filter(state="demandee"), *asked.derogations.filter(state="demandee")]
    assert waiting
    for _ in waiting:
        at_region.goto(f"/region/demandes/{asked.pk}/")
        form = at_region.locator("article form").first
        form.get_by_label("Accorder").check()
        form.get_by_label(re.compile("Motif")).fill("Deux demi-postes voulus par les salariés.")
        form.get_by_role("button", name=re.compile("Décider")).click()
        expect(at_region.locator("main")).to_contain_text("accordée")

    at_region.goto(f"/region/demandes/{asked.pk}/autoriser/")
    at_region.get_by_role("button", name="Autoriser et publier la session").click()
    expect(at_region.locator("main")).to_contain_text("est autorisée")

    work_until_the_feed_is_written(worker)
    assert Session.objects.get().state == "publiee"
