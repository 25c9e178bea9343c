"""From the timetable to the hours booked: what signatures, absences and corrections count."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.journal.refusals import Refused
from orders.models import HoursDone
from stagiaires import codes
from stagiaires.enums import HalfDayState
from stagiaires.holidays import holidays
from stagiaires.models import AttendanceCorrection, HalfDay, RefusedSignature, Signature
from stagiaires.queries import attendance
from stagiaires.rules.presence import Limits, Missed, Opening, judge_signature, presence
from stagiaires.workflow import absences, half_days, months, signatures, timetable
from stagiaires.workflow.half_days import Opener
from stagiaires.workflow.signatures import Said
from tests.factories.accounts import hat
from tests.factories.commandes import ordered
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, parcours

TODAY = dt.date(2027, 3, 2)  # a Tuesday
HALVES = Decimal("3.50")


def at(hour: int, minute: int = 0, day: dt.date = TODAY) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def test_the_jours_feries_of_two_years():
    assert dt.date(2027, 3, 29) in holidays(2027)  # Monday after Easter
    assert dt.date(2026, 5, 14) in holidays(2026)  # Ascension
    assert len(holidays(2026)) == len(holidays(2027)) == 11


def test_a_code_is_worth_nothing_a_minute_later():
    secret, shown = codes.new_secret(), at(9, 0)
    code = codes.code(secret, 7, codes.window_of(shown))
    assert codes.is_current(secret, 7, f" {code.lower()} ", shown + dt.timedelta(seconds=59))
    assert not codes.is_current(secret, 7, code, shown + dt.timedelta(seconds=60))
    assert not codes.is_current(secret, 8, code, shown)
    first, given_to_the_phone = codes.codes_until(secret, 7, shown, shown + dt.timedelta(hours=4))
    assert (first, len(given_to_the_phone), given_to_the_phone[0]) == (codes.window_of(shown), 481, code)


hours = st.decimals(min_value=0, max_value=8, places=2)


@given(
    st.decimals(min_value="0.25", max_value=8, places=2),
    st.none() | hours,
    st.booleans(),
    st.none() | st.builds(Missed, st.none() | hours, st.booleans()),
)
def test_the_effective_state_reads_correction_then_signature_then_absence(whole, corrected, signed, absence):
    said = presence(whole, corrected=corrected, signed=signed, absence=absence)
    unknown = (
        corrected is None and not signed and (absence is None or (absence.hours is not None and absence.hours < whole))
    )
    assert (said.known == "inconnu") == unknown
    if unknown:
        assert said.done == said.missed == said.justified == 0
        return
    assert said.done + said.missed == whole
    assert said.done >= 0 <= said.missed
    assert said.justified in (0, said.missed)
    if corrected is not None:  # whatever else is written
        assert said == presence(whole, corrected=corrected, signed=not signed, absence=absence)
        assert said.done == min(corrected, whole)
    elif signed:
        away = absence.hours if absence and absence.hours is not None else Decimal(0)
        assert said.done == whole - min(away, whole)
    else:
        assert said.known == "absent"
    assert {"present": not said.missed, "absent": not said.done, "partiel": bool(said.done and said.missed)}[said.known]


MORNING = Opening(at(9), at(12, 30), "ouverte", locked=False)


@pytest.mark.parametrize(
    ("signed_at", "received_at", "changes", "refused", "late"),
    [
        (at(9, 3), at(9, 3), {}, "", False),
        (at(9, 3), at(18, 0), {"sent_at": at(18, 0)}, "", False),  # the network was cut all day
        (at(12, 46), at(12, 46), {}, "", True),  # a quarter of an hour after the end
        (at(9, 3), at(12, 1, TODAY + dt.timedelta(days=1)), {}, "", True),  # the next day after noon
        (at(9, 3), at(9, 3), {"sent_at": at(9, 9)}, "", True),  # the phone is six minutes ahead
        (at(9, 9), at(9, 3), {}, "", True),  # signed in the future
        (at(9, 3), at(17, 0, TODAY - dt.timedelta(days=1)), {"sent_at": at(9, 3)}, "hors_jour", False),  # a day ahead
        (at(8, 24), at(8, 24), {}, "hors_jour", False),
        (at(9, 3, TODAY + dt.timedelta(days=1)), at(9, 3, TODAY + dt.timedelta(days=1)), {}, "hors_jour", False),
        (at(11, 20), at(11, 20), {"opening": {"closed_at": at(11, 0)}}, "close", False),
        (at(11, 4), at(11, 20), {"opening": {"closed_at": at(11, 0)}}, "", False),
        (at(9, 3), at(9, 3), {"opening": {"locked": True}}, "mois_verrouille", False),
        (at(9, 3), at(9, 3), {"opening": {"state": "annulee"}}, "annulee", False),
        (at(9), at(17, 0, TODAY + dt.timedelta(days=3)), {"on_paper": True}, "", True),
    ],
)
def test_when_a_signature_is_taken(signed_at, received_at, changes, refused, late):
    opening = replace(MORNING, **changes.pop("opening", {}))
    said = judge_signature(opening, Limits(), signed_at=signed_at, received_at=received_at, **changes)
    assert (said.refused, said.late) == (refused, late)


# --- With the database


@pytest.fixture
def session(db):
    return published_session(starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 6, 30))


@pytest.fixture
def opener(session):
    return Opener(hat=member_of(session.organisme))


@pytest.fixture
def keeper(db):
    return hat("region", "gestionnaire")


def half_day(session, day=TODAY, **said):
    return HalfDayFactory(session=session, on_date=day, secret=codes.new_secret(), **said)


def said(one, when=None, token=None):
    return Said(token or uuid4(), one.pk, when or at(9, 3))


def test_a_queue_said_twice_is_counted_once(session, opener, time_machine):
    time_machine.move_to(at(9, 5))
    people = [parcours(session) for _ in range(3)]
    morning = half_days.open_half_day(half_day(session), opener)
    queue = [said(one) for one in people]
    first = signatures.take(morning.pk, queue, opener)
    again = signatures.take(morning.pk, queue, opener)
    assert [one.status for one in first] == [one.status for one in again] == ["prise"] * 3
    other = signatures.take(morning.pk, [said(people[0]), said(parcours())], opener)
    assert [one.status for one in other] == ["deja_signee", "pas_attendue"]
    assert Signature.objects.filter(half_day=morning).count() == 3


def test_a_queue_costs_few_statements_whatever_its_length(session, opener, time_machine, django_assert_num_queries):
    time_machine.move_to(at(9, 5))
    people = [parcours(session) for _ in range(4)]
    morning = half_days.open_half_day(half_day(session), opener)
    signatures.recent_limits()
    with django_assert_num_queries(4):  # read, savepoint, insert, release
        signatures.take(morning.pk, [said(people[0])], opener)
    with django_assert_num_queries(4):
        signatures.take(morning.pk, [said(one) for one in people[1:]], opener)


def test_a_phone_without_network_opens_the_half_day_by_what_it_sends(session, opener, time_machine):
    time_machine.move_to(at(18))
    one, morning = parcours(session), half_day(session)
    answers = signatures.take(morning.pk, [said(one, at(9, 4))], opener, sent_at=at(18))
    morning = HalfDay.objects.get(pk=morning.pk)
    assert (answers[0].status, answers[0].late) == ("prise", False)
    assert (morning.state, morning.opened_at, morning.opened_by) == (HalfDayState.OUVERTE, at(9, 4), opener.hat)


def test_a_half_day_opens_on_its_day_and_the_clock_closes_it(session, opener, time_machine):
    morning = half_day(session)
    time_machine.move_to(at(8, 20))
    with pytest.raises(Refused, match="8\xa0h\xa030"):
        half_days.open_half_day(morning, opener)
    time_machine.move_to(at(9, 0, TODAY - dt.timedelta(days=1)))
    with pytest.raises(Refused, match="le jour même"):
        half_days.open_half_day(morning, opener)
    time_machine.move_to(at(9))
    half_days.open_half_day(morning, opener)
    assert half_days.close_forgotten(now=at(12, 44)) == 0
    assert half_days.close_forgotten(now=at(12, 46)) == 1
    assert HalfDay.objects.get(pk=morning.pk).closed_at == at(12, 45)
    time_machine.move_to(at(14))
    half_days.reopen_half_day(morning, opener)
    assert half_days.close_forgotten(now=at(14, 10)) == 0


def test_a_forgotten_signature_is_declared_until_the_next_day_at_noon(session, opener, time_machine):
    one, morning = parcours(session), half_day(session)
    time_machine.move_to(at(11, 59, TODAY + dt.timedelta(days=1)))
    made = signatures.declare_forgotten(morning, one, "Téléphone déchargé", opener)
    assert (made.hours, made.late, attendance.line_of(morning, one).known) == (HALVES, False, "present")
    absences.correct(morning, one, opener.hat, hours=Decimal(0), reason="Vue ailleurs ce matin-là")
    with pytest.raises(Refused, match="l’organisme seul"):  # a trainer does not undo it
        signatures.declare_forgotten(morning, one, "Elle était là", opener)
    afternoon = half_day(session, part="apres_midi", starts_at=dt.time(13, 30), ends_at=dt.time(17))
    time_machine.move_to(at(12, 1, TODAY + dt.timedelta(days=1)))
    with pytest.raises(Refused, match="trop tard"):
        signatures.declare_forgotten(afternoon, one, "Oubli", opener)
    late = absences.correct(afternoon, one, opener.hat, hours=Decimal(2), reason="Vu par la formatrice")
    assert (late.late, late.was) == (True, "Rien n’est dit")
    assert attendance.line_of(afternoon, one).presence.missed == Decimal("1.50")


def test_a_month_lacks_nothing_is_sealed_confirmed_and_its_hours_booked_once(session, opener, time_machine, keeper):
    time_machine.move_to(at(9, 5))
    here, away, exempted = (parcours(session) for _ in range(3))
    composante = ordered(session.lot, keeper, {"organisme": session.organisme}).composantes.get()
    type(here).objects.filter(session=session).update(composante=composante)
    morning = half_days.open_half_day(half_day(session), opener)
    stage = half_day(session, dt.date(2027, 3, 3), kind="entreprise")
    timetable.exempt([morning, stage], exempted, opener.hat)
    signatures.take(morning.pk, [said(here)], opener)
    time_machine.move_to(at(18, 0, dt.date(2027, 3, 31)))
    with pytest.raises(Refused, match="Il manque 3 réponses"):
        months.lock_month(session, TODAY, opener.hat)
    absences.state_absence(morning, away, opener, reason="maladie")
    for one in (here, away):
        absences.correct(stage, one, opener.hat, hours=HALVES, reason="Attesté par l’employeur")
    lock = months.lock_month(session, TODAY, opener.hat)
    assert months.is_whole(type(lock).objects.get(pk=lock.pk))
    assert {(row.parcours_id, row.hours, row.hours_company, row.hours_absent) for row in lock.lines.all()} == {
        (here.pk, HALVES, HALVES, 0),
        (away.pk, 0, HALVES, HALVES),
    }
    # Nothing is written under a seal, whoever asks.
    answer = signatures.take(morning.pk, [said(away)], opener)[0]
    assert (answer.status, answer.cause) == ("refusee", "mois_verrouille")
    assert RefusedSignature.objects.get().parcours == away
    with pytest.raises(IntegrityError, match="is locked"), transaction.atomic():
        AttendanceCorrection.objects.create(
            half_day=morning, parcours=away, was="", present=True, hours=1, reason="x", made_by=opener.hat
        )
    with pytest.raises(IntegrityError, match="is locked"), transaction.atomic():
        HalfDay.objects.filter(pk=stage.pk).update(on_date=dt.date(2027, 4, 1))
    months.confirm(lock, keeper)
    assert [(row.version, row.hours) for row in HoursDone.objects.filter(composante=composante)] == [(1, HALVES)]
    with pytest.raises(Refused, match="déjà"):
        months.confirm(lock, keeper)
    # Opened again, corrected, confirmed again: the ledger moves the difference.
    months.reopen(lock, opener.hat, "Une signature oubliée")
    absences.correct(morning, away, opener.hat, hours=Decimal(2), reason="Arrivé à 10 h 30")
    again = months.lock_month(session, TODAY, opener.hat)
    months.confirm(again, keeper)
    rows = HoursDone.objects.filter(composante=composante).order_by("version")
    assert [(row.version, row.hours) for row in rows] == [(1, HALVES), (2, HALVES + 2)]
    composante.balance.refresh_from_db()
    assert composante.balance.realise == HALVES + 2


def test_a_week_gives_a_timetable_without_jours_feries(session, opener):
    week = timetable.Hours(dt.time(9), dt.time(12, 30), frozenset({0, 1}))
    slots = timetable.weekly(dt.date(2027, 3, 22), dt.date(2027, 4, 4), [week])
    assert [slot.on_date.day for slot in slots] == [22, 23, 30]  # the 29th is Easter Monday
    assert timetable.plan(session, slots, opener.hat) == timetable.Planned(made=3)
    assert timetable.plan(session, slots, opener.hat) == timetable.Planned(left=3)
    with pytest.raises(Refused, match="hors de la session"):
        timetable.plan(session, [timetable.Slot(dt.date(2027, 7, 1), dt.time(9), dt.time(12), Decimal(3))], opener.hat)
    with pytest.raises(Refused, match="moins d’heures"):
        timetable.plan(session, [timetable.Slot(dt.date(2027, 3, 31), dt.time(9), dt.time(12), Decimal(8))], opener.hat)
    one = HalfDay.objects.filter(session=session).first()
    timetable.cancel(one, opener.hat, "Intempéries")
    assert timetable.plan(session, slots, opener.hat) == timetable.Planned(made=1, left=2)


def test_another_organisme_keeps_no_attendance_here(session):
    stranger = member_of(published_session().organisme)
    with pytest.raises(Refused, match="son organisme"):
        timetable.plan(session, [], stranger)
    with pytest.raises(Refused, match="son organisme"):
        months.lock_month(session, TODAY, stranger)
