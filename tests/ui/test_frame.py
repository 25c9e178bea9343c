"""The frame of every page: who sees which entry, which hat, which refusal."""

from types import SimpleNamespace

import lxml.html
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import reverse

from core.ui import gallery, navigation
from core.ui.context import shell
from core.ui.views import csrf_failure

pytestmark = pytest.mark.urls("tests.ui.urls")


@pytest.fixture
def registry(monkeypatch):
    """An empty register of entries and places, for one test."""
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_places", {})


class Person:
    is_authenticated = True
    pk = 1

    def __str__(self) -> str:
        return "Camille Hardouin"


class Organisation:
    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def get_kind_display(self) -> str:
        return "Organisme de formation"


def hat(pk: int = 1, name: str = "Campus de l’Ardoise", kind: str = "organisme") -> SimpleNamespace:
    return SimpleNamespace(pk=pk, kind=kind, organisation=Organisation(name))


def request_for(path: str = "/composants/", **attributes: object) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()  # type: ignore[assignment]
    for name, value in {"hat": None, **attributes}.items():
        setattr(request, name, value)
    return request


def page(request: HttpRequest) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(render_to_string("base.html", {}, request=request))


def test_entries_belong_to_a_kind_of_hat(registry):
    navigation.register("organisme", "Galerie", "composants:galerie", order=20)
    navigation.register(["organisme", navigation.PUBLIC], "Communes", "composants:communes", order=10)
    assert [link["label"] for link in navigation.entries_for("organisme", "/")] == ["Communes", "Galerie"]
    assert [link["label"] for link in navigation.entries_for(navigation.PUBLIC, "/")] == ["Communes"]
    assert navigation.entries_for("region", "/") == []


def test_the_longest_match_is_current(registry):
    navigation.register("organisme", "Galerie", "composants:galerie")
    navigation.register("organisme", "Communes", "composants:communes")

    def current(path: str) -> list[object]:
        return [link["label"] for link in navigation.entries_for("organisme", path) if link["current"]]

    assert current("/composants/") == ["Galerie"]
    assert current("/composants/autre/") == ["Galerie"]
    assert current("/composants/communes/?q=x") == ["Communes"]
    assert current("/ailleurs/") == []


def test_an_entry_registered_twice_stands_once(registry):
    for label in ("Avant", "Après"):
        navigation.register("organisme", label, "composants:galerie")
    assert [link["label"] for link in navigation.entries_for("organisme", "/")] == ["Après"]


def test_a_place_without_its_page_is_not_linked(registry):
    navigation.place("contact", "Nous écrire", "page:absente")
    assert navigation.place_link("contact") is None
    with pytest.raises(ValueError, match="Unknown place"):
        navigation.place("blog", "Blog", "composants:galerie")


def test_a_visitor_may_sign_in(registry):
    navigation.place("sign_in", "Se connecter", "composants:galerie")
    tree = page(request_for())
    assert [a.text_content() for a in tree.xpath("//header//a[@class='btn']")] == ["Se connecter"]
    assert not tree.xpath("//details[contains(@class, 'hat-menu')]")


def test_the_hat_worn_shows_and_the_others_are_a_post_away(registry):
    navigation.place("hat_switch", "Changer", "composants:galerie")
    navigation.place("sign_out", "Se déconnecter", "composants:communes")
    worn, other = hat(), hat(2, "Ateliers Bois d’Erdre", "employeur")
    tree = page(request_for(user=Person(), hat=worn, hats=[worn, other]))
    menu = tree.xpath("//details[contains(@class, 'hat-menu')]")[0]
    assert "Campus de l’Ardoise" in menu.xpath("./summary")[0].text_content()
    forms = {form.action: form for form in menu.forms}
    assert all(form.method == "POST" for form in forms.values())
    assert dict(forms["/composants/"].form_values())["hat"] == "2"
    assert "/composants/communes/" in forms


def test_someone_without_a_hat_has_an_account(registry):
    context = shell(request_for(user=Person()))["shell"]
    assert (context["hat"], context["signed_in"]) == (None, True)
    assert "Mon compte" in page(request_for(user=Person())).xpath("//summary")[0].text_content()


@pytest.mark.parametrize("demo", [True, False])
def test_the_demonstration_says_its_name(demo):
    with override_settings(DEMO=demo):
        assert bool(page(request_for()).xpath("//aside[@class='demo']")) is demo


def test_messages_are_announced():
    stored = [Message(constants.SUCCESS, "Enregistrée <b>"), Message(constants.ERROR, "Refusée")]
    tree = lxml.html.fromstring(render_to_string("ui/notices.html", {"messages": stored}))
    notes = tree.xpath("//*[contains(@class, 'note ')]")
    assert [(note.get("class"), note.get("role"), note.text_content().strip()) for note in notes] == [
        ("note ok", "status", "Enregistrée <b>"),
        ("note non", "alert", "Refusée"),
    ]


def test_the_page_says_its_language_title_and_way_round_the_header():
    tree = page(request_for())
    assert tree.get("lang") == "fr"
    assert tree.findtext(".//title") == "Accueil · 1 emploi = 1 formation"
    skip = tree.xpath("//body/a[1]")[0]
    assert tree.get_element_by_id(skip.get("href")[1:]).tag == "main"


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "405.html", "500.html"])
def test_refusals_stand_without_context(name):
    """The 500 page is rendered without request nor context."""
    tree = lxml.html.fromstring(render_to_string(name))
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//main//a/@href") == ["/"]


def test_a_stale_form_is_told_so():
    response = csrf_failure(request_for())
    assert response.status_code == 403
    assert "vos réponses y sont encore" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?envoi=1&weekly_hours=trente&commune=Sainte"])
def test_the_gallery_shows_every_component(query):
    tree = lxml.html.fromstring(gallery.components(request_for(f"/composants/{query}")).content)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert bool(tree.xpath("//*[@data-error-summary]")) is bool(query)
    for target in tree.xpath("//a[starts-with(@href, '#')]/@href"):
        assert target == "#" or target[1:] in ids


def test_the_entries_of_one_room_stand_behind_one_word(registry):
    navigation.register("organisme", "Galerie", "composants:galerie", order=20, room="Salle")
    assert [link["label"] for link in navigation.entries_for("organisme", "/")] == ["Galerie"]  # alone, its own word
    navigation.register("organisme", "Communes", "composants:communes", order=30, room="Salle")
    (room,) = navigation.entries_for("organisme", "/composants/communes/")
    assert (room["label"], room["url"], room["current"]) == ("Salle", reverse("composants:galerie"), True)
    assert [(link["label"], link["current"]) for link in room["inside"]] == [("Galerie", False), ("Communes", True)]
    assert not navigation.entries_for("organisme", "/ailleurs/")[0]["current"]
