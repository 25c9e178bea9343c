"""An information meeting: planned, moved, called off; who is invited, who came (R89, R91, R92)."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from core.journal import outbox
from core.journal.models import Notification, OutboxMessage
from core.rulebook import parameters
from sessions.facts import judge_session
from sessions.models import PublicationRecord, Session
from sessions.workflow.publication import PUBLISH, on_publish
from stagiaires.enums import Attendance, PositioningState
from stagiaires.models import InformationMeeting, Milestone
from stagiaires.queries import positionings as queries
from stagiaires.workflow import opinions, positionings
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, StagiaireFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Session:
    return published_session()


@pytest.fixture
def trainer(session):
    return member_of(session.organisme)


@pytest.fixture
def employer(session):
    return member_of(queries.employers_of(session).get())


def said(days=5, **changes):
    day = timezone.localdate() + dt.timedelta(days=days)
    return {"day": day.isoformat(), "starts": "9 h 30", "ends": "12:00", "place": "12 rue de la Loire",
            "capacity": "10", "note": "Venir avec un CV"} | changes  # fmt: skip


@pytest.fixture
def as_trainer(client, trainer):
    client.force_login(trainer.user)
    return client


@pytest.fixture
def meeting(as_trainer, session, employer):
    url = reverse("reunion_nouvelle", args=[session.number])
    assert as_trainer.post(url, said(employers=[employer.organisation_id])).status_code == 302
    return InformationMeeting.objects.get()


def invitation_of(letter):
    (name, content, kind) = letter.attachments[0]
    assert (name, kind) == ("reunion.ics", "text/calendar")
    calendar = Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")[0]


def test_candidates_get_an_invitation_that_follows_the_meeting(as_trainer, session, meeting, employer):
    assert Notification.objects.filter(user=employer.user, kind="reunion.annonce").exists()
    with_mail = PositioningFactory(session=session)
    silent = PositioningFactory(session=session, stagiaire=StagiaireFactory(email=""))
    url = reverse("reunion_convoquer", args=[meeting.pk])
    assert as_trainer.post(url, {"candidates": [with_mail.pk, silent.pk]}).status_code == 302
    with_mail.refresh_from_db()
    assert with_mail.state == PositioningState.CONVOQUE
    assert with_mail.answer_due_on == meeting.starts_at.date() + dt.timedelta(days=10)

    outbox.work_all()
    (letter,) = mail.outbox
    assert letter.to == [with_mail.stagiaire.email]
    calendar, event = invitation_of(letter)
    assert (str(calendar["method"]), event["sequence"]) == ("REQUEST", 0)
    assert event.decoded("dtstart") == meeting.starts_at
    uid = str(event["uid"])

    gone = PositioningFactory(session=session)
    as_trainer.post(url, {"candidates": [gone.pk]})
    positionings.withdraw(gone, gone.advisor, "A trouvé un emploi")
    outbox.work_all()
    written = len(mail.outbox)

    as_trainer.post(reverse("reunion_changer", args=[meeting.pk]), said(days=6))
    outbox.work_all()
    assert [one.to for one in mail.outbox[written:]] == [[with_mail.stagiaire.email]], "pas à qui s’est retiré"
    _, event = invitation_of(mail.outbox[-1])
    assert (str(event["uid"]), event["sequence"]) == (uid, 1)
    with_mail.refresh_from_db()
    assert with_mail.appointment_at == event.decoded("dtstart"), "la page de la candidature dit le nouveau jour"

    answer = as_trainer.post(reverse("reunion_annuler", args=[meeting.pk]), {"reason": "La salle est fermée."})
    assert answer.status_code == 302
    outbox.work_all()
    calendar, event = invitation_of(mail.outbox[-1])
    assert (str(calendar["method"]), event["sequence"], str(event["status"])) == ("CANCEL", 2, "CANCELLED")
    assert "La salle est fermée." in mail.outbox[-1].body
    with_mail.refresh_from_db()
    assert with_mail.appointment_at is None
    assert Notification.objects.filter(user=with_mail.advisor.user, kind="reunion.annonce").count() == 2
    assert as_trainer.get(reverse("reunion_changer", args=[meeting.pk])).status_code == 404


def test_an_invitation_overtaken_by_a_change_is_not_sent(as_trainer, session, meeting):
    candidate = PositioningFactory(session=session)
    as_trainer.post(reverse("reunion_convoquer", args=[meeting.pk]), {"candidates": [candidate.pk]})
    as_trainer.post(reverse("reunion_changer", args=[meeting.pk]), said(place="Salle des fêtes"))
    outbox.work_all()
    (letter,) = mail.outbox
    assert "Salle des fêtes" in letter.body


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"day": "2020-01-01"}, "est passée"),
        ({"ends": "8:00"}, "finit après avoir commencé"),
        ({"place": ""}, "Dites où"),
        ({"capacity": "0"}, "au moins 1"),
    ],
)
def test_a_meeting_that_cannot_be_says_why_and_keeps_what_was_typed(as_trainer, session, change, fault):
    answer = as_trainer.post(reverse("reunion_nouvelle", args=[session.number]), said() | change)
    assert answer.status_code == 422
    text = answer.content.decode().replace("\u00a0", " ")
    assert fault in text
    assert "Venir avec un CV" in text
    assert not InformationMeeting.objects.exists()


def test_no_more_candidates_than_the_room_holds(as_trainer, session, meeting):
    InformationMeeting.objects.filter(pk=meeting.pk).update(capacity=1)
    two = [PositioningFactory(session=session).pk for _ in range(2)]
    answer = as_trainer.post(reverse("reunion_convoquer", args=[meeting.pk]), {"candidates": two})
    assert answer.status_code == 422
    assert not meeting.invitations.exists()


def test_presence_keeps_the_employers_first_step_and_the_absent_may_be_asked_again(
    as_trainer, session, meeting, employer
):
    came, missed = (PositioningFactory(session=session) for _ in range(2))
    as_trainer.post(reverse("reunion_convoquer", args=[meeting.pk]), {"candidates": [came.pk, missed.pk]})
    rows = {row.positioning_id: row.pk for row in meeting.invitations.all()}
    url = reverse("reunion_presences", args=[meeting.pk])
    noted = {
        f"candidat-{rows[came.pk]}": "present",
        f"candidat-{rows[missed.pk]}": "absent",
        f"employeur-{meeting.employers.get().pk}": "present",
    }
    as_trainer.post(url, noted)
    assert not meeting.invitations.exclude(presence=Attendance.INVITE).exists(), "pas avant la réunion"
    with time_machine.travel(meeting.starts_at + dt.timedelta(hours=3)):
        as_trainer.force_login(member_of(session.organisme).user)
        assert as_trainer.post(url, noted).status_code == 302
    came.refresh_from_db()
    missed.refresh_from_db()
    assert (came.state, missed.state) == (PositioningState.CONVOQUE, PositioningState.ABSENT)
    step = Milestone.objects.get(kind="information_collective")
    assert step.intention.employer_id == employer.organisation_id
    assert step.on_date == timezone.localdate(meeting.starts_at)


def test_each_reader_sees_of_a_meeting_what_concerns_him(client, as_trainer, session, meeting, employer):
    mine, others = (PositioningFactory(session=session) for _ in range(2))
    as_trainer.post(reverse("reunion_convoquer", args=[meeting.pk]), {"candidates": [mine.pk, others.pk]})
    url = reverse("reunion_detail", args=[meeting.pk])

    client.force_login(mine.advisor.user)
    shown = client.get(url).content.decode()
    assert str(mine.stagiaire) in shown
    assert others.stagiaire.last_name not in shown
    assert client.get(reverse("reunion_agenda", args=[meeting.pk]))["Content-Type"].startswith("text/calendar")

    client.force_login(employer.user)
    shown = client.get(url).content.decode()
    assert mine.stagiaire.short_name in shown
    assert mine.stagiaire.last_name not in shown

    for stranger in (hat("valideur"), hat("employeur"), hat("organisme")):
        client.force_login(stranger.user)
        assert client.get(url).status_code == 404
        assert client.get(reverse("reunion_agenda", args=[meeting.pk])).status_code == 404


def test_profiles_refused_by_an_employer_lead_to_a_new_calendar_told_to_all(as_trainer, session, employer):
    """R91."""
    candidate = PositioningFactory(session=session)
    opinions.give(candidate, employer, favourable=False, text="Pas assez d’expérience")
    page = as_trainer.get(reverse("session_candidats", args=[session.number])).content.decode()
    url = f"{reverse('reunion_nouvelle', args=[session.number])}?report=1"
    assert url in page
    assert as_trainer.post(url, said()).status_code == 422, "ce qui est convenu est dit"
    as_trainer.post(url, said(agreed="Nouvelle réunion avec les trois employeurs"))
    made = InformationMeeting.objects.get()
    assert made.employers.get().employer_id == employer.organisation_id
    assert Notification.objects.filter(user=employer.user, kind="session.nouveau_calendrier").exists()


def test_the_rule_of_the_meeting_reads_the_meetings_planned_here(session, as_trainer, employer):
    """R89: an alert until a meeting is planned and the employers are invited."""
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate() + dt.timedelta(days=10))
    session.refresh_from_db()

    def warned():
        return judge_session(session, parameters.current()).finding("R89").is_warning

    assert warned()
    as_trainer.post(reverse("reunion_nouvelle", args=[session.number]), said())
    assert warned(), "aucun employeur n’est invité"
    meeting = InformationMeeting.objects.get()
    as_trainer.post(reverse("reunion_employeurs", args=[meeting.pk]))
    assert not warned()
    assert meeting.employers.get().employer_id == employer.organisation_id


def test_the_sheet_in_the_catalogue_and_in_the_feed_says_the_next_meeting(as_trainer, session, meeting):
    """Planned, then cancelled: the record is made again each time, with the date or without it."""

    def said_by_the_feed() -> list[str]:
        now = Session.objects.select_related("request").get(pk=session.pk)
        message = OutboxMessage.objects.get(topic=PUBLISH, subject_id=now.pk, version=str(now.sheet_version))
        on_publish(message)
        record = PublicationRecord.objects.get(session=now)
        return re.findall(r"<date-information>\s*<date>(\d+)</date>", record.xml)

    assert said_by_the_feed() == [f"{timezone.localtime(meeting.starts_at):%Y%m%d}"]
    as_trainer.post(reverse("reunion_annuler", args=[meeting.pk]), {"reason": "La salle est fermée."})
    meeting.refresh_from_db()
    assert meeting.cancelled_at
    assert said_by_the_feed() == []
