"""The market for tests: a lot of Loire-Atlantique with its mandataire, its place and its price."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory

from orders import ledger, models
from orders.enums import LotRole
from tests.factories.accounts import OrganisationFactory
from tests.factories.reference import CommuneFactory, DepartementFactory, FiliereFactory


class MarcheFactory(DjangoModelFactory):
    class Meta:
        model = models.Marche
        django_get_or_create = ("number",)

    number = "2023-1E1F"
    title = "Formations des demandeurs d’emploi"
    starts_on = dt.date(2023, 1, 1)
    ends_on = dt.date(2035, 12, 31)


class LotFactory(DjangoModelFactory):
    """`LotFactory(mandataire=organisation, departements=["44", "49"])`; without them, one of each is made."""

    class Meta:
        model = models.Lot
        skip_postgeneration_save = True

    marche = factory.SubFactory(MarcheFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = "Inter-industrie, Loire-Atlantique"
    filiere = factory.SubFactory(FiliereFactory)
    coordinateur = "Dominique Coordinateur"

    @factory.post_generation
    def departements(self, create: bool, codes: Any, **kwargs: Any) -> None:
        self.departements.set([DepartementFactory(code=code) for code in codes or ["44"]])

    @factory.post_generation
    def period(self, create: bool, terms: Any, **kwargs: Any) -> None:
        """`period=("100", "500")` gives another mini and maxi (heures-stagiaires); `period=False` leaves none."""
        if terms is not False:
            mini, maxi = terms or ("42000.00", "84000.00")
            days = DateRange(self.marche.starts_on, self.marche.ends_on)
            with transaction.atomic():
                ledger.open_period(self, days, Decimal(mini), Decimal(maxi))

    @factory.post_generation
    def mandataire(self, create: bool, organisation: Any, **kwargs: Any) -> None:
        """`mandataire=False` leaves the lot without one."""
        if organisation is not False:
            LotMemberFactory(
                lot=self, organisation=organisation or OrganisationFactory(organisme=True), role=LotRole.MANDATAIRE
            )

    @factory.post_generation
    def price(self, create: bool, amount: Any, **kwargs: Any) -> None:
        """`price=False` leaves the lot without one."""
        if amount is not False:
            LotPriceFactory(lot=self, amount=amount or Decimal("9.35"))


class LotMemberFactory(DjangoModelFactory):
    """`LotMemberFactory(sous_traitant=True)` enters with its two statements (R113)."""

    class Meta:
        model = models.LotMember

    class Params:
        sous_traitant = factory.Trait(
            role=LotRole.SOUS_TRAITANT,
            lack_stated_on=dt.date(2026, 1, 5),
            mandataire_agreed_on=dt.date(2026, 1, 6),
        )

    lot = factory.SubFactory(LotFactory)
    organisation = factory.SubFactory(OrganisationFactory, organisme=True)
    role = LotRole.COTRAITANT


class LotPriceFactory(DjangoModelFactory):
    class Meta:
        model = models.LotPrice

    lot = factory.SubFactory(LotFactory, price=False)
    amount = Decimal("9.35")
    period = factory.LazyFunction(lambda: DateRange(dt.date(2023, 1, 1), None))


class LotPlaceFactory(DjangoModelFactory):
    class Meta:
        model = models.LotPlace

    lot = factory.SubFactory(LotFactory)
    organisme = factory.SubFactory(OrganisationFactory, organisme=True)
    name = "Atelier de l’Erdre"
    address = "12, quai de l’Erdre"
    postcode = "44000"
    commune = factory.SubFactory(CommuneFactory)
