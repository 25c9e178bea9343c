"""The market as reference records: marchés, lots, their members and the price of the hour.

Quantities are heures-stagiaires (Decimal, two decimals), prices euros per heure-stagiaire.
"""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from core.journal.history import tracked
from orders.enums import LotRole


@tracked()
class Marche(models.Model):
    number = models.CharField("numéro", max_length=40, unique=True)
    title = models.CharField("objet", max_length=250)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")  # that of the last renewal, when there is one
    renewals_planned = models.PositiveSmallIntegerField("reconductions prévues", default=0)

    class Meta:
        verbose_name = "marché"
        ordering = ["-starts_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="marche_dates_ordered",
                violation_error_message="Un marché finit après avoir commencé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"


@tracked()
class Renewal(models.Model):
    """A marché goes on after its term: the Région renews it for some time more, as often as it was planned."""

    marche = models.ForeignKey(Marche, models.PROTECT, related_name="renewals", verbose_name="marché")
    rank = models.PositiveSmallIntegerField("rang")
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    decided_on = models.DateField("décidée le")

    class Meta:
        verbose_name = "reconduction"
        ordering = ["marche", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["marche", "rank"],
                name="renewal_rank_once",
                violation_error_message="Le marché a déjà une reconduction de ce rang.",
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1, ends_on__gt=F("starts_on")),
                name="renewal_dates_ordered",
                violation_error_message="Une reconduction finit après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.marche.number}, reconduction {self.rank}"


@tracked()
class Lot(models.Model):
    """A part of a marché: a filière in some départements, or in a finer territory.

    With `epcis` or `territoires`, these alone say where the lot is; `departements` are then those that they touch,
    so that a search by département finds every lot (`orders.queries.territory`).
    """

    marche = models.ForeignKey(Marche, models.PROTECT, related_name="lots", verbose_name="marché")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("intitulé", max_length=250)
    filiere = models.ForeignKey("reference.Filiere", models.PROTECT, related_name="lots", verbose_name="filière")
    departements = models.ManyToManyField("reference.Departement", related_name="lots", verbose_name="départements")
    epcis = models.ManyToManyField("reference.Epci", related_name="lots", blank=True, verbose_name="intercommunalités")
    territoires = models.ManyToManyField(
        "reference.TerritoireEfop", related_name="lots", blank=True, verbose_name="territoires"
    )
    certifications = models.ManyToManyField(
        "reference.Certification", through="LotCertification", related_name="lots", blank=True
    )
    gestionnaire = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="lots_followed"
    )
    coordinateur = models.CharField("coordinateur du lot", max_length=160, blank=True)  # R106
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "lot"
        ordering = ["marche", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["marche", "number"],
                name="lot_number_unique",
                violation_error_message="Ce marché a déjà un lot de ce numéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"Lot {self.number} · {self.title}"


@tracked()
class LotPeriod(models.Model):
    """A period of a lot (often a year), with the least and the most that the Région orders on it (C05, R118).

    The ledger holds the maxi; a change of it is an entry, so that the books say what the contract says.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="periods")
    period = DateRangeField("période")
    mini = models.DecimalField("mini (heures-stagiaires)", max_digits=12, decimal_places=2)
    maxi = models.DecimalField("maxi (heures-stagiaires)", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "période du lot"
        verbose_name_plural = "périodes du lot"
        ordering = ["lot", "period"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mini__gte=0, maxi__gte=F("mini")),
                name="lot_period_mini_maxi",
                violation_error_message="Le maxi est au moins égal au mini.",
            ),
            ExclusionConstraint(
                name="lot_periods_apart",
                expressions=[("lot", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Une autre période du lot couvre déjà une partie de ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.period.lower:%d/%m/%Y}"


@tracked()
class LotCertification(models.Model):
    """A certification of the market's list (R42); `obligatoire`: the group must be able to offer it (R45)."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="lot_certifications")
    certification = models.ForeignKey("reference.Certification", models.PROTECT, related_name="+")
    obligatoire = models.BooleanField(default=False)

    class Meta:
        verbose_name = "certification du lot"
        verbose_name_plural = "certifications du lot"
        ordering = ["lot", "certification"]
        constraints = [models.UniqueConstraint(fields=["lot", "certification"], name="lot_certification_once")]

    def __str__(self) -> str:
        return f"{self.lot_id} · {self.certification_id}"


@tracked()
class LotPlace(models.Model):
    """A training place agreed for the lot; another one asks for the Région's agreement (R44)."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="places")
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="places")
    name = models.CharField("nom du lieu", max_length=160)
    address = models.CharField("adresse", max_length=250)
    postcode = models.CharField("code postal", max_length=5)
    commune = models.ForeignKey("reference.Commune", models.PROTECT, related_name="+")
    siret = models.CharField("SIRET du lieu", max_length=14, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "lieu de formation"
        verbose_name_plural = "lieux de formation"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return f"{self.name}, {self.commune}"


@tracked()
class LotMember(models.Model):
    """A member of the group that holds the lot (R112), or a subcontractor with his two statements (R113)."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="members")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="lot_memberships")
    role = models.CharField("rôle", max_length=20, choices=LotRole)
    lack_stated_on = models.DateField("attestation de carence du groupement", null=True, blank=True)
    mandataire_agreed_on = models.DateField("accord du mandataire", null=True, blank=True)
    entered_by = models.ForeignKey(
        "accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="entrée par"
    )  # R114: the mandataire for a subcontractor
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "membre du groupement"
        verbose_name_plural = "membres du groupement"
        ordering = ["lot", "role", "organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "organisation"],
                condition=Q(is_active=True),
                name="lot_member_once",
                violation_error_message="Cet organisme est déjà membre du groupement.",
            ),
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(role="mandataire", is_active=True),
                name="lot_one_mandataire",
                violation_error_message="Un lot a un seul mandataire.",
            ),
            models.CheckConstraint(
                condition=~Q(role="sous_traitant")
                | Q(lack_stated_on__isnull=False, mandataire_agreed_on__isnull=False),
                name="lot_member_subcontractor_statements",
                violation_error_message="Un sous-traitant entre avec deux pièces : "
                "la carence du groupement et l’accord du mandataire.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"


@tracked()
class LotPrice(models.Model):
    """The price of the heure-stagiaire over a period: one per lot, for the whole group (R123)."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="prices")
    amount = models.DecimalField("prix (€ par heure-stagiaire)", max_digits=6, decimal_places=2)
    period = DateRangeField("en vigueur")

    class Meta:
        verbose_name = "prix du lot"
        verbose_name_plural = "prix du lot"
        ordering = ["lot", "period"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="lot_price_positive",
                violation_error_message="Un prix est supérieur à zéro.",
            ),
            ExclusionConstraint(
                name="lot_price_periods_apart",
                expressions=[("lot", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Un autre prix couvre déjà une partie de la période.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} €"
