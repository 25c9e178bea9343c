"""Three, six and twelve months after: asked by the clock, answered in a minute, called, counted; and the opinions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Event, Notification, OutboxMessage
from core.journal.outbox import work_all
from core.journal.refusals import Refused
from core.rules import State
from sessions.models import Session
from stagiaires import sms
from stagiaires.enums import ParcoursState, Situation
from stagiaires.facts import judge_programme
from stagiaires.followup_reminders import remind_calls
from stagiaires.models import Hire, Opinion, Parcours, SensitiveFacts, Stagiaire, Survey
from stagiaires.queries import followup as queries
from stagiaires.queries.figures import masked
from stagiaires.tasks import ask_follow_up
from stagiaires.workflow import surveys, trainee_opinions
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of, parcours

pytestmark = pytest.mark.django_db

LIST_QUERIES = 8
FIGURES_QUERIES = 7
NOTHING: dict[str, Any] = dict.fromkeys(surveys.JOB) | {"contract": "", "employer_name": "", "comment": ""}


def signed(worn: Any) -> Client:
    client = Client()
    client.force_login(worn.user)
    return client


def ended(on: dt.date, session: Session | None = None, **values: Any) -> Parcours:
    """Somebody whose parcours was completed that day, written straight in the table, on no post."""
    past = {"starts_on": on - dt.timedelta(days=120), "ends_on": on, "left_on": on, "state": ParcoursState.ACHEVE}
    return parcours(session, **{"post": None, "funded": False} | past | values)


def asked(term: int = 6, **values: Any) -> Survey:
    """A question of this term that fell due today."""
    one = ended(timezone.localdate() - dt.timedelta(days=30 * term + 5), **values)
    return Survey.objects.create(parcours=one, term=term, due_on=timezone.localdate(), asked_at=timezone.now())


def job(situation: str = Situation.EMPLOI_AUTRE, **said: Any) -> dict[str, Any]:
    since = timezone.localdate() - dt.timedelta(days=20)
    usual = {"contract": "cdi", "employer_name": "Chantiers Rivière", "employed_since": since}
    return NOTHING | usual | {"linked_to_training": True, "situation": situation} | said


# ---- the clock


def test_a_question_is_born_once_asked_then_recalled_twice_and_no_more(time_machine: Any) -> None:
    """Due three months after to the day; the person is written to three times in all, then called."""
    time_machine.move_to(dt.datetime(2027, 1, 30, 8, tzinfo=dt.UTC))
    one = ended(dt.date(2026, 10, 30))
    gone = ended(dt.date(2026, 10, 30), one.session, exit_reason="deces", state=ParcoursState.ABANDONNE)
    ask_follow_up()
    ask_follow_up()
    survey = Survey.objects.get()
    assert (survey.parcours_id, survey.term, survey.due_on) == (one.pk, 3, dt.date(2027, 1, 30))
    assert gone.surveys.count() == 0, "un mort n’est pas interrogé"
    work_all()
    (first,) = mail.outbox
    assert first.to == [one.positioning.contact_email or one.stagiaire.email]
    assert "Que devenez-vous, 3 mois" in first.subject
    for days, sent in ((9, 1), (10, 2), (20, 3), (35, 3)):
        time_machine.move_to(dt.datetime(2027, 1, 30, 8, tzinfo=dt.UTC) + dt.timedelta(days=days))
        ask_follow_up()
        work_all()
        assert len(mail.outbox) == sent, f"{days} jours après"
    assert Survey.objects.get().reminders == 2
    advisor = one.positioning.advisor
    assert list(queries.to_call(queries.followed_by(advisor))) == [survey]
    assert remind_calls() == 1
    assert remind_calls() == 0, "une fois par semaine"
    time_machine.move_to(dt.datetime(2027, 4, 1, 8, tzinfo=dt.UTC))
    ask_follow_up()
    assert list(queries.to_call(queries.followed_by(advisor))) == []
    with pytest.raises(Refused, match="passé"):
        surveys.answer(survey, NOTHING | {"situation": Situation.RECHERCHE})


def test_who_wants_to_be_left_alone_is(django_capture_on_commit_callbacks: Any) -> None:
    survey = asked()
    Survey.objects.update(asked_at=None)
    surveys.oppose(survey.parcours.stagiaire)
    assert surveys.send_due() == 0
    assert trainee_opinions.ask_due() == 0
    assert list(queries.to_call(Survey.objects.all())) == []
    surveys.oppose(survey.parcours.stagiaire, wish=False)
    assert surveys.send_due() == 1
    surveys.oppose(survey.parcours.stagiaire)
    work_all()
    assert mail.outbox == [], "le message promis ne part plus"
    assert OutboxMessage.objects.get(topic=surveys.ASK).answer == "Une réponse n’est plus attendue."


def test_a_text_message_reaches_who_has_no_address(settings: Any) -> None:
    survey = asked()
    Stagiaire.objects.update(email="", phone="06 12 34 56 78")
    Survey.objects.update(asked_at=None)
    assert surveys.send_due() == 0
    assert list(queries.to_call(Survey.objects.all())) == [survey], "sans adresse ni SMS : à appeler"
    settings.SMS_SENDER = "stagiaires.sms.InProcess"
    assert list(queries.to_call(Survey.objects.all())) == []
    Survey.objects.update(asked_at=None)
    sms.InProcess.sent.clear()
    surveys.send_due()
    work_all()
    ((number, text),) = sms.InProcess.sent
    assert number == "+33612345678"
    assert "/espace/" in text
    assert mail.outbox == []
    assert [sms.mobile(said) for said in ("02 40 00 00 00", "+33 7 00 00 00 00", "")] == ["", "+33700000000", ""]


# ---- the answer, and what it proposes


def test_a_job_that_is_said_declares_nothing_but_proposes_it() -> None:
    survey = asked()
    one, advisor = survey.parcours, survey.parcours.positioning.advisor
    said = surveys.answer(survey, job())
    assert (said.channel, said.contract, said.employer_name) == ("lien", "cdi", "Chantiers Rivière")
    assert Hire.objects.count() == 0
    told = Notification.objects.filter(kind="suivi.embauche")
    assert set(told.values_list("hat", flat=True)) == {member_of(one.organisme).pk, advisor.pk}
    assert not [text for text in told.values_list("text", flat=True) if one.stagiaire.last_name in text]
    assert not [line for line in Event.objects.values_list("label", flat=True) if one.stagiaire.last_name in line]
    assert list(queries.hires_said(queries.visible_to(advisor))) == [survey]
    client = signed(advisor)
    url = reverse("suivi_embauche", args=[survey.pk])
    form = client.get(url).context["form"]
    assert (form["employer"].value(), form["employer_name"].value()) == ("aucun", "Chantiers Rivière")
    answers = {name: form[name].value() or "" for name in form.fields}
    assert client.post(url, answers).status_code == 302
    hire = Hire.objects.get()
    assert (hire.employer_name, hire.declared_by) == ("Chantiers Rivière", advisor)
    assert Survey.objects.get().hire == hire
    assert list(queries.hires_said(queries.visible_to(advisor))) == []
    with pytest.raises(Refused, match="déjà"):
        surveys.answer(survey, job())


def test_it_may_be_nothing_to_declare_and_a_hire_that_stands_is_not_asked_again() -> None:
    survey = asked()
    one, trainer = survey.parcours, member_of(survey.parcours.organisme)
    surveys.answer(survey, job(contract="cdd", months=1))
    with pytest.raises(Refused, match="pourquoi"):
        surveys.dismiss_hire(survey, trainer, " ")
    surveys.dismiss_hire(survey, trainer, "Un remplacement de trois semaines.")
    assert not surveys.proposes_hire(Survey.objects.get())
    Hire.objects.create(
        parcours=one, employer_name="Chantiers Rivière", committed=False, contract="cdi",
        starts_on=timezone.localdate(), declared_by=trainer,
    )  # fmt: skip
    again = Survey.objects.create(parcours=one, term=12, due_on=timezone.localdate(), asked_at=timezone.now())
    assert not surveys.proposes_hire(surveys.answer(again, job()))


@pytest.mark.parametrize("count", [1, 3])
def test_the_one_who_follows_calls_and_types_what_he_hears(count: int, django_assert_num_queries: Any) -> None:
    advisor, session = hat("valideur"), published_session()
    for _ in range(count):
        survey = asked(session=session, positioning=PositioningFactory(session=session, advisor=advisor))
    Survey.objects.update(reminders=2, reminded_at=timezone.now() - dt.timedelta(days=11))
    client, trainer = signed(advisor), signed(member_of(session.organisme))
    client.get(reverse("suivi_liste"))
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("suivi_liste"), {"suivi": "a_appeler"})
    assert len(page.context["page"].rows) == count
    flat = client.get(reverse("suivi_export", args=["csv"])).getvalue().decode()
    assert survey.parcours.stagiaire.last_name in flat
    assert survey.parcours.stagiaire.phone not in flat
    detail = client.get(reverse("suivi_detail", args=[survey.pk])).content.decode()
    assert survey.parcours.stagiaire.phone in detail
    assert client.post(reverse("suivi_appel", args=[survey.pk])).status_code == 302
    assert Survey.objects.get(pk=survey.pk).calls == 1
    url = reverse("suivi_telephone", args=[survey.pk])
    assert [trainer.get(url).status_code, trainer.post(url).status_code] == [404, 404], "le valideur appelle"
    wrong = client.post(url, {"situation": "emploi_autre", "contract": "cdd", "comment": "Elle est contente."})
    assert set(wrong.context["form"].errors) == {"months", "linked_to_training"}
    assert "Elle est contente." in wrong.content.decode(), "rien n’est perdu"
    assert client.post(url, {"situation": "recherche", "contract": "cdd", "months": "x"}).status_code == 302
    held = Survey.objects.get(pk=survey.pk)
    assert (held.channel, held.answered_for, held.situation, held.contract) == ("telephone", advisor, "recherche", "")
    client.post(reverse("suivi_opposition", args=[survey.pk]))
    assert Stagiaire.objects.get(pk=held.parcours.stagiaire_id).no_contact_at


# ---- the figures


def figures(client: Client, **asked_for: str) -> tuple[list[tuple[str, int | None]], str]:
    page = client.get(reverse("insertion"), asked_for)
    return [(row.name, row.counts["employed"]) for row in page.context["rows"]], page.content.decode()


def test_the_region_reads_rates_and_never_a_small_count(django_assert_num_queries: Any) -> None:
    session, today = published_session(), timezone.localdate()
    other = published_session()
    for place, employed, silent in ((session, 5, 1), (other, 2, 0)):
        for rank in range(employed + silent):
            one = ended(today - dt.timedelta(days=200), place)
            said = {"situation": "emploi_autre", "contract": "cdi"} if rank < employed else {"situation": "taire"}
            Survey.objects.create(
                parcours=one, term=6, due_on=today, answered_at=timezone.now(), channel="lien", **said
            )
    client = signed(hat("region", "finances"))
    client.get(reverse("insertion"))
    with django_assert_num_queries(FIGURES_QUERIES):
        rows, page = figures(client, par="organisme")
    shown = dict(rows)
    assert shown[str(other.organisme)] is None
    assert shown[str(session.organisme)] is None, "sans quoi une soustraction dirait l’autre"
    assert shown["Ensemble"] == 7
    assert "moins de 5" in page
    whole = client.get(reverse("insertion"), {"par": "sexe"}).context["rows"][-1]
    assert (whole.counts["left"], whole.counts["answered"], whole.share("employed", "answered")) == (8, 7, 1)
    flat = client.get(reverse("insertion_export", args=["csv"]), {"par": "organisme"}).getvalue().decode()
    assert "en emploi" in flat
    assert signed(hat("valideur")).get(reverse("insertion")).status_code == 404


def test_the_region_reads_how_long_the_parcours_of_the_year_are() -> None:
    client = signed(hat("region", "finances"))
    assert client.get(reverse("insertion")).context["programme"] == []
    one = parcours(starts_on=timezone.localdate())
    Parcours.objects.filter(pk=one.pk).update(
        hours_technique=600, hours_refresher=50, hours_module=0, hours_distance=0, hours_company=100
    )

    found = client.get(reverse("insertion")).context["programme"]
    assert [(one.tone, one.rule) for one in found] == [("ok", "R50")]
    Parcours.objects.filter(pk=one.pk).update(hours_technique=100)
    page = client.get(reverse("insertion"))
    assert [(one.tone, one.rule) for one in page.context["programme"]] == [("doute", "R50")]
    assert "250\u00a0h en moyenne" in page.content.decode()


def test_the_share_of_disabled_people_is_told_over_ended_months_and_never_of_a_few() -> None:
    today = timezone.localdate()
    year = (today.replace(day=1) - dt.timedelta(days=1)).year
    session = published_session()
    Session.objects.filter(pk=session.pk).update(seats=60)
    by, receipt = member_of(session.organisme), session.decision.receipt

    def enter(people: int, *, disabled: bool | None, on: dt.date = dt.date(year, 1, 3)) -> None:
        for _ in range(people):
            one = ended(on, session, starts_on=on, funded=True, receipt=receipt)
            if disabled is not None:
                SensitiveFacts.objects.create(stagiaire=one.stagiaire, disabled_worker=disabled, updated_by=by)

    def told() -> list[tuple[State, str]]:
        found = [one for one in judge_programme(year).findings if one.id == "P10"]
        return [(one.state, one.message().replace("\u00a0", " ").split(" :")[0]) for one in found]

    enter(6, disabled=False)
    enter(2, disabled=None)  # nobody asked them
    enter(4, disabled=True)
    assert told() == []
    enter(3, disabled=True, on=today.replace(day=1))  # this month's are not counted before its end
    assert told() == []
    enter(1, disabled=True)
    assert told() == [(State.SATISFIED, "5 entrées de travailleurs handicapés sur 11")]
    enter(23, disabled=False)
    assert told() == [(State.UNSATISFIED, "5 entrées de travailleurs handicapés sur 34")]


def test_a_single_small_count_is_not_found_by_subtraction() -> None:
    def line(name: str, count: int) -> tuple[str, dict[str, int]]:
        return name, dict.fromkeys(("left", "answered", "employed", "lasting", "linked", "training", "looking"), count)

    said = {one.name: one.counts["left"] for one in masked([line("a", 3), line("b", 9), line("c", 7)], 5)}
    assert said == {"a": None, "b": 9, "c": None, "Ensemble": 19}
    said = {one.name: one.counts["left"] for one in masked([line("a", 3), line("b", 2), line("c", 7)], 5)}
    assert said == {"a": None, "b": None, "c": 7, "Ensemble": 12}
    assert [one.counts["left"] for one in masked([line("a", 2)], 5)] == [None, None]


# ---- the opinions


def notes(mark: int = 4, text: str = "") -> dict[str, Any]:
    return dict.fromkeys(("welcome", "content", "trainers", "means", "support"), mark) | {"text": text}


def test_opinions_are_read_published_answered_reported_and_shown_when_enough(
    django_assert_num_queries: Any,
) -> None:
    session = published_session()
    trainer, region = member_of(session.organisme), hat("region", "gestionnaire")
    lastly = timezone.localdate() - dt.timedelta(days=20)
    authors = [ended(lastly, session) for _ in range(5)]
    public = reverse("organisme_detail", args=[session.organisme_id])
    sheet = reverse("session_fiche", args=[session.number])
    for one in authors[:4]:
        assert trainee_opinions.give(one, notes()).state == "publie", "des notes seules n’ont rien à relire"
    said = trainee_opinions.give(authors[4], notes(1, "L’atelier manque de postes."))
    with pytest.raises(Refused, match="déjà"):
        trainee_opinions.give(authors[4], notes())
    assert said.state == "depose"
    assert Notification.objects.filter(kind="avis.a_relire").count() == 1
    assert "Avis des stagiaires" not in Client().get(public).content.decode()
    assert signed(trainer).get(reverse("avis_detail", args=[said.pk])).status_code == 404
    keeper, worn = signed(region), signed(trainer)
    listed = keeper.get(reverse("avis_liste")).content.decode()
    assert not [one for one in authors if one.stagiaire.last_name in listed]
    wrong = keeper.post(reverse("avis_ecarter", args=[said.pk]), {"reason": ""})
    assert wrong.status_code == 422
    assert keeper.post(reverse("avis_publier", args=[said.pk])).status_code == 302
    assert Notification.objects.filter(kind="avis.publie", hat=trainer).count() == 1
    for url in (public, sheet):
        page = Client().get(url).content.decode()
        assert "3,4 sur 5" in page
        assert "5\u00a0avis" in page
    assert worn.post(reverse("avis_repondre", args=[said.pk]), {"text": "Deux postes de plus."}).status_code == 302
    opinions = reverse("avis_organisme", args=[session.organisme_id])
    page = Client().get(opinions).content.decode()
    assert "L’atelier manque de postes." in page
    assert "Deux postes de plus." in page
    report = reverse("avis_signaler", args=[said.pk])
    assert Client().post(report, {"reason": "faux", "text": "Il y a six postes."}).status_code == 302
    assert keeper.get(reverse("avis_liste"), {"etat": "signale"}).context["page"].rows == [said]
    assert keeper.post(reverse("avis_ecarter", args=[said.pk]), {"reason": "Il nomme un formateur."}).status_code == 302
    assert not said.reports.filter(settled_at=None).exists()
    assert "Avis des stagiaires" not in Client().get(public).content.decode(), "quatre ne suffisent plus"
    assert Client().get(report).status_code == 404
    assert keeper.get(reverse("avis_export", args=["csv"])).status_code == 200
    assert Opinion.objects.get(pk=said.pk).moderation_reason == "Il nomme un formateur."


def test_an_opinion_is_asked_once_a_week_after(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC))
    one = ended(dt.date(2026, 11, 24))
    ended(dt.date(2026, 11, 25), one.session)
    assert trainee_opinions.ask_due() == 1
    trainee_opinions.ask_due()
    work_all()
    (letter,) = mail.outbox
    assert letter.to == [one.positioning.contact_email or one.stagiaire.email]
    assert letter.subject == "Votre avis sur votre formation"


def test_no_history_of_what_is_asked_about_data() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'stagiaires_datarequest%'")
        assert [row[0] for row in cursor.fetchall()] == ["stagiaires_datarequest"]
