"""The retention clock: once the delays have passed, nothing in the database names the person; sums stay exact."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.journal import events
from core.journal.models import Erasure, Event, Notification, OutboxMessage
from core.journal.refusals import Refused
from core.rulebook.controls import walk
from core.rulebook.models import Receipt
from core.rulebook.replay import replay
from orders import proof
from orders.models import HoursDone
from stagiaires.facts import SAID, for_receipt
from stagiaires.models import (
    Absence,
    CandidateOpinion,
    ContactPoint,
    DataRequest,
    ExchangeFile,
    ExternalEvent,
    HalfDay,
    Hire,
    Hold,
    MonthHours,
    Opinion,
    OpinionReport,
    Outcome,
    PaperSheet,
    Parcours,
    ParcoursDocument,
    PersonalLink,
    Positioning,
    PositioningMessage,
    RefusedSignature,
    SensitiveReading,
    Signature,
    Stagiaire,
    Survey,
    TrainerLink,
)
from stagiaires.queries import attendance
from stagiaires.queries import retention as due
from stagiaires.queries.retention import cutoff
from stagiaires.rules import AdmissionFacts
from stagiaires.workflow import absences, months, retention, sensitive
from tests.factories.accounts import hat
from tests.factories.commandes import ordered
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, PositioningFactory, StagiaireFactory, member_of, parcours
from tests.factories.stagiaires import under_way as begun

pytestmark = pytest.mark.django_db
NAME = "Zélandine"  # borne by nobody else
DAY = dt.date(2027, 3, 2)
LATER = dt.date(2040, 1, 1)
PAGE = 34  # queries: one for each sort of data, and those of any page
TEXTS = ("text", "character varying", "json", "jsonb", "bytea", "USER-DEFINED", "ARRAY", "tsvector", "name")
# Columns of the room in which nobody writes about a person: codes, numbers of ours, hashes, what a session is called.
SILENT = {
    *("token_hash", "sha256", "key", "identity_key", "ft_identifier", "postcode", "phone", "contact_phone"),
    *("subject", "room", "kind", "place", "agreed", "cancellation_reason", "content", "payload", "secret", "remote_id"),
    *("part", "delivery", "name"),
}
KEPT_WORDS = {  # what is said of a session, an intention or a partner, not of a person
    *("stagiaires_informationmeeting", "stagiaires_commitmentanswer", "stagiaires_milestone"),
    "stagiaires_exchangesender",
}


def written_in() -> set[tuple[str, str]]:
    """Every column of every table of the database, history included, in which the name stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type = ANY(%s) ORDER BY 1, 2",
            [list(TEXTS)],
        )
        columns: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in cursor.fetchall():
            columns.setdefault(table, []).append((column, kind))
        assert len(columns) > 100
        found = set()
        for table, named in columns.items():
            tests = ", ".join(
                f"bool_or(position(convert_to(%s, 'UTF8') in \"{column}\") > 0)"
                if kind == "bytea"
                else f'bool_or(position(%s in "{column}"::text) > 0)'
                for column, kind in named
            )
            cursor.execute(f'SELECT {tests} FROM "{table}"', [NAME] * len(named))  # noqa: S608
            row = cursor.fetchone()
            found |= {(table, column) for (column, _), hit in zip(named, row, strict=True) if hit}
    return found


@pytest.fixture
def person(time_machine, settings, tmp_path) -> Parcours:
    """One parcours, lived and over, of somebody whose name stands wherever anybody can write."""
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(timezone.make_aware(dt.datetime.combine(DAY, dt.time(10))))
    session = published_session(starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 6, 30))
    keeper, trainer, region = hat("region", role=Role.GESTIONNAIRE), member_of(session.organisme), hat("region")
    advisor = hat("valideur")
    who = StagiaireFactory(
        first_name=NAME, last_name=NAME, birth_name=NAME, email=f"a@{NAME}.test", address=NAME, city=NAME,
        created_by=advisor,
    )  # fmt: skip
    candidate = PositioningFactory(
        session=session, stagiaire=who, advisor=advisor, note=NAME, contact_email=f"b@{NAME}.test",
        appointment_place=NAME,
    )  # fmt: skip
    said = {"work_permit_needed": True, "work_permit_until": dt.date(2029, 1, 1), "accommodations": NAME}
    sensitive.write(who, advisor, f"Entrée de {NAME}", said)
    one = parcours(session, positioning=candidate, exit_note=NAME, other_funder=NAME)
    composante = ordered(session.lot, keeper, {"organisme": session.organisme}).composantes.get()
    Parcours.objects.filter(pk=one.pk).update(composante=composante)
    one = begun(one, trainer)
    _speak_of(candidate, one, trainer)
    _attend(one, trainer, keeper)
    Parcours.objects.filter(pk=one.pk).update(state="acheve", left_on=session.ends_on)
    Outcome.objects.create(
        parcours=one, result="echec", recovery="complement", recovery_words=NAME, recovery_asked_by=trainer,
        recovery_reason=NAME, recovery_agreed=True, recovery_decided_by=region, recovery_decided_at=timezone.now(),
        next_step_reason=NAME, noted_by=trainer,
    )  # fmt: skip
    employer = one.post.intention.employer
    Hire.objects.create(
        parcours=one, employer=employer, employer_name=NAME, intention=one.post.intention, committed=True,
        contract="cdi", starts_on=session.ends_on, withdrawn_at=timezone.now(), withdrawal_reason=NAME,
    )  # fmt: skip
    _follow(one, region)
    return Parcours.objects.get(pk=one.pk)


def _speak_of(candidate: Positioning, one: Parcours, trainer: Any) -> None:
    """Two who write of him, a paper with his name, a point; the first of these candidacies was refused elsewhere."""
    refused = PositioningFactory(stagiaire=candidate.stagiaire, advisor=candidate.advisor)
    Positioning.objects.filter(pk=refused.pk).update(
        state="refuse", refusal_reason="autre", refusal_text=NAME, proposal=NAME, closing_reason=NAME,
        answered_at=timezone.now(), answered_by=member_of(refused.session.organisme),
    )  # fmt: skip
    PositioningMessage.objects.create(positioning=candidate, author=trainer, text=NAME)
    CandidateOpinion.objects.create(positioning=candidate, side="employeur", author=trainer, favourable=True, text=NAME)
    ParcoursDocument.objects.create(
        parcours=one, kind="contrat", content={"name": NAME}, pdf=NAME.encode(), sha256="0" * 64, made_by=trainer
    )
    ContactPoint.objects.create(parcours=one, on_date=DAY, text=NAME, made_by=trainer)
    for subject in (candidate, one, candidate.stagiaire):
        events.record(subject, "essai", "Candidature proposée", hat=trainer, reason=NAME, detail={"was": NAME})
    OutboxMessage.objects.create(
        topic="essai", subject_type="positioning", subject_id=candidate.pk, version="1", payload={"name": NAME},
        answer=NAME, state="fait", due_at=timezone.now(), done_at=timezone.now(),
    )  # fmt: skip
    Notification.objects.create(
        user=trainer.user, hat=trainer, kind="essai", subject_type="parcours", subject_id=one.pk, text=NAME,
        url="/", dedupe_key="1",
    )  # fmt: skip


def _attend(one: Parcours, trainer: Any, keeper: Any) -> None:
    """Three half-days: signed, missed with a proof, corrected; the month sealed and confirmed, its hours booked."""
    link = TrainerLink.objects.create(session=one.session, trainer=NAME, starts_on=DAY, ends_on=DAY, created_by=trainer)
    days = [HalfDayFactory(session=one.session, on_date=DAY - dt.timedelta(days=n), trainer=NAME) for n in range(3)]
    HalfDay.objects.filter(session=one.session).update(state="close")
    Signature.objects.create(half_day=days[0], parcours=one, method="code", signed_at=timezone.now(), drawing=NAME)
    PaperSheet.objects.create(
        half_day=days[0], file=ContentFile(b"image", f"{NAME}.jpg"), file_name=f"{NAME}.jpg", sha256="1" * 64, link=link
    )
    RefusedSignature.objects.create(
        token="5a0e1d1e-0000-4000-8000-000000000001", half_day=days[0], parcours=one, signed_at=timezone.now(),
        cause="close",
    )  # fmt: skip
    Absence.objects.create(
        half_day=days[1], parcours=one, reason="maladie", note=NAME, proof=ContentFile(b"vu", f"{NAME}.pdf"),
        proof_name=f"{NAME}.pdf", stated_by=trainer,
    )  # fmt: skip
    made = absences.correct(days[2], one, trainer, hours=Decimal(2), reason=f"{NAME} est arrivé plus tard")
    type(made).objects.bulk_create(
        [type(made)(half_day=days[2], parcours=one, was=NAME, present=True, hours=2, reason=NAME, made_by=trainer)]
    )
    lock = months.lock_month(one.session, DAY, trainer, note=f"Voir avec {NAME}")
    months.confirm(lock, keeper)
    months.reopen(lock, trainer, f"Oubli de {NAME}")
    again = months.lock_month(one.session, DAY, trainer)
    months.send_back(again, keeper, f"{NAME} ?")
    months.confirm(months.lock_month(one.session, DAY, trainer), keeper)


def _follow(one: Parcours, region: Any) -> None:
    now = timezone.now()
    Survey.objects.create(
        parcours=one, term=3, due_on=dt.date(2027, 9, 30), comment=NAME, employer_name=NAME, hire_dismissal=NAME,
        hire_settled_at=now, hire_settled_by=region,
    )  # fmt: skip
    notes = dict.fromkeys(("welcome", "content", "trainers", "means", "support"), 4)
    opinion = Opinion.objects.create(parcours=one, **notes, text=NAME, moderation_reason=NAME, answer=NAME)
    OpinionReport.objects.create(opinion=opinion, reason="personne", text=NAME)
    DataRequest.objects.create(
        stagiaire=one.stagiaire, kind="rectification", text=NAME, granted=True, answer=NAME, answered_by=region,
        answered_at=now,
    )  # fmt: skip
    PersonalLink.objects.create(stagiaire=one.stagiaire, token_hash="2" * 64, expires_at=now)
    ExchangeFile.objects.create(
        partner="agora", subject="evenements", month=dt.date(2027, 3, 1), name="mars.csv", data=NAME.encode(),
        sha256="3" * 64, rows=1,
    )  # fmt: skip
    ExternalEvent.objects.create(
        key="agora:entree:1", partner="agora", kind="entree", parcours=one, happened_on=DAY, payload={}, answer=NAME
    )
    held = Hold.objects.create(stagiaire=one.stagiaire, reason=NAME, placed_by=region)
    held.lifted_at, held.lifted_by, held.lifting_reason = now, region, NAME
    held.save()


def books(one: Parcours) -> list[Any]:
    """The sums that money rests on, and what proves them."""
    hours = MonthHours.objects.filter(parcours=one).order_by("pk")
    return [
        list(hours.values_list("hours", "hours_company", "hours_absent", "hours_justified")),
        list(HoursDone.objects.order_by("pk").values_list("version", "hours")),
        [(lock.sha256, months.is_whole(lock)) for lock in one.session.month_locks.order_by("version")],
        [line.presence for line in attendance.lines(parcours=[one.pk])],
        list(proof.disagreements()),
        walk().broken,
        replay().differences,
        Receipt.objects.count(),
        one.session.month_locks.count(),
    ]


def test_once_the_delays_have_passed_the_name_stands_nowhere_and_every_sum_is_the_same(person):
    before = written_in()
    _everything_was_tried(before)
    sums, files = books(person), [Absence.objects.get().proof.name, PaperSheet.objects.get().file.name]
    assert all(default_storage.exists(name) for name in files)
    assert retention.purge(dt.date(2028, 1, 2)) == 1  # the sensitive facts, six months after the end
    assert retention.purge(LATER, batch=1) > 20  # by the smallest steps
    assert written_in() == set()
    assert not any(default_storage.exists(name) for name in files)
    assert books(person) == sums
    assert retention.purge(LATER) == 0
    # What is counted stays: the parcours, its dates, that the absence was justified.
    assert (Absence.objects.get().reason, Absence.objects.get().has_proof) == ("maladie", False)
    assert (Stagiaire.objects.get(pk=person.stagiaire_id).purged_at, Parcours.objects.get().state) != (None, "annule")
    assert str(Stagiaire.objects.get(pk=person.stagiaire_id)) == "Personne dont le dossier est effacé"
    lines = Erasure.objects.order_by("pk")
    assert {one.setting for one in retention.CATEGORIES} - {line.setting for line in lines} == {
        "retention_never_admitted_months",  # he did enter
        "retention_sign_in_months",  # his link went with him
    }


def _everything_was_tried(found: set[tuple[str, str]]) -> None:
    """The test is worth what it writes: each free text of the room holds the name, or is known to hold none."""
    silent = []
    for model in apps.get_app_config("stagiaires").get_models():
        table = model._meta.db_table
        if hasattr(model, "pgh_tracked_model") or table in KEPT_WORDS:
            continue
        for field in model._meta.concrete_fields:
            free = isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
            if free and not field.choices and field.column not in SILENT and (table, field.column) not in found:
                silent.append(f"{table}.{field.column}")
    assert silent == ["stagiaires_halfday.state"] or silent == []
    history = {table for table, _ in found if table.endswith("event")}
    assert history >= {"stagiaires_stagiaireevent", "stagiaires_absenceevent", "stagiaires_monthlockevent"}


def test_what_is_sealed_opens_to_the_clock_alone(person):
    """Without its line in the journal, nothing gives way; with it, only the columns that are named."""
    line = Event.objects.exclude(reason="").first()
    for row, change in (
        (line, {"reason": ""}),
        (Absence.objects.get(), {"note": ""}),
        (Signature.objects.get(), {"drawing": ""}),
    ):
        with pytest.raises(Exception, match=r"Cannot update|is locked"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        SensitiveReading.objects.all().delete()
    forged = Erasure.objects.create(setting="essai", what="essai", before=DAY, rows=1, transaction=1)
    forged.refresh_from_db()
    assert forged.transaction != 1  # the database says which transaction it is
    Event.objects.filter(pk=line.pk).update(reason="")
    for row, change in (
        (line, {"label": "Autre chose"}),
        (Absence.objects.get(), {"hours": Decimal(1)}),
        (Signature.objects.get(), {"method": "papier"}),
    ):
        with pytest.raises(Exception, match=r"Cannot update|is locked"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Signature.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_door_closes_with_the_transaction_that_opened_it():
    line = events.record(hat("region").organisation, "essai", "Essai", reason="Mot")
    with transaction.atomic():
        Erasure.objects.create(setting="essai", what="essai", before=DAY, rows=1)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Event.objects.filter(pk=line.pk).update(reason="")


def test_a_dispute_suspends_the_clock_until_it_is_lifted(person):
    admin = hat("region", role=Role.ADMINISTRATEUR)
    with pytest.raises(Refused, match="Dites pourquoi"):
        retention.hold(admin, " ", stagiaire=person.stagiaire)
    with pytest.raises(Refused, match="administrateur"):
        retention.hold(hat("region"), "Recours", stagiaire=person.stagiaire)
    held = retention.hold(admin, "Recours devant le tribunal", session=person.session)
    with pytest.raises(Refused, match="déjà suspendu"):
        retention.hold(admin, "Encore", session=person.session)
    retention.purge(LATER)
    person.stagiaire.refresh_from_db()
    assert person.stagiaire.first_name == NAME
    assert ("stagiaires_absence", "note") in written_in()
    retention.lift(held, admin, "Jugement rendu")
    with pytest.raises(Refused, match="déjà levée"):
        retention.lift(held, admin, "Encore")
    retention.purge(LATER)
    assert written_in() == set()


def test_each_delay_runs_from_its_own_end(capsys):
    """The one who never entered is forgotten two years after; the words of his candidacy before."""
    candidate = PositioningFactory(note="À rappeler")
    Positioning.objects.filter(pk=candidate.pk).update(
        state="retire", closing_reason="Autre projet", answered_at=timezone.now()
    )
    today = timezone.localdate()

    def counts(months_later: int) -> tuple[int, int]:
        year, month = divmod(today.month - 1 + months_later, 12)
        on = dt.date(today.year + year, month + 1, 28)
        return due.candidacies(cutoff(18, on)).count(), due.people_never_admitted(cutoff(24, on)).count()

    assert [counts(n) for n in (17, 19, 23, 25)] == [(0, 0), (1, 0), (1, 0), (1, 1)]
    call_command("conservation", "--le", f"{today.year + 3}-01-01")
    assert "Personnes jamais entrées, 24 mois" in capsys.readouterr().out
    assert cutoff(6, dt.date(2027, 8, 31)) == dt.date(2027, 2, 28)


def test_a_receipt_keeps_on_which_side_of_the_entry_a_day_falls_and_not_the_day():
    entry = dt.date(2027, 3, 1)
    facts = AdmissionFacts(
        entry_on=entry, work_permit_until=dt.date(2029, 5, 6), siae_contract_end=dt.date(2026, 1, 2), proposal="Mots"
    )
    kept = for_receipt(facts)
    assert (kept.work_permit_until, kept.siae_contract_end, kept.proposal) == (entry, dt.date(2027, 2, 28), SAID)
    early = for_receipt(facts.with_facts(work_permit_until=dt.date(2027, 2, 1), siae_contract_end=entry))
    assert (early.work_permit_until, early.siae_contract_end) == (dt.date(2027, 2, 28), entry)


def test_the_administrator_sees_what_will_go_and_suspends_it(client, django_assert_num_queries):
    """The page costs the same with one line and with three; a dispute is placed and lifted from it."""
    admin = hat("region", role=Role.ADMINISTRATEUR)
    client.force_login(admin.user)
    candidate = PositioningFactory()
    page, soon = reverse("conservation"), (timezone.localdate() + dt.timedelta(days=1500)).isoformat()
    _erased(1)
    client.get(page)
    with django_assert_num_queries(PAGE):
        client.get(page)
    _erased(2)
    with django_assert_num_queries(PAGE):
        shown = client.get(page, {"le": soon}).content.decode()
    assert "coordonnées, présentation, messages et avis" in shown
    assert "feuilles photographiées" in shown
    asked = {"subject": "S2020-9999", "reason": "Recours"}
    answer = client.post(reverse("conservation_suspendre"), asked)
    assert "Aucun dossier ne porte ce numéro" in answer.content.decode()
    for subject in (str(candidate.stagiaire_id), candidate.session.number.lower()):
        answer = client.post(reverse("conservation_suspendre"), asked | {"subject": subject})
        assert answer.status_code == 302
    again = client.post(reverse("conservation_suspendre"), asked | {"subject": candidate.session.number})
    assert "déjà suspendu" in again.content.decode()
    held = Hold.objects.get(session=candidate.session)
    assert f"Session {candidate.session.number}" in client.get(page).content.decode()
    client.post(reverse("conservation_lever", args=[held.pk]), {"reason": "Affaire close"})
    held.refresh_from_db()
    assert held.lifted_by == admin
    assert client.get(reverse("conservation_lever", args=[held.pk])).status_code == 404
    told = b"".join(client.get(reverse("conservation_journal", args=["csv"]))).decode()
    assert told.count("feuilles photographiées") == 3


def _erased(times: int) -> None:
    for _ in range(times):
        Erasure.objects.create(
            setting="retention_attendance_months", what="feuilles photographiées", before=DAY, rows=2
        )
