"""A person is written once; who types him again is told so, and sees nothing of the other's file."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.journal.models import Event
from core.journal.refusals import Refused
from sessions.models import Session
from stagiaires import people_list
from stagiaires.forms.people import PersonForm
from stagiaires.forms.positionings import FilterForm
from stagiaires.models import Positioning, SensitiveFacts, SensitiveReading, Stagiaire
from stagiaires.workflow import lists, people, positionings, sensitive
from tests.factories.accounts import MembershipFactory, hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of

pytestmark = pytest.mark.django_db

TYPED = {"last_name": "Le Goff", "first_name": "Zoé", "birth_on": "02/03/1990", "phone": "06 12 34 56 78"}
SECRETS = ("zoe.secrete@exemple.test", "07 99 99 99 99", "quai Caché", "4499999", "1990A")


@pytest.fixture
def session() -> Session:
    return published_session()


@pytest.fixture
def known(session):
    """Written by another agency, with all that must stay there."""
    first = hat("valideur")
    values = {
        "last_name": "LE GOFF",
        "first_name": "Zoe",
        "birth_on": dt.date(1990, 3, 2),
        "email": "zoe.secrete@exemple.test",
        "phone": "07 99 99 99 99",
        "address": "3 quai Caché",
        "ft_identifier": "4499999",
        "note": "1990A",
    }
    positionings.propose(published_session(), values, first)
    return Stagiaire.objects.get()


def propose(client, advisor, session, status=302, **typed):
    client.force_login(advisor.user)
    answer = client.post(reverse("positionnement_nouveau", args=[session.number]), typed, follow=status == 302)
    assert answer.status_code == (200 if status == 302 else status)
    return answer.content.decode().replace("\u00a0", " ")


def test_a_person_already_known_is_attached_without_her_file(client, session, known):
    second = hat("valideur")
    shown = propose(client, second, session, **TYPED)
    assert people.KNOWN in shown
    assert Stagiaire.objects.count() == 1
    made = Positioning.objects.get(session=session)
    assert made.stagiaire == known
    assert Event.objects.filter(kind="personne.reconnue", subject_id=known.pk, hat=second).exists()

    pages = [shown]
    for name, key in (
        ("positionnement_detail", made.pk),
        ("personne_detail", known.pk),
        ("positionnements", None),
        ("session_candidats", session.number),
    ):
        pages.append(client.get(reverse(name, args=[key] if key else [])).content.decode())
    assert "06 12 34 56 78" in pages[1], "ce qu’on a écrit soi-même se relit"
    for text in pages:
        assert not [secret for secret in SECRETS if secret in text]
    known.refresh_from_db()
    assert known.phone == "07 99 99 99 99"
    for name in ("personne_corriger", "personne_situation"):
        assert client.get(reverse(name, args=[known.pk])).status_code == 404


def test_the_organisme_reads_how_to_reach_the_candidate_as_its_valideur_says(client, session, known):
    propose(client, hat("valideur"), session, **TYPED)
    client.force_login(member_of(session.organisme).user)
    made = Positioning.objects.get(session=session)
    assert "06 12 34 56 78" in client.get(reverse("positionnement_detail", args=[made.pk])).content.decode()


def test_an_identifier_alone_does_not_tell_whose_it_is(client, session, known):
    typed = TYPED | {"last_name": "Autre", "ft_identifier": "4499999"}
    text = propose(client, hat("valideur"), session, status=422, **typed)
    assert "déjà connu sous un autre nom ou une autre date de naissance" in text
    assert "Goff" not in text


def test_two_people_of_one_name_and_birthday_are_told_apart_by_a_person(client, session, known):
    typed = TYPED | {"ft_identifier": "4411111"}
    text = propose(client, hat("valideur"), session, status=422, **typed)
    assert "C’est bien une autre personne" in text
    propose(client, hat("valideur"), session, **typed, homonym="on")
    assert Stagiaire.objects.count() == 2


def test_a_person_that_one_follows_is_proposed_again_without_typing(client, session):
    first = PositioningFactory()
    client.force_login(first.advisor.user)
    url = reverse("positionnement_nouveau", args=[session.number])
    assert str(first.stagiaire) in client.get(url, {"q": first.stagiaire.last_name.lower()}).content.decode()
    client.post(f"{url}?personne={first.stagiaire_id}", {"project": "emploi_salarie"})
    assert Positioning.objects.get(session=session).stagiaire == first.stagiaire
    client.force_login(hat("valideur").user)
    assert client.get(f"{url}?personne={first.stagiaire_id}").status_code == 404


def test_the_file_is_corrected_by_who_keeps_it_and_history_names_fields_alone(client):
    person = PositioningFactory().stagiaire
    client.force_login(person.created_by.user)
    url = reverse("personne_corriger", args=[person.pk])
    typed = {"last_name": "Nouveau", "first_name": "Nom", "birth_on": "1994-05-17", "email": "n@exemple.test"}
    assert client.post(url, typed).status_code == 302
    event = Event.objects.get(kind="personne.corrigee")
    assert "nom" in event.label
    assert "Nouveau" not in event.label
    person.refresh_from_db()
    assert person.identity_key == "nouveau|nom|1994-05-17"
    with pytest.raises(Refused):
        people.correct(person, typed, hat("valideur"))


# ---- sensitive facts


def test_sensitive_facts_are_read_for_a_reason_and_each_reading_is_kept(client):
    person = PositioningFactory().stagiaire
    advisor = person.created_by
    SensitiveFacts.objects.create(stagiaire=person, accommodations="Siège adapté", updated_by=advisor)
    client.force_login(advisor.user)
    url = reverse("personne_situation", args=[person.pk])
    assert "Siège adapté" not in client.get(url).content.decode()
    assert client.post(url, {"purpose": " "}).status_code == 422
    assert not SensitiveReading.objects.exists()
    answer = client.post(url, {"purpose": "Préparer l’accueil"})
    assert "Siège adapté" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    client.post(
        reverse("personne_situation_ecrire", args=[person.pk]),
        {"purpose": "Préparer l’accueil", "work_permit_needed": "oui", "work_permit_until": "01/09/2027"},
    )
    assert SensitiveFacts.objects.get().work_permit_needed is True
    assert list(SensitiveReading.objects.order_by("pk").values_list("wrote", "purpose")) == [
        (False, "Préparer l’accueil"),
        (True, "Préparer l’accueil"),
    ]
    assert "2027" not in str(list(Event.objects.values_list("label", "reason", "detail")))

    watcher = hat("region", "administrateur")
    client.force_login(watcher.user)
    kept = client.get(reverse("lectures_sensibles")).content.decode()
    assert "Préparer l’accueil" in kept
    assert person.last_name not in kept
    for role in ("decideur", "gestionnaire", "finances"):
        client.force_login(hat("region", role).user)
        assert client.get(reverse("lectures_sensibles")).status_code == 404


@pytest.mark.parametrize("reader", ["region", "employer", "second", "stranger"])
def test_those_who_do_not_need_sensitive_facts_do_not_read_them(reader, session):
    person = PositioningFactory(session=session).stagiaire
    second = hat("valideur")
    PositioningFactory(stagiaire=person, advisor=second)
    who = {"region": hat("region", "administrateur"), "employer": hat("employeur"), "second": second,
           "stranger": hat("organisme")}[reader]  # fmt: skip
    with pytest.raises(Refused):
        sensitive.read(person, who, "Par curiosité")
    assert not SensitiveReading.objects.exists()
    assert sensitive.read(person, member_of(session.organisme), "Admission").stagiaire == person


# ---- a pasted list

PASTED = (
    "NOM\tPrénom\tNé(e) le\tCourriel\tIdentifiant Pôle emploi\tNiveau\tCivilité\n"
    "Nouvelle\tNina\t12/04/1998\tnina@exemple.test\t4455555 C\tniveau V\tMme\n"
    "Le Goff\tZoé\t2/3/1990\tzoe@exemple.test\t\t3\tF\n"
    "Sans\tDate\t31/02/1998\ts@exemple.test\t\t\t\n"
    "Nouvelle\tNina\t12.04.98\tnina@exemple.test\t\t\t\n"
)


def test_a_list_is_looked_at_line_by_line_then_proposed(client, session, known):
    advisor = hat("valideur")
    client.force_login(advisor.user)
    url = reverse("positionnement_liste", args=[session.number])
    looked = client.post(url, {"text": PASTED}).content.decode().replace("\u00a0", " ")
    assert not Positioning.objects.filter(session=session).exists(), "rien avant la confirmation"
    for said in ("4 lignes lues", "2 personnes à proposer", "Nouvelle, à proposer", "Déjà connue du portail",
                 "date du calendrier", "déjà à la ligne 2"):  # fmt: skip
        assert said in looked
    assert not [secret for secret in SECRETS if secret in looked]

    left = client.post(url, {"text": PASTED, "confirmer": "oui"}).content.decode().replace("\u00a0", " ")
    assert "2 personnes sont proposées" in left
    assert "2 lignes sont laissées de côté" in left
    assert "Sans\tDate\t31/02/1998" in left, "la ligne à corriger revient à l’écran"
    assert "Le Goff\tZoé" not in left
    made = Positioning.objects.filter(session=session).select_related("stagiaire")
    assert {one.stagiaire.first_name for one in made} == {"Nina", "Zoe"}
    nina = Stagiaire.objects.get(first_name="Nina")
    assert (nina.level, nina.sex, nina.ft_identifier) == (3, "femme", "4455555C")
    again = client.post(url, {"text": PASTED}).content.decode()
    assert "0\u00a0personne à proposer" in again
    assert again.count("Déjà positionnée") == 2


def test_a_list_as_a_file_comes_back_to_be_corrected(client, session):
    client.force_login(hat("valideur").user)
    url = reverse("positionnement_liste", args=[session.number])
    content = "nom;prenom;date de naissance;téléphone\nDupré;Élodie;1/2/1991;0612345678\n".encode("cp1252")
    looked = client.post(url, {"file": SimpleUploadedFile("liste.csv", content)}).content.decode()
    assert "Dupré\tÉlodie\t1/2/1991" in looked
    for text, said in (("", "Collez une liste"), ("a\tb\nc\td", "Il manque"), ("Nom\tPrénom", "pas de ligne")):
        answer = client.post(url, {"text": text})
        assert answer.status_code == 422
        assert said in answer.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("header", "answer"),
    [("Nom d'usage", "last_name"), ("PRÉNOM", "first_name"), ("Date naissance", "birth_on"), ("Tél.", "phone"),
     ("Adresse e-mail", "email"), ("Remarque", None), ("Identifiant DE", "ft_identifier"), ("Code postal", "postcode")],
)  # fmt: skip
def test_columns_are_known_under_the_names_that_people_give_them(header, answer):
    assert next(iter(people_list.columns_of([header])), None) == answer


def test_a_list_costs_two_queries_to_look_at(session, known, django_assert_num_queries):
    lines = people_list.read_text(PASTED)
    with django_assert_num_queries(2):
        lists.look(session, lines)


def test_a_colleague_of_the_same_agency_sees_the_file(client):
    person = PositioningFactory().stagiaire
    client.force_login(MembershipFactory(organisation=person.created_by.organisation).user)
    assert person.email in client.get(reverse("personne_detail", args=[person.pk])).content.decode()
    client.force_login(hat("valideur").user)
    assert client.get(reverse("personne_detail", args=[person.pk])).status_code == 404


@pytest.mark.parametrize(("kind", "word"), [("organisme", "À étudier"), ("valideur", "Proposé, réponse attendue")])
def test_the_filter_names_the_states_as_the_list_does(kind, word):
    assert dict(FilterForm(kind=kind).fields["etat"].choices)["propose"] == word


def test_a_postcode_typed_with_its_space_is_understood():
    """The field takes it whole: cut to five signs by the browser, « 44 000 » would be refused as « 44 00 »."""
    form = PersonForm({"postcode": "44 000"})
    form.is_valid()
    assert form.cleaned_data["postcode"] == "44000"
    assert form.fields["postcode"].widget.attrs["maxlength"] == "10"
