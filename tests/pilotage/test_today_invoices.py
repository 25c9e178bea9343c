"""What the home page says of the month's end, to each of those who must act on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from core.accounts.models import Membership
from invoices.enums import ChorusStatus
from invoices.workflow import invoices, statuses, tables
from pilotage.today import todos_of
from tests.factories.accounts import hat
from tests.factories.invoices import OCTOBER, agreed, month_done

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)) as traveller:
        yield traveller


def said(worn: Membership) -> dict[str, str]:
    """What waits for this hat of the month's end, and where it is seen to."""
    found = [one for one in todos_of(worn) if one.url.startswith("/factures/")]
    return {one.title.replace("\u00a0", " "): one.url for one in found}


def test_each_step_of_a_month_is_asked_of_who_takes_it(november: time_machine.Traveller) -> None:
    order, ours, keeper = month_done("100.00")
    payer = hat("region", "finances", organisation=keeper.organisation)
    decider = hat("region", "decideur", organisation=keeper.organisation)
    assert said(ours) == said(keeper) == {}

    table = tables.open_table(order, OCTOBER)
    agreement = "1 service fait attend votre accord"
    assert said(ours) == {agreement: "/factures/mois/2026-10/?etat=organisme"}
    assert said(keeper) == {}, "the organisme comes first"
    agreed(table, ours)
    assert said(ours) == {}
    assert said(keeper) == {agreement: "/factures/mois/2026-10/?etat=region&lots=miens"}
    agreed(table, keeper)
    assert said(ours) == {"1 mois est à facturer": "/factures/mois/2026-10/?etat=a_facturer"}

    invoice = invoices.issue(table, ours)
    assert said(ours) == {"1 facture est à déposer sur Chorus Pro": "/factures/?ou=a_deposer"}
    statuses.note_status(invoice, ChorusStatus.A_RECYCLER, timezone.now(), reason="Code service faux.", hat=ours)
    assert said(ours) == {"1 facture est à reprendre": "/factures/?ou=a_reprendre"}
    november.shift(dt.timedelta(hours=1))
    statuses.note_status(invoice, ChorusStatus.MISE_A_DISPOSITION, timezone.now(), hat=ours)
    assert said(ours) == said(keeper) == said(payer) == {}

    november.move_to(dt.datetime(2026, 12, 19, 10, tzinfo=dt.UTC))
    assert said(payer) == {"1 facture est à payer dans quelques jours": "/factures/?ou=bientot"}
    assert said(keeper) == {}, "those who pay see to it"
    november.move_to(dt.datetime(2026, 12, 22, 10, tzinfo=dt.UTC))
    for one, narrowed in ((keeper, "&lots=miens"), (payer, "")):
        assert said(one) == {"1 facture est en retard de paiement": f"/factures/?ou=en_retard{narrowed}"}
    assert said(ours) == said(decider) == {}
