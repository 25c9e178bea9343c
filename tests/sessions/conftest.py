"""Who is signed in when an organisme's pages are read."""

import pytest
from django.test import Client

from core.accounts.models import Membership
from sessions.models import SessionRequest
from tests.factories.accounts import hat
from tests.factories.sessions import SessionRequestFactory


@pytest.fixture
def me(client: Client) -> Membership:
    """A member of an organisme, signed in."""
    worn = hat("organisme")
    client.force_login(worn.user)
    return worn


@pytest.fixture
def draft(me: Membership) -> SessionRequest:
    """A request of theirs, ready to be sent."""
    return SessionRequestFactory(complete=True, organisme=me.organisation, created_by=me)


@pytest.fixture
def decider() -> Membership:
    """A décideur of the Région."""
    return hat("region")
