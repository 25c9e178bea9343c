"""Which composante of a session pays each parcours, and what becomes of it before the order is sent."""

from decimal import Decimal

import pytest

from orders.enums import ComposanteKind
from orders.workflow import bons, composantes
from sessions.workflow.composantes import engage_hours
from stagiaires.workflow import admission
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.stagiaires.test_parcours import admitted

pytestmark = pytest.mark.django_db


def test_who_is_admitted_before_the_order_follows_the_composante_that_takes_its_place():
    session, decider = published_session(), hat("region")
    first = engage_hours(session, hat=decider)
    one = admitted(session)
    assert one.composante == first
    session.seats -= 1  # looked at again, it keeps fewer places (R18)

    second = engage_hours(session, hat=decider)

    one.refresh_from_db()
    assert second != first
    assert one.composante == second


def test_hours_more_pay_no_entry_and_a_parcours_more_does():
    session, decider, keeper = published_session(), hat("region"), hat("region", "gestionnaire")
    session.seats = 1
    bought = engage_hours(session, hat=decider)
    admitted(session)
    bons.issue(bons.prepare(bought.lot, [bought], keeper), keeper)

    def complement(kind: str):
        return composantes.complement(
            bought, kind=kind, places=1, hours_each=Decimal(35), reason="La certification complète", hat=decider
        )

    complement(ComposanteKind.SUPPLEMENTAIRE)
    assert admission.composante_for(session) == bought  # R51: for those who are there
    assert admission.composante_for(session) != complement(ComposanteKind.COMPLEMENTAIRE)
