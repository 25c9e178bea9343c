"""A page that is read does not write."""

import pytest

from core.accounts.models import Organisation
from core.journal.readonly import WriteInReadError, read_only
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_a_write_while_reading_is_stopped() -> None:
    OrganisationFactory()
    with read_only(), pytest.raises(WriteInReadError):
        Organisation.objects.update(name="Autre nom")


def test_reading_goes_on() -> None:
    OrganisationFactory()
    with read_only():
        assert Organisation.objects.count() == 1
