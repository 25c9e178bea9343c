"""Official lists. Codes are the keys; a row that leaves an edition is retired, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from core.reference.enums import CertificationKind, Source, Vocabulary
from core.reference.text import normalise, normalise_place


class Edition(models.Model):
    """One loaded edition of an official list: which file, dated when, loaded when, with what result."""

    source = models.CharField("liste", max_length=40, choices=Source)
    label = models.CharField("édition", max_length=120)
    published_on = models.DateField("datée du", null=True, blank=True)
    loaded_at = models.DateTimeField("chargée le", auto_now_add=True)
    sha256 = models.CharField("empreinte du fichier", max_length=64, blank=True)
    is_full = models.BooleanField("liste entière", default=True)
    is_shipped = models.BooleanField("fournie avec le portail", default=False)
    rows_loaded = models.PositiveIntegerField("lignes chargées", default=0)
    rows_retired = models.PositiveIntegerField("fiches retirées", default=0)
    rows_refused = models.PositiveIntegerField("lignes refusées", default=0)
    refusals = models.JSONField("lignes refusées et motifs", default=list, blank=True)

    class Meta:
        verbose_name = "édition"
        ordering = ["-loaded_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_source_display()} · {self.label}"


class StagedEdition(models.Model):
    """A file that an administrator sent and whose report is being read: nothing is loaded until they say so."""

    source = models.CharField("liste", max_length=40, choices=Source)
    label = models.CharField("édition", max_length=120)
    published_on = models.DateField("datée du", null=True, blank=True)
    is_full = models.BooleanField("liste entière", default=True)
    file_name = models.CharField("fichier", max_length=200)
    content = models.BinaryField()
    report = models.JSONField("ce que le fichier changerait", default=dict)
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)

    class Meta:
        verbose_name = "édition à confirmer"
        verbose_name_plural = "éditions à confirmer"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_source_display()} · {self.label}"


class ListedQuerySet(models.QuerySet):
    def active(self) -> Self:
        """Rows that may be chosen today. A retired row stays readable on the records that point to it."""
        return self.filter(retired_on__isnull=True)


class Word(models.Model):
    """The words of a list in which people search: a mistyped word is corrected against them, not against titles."""

    vocabulary = models.CharField(max_length=20, choices=Vocabulary)
    word = models.CharField(max_length=60)
    uses = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "mot connu"
        verbose_name_plural = "mots connus"
        constraints = [models.UniqueConstraint(fields=["vocabulary", "word"], name="word_once")]
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="word_trgm")]

    def __str__(self) -> str:
        return self.word


class Listed(models.Model):
    """What every row of an official list carries; `edition` is the one that last changed the row."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name="édition")
    retired_on = models.DateField("retirée le", null=True, blank=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        abstract = True


class Searchable(Listed):
    """A list in which people search: `search` follows the label, and bulk loaders call `index()` themselves."""

    class Meta:
        abstract = True

    def index(self) -> None:
        raise NotImplementedError

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.index()
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)


class Departement(Listed):
    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=80)
    region_code = models.CharField(max_length=2)
    in_region = models.BooleanField("dans la Région", default=False)

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Epci(Listed):
    code = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=160)

    class Meta:
        verbose_name = "intercommunalité"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TerritoireEfop(Listed):
    """A territory of the Région's offer. `is_stand_in`: an employment zone, until the Région's own list is loaded."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField("nom", max_length=120)
    is_stand_in = models.BooleanField("provisoire (zone d’emploi)", default=False)

    class Meta:
        verbose_name = "territoire"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Commune(Searchable):
    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=120)
    search = models.CharField(max_length=160, editable=False)  # lower, without accents: sorts and finds
    former_names = ArrayField(
        models.CharField(max_length=120), verbose_name="anciennes communes réunies", default=list, blank=True
    )
    aliases = models.TextField(editable=False, blank=True)  # " | postcode | old name", for those who type either
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="communes")
    epci = models.ForeignKey(Epci, models.PROTECT, null=True, blank=True, related_name="communes")
    territoire = models.ForeignKey(TerritoireEfop, models.PROTECT, null=True, blank=True, related_name="communes")
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)
    population = models.PositiveIntegerField(default=0)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        verbose_name = "commune"
        ordering = ["search", "code"]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="commune_search_trgm"),
            GinIndex(fields=["aliases"], opclasses=["gin_trgm_ops"], name="commune_aliases_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.postcodes[0] if self.postcodes else self.departement_id})"

    def index(self) -> None:
        self.search = normalise_place(self.name)[:160]
        others = [*self.postcodes, *(normalise_place(name) for name in self.former_names)]
        self.aliases = "".join(f" | {other}" for other in others)


class Metier(Searchable):
    """A ROME entry; people find it by any of its job titles."""

    code = models.CharField("code ROME", max_length=5, primary_key=True)
    title = models.CharField("intitulé", max_length=250)
    search = models.CharField(max_length=250, editable=False)

    class Meta:
        verbose_name = "métier"
        ordering = ["code"]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="metier_search_trgm")]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def index(self) -> None:
        self.search = normalise(self.title)[:250]


class Appellation(Searchable):
    code = models.CharField("code OGR", max_length=8, primary_key=True)
    metier = models.ForeignKey(Metier, models.PROTECT, related_name="appellations")
    title = models.CharField("appellation", max_length=250)
    search = models.CharField(max_length=250, editable=False)

    class Meta:
        verbose_name = "appellation de métier"
        ordering = ["search", "code"]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="appellation_search_trgm")]

    def __str__(self) -> str:
        return self.title

    def index(self) -> None:
        self.search = normalise(self.title)[:250]


class Formacode(Listed):
    code = models.CharField(max_length=5, primary_key=True)
    title = models.CharField("libellé", max_length=250)

    class Meta:
        verbose_name = "Formacode"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Nsf(Listed):
    code = models.CharField(max_length=4, primary_key=True)
    title = models.CharField("libellé", max_length=250)

    class Meta:
        verbose_name = "spécialité (NSF)"
        verbose_name_plural = "spécialités (NSF)"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Opco(Listed):
    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField("nom", max_length=120)
    scope = models.TextField("champ", blank=True)

    class Meta:
        verbose_name = "Opco"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CollectiveAgreement(Listed):
    code = models.CharField("IDCC", max_length=4, primary_key=True)
    title = models.CharField("intitulé", max_length=300)
    opco = models.ForeignKey(Opco, models.PROTECT, null=True, blank=True, related_name="agreements")

    class Meta:
        verbose_name = "convention collective"
        verbose_name_plural = "conventions collectives"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Filiere(Listed):
    """A sector of the market's lots (K23: the list of 2024), with the codes that belong to it (R41)."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField("nom", max_length=120)
    rank = models.PositiveSmallIntegerField("ordre d’affichage", default=100)
    is_niche = models.BooleanField("lot de niche", default=False)
    formacode_prefixes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    rome_prefixes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    nsf_prefixes = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    minimum_group = models.PositiveSmallIntegerField("effectif minimal propre au secteur", null=True, blank=True)

    class Meta:
        verbose_name = "filière"
        ordering = ["rank", "name"]

    def __str__(self) -> str:
        return self.name


class CertificationQuerySet(ListedQuerySet):
    def active(self, on: dt.date | None = None) -> Self:
        """Neither retired nor past their term on that day (today by default); no known term counts as open."""
        day = on or timezone.localdate()
        return self.filter(models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=day), retired_on__isnull=True)


class Certification(Searchable):
    code = models.CharField("code", max_length=10, primary_key=True)  # RNCP35316, RS5054
    kind = models.CharField("répertoire", max_length=4, choices=CertificationKind)
    title = models.CharField("intitulé", max_length=500)
    search = models.CharField(max_length=520, editable=False)
    level = models.PositiveSmallIntegerField("niveau (nomenclature 2019)", null=True, blank=True)
    filiere = models.ForeignKey(Filiere, models.PROTECT, null=True, blank=True, related_name="certifications")
    formacodes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    rome_codes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    nsf_codes = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    certifinfo = models.CharField("code Certif Info", max_length=10, blank=True)
    valid_until = models.DateField("échéance", null=True, blank=True)
    replaced_by = models.CharField("remplacée par", max_length=10, blank=True)

    objects = CertificationQuerySet.as_manager()  # type: ignore[misc]  # a narrower manager than its base's

    class Meta:
        verbose_name = "certification"
        ordering = ["search", "code"]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="certification_search_trgm")]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def index(self) -> None:
        self.search = f"{self.code.lower()} {normalise(self.title)}"[:520]


class CertificationBlock(Listed):
    code = models.CharField("code", max_length=40, primary_key=True)  # RNCP35316BC01
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="blocks")
    title = models.CharField("intitulé", max_length=500)

    class Meta:
        verbose_name = "bloc de compétences"
        verbose_name_plural = "blocs de compétences"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
