"""Two people at once: one file, one candidacy, one answer."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from core.journal.refusals import Refused
from sessions.models import Session
from stagiaires.models import Positioning, Stagiaire
from stagiaires.workflow import positionings
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of

pytestmark = pytest.mark.django_db(transaction=True)


def published() -> Session:
    """A session in the catalogue: its decision and its receipt are one transaction."""
    with transaction.atomic():
        return published_session()


def race(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment; the results, or the exceptions, in the order of the acts."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(at: int, act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            results[at] = act()
        except Exception as error:  # noqa: BLE001 handed back to the test
            results[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_one_person_typed_by_two_agencies_at_once_has_one_file_and_one_candidacy():
    session = published()
    typed = {
        "last_name": "Bertin",
        "first_name": "Aïssata",
        "birth_on": dt.date(1994, 5, 17),
        "email": "a@exemple.test",
    }
    one, other = hat("valideur"), hat("valideur")
    results = race(
        lambda: positionings.propose(session, typed, one), lambda: positionings.propose(session, typed, other)
    )
    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == 1, results
    assert refusals[0].message == positionings.ALREADY
    assert Stagiaire.objects.count() == Positioning.objects.count() == 1

    candidacy = Positioning.objects.get()
    trainer = member_of(session.organisme)
    refusal = {"refusal_reason": "autre", "refusal_text": "x", "proposal": "y", "refresher_offered": False,
               "proposed_session": None}  # fmt: skip
    results = race(
        lambda: positionings.refuse(candidacy, trainer, refusal),
        lambda: positionings.withdraw(candidacy, candidacy.advisor, "A trouvé un emploi"),
    )
    assert len([result for result in results if isinstance(result, Refused)]) <= 1, results
    candidacy.refresh_from_db()
    assert candidacy.state in ("refuse", "retire")


def test_the_same_known_person_twice_on_one_session():
    session = published()
    with transaction.atomic():
        person = PositioningFactory().stagiaire
    advisor = person.created_by
    results = race(*[lambda: positionings.propose_known(session, person, {}, advisor)] * 2)
    assert [isinstance(result, Refused) for result in results].count(True) == 1, results
