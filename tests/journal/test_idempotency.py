"""A double click makes one thing, whoever wins the race."""

import threading
import uuid

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory

from core.accounts.models import User
from core.journal.idempotency import FIELD, once
from core.journal.models import IdempotencyKey
from tests.factories.accounts import OrganisationFactory, UserFactory


def post(user: User, key: object, path: str = "/"):
    request = RequestFactory().post(path, {FIELD: str(key)})
    request.user = user
    return request


def shown(request=None) -> str:
    return Template("{% idempotency_key %}").render(Context({"request": request}))


def test_each_showing_of_a_form_draws_its_key() -> None:
    assert shown() != shown()
    assert shown(RequestFactory().get("/")) != shown(RequestFactory().get("/"))


def test_a_form_shown_again_keeps_its_key() -> None:
    key = uuid.uuid4()
    assert shown(RequestFactory().post("/", {FIELD: str(key)})) == f'<input type="hidden" name="{FIELD}" value="{key}">'


@pytest.mark.django_db
def test_the_second_post_is_sent_where_the_first_one_led() -> None:
    user, key = UserFactory(), uuid.uuid4()

    with once(post(user, key), "essai") as first:
        assert not first.done
        first.keep("/dossier/1/")
    with once(post(user, key), "essai") as second:
        assert (second.done, second.location) == (True, "/dossier/1/")


@pytest.mark.django_db
def test_a_failed_attempt_leaves_the_key_free() -> None:
    user, key = UserFactory(), uuid.uuid4()

    with pytest.raises(ValueError, match="panne"), once(post(user, key), "essai"):
        raise ValueError("panne")
    with once(post(user, key), "essai") as again:
        assert not again.done


@pytest.mark.django_db
def test_two_people_may_draw_the_same_key() -> None:
    key = uuid.uuid4()
    for user in (UserFactory(), UserFactory()):
        with once(post(user, key), "essai") as claim:
            assert not claim.done
            claim.keep("/ici/")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "pas une clé", "1234"])
def test_an_unreadable_key_is_a_plain_transaction(key: str) -> None:
    with once(post(UserFactory(), key), "essai") as claim:
        assert not claim.done
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("purpose", "path"), [("autre", "/"), ("essai", "/ailleurs/")])
def test_two_forms_of_a_page_shown_again_share_a_key_and_stay_apart(purpose: str, path: str) -> None:
    user, key = UserFactory(), uuid.uuid4()

    with once(post(user, key), "essai") as first:
        first.keep("/dossier/1/")
    with once(post(user, key, path), purpose) as other:
        assert not other.done


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("corrected", [False, True], ids=["new form", "form shown again after a mistake"])
def test_two_posts_at_the_same_instant_make_one_thing(corrected: bool) -> None:
    user, key = UserFactory(), uuid.uuid4()
    if corrected:
        with once(post(user, key), "essai"):
            pass
    made: list[int] = []
    locations: list[str] = []
    start = threading.Barrier(2)

    def click() -> None:
        start.wait()
        try:
            with once(post(user, key), "essai") as claim:
                if not claim.done:
                    organisation = OrganisationFactory()
                    made.append(organisation.pk)
                    claim.keep(f"/organisation/{organisation.pk}/")
                locations.append(claim.location)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
    assert locations == [f"/organisation/{made[0]}/"] * 2
