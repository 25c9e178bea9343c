"""Orders for tests, made by the workflow as the Région makes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from core.accounts.models import Membership, Organisation
from orders.enums import ComposanteKind
from orders.models import BonDeCommande, Composante, Lot
from orders.workflow import bons, composantes
from orders.workflow.composantes import Training
from tests.factories.accounts import OrganisationFactory


def training(organisme: Organisation | None = None, places: int = 5, hours: str = "100.00", **said: Any) -> Training:
    """A training of `places` parcours of `hours` heures each."""
    return Training(
        organisme=organisme or OrganisationFactory(organisme=True),
        title=said.pop("title", "Soudage à l’arc"),
        places=places,
        hours_each=Decimal(hours),
        starts_on=said.pop("starts_on", dt.date(2027, 1, 11)),
        ends_on=said.pop("ends_on", dt.date(2027, 3, 26)),
        **{"reference": "S2026-0001", **said},
    )


def engaged(lot: Lot, hat: Membership, kind: str = ComposanteKind.INTENTION, **said: Any) -> Composante:
    """A composante authorised on the lot."""
    return composantes.engage(lot, kind, training(**said), hat=hat)


def ordered(lot: Lot, hat: Membership, *trainings: dict[str, Any]) -> BonDeCommande:
    """An order sent to the mandataire, with one composante by training (one by default)."""
    made = [engaged(lot, hat, **said) for said in trainings or ({},)]
    return bons.issue(bons.prepare(lot, made, hat, title="Session de janvier"), hat)
