"""A lot of an intercommunalité: where its trainings may be, and which intentions its group sees."""

from __future__ import annotations

import pytest

from core.reference.models import Commune
from orders.models import Lot
from sessions.facts import facts_of, judge_request
from sessions.queries.requests import available_to
from tests.factories.accounts import hat as hat_of
from tests.factories.reference import CommuneFactory, EpciFactory
from tests.factories.sessions import SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db


def test_a_finer_territory_decides_of_the_place_and_of_the_intentions_seen():
    request = SessionRequestFactory(complete=True)
    lot, site = request.lot, request.place.commune
    wanted = waiting_intention(2)
    organisme = hat_of("organisme", organisation=request.organisme)

    def at_the_epci(here: Commune) -> None:
        Commune.objects.filter(pk=site.pk).update(epci=None)
        here.epci = EpciFactory()
        here.save()
        lot.epcis.set([here.epci])
        request.place.commune.refresh_from_db()

    at_the_epci(site)
    inside = facts_of(request)
    assert (inside.lot_territory, inside.place_in_territory) == (("Nantes Métropole",), True)
    assert "R43" not in {finding.id for finding in judge_request(request).to_decide}
    assert (wanted in available_to(organisme)) is (wanted.workplace_commune_id == site.pk)

    at_the_epci(CommuneFactory(code="44020", name="Bouguenais"))
    outside = Lot.objects.get(pk=lot.pk)
    assert outside.epcis.exists()
    assert facts_of(request).place_in_territory is False
    assert wanted not in available_to(organisme)
