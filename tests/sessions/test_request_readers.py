"""Who reads a request, and who writes on its thread."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db


# ---- who sees what


PAGES = [
    ("demande_detail", []),
    ("demande_postes", []),
    ("demande_etape", ["groupe"]),
    ("demande_verifier", []),
    ("demande_retirer", []),
]


@pytest.mark.parametrize("kind", ["organisme", "employeur", "valideur", "relais"])
@pytest.mark.parametrize(("name", "more"), PAGES)
def test_another_s_request_does_not_exist(client, kind, name, more):
    asked = SessionRequestFactory(complete=True)
    client.force_login(hat(kind).user)
    url = reverse(name, args=[asked.pk, *more])
    assert client.get(url).status_code == 404
    assert client.post(url).status_code in (404, 405)


def test_the_region_sees_what_was_sent_and_no_draft(client):
    draft, sent = SessionRequestFactory(complete=True), SessionRequestFactory(in_queue=True)
    client.force_login(hat("region").user)
    assert client.get(reverse("demande_detail", args=[draft.pk])).status_code == 404
    desk = client.get(reverse("demande_detail", args=[sent.pk]))
    assert desk.url == reverse("region_demande", args=[sent.pk])
    assert client.get(reverse("demande_retirer", args=[sent.pk])).status_code == 404


def test_the_mandataire_reads_what_a_cotraitant_sent_and_changes_nothing(client, me):
    lot = LotFactory(mandataire=me.organisation)
    other = hat("organisme")
    LotMemberFactory(lot=lot, organisation=other.organisation)
    sent = SessionRequestFactory(in_queue=True, organisme=other.organisation, created_by=other, lot=lot)
    page = client.get(reverse("demande_detail", args=[sent.pk]))
    assert page.status_code == 200
    assert "Envoyer le message" not in page.content.decode()
    assert client.get(reverse("demande_retirer", args=[sent.pk])).status_code == 404


def test_a_sent_request_has_no_form_any_more(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    assert client.get(reverse("demande_etape", args=[asked.pk, "groupe"])).status_code == 404
    assert client.post(reverse("demande_verifier", args=[asked.pk])).status_code == 404


def test_an_unknown_step_is_a_missing_page(client, draft):
    assert client.get(reverse("demande_etape", args=[draft.pk, "finances"])).status_code == 404


# ---- the thread


def test_a_message_and_its_piece_come_back_to_those_who_may_read_them(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    url = reverse("demande_message", args=[asked.pk])
    piece = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")
    fragment = client.post(url, {"text": "Voici le plan.", "file": piece}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "<html" not in fragment.content.decode()
    assert "Voici le plan." in fragment.content.decode()

    address = reverse("demande_piece", args=[asked.pk, asked.messages.get().pk])
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 plan"
    client.force_login(hat("organisme").user)
    assert client.get(address).status_code == 404


def test_one_message_after_another_and_a_double_click_writes_one(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    url, htmx = reverse("demande_message", args=[asked.pk]), {"HX-Request": "true"}
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    for _ in range(2):
        fragment = client.post(url, {"text": "Premier.", "cle": key}, headers=htmx).content.decode()
    assert asked.messages.count() == 1
    following = re.search(r'name="cle" value="([^"]+)"', fragment)[1]
    client.post(url, {"text": "Second.", "cle": following}, headers=htmx)
    assert [message.text for message in asked.messages.order_by("id")] == ["Premier.", "Second."]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": ""}, "Écrivez votre message."),
        ({"text": "x" * 4001}, "4000"),
        ({"text": "ok", "file": SimpleUploadedFile("virus.exe", b"MZ")}, "type accepté"),
        ({"text": "ok", "file": SimpleUploadedFile("plan.pdf", b"MZ" + bytes(200))}, "pas un document"),
    ],
)
def test_a_message_that_cannot_be_sent_says_why(client, me, data, said):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    answer = client.post(reverse("demande_message", args=[asked.pk]), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not asked.messages.exists()
