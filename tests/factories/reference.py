"""Reference rows for tests: asking twice for one code gives the same row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from core.reference import models


class EditionFactory(DjangoModelFactory):
    class Meta:
        model = models.Edition
        django_get_or_create = ("source", "label")

    source = "communes"
    label = "Édition de test"
    published_on = dt.date(2026, 1, 1)


class ListedFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    edition = factory.SubFactory(EditionFactory)


DEPARTEMENT_NAMES = {
    "44": "Loire-Atlantique",
    "49": "Maine-et-Loire",
    "53": "Mayenne",
    "72": "Sarthe",
    "85": "Vendée",
    "35": "Ille-et-Vilaine",
}


class DepartementFactory(ListedFactory):
    """`DepartementFactory(code="49")` knows its name, as the five of the Région and one neighbour do."""

    class Meta:
        model = models.Departement
        django_get_or_create = ("code",)

    code = "44"
    name = factory.LazyAttribute(lambda row: DEPARTEMENT_NAMES.get(row.code, f"Département {row.code}"))
    in_region = factory.LazyAttribute(lambda row: row.code in {"44", "49", "53", "72", "85"})
    region_code = factory.LazyAttribute(lambda row: "52" if row.in_region else "53")


class EpciFactory(ListedFactory):
    class Meta:
        model = models.Epci
        django_get_or_create = ("code",)

    code = "244400404"
    name = "Nantes Métropole"


class TerritoireFactory(ListedFactory):
    class Meta:
        model = models.TerritoireEfop
        django_get_or_create = ("code",)

    code = "ZE5216"
    name = "Nantes"
    is_stand_in = True


class CommuneFactory(ListedFactory):
    """Nantes by default; traits for the towns that tests name most."""

    class Meta:
        model = models.Commune
        django_get_or_create = ("code",)

    class Params:
        angers = factory.Trait(
            code="49007",
            name="Angers",
            postcodes=["49000", "49100"],
            population=159_000,
            latitude=Decimal("47.47361"),
            longitude=Decimal("-0.55417"),
        )
        cholet = factory.Trait(
            code="49099",
            name="Cholet",
            postcodes=["49300"],
            population=54_000,
            latitude=Decimal("47.06037"),
            longitude=Decimal("-0.87872"),
        )
        laval = factory.Trait(
            code="53130",
            name="Laval",
            postcodes=["53000"],
            population=49_000,
            latitude=Decimal("48.06999"),
            longitude=Decimal("-0.77342"),
        )
        rennes = factory.Trait(
            code="35238",
            name="Rennes",
            postcodes=["35000", "35200", "35700"],
            population=225_000,
            latitude=Decimal("48.11189"),
            longitude=Decimal("-1.68030"),
        )

    code = "44109"
    name = "Nantes"
    postcodes = factory.LazyFunction(lambda: ["44000", "44100", "44200", "44300"])
    population = 320_000
    latitude = Decimal("47.23162")
    longitude = Decimal("-1.54830")
    departement = factory.LazyAttribute(lambda row: DepartementFactory(code=row.code[:2]))


class MetierFactory(ListedFactory):
    class Meta:
        model = models.Metier
        django_get_or_create = ("code",)

    code = "H2913"
    title = "Soudeur / Soudeuse"


class AppellationFactory(ListedFactory):
    class Meta:
        model = models.Appellation
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: str(900_000 + n))
    metier = factory.SubFactory(MetierFactory)
    title = factory.LazyAttribute(lambda row: row.metier.title)


class FormacodeFactory(ListedFactory):
    class Meta:
        model = models.Formacode
        django_get_or_create = ("code",)

    code = "23026"
    title = "Soudage"


class NsfFactory(ListedFactory):
    class Meta:
        model = models.Nsf
        django_get_or_create = ("code",)

    code = "254"
    title = "Structures métalliques"


class OpcoFactory(ListedFactory):
    class Meta:
        model = models.Opco
        django_get_or_create = ("code",)

    code = "OPCO2I"
    name = "OPCO 2i"


class CollectiveAgreementFactory(ListedFactory):
    class Meta:
        model = models.CollectiveAgreement
        django_get_or_create = ("code",)

    code = "3248"
    title = "Convention collective nationale de la métallurgie"
    opco = factory.SubFactory(OpcoFactory)


class FiliereFactory(ListedFactory):
    class Meta:
        model = models.Filiere
        django_get_or_create = ("code",)

    code = "inter-industrie"
    name = "Inter-industrie"
    formacode_prefixes = factory.LazyFunction(lambda: ["230", "235", "316"])
    rome_prefixes = factory.LazyFunction(lambda: ["H"])


class CertificationFactory(ListedFactory):
    class Meta:
        model = models.Certification
        django_get_or_create = ("code",)

    code = "RNCP39216"
    kind = factory.LazyAttribute(
        lambda row: models.CertificationKind.RS if row.code.startswith("RS") else models.CertificationKind.RNCP
    )
    title = "Titre professionnel soudeur assembleur industriel"
    level = 3
    filiere = factory.SubFactory(FiliereFactory)
    formacodes = factory.LazyFunction(lambda: ["23026"])
    rome_codes = factory.LazyFunction(lambda: ["H2913"])
    nsf_codes = factory.LazyFunction(lambda: ["254"])
    certifinfo = "100000"
    valid_until = dt.date(2035, 12, 31)


class CertificationBlockFactory(ListedFactory):
    class Meta:
        model = models.CertificationBlock
        django_get_or_create = ("code",)

    certification = factory.SubFactory(CertificationFactory)
    code = factory.LazyAttribute(lambda row: f"{row.certification.code}BC01")
    title = "Souder des ouvrages de mécano-soudure"
