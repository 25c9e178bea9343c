"""The public catalogue: what is found, how words are understood, what the address keeps."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.enums import AccessMode, Aim, EntryMode, SessionState
from sessions.models import Session
from sessions.queries import catalogue
from sessions.queries.words import understand
from tests.factories.orders import LotFactory, LotPlaceFactory
from tests.factories.reference import (
    AppellationFactory,
    CertificationFactory,
    CommuneFactory,
    DepartementFactory,
    MetierFactory,
)
from tests.factories.sessions import located_organisme, published_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def feed_dir(settings: Any, tmp_path: Path) -> None:
    settings.FEED_DIR = tmp_path / "flux"


def titles(client: Client, **params: Any) -> list[str]:
    return [session.title for session in client.get(reverse("catalogue"), params).context["page"].rows]


def somewhere(**commune: Any) -> dict[str, Any]:
    """Answers of a request whose training takes place in this commune, on a lot of its département."""
    organisme = located_organisme()
    place = CommuneFactory(**commune)
    lot = LotFactory(mandataire=organisme, departements=[place.departement_id])
    address = {"commune": place, "postcode": place.postcodes[0]}
    return {"organisme": organisme, "lot": lot, "place": LotPlaceFactory(lot=lot, organisme=organisme, **address)}


@pytest.fixture
def welder() -> Session:
    metier = MetierFactory(code="H2913", title="Soudage manuel")
    AppellationFactory(metier=metier, title="Soudeur / Soudeuse à l’arc")
    AppellationFactory(metier=metier, title="Chalumiste")
    return published_session(title="Assembleur d’ouvrages métalliques", metier=metier)


@pytest.fixture
def baker() -> Session:
    certification = CertificationFactory(code="RNCP37537", title="CAP Boulanger", formacodes=["21538"])
    return published_session(
        title="Boulanger, pâtes levées et crème",
        metier=MetierFactory(code="D1102", title="Boulangerie - viennoiserie"),
        certification=certification,
        objective="Fabriquer du pain.",
        content="Pétrissage, façonnage et cuisson.",
        **somewhere(cholet=True),
    )


@pytest.mark.parametrize(
    "typed",
    [
        "boulanger",
        "BOULANGERS",
        "boulanjer",  # a slip
        "boulangé",
        "pates levees",  # without accents
        "crème",
        "façonage",  # a letter short
        "Cholet",
        "chollet",
        "49300",  # the postcode
        "493",  # its beginning
        "RNCP37537",
        "rncp 37537",
        "37537",
        "boulan",  # not finished
        "formation de boulanger à Cholet",  # a sentence
        "petrissages",
    ],
)
def test_a_session_is_found_by_what_people_type(client: Client, baker: Session, welder: Session, typed: str) -> None:
    assert titles(client, q=typed) == [baker.title]


@pytest.mark.parametrize("typed", ["soudeur", "soudeurr", "soudeuse", "chalumiste", "soudage", "metalique", "ouvrage"])
def test_a_session_is_found_by_any_title_of_its_metier(
    client: Client, baker: Session, welder: Session, typed: str
) -> None:
    assert titles(client, q=typed) == [welder.title]


def test_a_word_near_to_nothing_finds_nothing_and_the_page_says_what_to_loosen(client: Client, welder: Session) -> None:
    response = client.get(reverse("catalogue"), {"q": "astronaute", "departement": "44"})

    assert response.context["page"].rows == []
    loosen = {way.label: way.url for way in response.context["loosen"]}
    assert loosen == {
        "Chercher avec d’autres mots": "/catalogue/?departement=44",
        "Tous les départements": "/catalogue/?q=astronaute",
    }


def test_a_corrected_word_is_told(client: Client, welder: Session) -> None:
    response = client.get(reverse("catalogue"), {"q": "soudeurr"})

    assert response.context["corrected"] == "soudeur"
    assert "soudeur\u00a0»" in response.content.decode()


def test_the_words_of_a_search_are_understood_in_one_query(welder: Session, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        search = understand("soudeurr et chalumistte en metallerie")

    assert search.corrected.startswith("soudeur chalumiste")


def test_words_that_say_nothing_ask_for_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert understand("de la formation pour le métier").query == ""


@pytest.mark.parametrize("typed", ["' & !(:*", "a:*b | c", "\\", "<script>", "😀", "x" * 5000, "%_%", "& & &"])
def test_nothing_typed_breaks_the_search(client: Client, welder: Session, typed: str) -> None:
    assert client.get(reverse("catalogue"), {"q": typed}).status_code == 200


def test_only_what_the_region_has_authorised_and_published_appears(client: Client, welder: Session) -> None:
    """R102, over every state."""
    shown = set()
    for state in SessionState:
        moved = Session.objects.filter(pk=welder.pk)
        with_state(moved, state)
        listed = bool(titles(client))
        answer = client.get(reverse("session_fiche", args=[welder.number])).status_code
        assert answer == (200 if listed else 404 if state == SessionState.AUTORISEE else 410), state
        assert bool(catalogue.public()) is listed
        if listed:
            shown.add(state)

    assert shown == {SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT, SessionState.EN_COURS}


def with_state(rows: Any, state: str) -> None:
    """Put a session in any state, past the database's own guard of the moves."""
    import pgtrigger

    with pgtrigger.ignore("training_sessions.Session:state_moves"):
        rows.update(state=state, withdrawn_at=timezone.now(), withdrawal_reason="essai")


def test_a_session_that_one_can_no_longer_enter_leaves_the_list_but_keeps_its_sheet(
    client: Client, welder: Session
) -> None:
    Session.objects.filter(pk=welder.pk).update(starts_on=timezone.localdate() - dt.timedelta(days=1))

    assert titles(client) == []
    assert "Commencée" in client.get(reverse("session_fiche", args=[welder.number])).content.decode()


def test_permanent_entries_stay_until_their_end(client: Client, welder: Session) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Session.objects.filter(pk=welder.pk).update(starts_on=yesterday, entry_mode=EntryMode.PERMANENTES)

    assert titles(client) == [welder.title]


def test_filters_narrow_and_the_figures_tell_what_each_would_give(
    client: Client, welder: Session, baker: Session
) -> None:
    DepartementFactory(code="49")
    response = client.get(reverse("catalogue"), {"departement": "49"})

    assert [row.title for row in response.context["page"].rows] == [baker.title]
    facets = {facet.name: {c.value: c.count for c in facet.choices} for facet in response.context["facets"]}
    assert facets["departement"] == {"44": 1, "49": 1}  # its own filter left aside
    assert facets["acces"] == {AccessMode.SOCLE: 0, AccessMode.INTENTION: 1}


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"metier": "H2913"}, "welder"),
        ({"metier": "x", "metier-code": "D1102"}, "baker"),
        ({"certification": "RNCP37537"}, "baker"),
        ({"filiere": "inter-industrie"}, "both"),
        ({"certifiante": "oui"}, "both"),
        ({"certifiante": "non"}, ""),
        ({"acces": "socle"}, ""),
        ({"modalite": "presentiel"}, "both"),
        ({"modalite": "a_distance"}, ""),
        ({"pres_de": "Cholet", "rayon": "10"}, "baker"),
        ({"pres_de": "", "pres_de-code": "44109", "rayon": "10"}, "both"),  # no text: no commune
        ({"pres_de": "Nantes", "pres_de-code": "44109", "rayon": "30"}, "welder"),
        ({"pres_de": "Nantes", "rayon": "100"}, "both"),
        ({"places": "on"}, "both"),
        ({"departement": "99"}, "both"),  # unknown: asks for nothing
        ({"du": "n’importe quoi"}, "both"),
        ({"du": "2000-01-01", "au": "2001-01-01"}, ""),
        ({"organisme": "abc"}, "both"),
        ({"page": "9"}, "both"),
        ({"tri": "inconnu"}, "both"),
    ],
)
def test_each_filter(client: Client, welder: Session, baker: Session, params: dict[str, str], found: str) -> None:
    names = {"welder": [welder.title], "baker": [baker.title], "both": [welder.title, baker.title], "": []}
    assert sorted(titles(client, **params)) == sorted(names[found])


def test_nearest_first(client: Client, welder: Session, baker: Session) -> None:
    near_cholet = titles(client, pres_de="Cholet", rayon="100", tri="proximite")
    near_nantes = titles(client, pres_de="Nantes", rayon="100", tri="proximite")

    assert (near_cholet, near_nantes) == ([baker.title, welder.title], [welder.title, baker.title])


def test_the_newest_first(client: Client, welder: Session, baker: Session) -> None:
    assert titles(client, tri="nouveaute") == [baker.title, welder.title]


def test_a_title_that_answers_comes_before_a_content_that_does(client: Client, baker: Session) -> None:
    published_session(
        title="Vendeur", content="Vente chez un boulanger.", starts_on=timezone.localdate() + dt.timedelta(1)
    )

    assert titles(client, q="boulanger") == [baker.title, "Vendeur"]
    assert titles(client, q="boulanger", tri="date") == ["Vendeur", baker.title]


def test_full_sessions_can_be_left_out(client: Client, welder: Session) -> None:
    Session.objects.filter(pk=welder.pk).update(seats_taken=5)

    assert titles(client) == [welder.title]
    assert "Complète" in client.get(reverse("catalogue")).content.decode()
    assert titles(client, places="on") == []


def test_pages_and_chips_keep_the_filters(client: Client, welder: Session) -> None:
    address = {"q": "soudeur", "departement": "44", "acces": "intention-embauche", "page": "1"}
    response = client.get(reverse("catalogue"), address)

    chips = {chip.label: chip.url for chip in response.context["chips"]}
    assert chips["Loire-Atlantique"] == "/catalogue/?q=soudeur&acces=intention-embauche"
    assert chips["«\u00a0soudeur\u00a0»"] == "/catalogue/?departement=44&acces=intention-embauche"


def test_next_pages_keep_the_filters(client: Client, welder: Session) -> None:
    copies(welder, 30)

    response = client.get(reverse("catalogue"), {"departement": "44"})

    assert len(response.context["page"].rows) == 25
    assert response.context["page"].next_query == "?departement=44&page=2"
    assert "departement=44&amp;page=2" in response.content.decode()


def copies(session: Session, count: int) -> None:
    """More rows of the same session, as fast as the database makes them."""
    from django.db import connection

    from sessions.models import Decision, SessionRequest

    columns = [f.column for f in Session._meta.concrete_fields if not f.generated and f.column != "id"]
    for rank in range(count):
        request = SessionRequest.objects.get(pk=session.request_id)
        request.pk, request.number = None, f"2099-{rank:04d}"
        request.access_mode = AccessMode.SOCLE  # these stand on no post
        SessionRequest.objects.bulk_create([request])
        decision = Decision.objects.get(pk=session.decision_id)
        decision.pk, decision.request = None, request
        Decision.objects.bulk_create([decision])
        swap = {"number": f"'S2099-{rank:04d}'", "request_id": str(request.pk), "decision_id": str(decision.pk)}
        values = ", ".join(swap.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO training_sessions_session ({names}) "  # noqa: S608 our own column names
                f"SELECT {values} FROM training_sessions_session WHERE id = %s",
                [session.pk],
            )


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_costs_the_same_queries_whatever_it_shows(
    client: Client, welder: Session, more: int, django_assert_num_queries: Any
) -> None:
    copies(welder, more)
    client.get(reverse("catalogue"))  # the options of the filters are kept from here on

    with django_assert_num_queries(2):  # figures, rows
        assert len(titles(client)) == 1 + more
    with django_assert_num_queries(3):  # and the words
        titles(client, q="soudeur")


def test_a_sheet_says_everything_of_its_session(
    client: Client, welder: Session, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):  # the session, the referent of the action, the opinions
        page = client.get(reverse("session_fiche", args=[welder.number])).content.decode().replace("\u00a0", " ")

    for words in (
        "Assembleur d’ouvrages métalliques",
        "Prérequis, à titre indicatif",
        "Assembler et souder des ouvrages métalliques.",
        "Lecture de plan",
        "Session sur intention d’embauche",
        "525 heures en formation et 140 heures en entreprise",
        "02 40 00 00 00",
        "accueil@organisme.exemple.test",
        "Atelier de l’Erdre",
        "5 places libres",
        f'<link rel="canonical" href="http://127.0.0.1:8000/catalogue/{welder.number}/">',
        "Titre professionnel soudeur assembleur industriel (RNCP39216)",
    ):
        assert words in page, words
    assert "Dominique Martin" in page


def test_the_dates_go_into_a_diary(client: Client) -> None:
    session = published_session(meeting_on=timezone.now() + dt.timedelta(days=20), aim=Aim.RNCP_COMPLET)

    response = client.get(reverse("session_dates", args=[session.number]))

    text = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == 2
    assert f"DTSTART;VALUE=DATE:{session.starts_on:%Y%m%d}" in text
    assert f"DTEND;VALUE=DATE:{session.ends_on + dt.timedelta(days=1):%Y%m%d}" in text
    assert client.get(reverse("session_dates", args=["S2000-0001"])).status_code == 404


def test_a_number_that_never_was_is_a_page_that_does_not_exist(client: Client) -> None:
    assert client.get(reverse("session_fiche", args=["S1999-0001"])).status_code == 404
