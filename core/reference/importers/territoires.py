"""Territories of the Région's offer: its own list, and the employment zones that stand in for it until then."""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify

from core.reference.enums import Source
from core.reference.importers.base import Importer, Report
from core.reference.importers.reading import FileRefused, Row, RowRefused
from core.reference.models import Commune, Edition, Epci, Listed, TerritoireEfop


class TerritoireImporter(Importer):
    """One row per commune (INSEE code) or per whole intercommunalité (SIREN), with the name of its territory.

    Loading the whole list retires the employment zones: communes move to the new territories, records that
    already carry a zone keep it.
    """

    source = Source.TERRITOIRES
    model = TerritoireEfop
    repeats = True
    stand_in = False
    columns = {
        "code": ("code_insee", "code_commune", "commune", "siren", "siren_epci", "code_epci", "epci"),
        "territoire": ("nom_territoire", "libelle_territoire", "nom"),
        "code_territoire": ("territoire_code",),
    }
    required = {"code", "territoire"}
    fields = {"name": "territoire", "is_stand_in": "territoire"}

    def prepare(self) -> None:
        self.communes = dict(
            Commune.objects.active().filter(departement__in_region=True).values_list("pk", "epci_id").order_by()
        )
        self.epci = set(Epci.objects.active().values_list("pk", flat=True))
        self.members: dict[str, str] = {}  # commune or EPCI → territory

    def code_of(self, row: Row) -> str:
        return row.text("code_territoire") or slugify(row.text("territoire"))[:20].strip("-")

    def build(self, row: Row) -> TerritoireEfop:
        member = row.required("code").zfill(5)
        territoire = row.required("territoire")
        if member not in self.communes and member not in self.epci:
            raise RowRefused(f"« {member} » n’est ni une commune de la région ni une intercommunalité connue.")
        code = self.code_of(row)
        if self.members.setdefault(member, code) != code:
            raise RowRefused(f"« {member} » est déjà rattaché au territoire {self.members[member]}.")
        return TerritoireEfop(code=code, name=territoire, is_stand_in=self.stand_in)

    def choosable(self) -> models.QuerySet:
        return self.model.objects.active().filter(is_stand_in=self.stand_in)

    def attachments(self) -> dict[str, str]:
        """Commune → territory; a commune's own row is heard before that of its intercommunalité."""
        found = {}
        for commune, epci in self.communes.items():
            territoire = self.members.get(commune) or self.members.get(epci or "")
            if territoire:
                found[commune] = territoire
        return found

    def observe(self, report: Report) -> None:
        found = self.attachments()
        report.notes.append(f"{len(found)} communes rattachées à {len(set(found.values()))} territoires.")
        left = len(self.communes) - len(found)
        if left:
            report.warnings.append(f"Attention : {left} communes de la région restent sans territoire.")

    def write(self, records: list[Listed], fields: list[str], edition: Edition) -> None:
        super().write(records, fields, edition)
        by_territoire: dict[str, list[str]] = {}
        for commune, territoire in self.attachments().items():
            by_territoire.setdefault(territoire, []).append(commune)
        if edition.is_full:
            Commune.objects.filter(territoire__isnull=False).update(territoire=None)
        for territoire, communes in by_territoire.items():
            Commune.objects.filter(pk__in=communes).update(territoire=territoire)


class EmploymentZoneImporter(TerritoireImporter):
    """The zones d'emploi of Insee, shown as territories until the Région's list is there."""

    source = Source.ZONES_EMPLOI
    stand_in = True
    columns = {
        "code": ("code_insee", "code_commune", "commune", "CODGEO"),
        "territoire": ("zone_emploi_nom", "LIBZE2020"),
        "code_territoire": ("zone_emploi", "ZE2020"),
    }
    required = {"code", "territoire", "code_territoire"}

    def prepare(self) -> None:
        if TerritoireEfop.objects.active().filter(is_stand_in=False).exists():
            raise FileRefused("La liste de la Région est chargée : les zones d’emploi ne la remplacent pas.")
        super().prepare()

    def code_of(self, row: Row) -> str:
        return f"ZE{row.text('code_territoire').zfill(4)}"

    def untouched(self) -> models.QuerySet:
        return super().untouched().filter(is_stand_in=True)
