"""The page of a person in training, opened by his own link: what it shows, what it hides, how it renews itself."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Notification, OutboxMessage
from core.journal.outbox import work_all
from core.journal.refusals import Refused
from stagiaires import personal_data
from stagiaires.enums import DataRequestKind
from stagiaires.models import (
    Absence,
    DataRequest,
    Parcours,
    ParcoursDocument,
    PersonalLink,
    Positioning,
    SensitiveFacts,
    SensitiveReading,
    Signature,
    Stagiaire,
    Survey,
)
from stagiaires.workflow import data_requests, links, surveys
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, PositioningFactory, member_of, parcours, under_way
from tests.stagiaires.test_followup import asked, job, signed
from tests.stagiaires.test_parcours import admitted

pytestmark = pytest.mark.django_db

HOME_QUERIES = 7
ADDRESS = re.compile(r"https?://[^/]+(/espace/([\w-]{40,})/\S*)")


def sent_link(rank: int = -1) -> tuple[str, str]:
    """(path, word) of the link of a message that left."""
    found = ADDRESS.search(str(mail.outbox[rank].body))
    assert found
    return found[1], found[2]


def training() -> Parcours:
    """Somebody in training since yesterday, with two half-days: one missed, one signed."""
    session = published_session()
    keeper = member_of(session.organisme)
    one = under_way(parcours(session), keeper)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Parcours.objects.filter(pk=one.pk).update(starts_on=yesterday)
    first = HalfDayFactory(session=session, on_date=yesterday)
    second = HalfDayFactory(
        session=session, on_date=yesterday, part="apres_midi", starts_at=dt.time(14), ends_at=dt.time(17)
    )
    HalfDayFactory(
        session=session, on_date=yesterday + dt.timedelta(days=3), subject="Lecture de plans", trainer="Anne Le Goff"
    )
    Absence.objects.create(half_day=first, parcours=one, reason="maladie", stated_by=keeper)
    Signature.objects.create(half_day=second, parcours=one, method="code", signed_at=timezone.now())
    ParcoursDocument.objects.create(parcours=one, kind="contrat", pdf=b"%PDF-1.7", sha256="0" * 64)
    return Parcours.objects.select_related("stagiaire", "session", "organisme").get(pk=one.pk)


# ---- the link


def test_the_admission_sends_a_link_that_is_kept_by_its_hash_alone() -> None:
    judged = admitted()
    work_all()
    path, word = sent_link()
    assert mail.outbox[-1].subject.startswith("Vous êtes admis en formation")
    assert not PersonalLink.objects.filter(token_hash__contains=word).exists()
    assert word not in str(list(OutboxMessage.objects.values_list("payload", "answer", "version")))
    page = Client().get(path)
    assert page.status_code == 200
    assert judged.session.title in page.content.decode()


def test_a_link_past_its_term_shows_nothing_and_sends_another(client: Client) -> None:
    person = training().stagiaire
    word = links.make(person)
    PersonalLink.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    for name in ("espace", "espace_donnees_toutes", "espace_agenda"):
        shown = client.get(reverse(name, args=[word]))
        assert shown.status_code == 410
        assert person.first_name not in shown.content.decode()
        assert person.email not in shown.content.decode()
    for _ in range(2):
        answer = client.post(reverse("espace_nouveau", args=[word]))
        assert answer.status_code == 200
        assert person.email not in answer.content.decode()
    work_all()
    assert [letter.to for letter in mail.outbox] == [[person.email]], "un lien par dix minutes au plus"
    path, fresh = sent_link()
    assert fresh != word
    assert client.get(path).status_code == 200


def test_a_lost_link_is_sent_again_and_nobody_learns_who_is_known(client: Client) -> None:
    person = training().stagiaire
    answers = set()
    for address in (person.email.upper(), "inconnue@exemple.test"):
        answer = client.post(reverse("espace_perdu"), {"email": address})
        answers.add(re.sub(r'value="[^"]+"', "", answer.content.decode()))
    assert len(answers) == 1, "la réponse est la même"
    work_all()
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    for _ in range(3):
        client.post(reverse("espace_perdu"), {"email": "autre@exemple.test"})
    assert client.post(reverse("espace_perdu"), {"email": person.email}).status_code == 429


def test_closing_ones_links_closes_the_diary_too_and_the_organisme_sends_another(client: Client) -> None:
    one = training()
    word = links.make(one.stagiaire)
    diary = links.agenda_url(PersonalLink.objects.get()).removeprefix("http://127.0.0.1:8000")
    assert client.get(diary).status_code == 200
    assert client.post(reverse("espace_fermer", args=[word])).status_code == 200
    assert [client.get(url).status_code for url in (reverse("espace", args=[word]), diary)] == [404, 404]
    act = reverse("parcours_acte", args=[one.pk, "lien"])
    assert signed(hat("region", "decideur")).post(act).status_code == 404
    assert signed(member_of(one.organisme)).post(act).status_code == 302
    work_all()
    assert client.get(sent_link()[0]).status_code == 200
    assert PersonalLink.objects.filter(revoked_at=None).count() == 2, "celui de la personne, celui de l’organisme"


def test_words_that_are_nobodys_are_slowed_down(client: Client) -> None:
    word = links.make(training().stagiaire)
    cache.set("espace:127.0.0.1", 59)
    unknown = client.get(reverse("espace", args=["inconnu"]))
    assert unknown.status_code == 404
    assert reverse("espace_perdu") in unknown.content.decode()
    assert client.get(reverse("espace", args=[word])).status_code == 429
    cache.clear()
    assert client.get(reverse("espace", args=[word])).status_code == 200


# ---- the page


def test_the_page_says_where_one_stands_and_is_kept_nowhere(client: Client, django_assert_num_queries: Any) -> None:
    one = training()
    word = links.make(one.stagiaire)
    home = reverse("espace", args=[word])
    client.get(home)
    with django_assert_num_queries(HOME_QUERIES):
        page = client.get(home)
    text = page.content.decode().replace("\u00a0", " ")
    for said in ("Lecture de plans", "avec Anne Le Goff", "3,50 heures", "maladie", "Contrat individuel de formation"):
        assert said in text, said
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in text
    assert Client().get(reverse("espace_donnees", args=[word]))["Referrer-Policy"] == "same-origin"
    file = client.get(reverse("espace_document", args=[word, one.documents.get().pk]))
    assert file.content == b"%PDF-1.7"
    assert "no-store" in file["Cache-Control"]
    dates = client.get(reverse("espace_agenda_fichier", args=[word])).content.decode()
    assert dates.count("BEGIN:VEVENT") == 3
    assert one.stagiaire.last_name not in dates


def test_anothers_things_do_not_exist_under_my_link(client: Client) -> None:
    mine = training()
    word, other = links.make(mine.stagiaire), asked(session=mine.session)
    theirs = other.parcours
    paper = ParcoursDocument.objects.create(parcours=theirs, kind="contrat", pdf=b"%PDF-1.7", sha256="1" * 64)
    for url in (
        reverse("espace_document", args=[word, paper.pk]),
        reverse("espace_suivi", args=[word, other.pk]),
        reverse("espace_avis", args=[word, theirs.pk]),
    ):
        assert client.get(url).status_code == 404, url
    assert client.post(reverse("espace_suivi", args=[word, other.pk]), {"situation": "recherche"}).status_code == 404
    assert Survey.objects.get(pk=other.pk).answered_at is None


# ---- what one says


def test_one_answers_in_a_minute_and_gives_ones_opinion(client: Client) -> None:
    survey = asked()
    person = survey.parcours.stagiaire
    word = links.make(person)
    home, url = reverse("espace", args=[word]), reverse("espace_suivi", args=[word, survey.pk])
    assert "Que devenez-vous, 6 mois" in client.get(home).content.decode()
    empty = client.post(url, {"comment": "Bonjour"})
    assert empty.status_code == 422
    assert "Choisissez une réponse." in empty.content.decode()
    assert "Bonjour" in empty.content.decode()
    assert client.post(url, {"situation": "taire"}).status_code == 302
    assert client.get(url).content.decode().count("Vous avez déjà répondu") == 1
    opinion = reverse("espace_avis", args=[word, survey.parcours_id])
    marks = dict.fromkeys(("welcome", "content", "trainers", "means", "support"), "5")
    assert client.post(opinion, marks | {"support": "6"}).status_code == 422
    assert client.post(opinion, marks | {"text": "Très bien."}).status_code == 302
    assert "attend d’être relu" in client.get(home).content.decode()
    assert client.get(opinion).status_code == 302, "un seul avis"


def test_ones_data_are_read_taken_away_corrected_and_one_is_left_alone(client: Client) -> None:
    survey = asked()
    one, person = survey.parcours, survey.parcours.stagiaire
    advisor = one.positioning.advisor
    SensitiveFacts.objects.create(stagiaire=person, disabled_worker=True, updated_by=advisor)
    SensitiveReading.objects.create(stagiaire=person, hat=advisor, purpose="Préparer l’entrée")
    word = links.make(person)
    rights = reverse("espace_donnees", args=[word])
    shown = client.get(rights).content.decode()
    assert "Préparer l’entrée" in shown
    assert str(advisor.organisation) in shown
    assert str(advisor.user) not in shown, "le service, pas la personne"
    said = json.loads(client.get(reverse("espace_donnees_fichier", args=[word])).content)
    assert said["Votre dossier"][0]["adresse électronique"] == person.email
    assert said["Votre situation particulière"][0]["bénéficiaire de l’obligation d’emploi"] is True
    assert said["Vos candidatures"][0]["suivi par"] == str(advisor.organisation)
    assert person.phone in client.get(reverse("espace_donnees_toutes", args=[word])).content.decode()
    client.post(rights, {"contact": "non"})
    assert Stagiaire.objects.get(pk=person.pk).no_contact_at
    correct = reverse("espace_corriger", args=[word])
    assert client.post(correct, {"text": " "}).status_code == 422
    assert client.post(correct, {"text": "Mon nom s’écrit Zélandaise."}).status_code == 302
    assert "elle attend sa réponse" in client.post(correct, {"text": "Encore."}).content.decode()
    assert DataRequest.objects.count() == 1
    trainer = member_of(one.organisme)
    assert Notification.objects.filter(kind="donnees.demande", hat=trainer).count() == 1
    keeper, request = signed(trainer), DataRequest.objects.get()
    answer = reverse("droits_repondre", args=[request.pk])
    assert keeper.post(answer, {"granted": "non", "answer": ""}).status_code == 422
    assert keeper.post(answer, {"granted": "oui", "answer": "C’est fait."}).status_code == 302
    assert "C’est fait." in client.get(rights).content.decode()
    assert client.post(reverse("espace_effacer", args=[word]), {"text": ""}).status_code == 302
    erasure = DataRequest.objects.get(kind="effacement")
    assert keeper.get(reverse("droits_repondre", args=[erasure.pk])).status_code == 404
    assert signed(hat("region", "gestionnaire")).get(reverse("droits_liste")).status_code == 404
    assert signed(hat("region", "administrateur")).get(reverse("droits_repondre", args=[erasure.pk])).status_code == 200


def test_every_table_that_leads_to_a_person_is_told_to_him() -> None:
    """A table added to the room must be declared in `personal_data`, or left out there for a reason."""
    told = {source.model for source in personal_data.SOURCES} | set(personal_data.ELSEWHERE)
    roots = {Stagiaire, Parcours, Positioning}
    leading = {
        model
        for model in apps.get_app_config("stagiaires").get_models()
        for one in model._meta.concrete_fields
        if one.related_model in roots and not model._meta.model_name.endswith("event")
    }
    assert leading - told == set()
    labels = [personal_data.label_of(column) for source in personal_data.SOURCES for column in source.columns]
    assert all(labels), "chaque colonne se lit en français"


def test_the_cost_of_ones_data_does_not_grow_with_them(django_assert_max_num_queries: Any) -> None:
    one = training()
    with django_assert_max_num_queries(len(personal_data.SOURCES) + 1):
        sections = {section.title: section.rows for section in personal_data.held_on(one.stagiaire)}
    assert len(sections["Vos signatures"]) == 1
    assert Decimal(525) in [value for _, value in sections["Vos parcours"][0]]
    assert surveys.delays().calls == 3


def test_who_asks_to_be_forgotten_is_written_to_then_forgotten(client: Client) -> None:
    survey = asked()
    surveys.answer(survey, job())
    person, keeper = survey.parcours.stagiaire, hat("region", "administrateur")
    word, address, name = links.make(person), person.email, person.last_name
    client.post(reverse("espace_effacer", args=[word]), {"text": "Je change de vie."})
    Parcours.objects.filter(pk=survey.parcours_id).update(state="acheve")
    answer = reverse("droits_repondre", args=[DataRequest.objects.get().pk])
    assert signed(keeper).post(answer, {"granted": "oui", "answer": "C’est votre droit."}).status_code == 302
    work_all()
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == ([address], "Vos données sont effacées")
    gone = Stagiaire.objects.get(pk=person.pk)
    assert gone.purged_at
    assert (gone.email, gone.last_name) == ("", "")
    assert Survey.objects.get(pk=survey.pk).employer_name == ""
    assert client.get(reverse("espace", args=[word])).status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM stagiaires_stagiaireevent t")
        assert name not in str(cursor.fetchone()[0])


def test_nobody_is_told_that_all_is_erased_while_something_stands_in_the_way(client: Client) -> None:
    """In training, the request is not granted; admitted again since the answer, he is not written to."""
    one, keeper = training(), hat("region", "administrateur")
    asked_for = data_requests.ask(one.stagiaire, DataRequestKind.EFFACEMENT, "")
    with pytest.raises(Refused, match="est en formation"):
        data_requests.answer(asked_for, keeper, granted=True, text="")
    Parcours.objects.filter(pk=one.pk).update(state="acheve")
    data_requests.answer(asked_for, keeper, granted=True, text="")
    absence = Absence.objects.get()
    Absence.objects.filter(pk=absence.pk).update(note="Opérée du genou")
    again = parcours(positioning=PositioningFactory(stagiaire=one.stagiaire))
    work_all()
    assert [letter.subject for letter in mail.outbox] == []
    assert "est en formation" in OutboxMessage.objects.get(topic=data_requests.ERASE).answer
    assert Stagiaire.objects.get(pk=one.stagiaire_id).purged_at is None

    Parcours.objects.filter(pk=again.pk).update(state="annule")
    OutboxMessage.objects.filter(topic=data_requests.ERASE).update(due_at=timezone.now())
    work_all()
    assert [letter.subject for letter in mail.outbox] == ["Vos données sont effacées"]
    absence.refresh_from_db()
    assert (absence.note, absence.reason) == ("", "maladie")
