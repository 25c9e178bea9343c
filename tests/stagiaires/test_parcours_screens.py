"""The screens of the parcours: what each reads, what each list costs, what leaves in a file."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from sessions.models import Session
from stagiaires.models import ContactPoint, Outcome, Parcours, SensitiveReading
from tests.factories.accounts import hat
from tests.factories.sessions import published_session, waiting_intention
from tests.factories.stagiaires import PositioningFactory, member_of, parcours, under_way
from tests.stagiaires.test_parcours import candidate

pytestmark = pytest.mark.django_db

QUERIES = 5
PAGE_QUERIES = 24


def signed(worn) -> Client:
    client = Client()
    client.force_login(worn.user)
    return client


def readers(session: Session, advisor) -> dict[str, Client]:
    employer = member_of(parcours_of(session).post.intention.employer)
    return {
        "organisme": signed(member_of(session.organisme)),
        "employeur": signed(employer),
        "valideur": signed(advisor),
        "region": signed(hat("region", "finances")),
    }


def parcours_of(session: Session):
    return session.parcours.select_related("post__intention__employer").first()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_the_parcours(count: int, django_assert_num_queries):
    session, advisor = published_session(), hat("valideur")
    for _ in range(count):
        parcours(session, positioning=PositioningFactory(session=session, advisor=advisor))
    for client in readers(session, advisor).values():
        client.get(reverse("parcours_liste"))
        with django_assert_num_queries(QUERIES):
            answer = client.get(reverse("parcours_liste"))
        assert answer.content.decode().count('href="/parcours/') >= count


def test_an_employer_reads_short_names_and_nothing_of_the_file():
    session, advisor = published_session(), hat("valideur")
    one = under_way(
        parcours(session, positioning=PositioningFactory(session=session, advisor=advisor)),
        member_of(session.organisme),
    )
    Outcome.objects.create(parcours=one, result="reussite", noted_by=member_of(session.organisme))
    person, pages = one.stagiaire, readers(session, advisor)
    secrets = (person.last_name, person.email, person.phone, person.ft_identifier)
    for url in (
        reverse("parcours_liste"),
        reverse("parcours_detail", args=[one.pk]),
        reverse("session_groupe", args=[session.number]),
        reverse("parcours_export", args=["csv"]),
    ):
        said = pages["employeur"].get(url)
        text = (said.getvalue() if said.streaming else said.content).decode()
        assert person.first_name in text
        assert not [secret for secret in secrets if secret in text], url
    assert pages["employeur"].get(reverse("parcours_liste"), {"q": person.last_name}).context["page"].rows == []


def test_what_is_said_of_somebody_is_not_for_the_other_employers_of_the_session():
    """R96, R95: the employer of the post reads the points and the suite asked; another of the same session, neither."""
    posts = [post for count in (4, 1) for post in waiting_intention(count).posts.order_by("rank")]
    session = published_session(posts=posts)
    trainer, mine, other = member_of(session.organisme), posts[0].intention.employer, posts[-1].intention.employer
    one = under_way(parcours(session, post=posts[0]), trainer)
    ContactPoint.objects.create(parcours=one, on_date=one.starts_on, text="Arrive souvent en retard", made_by=trainer)
    Outcome.objects.create(
        parcours=one, result="echec", recovery="complement", recovery_words="Manque de bases", noted_by=trainer,
        recovery_asked_by=trainer,
    )  # fmt: skip
    url = reverse("parcours_detail", args=[one.pk])
    for reader, count in ((trainer, 2), (member_of(mine), 2), (member_of(other), 0)):
        page = signed(reader).get(url).content.decode()
        assert one.stagiaire.first_name in page
        assert sum(words in page for words in ("Arrive souvent en retard", "Manque de bases")) == count


def test_a_valideur_reads_no_name_of_whom_another_proposed():
    """R74: who is replaced is named to the valideur who follows him, and to the organisme."""
    session, advisor = published_session(), hat("valideur")
    gone = under_way(parcours(session), member_of(session.organisme))
    Parcours.objects.filter(pk=gone.pk).update(state="abandonne", exit_reason="emploi", left_on=gone.starts_on)
    candidacy = PositioningFactory(session=session, advisor=advisor)
    one = parcours(session, positioning=candidacy, replaces=gone)
    pages, url = readers(session, advisor), reverse("parcours_detail", args=[one.pk])
    name, address = gone.stagiaire.short_name, reverse("parcours_detail", args=[gone.pk])
    for kind, count in (("valideur", 0), ("organisme", 2)):
        page = pages[kind].get(url).content.decode()
        assert (name in page) + (address in page) == count, kind


def test_a_file_says_what_the_list_shows_and_no_contact():
    session, advisor = published_session(), hat("valideur")
    one = parcours(session, positioning=PositioningFactory(session=session, advisor=advisor))
    client = signed(member_of(session.organisme))
    with zipfile.ZipFile(io.BytesIO(client.get(reverse("parcours_export", args=["xlsx"])).getvalue())) as book:
        flat = " ".join(book.read(name).decode() for name in book.namelist())
    assert str(one.stagiaire) in flat
    assert one.stagiaire.email not in flat
    assert client.get(reverse("parcours_export", args=["pdf"])).status_code == 404
    assert client.get(reverse("parcours_liste"), {"etat": "acheve"}).context["page"].rows == []


def test_the_verdict_is_asked_for_and_its_reading_is_kept():
    session = published_session()
    one, client = candidate(session), signed(member_of(session.organisme))
    url = reverse("admission", args=[one.pk])
    shown = client.get(url)
    assert shown.status_code == 200
    assert not SensitiveReading.objects.exists()
    form = shown.context["form"]
    said = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in said.items() if value is not None and value is not False}
    told = client.post(url, data | {"geste": "verifier"})
    assert told.context["form"].errors == {}
    assert told.context["told"].word == "Admission possible"
    assert SensitiveReading.objects.count() == 1
    done = client.post(url, data | {"geste": "admettre"})
    assert done.status_code == 302
    again = client.get(url)
    assert again.status_code == 302, "la candidature est déjà admise"


def test_an_act_that_is_not_his_is_an_absent_page():
    session, advisor = published_session(), hat("valideur")
    one = under_way(
        parcours(session, positioning=PositioningFactory(session=session, advisor=advisor)),
        member_of(session.organisme),
    )
    pages = readers(session, advisor)
    url = reverse("parcours_acte", args=[one.pk, "abandon"])
    assert pages["organisme"].get(url).status_code == 200
    for kind in ("employeur", "valideur", "region"):
        assert pages[kind].get(url).status_code == 404
        assert pages[kind].post(url).status_code == 404
    hire = reverse("parcours_acte", args=[one.pk, "embauche"])
    assert [pages[kind].get(hire).status_code for kind in pages] == [200, 200, 200, 404]


def test_the_page_of_one_parcours_costs_what_it_shows(django_assert_max_num_queries):
    session = published_session()
    one = under_way(parcours(session), member_of(session.organisme))
    client = signed(member_of(session.organisme))
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert client.get(reverse("parcours_detail", args=[one.pk])).status_code == 200
