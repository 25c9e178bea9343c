"""The pages of the exchanges: what each reader finds there, what they cost, candidacies in and out by file."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Event, Notification, OutboxMessage
from stagiaires.enums import DocumentKind
from stagiaires.exchanges.shape import from_csv, to_csv
from stagiaires.models import ExchangeFile, ExchangeSender, ExternalEvent, Parcours, ParcoursDocument, Positioning
from stagiaires.parcours_papers import content_of, render
from stagiaires.workflow.exchanges import answers, events
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of, parcours
from tests.pdf_checks import faults

pytestmark = pytest.mark.django_db

COSTS = {  # for the Région, for the organisme
    "echanges": (5, 5), "echange_evenements": (5, 5), "echange_presences": (4, 4), "attestations": (5, 5),
    "echange_formats": (3, 3),
}  # fmt: skip
MONTH_COST = 7
EVENT_COST = 7


def signed(worn: Any) -> Client:
    client = Client()
    client.force_login(worn.user)
    return client


def told(count: int = 1, **values: Any) -> list[Parcours]:
    """People in training of whom AGORA is told, each with a sealed AIS."""
    session = published_session()
    rows = [parcours(session, **values) for _ in range(count)]
    for one in rows:
        events.tell(Parcours.objects.filter(pk=one.pk))
        content = content_of(one, DocumentKind.AIS, 1)
        ParcoursDocument.objects.create(parcours=one, kind="ais", content=content, pdf=b"%PDF-1.7", sha256="0" * 64)
    return rows


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_whatever_they_hold(count: int, django_assert_num_queries):
    rows = told(count)
    ExchangeFile.objects.create(
        partner="agora", subject="evenements", month=dt.date(2026, 10, 1), name="a.csv", data=b"", sha256="0" * 64,
        rows=0,
    )  # fmt: skip
    for rank, worn in enumerate((hat("region", "gestionnaire"), member_of(rows[0].organisme))):
        client = signed(worn)
        for name, costs in COSTS.items():
            client.get(reverse(name))
            with django_assert_num_queries(costs[rank]):
                assert client.get(reverse(name)).status_code == 200
        with django_assert_num_queries(MONTH_COST):
            assert client.get(reverse("echange_presences_mois", args=["2026-10"])).status_code == 200
    one = ExternalEvent.objects.first()
    assert one is not None
    client = signed(hat("region", "gestionnaire"))
    with django_assert_num_queries(EVENT_COST):
        assert client.get(reverse("echange_evenement", args=[one.pk])).status_code == 200


def test_an_event_is_prepared_answered_and_retried_on_screen():
    (one,) = told()
    region, keeper = hat("region", "gestionnaire"), member_of(one.organisme)
    type(region.organisation).objects.filter(pk=region.organisation_id).update(siret="23440003400026")
    client, event = signed(region), ExternalEvent.objects.get(parcours=one, partner="agora")
    page = client.get(reverse("echanges")).content.decode()
    assert "Préparer le fichier" in page
    assert "Préparer le fichier" not in signed(hat("region", "decideur")).get(reverse("echanges")).content.decode()
    made = client.post(reverse("echange_preparer", args=["agora"]))
    file = ExchangeFile.objects.get()
    assert made["Location"] == reverse("echange_fichier", args=[file.pk])
    assert "À remettre" in client.get(reverse("echanges")).content.decode()
    taken = client.post(reverse("echange_fichier_prendre", args=[file.pk, "tout"]))
    assert taken.content == bytes(file.data)
    assert "attachment" in taken["Content-Disposition"]
    url = reverse("echange_acte", args=[event.pk, "refuser"])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Organisme inconnu"}).status_code == 302
    page = client.get(reverse("echange_evenement", args=[event.pk])).content.decode()
    assert "Organisme inconnu" in page
    assert "Transmettre de nouveau" in page
    news = Notification.objects.get(user=keeper.user, kind="echange.refuse")
    assert "Organisme inconnu" in signed(keeper).get(news.url).content.decode()
    assert client.post(reverse("echange_acte", args=[event.pk, "renvoyer"])).status_code == 302
    client.post(reverse("echange_preparer", args=["agora"]))
    client.post(reverse("echange_fichier_prendre", args=[ExchangeFile.objects.first().pk, "tout"]))
    answers = f"CLE_EVENEMENT;STATUT;IDENTIFIANT;MOTIF\r\n{event.key};A;AG-1;\r\nrien;A;;\r\n".encode()
    sent = client.post(
        reverse("echange_reponses"), {"file": SimpleUploadedFile("retour.csv", answers, "text/csv")}, follow=True
    )
    assert "1\u00a0réponse notée" in sent.content.decode()
    assert "Ligne 3" in sent.content.decode()
    assert ExternalEvent.objects.get(pk=event.pk).remote_id == "AG-1"
    flat = client.get(reverse("echange_evenements_export", args=["csv"])).getvalue().decode()
    assert event.key in flat
    assert one.stagiaire.last_name not in flat


def test_an_organisme_that_tells_its_files_takes_them_from_its_page():
    (one,), (other,) = told(), told()
    keeper, by = hat("region", "gestionnaire"), member_of(one.organisme)
    type(keeper.organisation).objects.filter(pk=keeper.organisation_id).update(siret="23440003400026")
    for event in ExternalEvent.objects.filter(partner="agora"):
        answers.entrust(event, keeper, sender="organisme", reason="Convention")
    client, away = signed(by), signed(member_of(other.organisme))
    assert "dont 1 à transmettre par vous" in client.get(reverse("echanges")).content.decode().replace("\u00a0", " ")
    made = client.post(reverse("echange_preparer_pour", args=["agora", "organisme"]))
    file = ExchangeFile.objects.get()
    page = reverse("echange_fichier", args=[file.pk])
    assert made["Location"] == page
    assert file.name in client.get(reverse("echanges")).content.decode()
    assert "Télécharger le fichier" in client.get(page).content.decode()
    take = reverse("echange_fichier_prendre", args=[file.pk, "tout"])
    assert client.post(take).content == bytes(file.data)
    assert [away.get(page).status_code, away.post(take).status_code] == [404, 404]
    assert "Télécharger" not in signed(keeper).get(page).content.decode()
    assert signed(keeper).post(reverse("echange_preparer_pour", args=["agora", "organisme"])).status_code == 404


def test_what_lacks_is_said_with_the_place_to_put_it_right():
    (one,) = told()
    type(one.stagiaire).objects.filter(pk=one.stagiaire_id).update(birth_on=None)
    event = ExternalEvent.objects.get(parcours=one, partner="agora")
    said = signed(hat("region", "finances")).get(reverse("echange_evenement", args=[event.pk])).content.decode()
    assert "Date de naissance" in said
    assert "dossier de la personne" in said


def test_the_correspondence_says_what_is_missing_and_who_tells():
    admin = hat("region", "administrateur")
    client = signed(admin)
    page = client.get(reverse("echange_format", args=["agora"])).content.decode()
    assert "Manque : numéro de sécurité sociale" in page
    assert "Formations des détenus" in page
    said = {
        "partner": "agora", "access_mode": "socle", "sender": "france_travail", "reason": "Convention",
        "valid_from": timezone.localdate().strftime("%d/%m/%Y"),
    }  # fmt: skip
    assert client.post(reverse("echange_emetteur"), said).status_code == 302
    assert client.post(reverse("echange_emetteur"), said).status_code == 422
    assert ExchangeSender.objects.get().set_by == admin
    assert "France Travail" in client.get(reverse("echange_format", args=["agora"])).content.decode()
    assert client.get(reverse("echange_format", args=["rien"])).status_code == 404


def test_the_entry_papers_are_read_as_pdf_and_as_data_by_those_who_may():
    (one,) = told()
    paper = ParcoursDocument.objects.get()
    first = member_of(one.positioning.valideur)
    address = reverse("attestation_donnees", args=[one.pk, paper.pk, "json"])
    said = json.loads(signed(member_of(one.organisme)).get(address).content)
    assert said["lignes"][0]["IDENTIFIANT_FT"] == one.stagiaire.ft_identifier
    assert said["lignes"][0]["DATE_ENTREE_PREVUE"] == one.starts_on.isoformat()
    assert signed(hat("valideur")).get(address).status_code == 404
    type(one.stagiaire).objects.filter(pk=one.stagiaire_id).update(created_by=hat("valideur"))
    (row,) = from_csv(signed(first).get(reverse("attestation_export", args=["ais", "csv"])).content)
    assert (row["NOM"], row["IDENTIFIANT_FT"]) == (one.stagiaire.last_name.upper(), "")
    for kind in (DocumentKind.AIS, DocumentKind.AES):
        pdf = render(kind, content_of(one, kind, 1))
        assert faults(pdf) == []
        assert pdf == render(kind, content_of(one, kind, 1)), "les mêmes mots donnent les mêmes octets"
    assert one.stagiaire.ft_identifier.encode() not in pdf


# ---- candidacies


def kairos(*rows: dict[str, str], more: str = "Avis interne") -> SimpleUploadedFile:
    names = ["Identifiant DE", "Nom", "Prénom", "Date de naissance", "Courriel", "Numéro de session", "Statut", more]
    return SimpleUploadedFile("kairos.csv", to_csv(names, rows), "text/csv")


def somebody(session: Any, **changes: str) -> dict[str, str]:
    usual = {
        "Nom": "LE GOFF", "Prénom": "Maëlle", "Date de naissance": "03/02/1999", "Courriel": "maelle@exemple.test",
        "Numéro de session": session.number, "Statut": "Retenu", "Avis interne": "bonne candidate",
    }  # fmt: skip
    return usual | changes


def test_a_file_is_looked_at_then_proposed_by_the_one_door():
    first, second = published_session(), published_session()
    known = PositioningFactory(session=first)
    valideur = hat("valideur")
    client, url = signed(valideur), reverse("positionnements_fichier")
    person = known.stagiaire
    same = somebody(
        first, **{"Nom": person.last_name, "Prénom": person.first_name, "Identifiant DE": person.ft_identifier,
                  "Date de naissance": "17/05/1994"},
    )  # fmt: skip
    file = kairos(
        somebody(first), somebody(second, Nom="MORVAN"), same, somebody(first, **{"Date de naissance": "31/02/1999"}),
        somebody(first, **{"Numéro de session": "S1999-0001"}),
    )  # fmt: skip
    shown = client.post(url, {"file": file})
    page = shown.content.decode()
    assert [one.looked.status for one in shown.context["seen"]] == ["nouvelle", "nouvelle", "deja", "erreur", "erreur"]
    assert "Colonnes inconnues" in page
    assert "Avis interne" in page
    assert "Aucune session « S1999-0001 » au catalogue." in page.replace("\u00a0", " ")
    assert Positioning.objects.count() == 1, "rien n’est gardé avant la confirmation"
    text = shown.context["form"].initial["text"]
    wrong = client.post(url, {"text": text, "refusees": "oui"})
    with zipfile.ZipFile(io.BytesIO(wrong.getvalue())) as book:
        cells = " ".join(book.read(name).decode() for name in book.namelist())
    assert "S1999-0001" in cells
    assert "MORVAN" not in cells
    assert client.post(url, {"text": text, "confirmer": "oui"}).status_code == 302
    made = Positioning.objects.filter(advisor=valideur)
    assert {(one.session_id, one.state) for one in made} == {(first.pk, "propose"), (second.pk, "propose")}
    kept = [rows.objects.count() for rows in (ExternalEvent, OutboxMessage, Notification, Event)]
    again = client.post(url, {"text": text, "confirmer": "oui"})
    assert again.status_code == 422
    assert Positioning.objects.count() == 3
    assert kept == [rows.objects.count() for rows in (ExternalEvent, OutboxMessage, Notification, Event)]

    sent = client.get(reverse("positionnements_fichier_export", args=["ouiform", "csv"]))
    rows = from_csv(sent.content)
    assert {(row["NOM_DE"], row["DECISION"]) for row in rows} == {("LE GOFF", "POSITIONNE"), ("MORVAN", "POSITIONNE")}
    back = client.post(url, {"file": SimpleUploadedFile("ouiform.csv", sent.content, "text/csv")})
    assert [one.looked.status for one in back.context["seen"]] == ["deja", "deja"]
    assert back.context["sheet"].unknown == []


def test_a_second_valideur_does_not_take_away_the_identifier_of_a_person_whom_another_keeps():
    one = PositioningFactory()
    type(one.stagiaire).objects.filter(pk=one.stagiaire_id).update(created_by=hat("valideur"))
    address = reverse("positionnements_fichier_export", args=["kairos", "csv"])
    (row,) = from_csv(signed(one.advisor).get(address).content)
    assert (row["Nom"], row["Identifiant DE"]) == (one.stagiaire.last_name.upper(), "")
    (row,) = from_csv(signed(member_of(one.session.organisme)).get(address).content)
    assert row["Identifiant DE"] == one.stagiaire.ft_identifier
    assert from_csv(signed(hat("valideur")).get(address).content) == []


def test_an_organisme_brings_people_to_its_own_sessions_alone():
    session, other = published_session(), published_session()
    client = signed(member_of(session.organisme))
    shown = client.post(
        reverse("positionnements_fichier"), {"file": kairos(somebody(session), somebody(other, Nom="MORVAN"))}
    )
    assert [one.looked.status for one in shown.context["seen"]] == ["nouvelle", "erreur"]
    lacks = client.post(reverse("positionnements_fichier"), {"text": "Nom\tPrénom\nMorvan\tYann"})
    assert lacks.status_code == 422
    assert "Il manque : « Date de naissance », « " in lacks.content.decode().replace("\u00a0", " ")
