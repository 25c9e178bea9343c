"""History of a file, and news between rooms."""

import pytest
from django.db import DatabaseError, transaction

from core.journal.events import announce, history_of, record, subscribe
from core.journal.models import Event
from tests.factories.accounts import OrganisationFactory, hat

pytestmark = pytest.mark.django_db


def test_a_line_of_history_names_its_author_and_hat() -> None:
    region = hat("region")
    organisation = OrganisationFactory()

    event = record(organisation, "organisation.creee", "Organisation créée", hat=region, reason="Demandée par courriel")

    assert (event.actor, event.hat, event.reason) == (region.user, region, "Demandée par courriel")
    assert list(history_of(organisation)) == [event]


def test_the_regions_own_lines_stay_with_the_region() -> None:
    organisation = OrganisationFactory()
    record(organisation, "note", "Note interne", internal=True)

    assert list(history_of(organisation)) == []
    assert [event.label for event in history_of(organisation, with_internal=True)] == ["Note interne"]


def test_history_is_never_rewritten() -> None:
    event = record(OrganisationFactory(), "note", "Ce qui fut")

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(label="Autre chose")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()


def test_news_reaches_the_rooms_above_in_the_same_transaction() -> None:
    heard = []

    @subscribe("test.nouvelle")
    def hear(subject: str) -> None:
        heard.append(subject)

    announce("test.nouvelle", subject="une intention")

    assert heard == ["une intention"]


@pytest.mark.django_db(transaction=True)
def test_news_outside_a_transaction_is_a_defect() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        announce("test.rien")
