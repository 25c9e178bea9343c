"""The price of a lot changes by a request that the Région decides, case by case (R124)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Notification
from core.journal.refusals import Refused
from orders import queries, workflow
from orders.enums import PriceRequestState
from orders.models import PriceRequest
from orders.workflow import prices
from tests.factories.accounts import hat as hat_of
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.orders.screens import signed

pytestmark = pytest.mark.django_db
WHY = "L’énergie des ateliers a augmenté d’un tiers"


@pytest.fixture
def lot():
    return LotFactory()


@pytest.fixture
def decider():
    return hat_of("region", "decideur")


@pytest.fixture
def soon():
    return timezone.localdate() + timedelta(days=30)


def test_a_price_that_stands_changes_by_no_other_way(lot, soon):
    keeper = hat_of("region", "gestionnaire")
    with pytest.raises(Refused, match="R124"):
        workflow.set_price(lot, Decimal("9.80"), soon, keeper)

    first = LotFactory(price=False)
    assert workflow.set_price(first, Decimal("9.80"), soon, keeper).amount == Decimal("9.80")


def test_asked_then_granted_it_ends_the_one_before_and_the_group_is_told(lot, mandataire, decider, soon):
    asked = prices.ask_price(lot, Decimal("9.80"), soon, WHY, mandataire)
    assert Notification.objects.get(kind="lot.prix_demande").user == decider.user
    assert queries.price_at(lot, soon) == Decimal("9.35")

    prices.grant_price(asked, Decimal("9.60"), soon, decider, "Une part de la hausse")

    assert queries.price_at(lot, soon - timedelta(days=1)) == Decimal("9.35")
    assert queries.price_at(lot, soon) == Decimal("9.60")
    assert Notification.objects.get(kind="lot.prix").user == mandataire.user
    with pytest.raises(Refused, match="déjà"):
        prices.refuse_price(asked, decider, "Trop tard")


def test_a_refusal_has_its_reason_and_changes_no_price(lot, mandataire, decider, soon):
    asked = prices.ask_price(lot, Decimal("12.00"), soon, WHY, mandataire)
    with pytest.raises(Refused, match="motif"):
        prices.refuse_price(asked, decider, " ")

    prices.refuse_price(asked, decider, "La hausse n’est pas raisonnable")

    assert queries.price_at(lot, soon) == Decimal("9.35")
    assert Notification.objects.get(kind="lot.prix_refuse").user == mandataire.user


def test_who_asks_and_who_decides(lot, mandataire, soon):
    other = hat_of("organisme", organisation=LotMemberFactory(lot=lot).organisation)
    with pytest.raises(Refused, match="mandataire"):
        prices.ask_price(lot, Decimal("9.80"), soon, WHY, other)
    asked = prices.ask_price(lot, Decimal("9.80"), soon, WHY, mandataire)
    for hat in (mandataire, hat_of("region", "gestionnaire")):
        with pytest.raises(Refused, match="décideurs"):
            prices.grant_price(asked, Decimal("9.80"), soon, hat, "")


def test_one_waits_at_a_time_and_no_more_is_granted_than_was_asked(lot, mandataire, decider, soon):
    asked = prices.ask_price(lot, Decimal("9.80"), soon, WHY, mandataire)
    with pytest.raises(Refused, match="attend déjà"):
        prices.ask_price(lot, Decimal("9.90"), soon, WHY, mandataire)
    with pytest.raises(Refused, match="ne dépasse pas"):
        prices.grant_price(asked, Decimal("9.81"), soon, decider, "")


def test_what_was_asked_and_decided_never_changes(lot, mandataire, decider, soon):
    asked = prices.ask_price(lot, Decimal("9.80"), soon, WHY, mandataire)
    prices.refuse_price(asked, decider, "Non")
    for change in ({"amount": Decimal(9)}, {"argument": "autre"}, {"state": PriceRequestState.DEMANDEE}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PriceRequest.objects.filter(pk=asked.pk).update(**change)


def test_from_the_page_of_the_lot_to_the_decision(lot, mandataire, decider, soon):
    head, region = signed(mandataire), signed(decider)
    sent = {"amount": "9,80", "wished_on": soon.isoformat(), "argument": ""}
    without = head.post(reverse("lot_prix_demander", args=[lot.pk]), sent)
    assert without.status_code == 422
    assert "9,80" in without.content.decode()

    head.post(reverse("lot_prix_demander", args=[lot.pk]), {**sent, "argument": WHY})
    asked = PriceRequest.objects.get()
    address = reverse("lot_prix_decider", args=[lot.pk, asked.pk])
    assert address in region.get(reverse("lot_detail", args=[lot.pk])).content.decode()
    assert WHY in region.get(address).content.decode()
    refused = region.post(address, {"decision": "refuser", "reason": ""})
    assert "Écrivez le motif" in refused.content.decode()
    region.post(address, {"decision": "accorder", "amount": "9,70", "starts_on": soon.isoformat(), "reason": ""})

    assert queries.price_at(lot, soon) == Decimal("9.70")
    assert "accordée" in head.get(reverse("lot_detail", args=[lot.pk])).content.decode()
