"""A marché is renewed, a lot goes from one period to the next, on screen and in the books."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from core.journal.models import Notification
from core.journal.refusals import Refused
from orders import reminders
from orders.queries import mandataire_of
from orders.workflow import save_marche, terms
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory, MarcheFactory

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def lot(keeper):
    marche = MarcheFactory(number="2026-P", starts_on=D(2026, 1, 1), ends_on=D(2027, 12, 31), renewals_planned=1)
    lot = LotFactory(marche=marche, period=False, gestionnaire=keeper.user)
    terms.open_period(lot, D(2026, 1, 1), D(2026, 12, 31), Decimal(100), Decimal(1000), keeper)
    return lot


def on(day: str):
    return time_machine.travel(dt.datetime.fromisoformat(f"{day}T09:00:00+00:00"), tick=False)


def test_a_marche_is_renewed_as_often_as_planned_and_its_lots_hear_of_it(lot, keeper):
    mandataire = hat_of("organisme", organisation=mandataire_of(lot))
    made = terms.renew(lot.marche, D(2028, 12, 31), D(2027, 9, 1), keeper)

    lot.marche.refresh_from_db()
    assert (made.rank, made.starts_on, lot.marche.ends_on) == (1, D(2028, 1, 1), D(2028, 12, 31))
    told = Notification.objects.filter(kind="marche.reconduit").values_list("user", flat=True)
    assert set(told) == {keeper.user_id, mandataire.user_id}
    with pytest.raises(Refused, match="toutes faites"):
        terms.renew(lot.marche, D(2029, 12, 31), D(2028, 9, 1), keeper)
    lot.marche.ends_on = D(2030, 1, 1)
    with pytest.raises(Refused, match="dernière reconduction"):
        save_marche(lot.marche, keeper)

    terms.open_period(lot, D(2028, 1, 1), D(2028, 12, 31), Decimal(0), Decimal(10), keeper)
    with pytest.raises(Refused, match="le marché la contient"):
        terms.correct_renewal(made, D(2028, 6, 30), D(2027, 9, 1), keeper)
    assert terms.correct_renewal(made, D(2029, 6, 30), D(2027, 9, 1), keeper).ends_on == D(2029, 6, 30)


def test_the_year_that_numbers_the_orders_does_not_change(lot, keeper):
    lot.marche.starts_on = D(2025, 1, 1)
    assert save_marche(lot.marche, keeper).starts_on.year == 2025
    with on("2026-05-04"):
        assert ordered(lot, keeper, {"places": 1}).number.endswith("0001")

    lot.marche.starts_on = D(2026, 1, 1)
    with pytest.raises(Refused, match="numérotés"):
        save_marche(lot.marche, keeper)


def test_each_period_has_its_own_hours_and_none_leaves_the_marche(lot, keeper):
    with on("2026-05-04"):
        engaged(lot, keeper, places=4)
    after = terms.open_period(lot, D(2027, 1, 1), D(2027, 12, 31), Decimal(0), Decimal(500), keeper)
    with on("2027-05-04"):
        engaged(lot, keeper, places=1)
        with pytest.raises(Refused, match="Il reste 400"):
            engaged(lot, keeper, places=5)

    first = lot.periods.order_by("period")[0]
    after.balance.refresh_from_db()
    assert (first.balance.used, after.balance.used) == (400, 100)
    with pytest.raises(Refused, match="n’en sort pas"):
        terms.change_period(after, D(2028, 1, 1), Decimal(0), Decimal(500), keeper)
    with pytest.raises(Refused, match="déjà autorisées"):
        terms.change_period(first, D(2026, 12, 31), Decimal(0), Decimal(399), keeper)
    with pytest.raises(Refused, match="Une autre période"):
        terms.change_period(first, D(2027, 3, 31), Decimal(0), Decimal(1000), keeper)
    assert terms.change_period(after, D(2027, 6, 30), Decimal(50), Decimal(600), keeper).maxi == 600


def test_the_screens_of_periods_and_renewals(client, lot, keeper):
    client.force_login(keeper.user)
    pages, opening = reverse("lot_periodes", args=[lot.pk]), reverse("lot_periode_ouvrir", args=[lot.pk])
    with on("2026-12-01"):
        page = client.get(pages)
        assert page.context["gap"] == D(2027, 1, 1)
        assert "En cours" in page.content.decode()
        assert "Aucune période ne couvre" in client.get(reverse("lot_detail", args=[lot.pk])).content.decode()
        offered = client.get(opening).context["form"].initial
        assert (offered["first"], offered["last"], offered["maxi"]) == (D(2027, 1, 1), D(2027, 12, 31), 1000)
        wrong = {"first": "01/06/2026", "last": "31/12/2027", "mini": "2", "maxi": "1"}
        assert client.post(opening, wrong).status_code == 422
        refused = client.post(opening, wrong | {"maxi": "5"}).content.decode()
        assert "Une autre période du lot" in refused
        client.post(opening, {"first": "01/01/2027", "last": "31/12/2027", "mini": "0", "maxi": "1 200,50"})
    after = lot.periods.order_by("period")[1]
    assert after.maxi == Decimal("1200.50")
    changing = reverse("lot_periode_modifier", args=[lot.pk, after.pk])
    client.post(changing, {"last": "30/11/2027", "mini": "10", "maxi": "1300"})
    after.refresh_from_db()
    assert (after.period.upper, after.mini) == (D(2027, 12, 1), 10)

    edit = reverse("marche_modifier", args=[lot.marche_id])
    assert "encore être reconduit 1 fois" in client.get(edit).content.decode()
    renewing = reverse("marche_reconduire", args=[lot.marche_id])
    assert client.post(renewing, {"ends_on": "01/01/2020", "decided_on": "01/09/2027"}).status_code == 422
    client.post(renewing, {"ends_on": "31/12/2028", "decided_on": "01/09/2027"})
    page = client.get(edit).content.decode()
    assert "Toutes les reconductions prévues sont faites" in page
    assert 'name="ends_on"' not in page
    client.post(
        reverse("marche_reconduction", args=[lot.marche_id, 1]), {"ends_on": "30/06/2028", "decided_on": "1/9/27"}
    )
    lot.marche.refresh_from_db()
    assert lot.marche.ends_on == D(2028, 6, 30)
    assert "Reconduit 1 fois sur 1" in client.get(reverse("lot_liste")).content.decode()


def test_the_mandataire_reads_the_periods_and_the_others_do_not(client, lot):
    client.force_login(hat_of("organisme", organisation=mandataire_of(lot)).user)
    page = client.get(reverse("lot_periodes", args=[lot.pk]))
    assert (page.status_code, "Ouvrir une période" in page.content.decode()) == (200, False)
    client.force_login(hat_of("organisme").user)
    assert client.get(reverse("lot_periodes", args=[lot.pk])).status_code == 404


def test_a_period_that_nothing_follows_is_told_once(lot, keeper):
    with on("2026-10-01"):
        assert reminders.remind_periods() == 0
    with on("2026-11-15"):
        assert [reminders.remind_periods(), reminders.remind_periods()] == [1, 0]
        terms.open_period(lot, D(2027, 1, 1), D(2027, 12, 31), Decimal(0), Decimal(1), keeper)
    with on("2026-12-15"):
        assert reminders.remind_periods() == 0
    with on("2027-12-15"):
        assert reminders.remind_periods() == 0  # the marché ends with it: that is another reminder
