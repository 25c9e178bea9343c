"""What the clock says of parcours: told once, to those who must act, and never again once the news is erased."""

import datetime as dt

import pytest
from django.utils import timezone

from core.journal.models import Notification
from stagiaires import parcours_reminders
from stagiaires.enums import ParcoursState
from stagiaires.models import Hire, Parcours
from stagiaires.reminders import LOOK_BACK
from stagiaires.workflow import parcours
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, under_way
from tests.factories.stagiaires import parcours as written
from tests.stagiaires.test_parcours import begun

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = dt.timedelta(days=1)


def told(kind: str) -> list[int]:
    return sorted(Notification.objects.filter(kind=kind).values_list("user", flat=True))


def there(ends: int = 30) -> Parcours:
    """Somebody in training since two months, on a post of an employer."""
    session = begun(published_session(), ends=ends)
    return under_way(written(session), member_of(session.organisme))


def test_an_entry_that_is_not_ready_is_told_before_then_on_the_day_and_no_more():
    one = written()
    by = member_of(one.organisme)

    def remind(starts_on: dt.date) -> int:
        Parcours.objects.filter(pk=one.pk).update(starts_on=starts_on, ends_on=starts_on + 200 * DAY)
        return parcours_reminders.remind_entries()

    assert remind(TODAY() + 90 * DAY) == 0
    assert remind(TODAY() + 2 * DAY) == 1
    assert told("parcours.entree_a_preparer") == [by.user_id]
    assert remind(TODAY() + 1 * DAY) == 0, "une fois avant"
    assert remind(TODAY()) == 1, "une fois le jour"
    assert remind(TODAY() - 1 * DAY) == 0
    Notification.objects.all().delete()
    assert remind(TODAY() - LOOK_BACK - DAY) == 0, "effacée, la nouvelle n’est pas redite"


def test_a_time_in_company_asks_for_a_word_once():
    one = there()
    stage = HalfDayFactory(session=one.session, kind="entreprise", on_date=TODAY() - 3 * DAY)
    assert parcours_reminders.remind_contacts() == 1
    assert parcours_reminders.remind_contacts() == 0
    Notification.objects.all().delete()
    type(stage).objects.filter(pk=stage.pk).update(on_date=TODAY() - 40 * DAY)
    assert parcours_reminders.remind_contacts() == 1, "d’un autre stage"
    by = member_of(one.organisme)
    parcours.note_contact(one, by, "Tout va bien", on_date=TODAY(), after_stage=True, employer_present=False)
    Notification.objects.all().delete()
    assert parcours_reminders.remind_contacts() == 0, "le mot est échangé"


def test_an_employer_is_told_again_of_the_hire_that_he_has_not_confirmed():
    one = there()
    by = member_of(one.organisme)
    employer = member_of(one.post.intention.employer)
    hire = Hire.objects.create(
        parcours=one, employer=employer.organisation, employer_name=employer.organisation.name, contract="cdi",
        starts_on=TODAY(), declared_by=by, committed=True, intention=one.post.intention,
    )  # fmt: skip
    assert parcours_reminders.remind_hires() == 0, "il vient de l’apprendre"

    def since(days: int) -> int:
        Hire.objects.filter(pk=hire.pk).update(declared_at=timezone.now() - days * DAY)
        return parcours_reminders.remind_hires()

    assert since(30) == 1
    assert told("embauche.a_confirmer") == [employer.user_id]
    assert since(31) == 0
    Notification.objects.all().delete()
    assert since(LOOK_BACK.days + 30) == 0


def test_an_employer_who_says_nothing_after_the_training_is_asked_once():
    one = there(ends=-30)
    Parcours.objects.filter(pk=one.pk).update(state=ParcoursState.ACHEVE, left_on=TODAY() - 30 * DAY)
    employer = member_of(one.post.intention.employer)
    assert parcours_reminders.remind_hires() == 1
    assert told("engagement.a_dire") == [employer.user_id]
    assert parcours_reminders.remind_hires() == 0
    Notification.objects.all().delete()
    long_ago = TODAY() - LOOK_BACK - 40 * DAY
    Parcours.objects.filter(pk=one.pk).update(starts_on=long_ago - 30 * DAY, left_on=long_ago)
    assert parcours_reminders.remind_hires() == 0
