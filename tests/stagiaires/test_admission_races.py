"""Two who admit at once: the database keeps one, the other is told in French. Real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection, transaction

from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from sessions.models import Session
from stagiaires.models import Parcours, Positioning, SensitiveFacts
from stagiaires.queries.parcours import free_posts
from stagiaires.workflow import admission
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of
from tests.stagiaires.test_parcours import candidate, place

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> tuple[list[object], list[str]]:
    """Do these at the same time, each on its own connection. Returns what was made, and what was refused."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        close_old_connections()
        barrier.wait(10)
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        came = list(pool.map(one, acts))
    return (
        [made for made in came if not isinstance(made, Refused)],
        [refused.message for refused in came if isinstance(refused, Refused)],
    )


@transaction.atomic
def a_session(candidates: int = 1) -> tuple[Session, list[Positioning]]:
    session = published_session()
    return session, [candidate(session) for _ in range(candidates)]


def test_two_candidates_and_one_post():
    session, (one, two) = a_session(2)
    by, post = member_of(session.organisme), free_posts(session).first()
    made, told = at_once(*(lambda c=c: admission.admit(c, by, place(session, post=post)) for c in (one, two)))
    assert len(made) == 1
    assert told == [admission.RACES["parcours_one_per_post"]]
    assert Session.objects.get(pk=session.pk).seats_taken == 1
    assert Receipt.objects.filter(subject_type="parcours").count() == 1
    assert sorted(Positioning.objects.filter(session=session).values_list("state", flat=True)) == ["admis", "propose"]


def test_one_person_and_two_sessions():
    (here, [one]), (there, _) = a_session(), a_session(0)
    two = PositioningFactory(session=there, stagiaire=one.stagiaire)
    assert SensitiveFacts.objects.filter(stagiaire=one.stagiaire).exists()
    made, told = at_once(
        *(lambda c=c, s=s: admission.admit(c, member_of(s.organisme), place(s)) for c, s in ((one, here), (two, there)))
    )
    assert len(made) == 1
    assert told == [admission.RACES["parcours_one_per_person"]]
    assert Parcours.objects.count() == 1


def test_the_same_candidate_is_admitted_once():
    session, [one] = a_session()
    by = member_of(session.organisme)
    posts = list(free_posts(session)[:2])
    made, told = at_once(*(lambda p=p: admission.admit(one, by, place(session, post=p)) for p in posts))
    assert (len(made), len(told)) == (1, 1)
    assert "admis" in told[0]
