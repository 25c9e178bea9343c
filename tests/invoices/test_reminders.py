"""What the clock says of the month's end: each thing once, to whom it waits for."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Notification
from core.journal.notices import notices_for
from invoices.enums import ChorusStatus
from invoices.tasks import remind
from invoices.workflow import invoices, statuses, tables
from tests.factories.accounts import hat
from tests.factories.commandes import ordered
from tests.factories.invoices import OCTOBER, agreed, agreed_months

pytestmark = pytest.mark.django_db


def told() -> Counter[tuple[str, str]]:
    """(kind, address of who is told) of what the clock has said."""
    kinds = ("heures", "accord_en_attente", "a_creer_rappel", "a_deposer", "bientot_en_retard")
    rows = Notification.objects.filter(kind__in=[f"facture.{one}" for one in kinds])
    return Counter(rows.values_list("kind", "user__email"))


def test_each_reminder_goes_once_to_those_who_are_waited_for():
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)):
        (sent, _agreed, open_), ours, keeper = agreed_months(3)
        lot, payer = sent.order.lot, hat("region", "finances", organisation=keeper.organisation)
        lot.gestionnaire = keeper.user
        lot.save()
        bare = ordered(lot, keeper, {"organisme": ours.organisation, "starts_on": OCTOBER})
        waited = invoices.issue(sent, ours)
        tables.dispute(open_.lines.get(), ours, "Deux signatures manquent.")
        agreed(open_, ours)
        assert remind() == 0, "nothing is late yet"
    organisme, region, finances = ours.user.email, keeper.user.email, payer.user.email
    with time_machine.travel(dt.datetime(2026, 11, 14, 9, tzinfo=dt.UTC)):
        remind()
        first = told()
        assert first == {
            ("facture.heures", organisme): 1,
            ("facture.accord_en_attente", region): 1,
            ("facture.a_creer_rappel", organisme): 1,
            ("facture.a_deposer", organisme): 1,
        }
        assert bare.composantes.get().number in Notification.objects.get(kind="facture.heures").text
        remind()
        assert told() == first, "each once"
        at = dt.datetime(2026, 11, 14, 8, tzinfo=dt.UTC)
        statuses.note_status(waited, ChorusStatus.MISE_A_DISPOSITION, at)
    with time_machine.travel(dt.datetime(2026, 12, 9, 9, tzinfo=dt.UTC)):
        remind()
        remind()
        soon = {key: count for key, count in told().items() if key[0] == "facture.bientot_en_retard"}
        assert soon == {("facture.bientot_en_retard", region): 1, ("facture.bientot_en_retard", finances): 1}
        assert timezone.localdate() == dt.date(2026, 12, 9)


def test_a_credit_note_is_to_be_deposited_when_chorus_pro_knows_its_invoice(client: Client):
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)):
        (first, second), ours, _keeper = agreed_months(2)
        known, unknown = (invoices.issue(one, ours) for one in (first, second))
        statuses.note_status(known, ChorusStatus.A_RECYCLER, timezone.now(), reason="Code service faux.", hat=ours)
        needed, useless = (invoices.credit(one, "Le code service était faux.", ours) for one in (known, unknown))
    remind()
    assert [str(needed) in one.text for one in Notification.objects.filter(kind="facture.a_deposer")] == [True]
    client.force_login(ours.user)
    page = client.get(reverse("facture_liste"), {"ou": "a_deposer"}).content.decode()
    assert [one.number for one in (needed, useless) if f">{one.number}<" in page] == [needed.number]
    assert "Émis, sans dépôt" in client.get(reverse("facture_detail", args=[useless.pk])).content.decode()


def test_before_each_half_year_the_rate_is_to_be_checked():
    admin = hat("region", "administrateur")
    for day, count in ((15, 0), (22, 1), (27, 1)):
        with time_machine.travel(dt.datetime(2026, 12, day, 9, tzinfo=dt.UTC)):
            remind()
            found = Notification.objects.filter(kind="facture.taux", user=admin.user)
            assert found.count() == count
    assert "au 1er\u00a0janvier 2027 est noté 2,4\u00a0%" in found.get().text


def test_every_reminder_stands_on_the_page_of_preferences():
    organisme = {one.kind for one in notices_for(["organisme"])}
    region = {one.kind for one in notices_for(["region"])}
    assert organisme >= {"facture.heures", "facture.accord_en_attente", "facture.a_creer_rappel", "facture.a_deposer"}
    assert organisme >= {"facture.relance", "facture.mois"}
    assert region >= {"facture.accord_en_attente", "facture.bientot_en_retard"}
