"""Where a lot is: some départements, or finer, some intercommunalités or territories of the Région's offer (R43)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from core.reference.models import Commune, Departement, Epci, TerritoireEfop
from core.reference.text import normalise
from orders.models import Lot

Zone = TypeVar("Zone", Departement, Epci, TerritoireEfop)


@dataclass(frozen=True)
class Area:
    """What a lot covers, as codes. With `epcis` or `territoires`, `departements` is empty: they alone count."""

    departements: tuple[str, ...] = ()
    epcis: tuple[str, ...] = ()
    territoires: tuple[str, ...] = ()

    @property
    def is_finer(self) -> bool:
        return bool(self.epcis or self.territoires)

    def holds(self, commune: Commune) -> bool:
        """Whether a commune is in it."""
        return (
            commune.departement_id in self.departements
            or commune.epci_id in self.epcis
            or commune.territoire_id in self.territoires
        )


def area_of(lot: Lot) -> Area:
    """What a lot covers. Reads `departements`, `epcis` and `territoires`: prefetch them for several lots."""
    epcis = tuple(sorted(one.pk for one in lot.epcis.all()))
    territoires = tuple(sorted(one.pk for one in lot.territoires.all()))
    if epcis or territoires:
        return Area((), epcis, territoires)
    return Area(tuple(sorted(one.pk for one in lot.departements.all())))


def names_of(lot: Lot) -> list[str]:
    """What a lot of a finer territory covers, in words: « Nantes Métropole »."""
    return sorted([*(one.name for one in lot.epcis.all()), *(one.name for one in lot.territoires.all())])


def with_zones(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """The same lots with what `zones_of` reads, in the same query."""
    here = OuterRef("pk")
    plain = Departement.objects.filter(lots=here).order_by("pk")
    finer = TerritoireEfop.objects.filter(lots=here).annotate(said=Concat(Value("territoire de "), "name"))
    return lots.annotate(
        departement_codes=ArraySubquery(plain.values("pk")),
        departement_names=ArraySubquery(
            plain.annotate(said=Concat("name", Value(" ("), "pk", Value(")"))).values("said")
        ),
        epci_names=ArraySubquery(Epci.objects.filter(lots=here).order_by("name").values("name")),
        territoire_names=ArraySubquery(finer.order_by("name").values("said")),
    )


def zones_of(lot: Any, *, short: bool = False) -> list[str]:
    """Where a lot of `with_zones` is, in words: « Maine-et-Loire (49) » (`short`: « 49 »), or « Nantes Métropole »."""
    finer = sorted([*lot.epci_names, *lot.territoire_names])
    return finer or list(lot.departement_codes if short else lot.departement_names)


def over(commune: Commune) -> Q:
    """The lots that cover a commune."""
    plain = Q(epcis=None, territoires=None, departements=commune.departement_id)
    return plain | Q(epcis=commune.epci_id or "") | Q(territoires=commune.territoire_id or "")


def touched(epcis: Iterable[Epci], territoires: Iterable[TerritoireEfop]) -> list[Departement]:
    """The départements in which the communes of these territories are."""
    within = Q(communes__epci__in=list(epcis)) | Q(communes__territoire__in=list(territoires))
    return list(Departement.objects.filter(within, communes__retired_on=None).distinct().order_by("code"))


def named(zones: Iterable[Zone], words: Sequence[str]) -> tuple[list[Zone], list[str]]:
    """Which of these zones people mean by a code or a name, in their order; and the words that name none of them."""
    known: dict[str, Zone] = {}
    for zone in zones:
        known[normalise(zone.name)] = zone
    for zone in known.copy().values():
        known[normalise(zone.pk)] = zone
    found = {word: known.get(normalise(word)) for word in words}
    return list(dict.fromkeys(zone for zone in found.values() if zone)), [w for w, zone in found.items() if not zone]
