"""Orders whose hours were done, ready to be agreed and invoiced."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from core.accounts.models import Membership, Organisation
from invoices.models import BillingProfile, Invoice, MonthLine, MonthTable, PayerSettings
from invoices.workflow import invoices, tables
from orders.models import BonDeCommande, Lot
from orders.workflow.hours import record_hours
from tests.factories.accounts import OrganisationFactory, hat, siret
from tests.factories.commandes import ordered
from tests.factories.orders import LotFactory

OCTOBER = dt.date(2026, 10, 1)


def billing(organisme: Organisation, hat: Membership, **said: Any) -> BillingProfile:
    """An organisme that is exempt on its attestation."""
    given = {"iban": "FR7630006000011234567890189", "bic": "AGRIFRPP", "vat_attestation": "cerfa 3511 du 4 mars 2021"}
    return BillingProfile.objects.create(organisme=organisme, updated_by=hat, **(given | said))


def located(name: str, **kind: Any) -> Organisation:
    """An organisation with a whole address, as an invoice wants it."""
    return OrganisationFactory(name=name, address="3 rue des Écoles", postcode="44000", city="Nantes", **kind)


def month_done(*hours: str, month: dt.date = OCTOBER) -> tuple[BonDeCommande, Membership, Membership]:
    """An order with a composante for each of `hours` done that month; then its mandataire's hat and the Région's."""
    keeper = hat(
        "region", "gestionnaire", organisation=located("Région Pays de la Loire", region=True, siret=siret(4400))
    )
    mandataire = located("Greta Loire", organisme=True)
    ours = hat("organisme", organisation=mandataire)
    lot = LotFactory(mandataire=mandataire)
    trainings = [
        {"organisme": mandataire, "title": f"Soudage {rank}", "starts_on": month, "ends_on": dt.date(2027, 3, 26)}
        for rank, _ in enumerate(hours, start=1)
    ]
    order = ordered(lot, keeper, *trainings)
    billing(mandataire, ours)
    PayerSettings.objects.create(
        region=keeper.organisation, valid_from=dt.date(2024, 1, 1), service_code="FORMATION", set_by=keeper
    )
    for composante, done in zip(order.composantes.order_by("number"), hours, strict=True):
        record_hours(composante, month, 1, Decimal(done), source="relevé", hat=keeper)
    return order, ours, keeper


def agreed(table: MonthTable, *hats: Membership) -> MonthTable:
    """Each of these sides agrees to all the lines, as they stand."""
    for one in hats:
        table = tables.agree(table, dict(table.lines.values_list("pk", "hours")), one)
    return table


def invoiced_month(lot: Lot, keeper: Membership, ours: Membership) -> tuple[Invoice, dict[str, Any], MonthLine]:
    """October of one order invoiced, then another's still open: the invoice, the open table's address, its line."""
    for one in (keeper.organisation, ours.organisation):
        one.address, one.postcode, one.city = "3 rue des Écoles", "44000", "Nantes"
        one.siret = one.siret or siret(4400)
        one.save()
    PayerSettings.objects.get_or_create(
        region=keeper.organisation, valid_from=dt.date(2024, 1, 1), defaults={"service_code": "FORMATION"}
    )
    billing(ours.organisation, ours)
    found = []
    for _ in range(2):
        order = ordered(lot, keeper, {"organisme": ours.organisation, "starts_on": OCTOBER})
        record_hours(order.composantes.get(), OCTOBER, 1, Decimal(35), source="relevé", hat=keeper)
        found.append(tables.open_table(order, OCTOBER))
    done, waiting = found
    invoice = invoices.issue(agreed(done, ours, keeper), ours)
    return invoice, {"pk": waiting.order_id, "month": "2026-10"}, waiting.lines.get()


def agreed_months(count: int) -> tuple[list[MonthTable], Membership, Membership]:
    """October of so many orders of one mandataire, agreed by both sides; then its hat and the Région's."""
    order, ours, keeper = month_done("100.00")
    orders = [order]
    for _ in range(count - 1):
        said = {"organisme": ours.organisation, "starts_on": OCTOBER, "ends_on": dt.date(2027, 3, 26)}
        orders.append(ordered(order.lot, keeper, said))
        record_hours(orders[-1].composantes.get(), OCTOBER, 1, Decimal(35), source="relevé", hat=keeper)
    return [agreed(tables.open_table(one, OCTOBER), ours, keeper) for one in orders], ours, keeper
