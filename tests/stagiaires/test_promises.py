"""What the database holds of « one job = one training », whatever the forms and the workflow say."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from intentions.models import Post
from sessions.models import Coverage, Session
from stagiaires.models import Parcours
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, parcours

pytestmark = pytest.mark.django_db


def test_a_post_carries_one_active_stagiaire():
    session = published_session()
    first = parcours(session)
    with pytest.raises(IntegrityError, match="parcours_one_per_post"), transaction.atomic():
        parcours(session, post=first.post)


def test_a_post_that_was_left_may_be_taken_again():
    session = published_session()
    first = parcours(session)
    first.annuler()
    first.save()
    assert parcours(session, post=first.post).post == first.post


def test_a_person_follows_one_parcours_at_a_time():
    first = parcours()
    elsewhere = published_session()
    with pytest.raises(IntegrityError, match="parcours_one_per_person"), transaction.atomic():
        parcours(elsewhere, positioning=PositioningFactory(session=elsewhere, stagiaire=first.stagiaire))


def test_a_parcours_stands_on_a_post_that_its_session_holds():
    session, other = published_session(), published_session()
    foreign = Post.objects.filter(coverages__request=other.request).first()
    with pytest.raises(DatabaseError, match="is not held by session"), transaction.atomic():
        parcours(session, post=foreign)
    freed = Post.objects.filter(coverages__request=session.request).first()
    Session.objects.filter(pk=session.pk).update(seats=4)
    session.request.seats = 4
    session.request.save()
    Coverage.objects.filter(post=freed).update(is_live=False, released_at=session.created_at)
    with pytest.raises(DatabaseError, match="is not held by session"), transaction.atomic():
        parcours(session, post=freed)


def test_places_taken_are_counted_by_the_database_and_never_pass_the_places_opened():
    session = published_session()
    made = [parcours(session) for _ in range(5)]
    assert Session.objects.get(pk=session.pk).seats_taken == 5
    Parcours.objects.filter(pk=made[0].pk).update(state="annule")
    assert Session.objects.get(pk=session.pk).seats_taken == 4
    parcours(session, post=None, funded=False)
    assert Session.objects.get(pk=session.pk).seats_taken == 4
    parcours(session, post=None)
    with pytest.raises(IntegrityError, match="session_seats"), transaction.atomic():
        parcours(session, post=None)
