"""The screens of the attendance: the trainer without an account, the paper sheet, the diary, reminders, lists."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlparse
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from core.accounts.models import Membership
from core.journal.models import Notification
from stagiaires import attendance_reminders, codes, tokens
from stagiaires.models import Absence, HalfDay, MonthLock, PaperSheet, Signature
from stagiaires.workflow import half_days
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, parcours

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 2)  # a Tuesday
SESSIONS, DAY, MONTHS = 6, 4, 5  # queries of the three lists
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def at(hour: int, minute: int = 0, day: dt.date = TODAY) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


@pytest.fixture
def morning(time_machine, settings, tmp_path) -> HalfDay:
    """Nine o'clock on the day of a half-day, with two people expected."""
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(at(9, 2))
    session = published_session(starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 6, 30))
    one = HalfDayFactory(session=session, on_date=TODAY, secret=codes.new_secret(), subject="Atelier", room="Salle 2")
    for _ in range(2):
        parcours(session)
    return one


def path(address: str) -> str:
    return urlparse(address).path


def test_a_trainer_without_account_opens_shows_the_code_and_closes(client, morning):
    keeper, page = member_of(morning.session.organisme), reverse("demi_journee", args=[morning.pk])
    assert client.get(page).status_code == 302  # a visitor signs in first
    link = half_days.give_link(morning.session, "Anne Le Goff", TODAY, TODAY + dt.timedelta(days=1), keeper)
    assert client.get(path(tokens.link_url(link.pk)), follow=True).status_code == 200
    day = client.get(reverse("emargement_jour")).content.decode()
    assert "Anne Le Goff" in day
    assert page in day
    assert client.post(reverse("demi_journee_acte", args=[morning.pk, "ouvrir"])).status_code == 302
    shown = client.get(page).content.decode()
    assert codes.code(HalfDay.objects.get().secret, morning.pk, codes.window_of(timezone.now())) in shown
    state = client.get(reverse("demi_journee_etat", args=[morning.pk])).json()
    assert (state["state"], state["total"], state["known"]) == ("ouverte", 2, [])
    client.post(reverse("demi_journee_acte", args=[morning.pk, "clore"]))
    closed = HalfDay.objects.get()
    assert (closed.state, closed.opened_link, closed.opened_by) == ("close", link, None)
    # What the link does not open: another session, another day, anything once it is taken back.
    elsewhere = HalfDayFactory(on_date=TODAY)
    later = HalfDayFactory(session=morning.session, on_date=TODAY + dt.timedelta(days=5))
    for one in (elsewhere, later):
        assert client.get(reverse("demi_journee", args=[one.pk])).status_code == 302
    half_days.revoke_link(link, keeper)
    assert client.get(page).status_code == 302
    assert client.get(path(tokens.link_url(link.pk))).status_code == 410


def test_a_pass_ends_soon_after_its_half_day_and_with_the_right_of_its_holder(client, morning, time_machine):
    """What a phone kept leaves within the week; later, whoever still holds the half-day opens its page again."""
    session, keeper = morning.session, member_of(morning.session.organisme)
    parcours(session)
    first, second, third = session.parcours.order_by("pk").values_list("pk", flat=True)
    signed = int(at(9, 5).timestamp() * 1000)

    def page() -> dict:
        return client.get(reverse("demi_journee", args=[morning.pk])).context["phone"]

    def send(held: str, parcours: int) -> tuple[int, str]:
        now = int(timezone.now().timestamp() * 1000)
        item = {"token": str(uuid4()), "parcours": parcours, "at": signed}
        said = {"pass": held, "sent_at": now, "items": [item]}
        answer = client.post(reverse("emargement_signatures"), json.dumps(said), content_type="application/json")
        return answer.status_code, answer.json()["answers"][0]["status"] if answer.status_code == 200 else ""

    client.force_login(keeper.user)
    by_member = page()["pass"]
    colleague = hat("organisme", organisation=session.organisme)
    Membership.objects.filter(pk=keeper.pk).update(is_active=False, deactivated_at=timezone.now())
    assert send(by_member, first) == (403, ""), "who has left the organisme sends nothing more"
    Membership.objects.filter(pk=keeper.pk).update(is_active=True, deactivated_at=None)
    assert send(by_member, first) == (200, "prise"), "opened without network, by what the phone sends"
    opened = HalfDay.objects.get()
    assert (opened.state, opened.opened_by) == ("ouverte", keeper)
    client.logout()

    link = half_days.give_link(session, "Anne Le Goff", TODAY, TODAY + dt.timedelta(days=60), colleague)
    client.get(path(tokens.link_url(link.pk)))
    held = page()["pass"]
    time_machine.move_to(at(12, 29, TODAY + dt.timedelta(days=7)))
    assert half_days.close_forgotten() == 1
    assert send(held, second) == (200, "prise")
    time_machine.move_to(at(12, 31, TODAY + dt.timedelta(days=7)))
    assert send(held, third) == (403, "")
    again = page()
    assert (again["state"], again["codes"]) == ("close", "")
    half_days.revoke_link(link, colleague)
    assert send(again["pass"], third) == (403, ""), "taken back, at once"
    client.force_login(colleague.user)
    assert send(page()["pass"], third) == (200, "prise")


def test_a_sheet_of_paper_is_printed_signed_and_sent_back(client, morning):
    keeper = member_of(morning.session.organisme)
    client.force_login(keeper.user)
    printed = client.get(reverse("feuille_pdf", args=[morning.pk]))
    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    back, (first, second) = reverse("feuille", args=[morning.pk]), morning.session.parcours.order_by("pk")
    without = client.post(back, {"signed": [first.pk]})
    assert (without.status_code, "Joignez la photographie" in without.content.decode()) == (422, True)
    assert not Signature.objects.exists()

    def sent() -> SimpleUploadedFile:
        return SimpleUploadedFile("feuille.jpg", JPEG, "image/jpeg")

    assert client.post(back, {"file": sent(), "signed": [first.pk]}).status_code == 302
    assert [(one.parcours, one.method) for one in Signature.objects.all()] == [(first, "papier")]
    assert client.post(back, {"file": sent(), "signed": [second.pk]}).status_code == 302
    sheet = PaperSheet.objects.get()  # the same photograph twice is kept once
    assert (sheet.sent_by, HalfDay.objects.get().state) == (keeper, "close")
    file = client.get(reverse("feuille_fichier", args=[morning.pk, sheet.pk]))
    assert b"".join(file) == JPEG
    client.force_login(hat("organisme").user)
    for name in ("feuille", "feuille_pdf"):
        assert client.get(reverse(name, args=[morning.pk])).status_code == 404


def test_a_sheet_of_a_half_day_that_was_called_off_is_refused_in_words(client, morning):
    client.force_login(member_of(morning.session.organisme).user)
    HalfDay.objects.filter(pk=morning.pk).update(state="annulee", cancellation_reason="Formateur absent")
    sent = SimpleUploadedFile("feuille.jpg", JPEG, "image/jpeg")
    answer = client.post(reverse("feuille", args=[morning.pk]), {"file": sent})
    assert (answer.status_code, PaperSheet.objects.exists()) == (422, False)


def test_the_timetable_goes_into_a_diary_which_follows_its_changes(client, morning):
    client.force_login(member_of(morning.session.organisme).user)
    url = reverse("emploi_du_temps_ics", args=[morning.session.number])
    event = Calendar.from_ical(client.get(url).content).walk("VEVENT")[0]
    assert event["uid"] == f"demi-journee-{morning.pk}@1emploi1formation"
    assert (event["dtstart"].dt, event["dtend"].dt) == (at(9), at(12, 30))
    assert (str(event["location"]), str(event["status"])) == ("Salle 2", "CONFIRMED")
    HalfDay.objects.filter(pk=morning.pk).update(state="annulee", cancellation_reason="Formateur absent")
    again = Calendar.from_ical(client.get(url).content).walk("VEVENT")[0]
    assert (again["uid"], str(again["status"])) == (event["uid"], "CANCELLED")


def test_a_month_under_way_misses_nothing_of_what_is_still_to_come(client, morning):
    tomorrow = HalfDayFactory(session=morning.session, on_date=TODAY + dt.timedelta(days=1))
    client.force_login(member_of(morning.session.organisme).user)
    url = reverse("emargement_mois", args=[morning.session.number, "2027-03"])
    page = client.get(url).content.decode()
    assert "2\u00a0réponses manquent" in page
    assert reverse("demi_journee", args=[morning.pk]) in page
    assert reverse("demi_journee", args=[tomorrow.pk]) not in page
    for one in morning.session.parcours.all():
        Absence.objects.create(half_day=morning, parcours=one, reason="maladie")
    page = client.get(url).content.decode()
    assert "réponses manquent" not in page
    assert "1\u00a0demi-journée reste à venir" in page
    assert "Verrouiller mars" not in page


def test_what_is_missing_is_told_the_day_after_once_a_week_and_the_month_once(morning, time_machine):
    assert attendance_reminders.remind_unanswered() == 0  # today is left in peace
    time_machine.move_to(at(9, 0, TODAY + dt.timedelta(days=1)))
    assert attendance_reminders.remind_unanswered() == 1
    assert attendance_reminders.remind_unanswered() == 0
    text = Notification.objects.latest("pk").text
    assert "2\u00a0réponses manquent" in text
    assert not any(str(one.stagiaire.first_name) in text for one in morning.session.parcours.all())
    for one in morning.session.parcours.all():
        Absence.objects.create(half_day=morning, parcours=one, reason="maladie")
    time_machine.move_to(at(9, 0, TODAY + dt.timedelta(days=8)))
    assert attendance_reminders.remind_unanswered() == 0  # all is said
    assert attendance_reminders.remind_months() == 0  # March is not over
    time_machine.move_to(at(9, 0, dt.date(2027, 4, 6)))
    assert attendance_reminders.remind_months() == 1
    assert attendance_reminders.remind_months() == 0
    assert "mars 2027" in Notification.objects.latest("pk").text


def _session_with_people(organisme, keeper) -> None:
    """One more running session, with a half-day today and a month that waits."""
    session = published_session(organisme=organisme, starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 6, 30))
    parcours(session)
    HalfDayFactory(session=session, on_date=TODAY)
    MonthLock.objects.create(session=session, month=dt.date(2027, 2, 1), content={}, sha256="0" * 64, locked_by=keeper)


def test_the_lists_cost_the_same_at_one_and_three(client, morning, django_assert_num_queries):
    organisme, keeper = morning.session.organisme, member_of(morning.session.organisme)
    MonthLock.objects.create(
        session=morning.session, month=dt.date(2027, 2, 1), content={}, sha256="0" * 64, locked_by=keeper
    )
    region = hat("region", "gestionnaire")
    pages = (
        (keeper, reverse("emargement"), SESSIONS),
        (keeper, reverse("emargement_jour"), DAY),
        (region, f"{reverse('emargement_mois_liste')}?lots=tous", MONTHS),
    )
    for step in range(2):
        for who, page, count in pages:
            client.force_login(who.user)
            client.get(page)
            with django_assert_num_queries(count, info=page):
                shown = client.get(page).content.decode()
            assert shown.count(morning.session.title) >= (1, 3)[step]
        if step == 0:
            for _ in range(2):
                _session_with_people(organisme, keeper)
