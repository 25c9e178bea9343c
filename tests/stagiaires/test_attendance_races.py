"""A month is sealed while signatures arrive: each of them is in the seal, or was refused."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from stagiaires.codes import new_secret
from stagiaires.models import Absence, MonthLock, RefusedSignature, Signature
from stagiaires.workflow import months, signatures
from stagiaires.workflow.half_days import Opener
from stagiaires.workflow.signatures import Said
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, parcours

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_signature_is_lost_and_none_comes_under_the_seal():
    day = timezone.localdate() - dt.timedelta(days=3)
    with transaction.atomic():
        session = published_session(starts_on=day.replace(day=1), ends_on=day + dt.timedelta(days=90))
    keeper = member_of(session.organisme)
    people = [parcours(session) for _ in range(5)]
    half_days = [
        HalfDayFactory(session=session, on_date=day - dt.timedelta(days=n), secret=new_secret(), state="ouverte")
        for n in range(min(4, day.day))
    ]
    Absence.objects.bulk_create(
        [Absence(half_day=one, parcours=who, stated_by=keeper) for one in half_days for who in people]
    )
    begun = Event()

    def send(half_day):
        try:
            answers = []
            for who in people:
                at = timezone.make_aware(dt.datetime.combine(half_day.on_date, half_day.starts_at))
                answers += signatures.take(half_day.pk, [Said(uuid4(), who.pk, at)], Opener(hat=keeper))
                begun.set()
            return answers
        finally:
            connection.close()

    def lock():
        try:
            begun.wait(20)
            return months.lock_month(session, day, keeper)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(half_days) + 1) as pool:
        sending = [pool.submit(send, one) for one in half_days]
        locking = pool.submit(lock)
        answers = [answer for one in sending for answer in one.result(60)]
        locking.result(60)

    sealed = {line["signature"] for line in MonthLock.objects.get().content["lines"]} - {None}
    kept = {str(token) for token in Signature.objects.values_list("token", flat=True)}
    taken = {str(one.token) for one in answers if one.status == "prise"}
    refused = {str(one.token) for one in answers if one.status == "refusee"}
    assert sealed == kept == taken
    assert len(taken | refused) == len(answers) == len(half_days) * len(people)
    assert {str(token) for token in RefusedSignature.objects.values_list("token", flat=True)} == refused
