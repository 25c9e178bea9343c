"""The month's end on one screen: where each order stands, what is missing and from whom, who is nudged, what is taken
away as a file."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from invoices.models import BillingProfile
from invoices.queries.month_end import Stands, month_ends, month_orders
from invoices.workflow import invoices, nudges, tables
from orders.models import HoursStatement, Lot
from tests.factories.commandes import ordered
from tests.factories.invoices import OCTOBER, agreed, agreed_months, month_done
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/factures/mois/2026-10/"
QUERIES = 10


def standing(keeper, order):
    (row,) = month_ends(list(month_orders(keeper, OCTOBER).filter(pk=order.pk)), OCTOBER, keeper)
    return row


def said(row):
    return [(one.text, one.by, one.organisme) for one in row.missing]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))


def test_a_month_says_at_each_step_what_it_lacks_and_from_whom():
    order, ours, keeper = month_done("100.00")
    head, later = ours.organisation, {"organisme": ours.organisation, "starts_on": OCTOBER}
    bare = ordered(order.lot, keeper, {**later, "title": "Usinage"})
    row = standing(keeper, bare)
    one = bare.composantes.get()
    assert row.stands == Stands.HEURES
    assert said(row) == [(f"{one.number} Usinage\u00a0: heures à déclarer", "organisme", head)]
    HoursStatement.objects.create(composante=one, month=OCTOBER, hours=Decimal(20), stated_by=ours)
    assert said(standing(keeper, bare)) == [
        (f"{one.number} Usinage\u00a0: relevé d’heures à contrôler", "region", None)
    ]

    assert standing(keeper, order).stands == Stands.A_OUVRIR
    table = tables.open_table(order, OCTOBER)
    assert standing(keeper, order).stands == Stands.ORGANISME
    agreed(table, ours)
    assert said(standing(keeper, order)) == [("service fait à accorder", "region", None)]
    tables.dispute(table.lines.get(), keeper, "Deux signatures manquent.")
    assert standing(keeper, order).stands == Stands.CONTESTE
    agreed(table, keeper, ours)
    BillingProfile.objects.all().delete()
    row = standing(keeper, order)
    assert (row.stands, row.agreed) == (Stands.A_FACTURER, table.lines.get().hours * table.lines.get().price)
    assert [text for text, _, _ in said(row)] == ["facture à créer", "informations de facturation à compléter"]


def test_hours_that_an_attendance_will_give_are_asked_as_such(django_assert_num_queries):
    order, _ours, keeper = month_done("100.00")
    session = published_session()
    HalfDayFactory(session=session, on_date=dt.date(2026, 10, 6))
    bought = ordered(
        order.lot, keeper, {"organisme": session.organisme, "starts_on": OCTOBER, "reference": session.number}
    )
    bought.composantes.update(origin_type="session", origin_id=session.pk)
    (missing,) = standing(keeper, bought).missing
    assert missing.text.endswith("mois d’émargement à verrouiller")
    assert missing.organisme == session.organisme
    assert missing.url == reverse("emargement_mois", args=[session.number, "2026-10"])


def test_a_nudge_goes_once_a_day_to_those_whom_the_month_waits_for():
    order, ours, keeper = month_done("100.00")
    tables.open_table(order, OCTOBER)
    assert nudges.nudge(order, OCTOBER, keeper) == ["Greta Loire"]
    told = Notification.objects.get(kind="facture.relance")
    assert (told.user, told.text) == (ours.user, f"{order.number}, octobre 2026\u00a0: service fait à accorder")
    assert Event.objects.get(kind="facture.relance").hat == keeper
    with pytest.raises(Refused, match="déjà partie"):
        nudges.nudge(order, OCTOBER, keeper)
    with pytest.raises(Refused, match="gestionnaires"):
        nudges.nudge(order, OCTOBER, ours)
    with pytest.raises(Refused, match="pas terminé"):
        nudges.nudge(order, dt.date(2026, 11, 1), keeper)


@pytest.mark.parametrize("count", [1, 3])
def test_the_screen_costs_the_same_whatever_the_orders(client: Client, count, django_assert_num_queries):
    _tables, _ours, keeper = agreed_months(count)
    client.force_login(keeper.user)
    client.get(ADDRESS)
    with django_assert_num_queries(QUERIES):
        page = client.get(ADDRESS).content.decode()
    assert page.count("À facturer</") == count + 1  # each row, and the filter


def test_files_carry_exactly_the_rows_of_the_screen_with_the_same_filters(client: Client):
    (first, second, third), ours, keeper = agreed_months(3)
    invoices.issue(first, ours)
    Lot.objects.filter(pk=second.order.lot_id).update(gestionnaire=ours.user)
    theirs = 3 - sum(one.order.lot_id == second.order.lot_id for one in (first, second, third))
    client.force_login(keeper.user)
    for query, wanted in (("", 3), ("?etat=a_facturer", 2), (f"?q={second.order.number}", 1), ("?lots=miens", theirs)):
        page = client.get(f"{ADDRESS}{query}").content.decode()
        shown = re.findall(r'<th scope="row">\s*<a href="[^"]+">([^<]+)</a>', page)
        _titles, *rows = rows_of(b"".join(client.get(f"{ADDRESS}export.csv{query}")).decode())
        sheet = client.get(f"{ADDRESS}export.xlsx{query}")
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(sheet))).get_sheet_by_index(0).to_python()
        assert shown == [row[0] for row in rows] == [row[0] for row in book[1:]]
        assert len(shown) == wanted
    assert client.get(f"{ADDRESS}export.pdf").status_code == 404


def test_the_finance_file_carries_the_invoices_of_the_screen(client: Client):
    (first, second), ours, keeper = agreed_months(2)
    made = [invoices.issue(one, ours) for one in (first, second)]
    note = invoices.credit(made[0], "Le code service était faux.", ours)
    client.force_login(keeper.user)
    for query in ("", "?ou=annulee", f"?q={made[1].number}"):
        page = client.get(f"/factures/{query}").content.decode()
        shown = re.findall(r'<a href="/factures/\d+/">(F2026-\d+)</a>', page)
        titles, *rows = rows_of(b"".join(client.get(f"/factures/finances.csv{query}")).decode())
        assert shown == [row[titles.index("NUM_FACTURE")] for row in rows] != []
    said = dict(zip(titles, rows[0], strict=True))
    assert said["NUM_ENGAGEMENT"] == second.order.number
    assert said["SIRET"] == ours.organisation.siret
    assert (said["MOIS"], said["MONTANT_TTC"], said["TYPE"]) == ("2026-10-01", f"{made[1].total:.2f}", "380")
    _, *rows = rows_of(b"".join(client.get(f"/factures/finances.csv?q={note.number}")).decode())
    assert dict(zip(titles, rows[0], strict=True))["FACTURE_ORIGINE"] == made[0].number
    client.force_login(ours.user)
    assert client.get("/factures/finances.csv").status_code == 404


def test_a_nudge_from_the_screen_says_what_came_of_it(client: Client):
    order, _ours, keeper = month_done("100.00")
    client.force_login(keeper.user)
    url = reverse("fin_de_mois_relancer", args=["2026-10", order.pk])
    assert "Rien n’est attendu d’un organisme" in client.post(url, follow=True).content.decode()
    tables.open_table(order, OCTOBER)
    assert "Relance envoyée à Greta Loire." in client.post(url, follow=True).content.decode()


def test_the_list_of_invoices_leads_to_the_last_month_that_is_over(client: Client):
    client.force_login(month_done("10.00")[2].user)
    assert f'href="{ADDRESS}"' in client.get(reverse("facture_liste")).content.decode()
