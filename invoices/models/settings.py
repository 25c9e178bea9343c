"""How an organisme invoices, and what the payer asks for: typed once, copied into each invoice."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from stdnum import bic, iban

from core.journal.history import tracked
from invoices.enums import PartyId, VatStatus


def valid_iban(value: str) -> None:
    if not iban.is_valid(value):
        raise ValidationError("Cet IBAN est faux : recopiez-le d’après votre relevé d’identité bancaire.")


def valid_bic(value: str) -> None:
    if not bic.is_valid(value):
        raise ValidationError("Ce BIC est faux : il compte 8 ou 11 signes.")


@tracked()
class BillingProfile(models.Model):
    """An organisme's own status. The exemption rests on its attestation (cerfa 3511) and on nothing else."""

    organisme = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="billing")
    iban = models.CharField("IBAN", max_length=34, validators=[valid_iban])
    bic = models.CharField("BIC", max_length=11, blank=True, validators=[valid_bic])
    vat_status = models.CharField("TVA", max_length=12, choices=VatStatus, default=VatStatus.EXONERE)
    vat_attestation = models.CharField(
        "attestation d’exonération", max_length=120, blank=True, help_text="Date ou référence du cerfa 3511."
    )
    vat_rate = models.DecimalField(
        "taux de TVA (%)",
        max_digits=4,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(30)],
    )
    vat_number = models.CharField("numéro de TVA", max_length=13, blank=True)
    prefix = models.CharField(
        "début des numéros de facture",
        max_length=6,
        default="F",
        validators=[RegexValidator(r"^[A-Z0-9-]{1,6}$", "De 1 à 6 capitales, chiffres ou tirets.")],
    )
    mandated = models.BooleanField("le portail dépose à notre place", default=False)
    updated_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "profil de facturation"
        verbose_name_plural = "profils de facturation"
        constraints = [
            models.CheckConstraint(
                condition=~Q(vat_status="exonere") | (Q(vat_rate=0) & ~Q(vat_attestation="")),
                name="billing_exempt_on_attestation",
                violation_error_message="L’exonération repose sur votre attestation : dites sa date ou sa référence.",
            ),
            models.CheckConstraint(
                condition=~Q(vat_status="assujetti") | (Q(vat_rate__gt=0) & ~Q(vat_number="")),
                name="billing_taxed_with_number",
                violation_error_message="Qui facture la TVA porte son taux et son numéro de TVA.",
            ),
        ]

    def __str__(self) -> str:
        return f"Facturation de {self.organisme}"


@tracked()
class PayerSettings(models.Model):
    """What the Région asks for on an invoice (BT-10, 12, 13, 23, 30) from a day on: dated, never changed once begun."""

    region = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="payer_settings")
    valid_from = models.DateField("à partir du")
    service_code = models.CharField("code service", max_length=50, blank=True)
    process = models.CharField("cadre de facturation", max_length=3, default="S1")
    legal_id = models.CharField("identifiant légal", max_length=5, choices=PartyId, default=PartyId.SIREN)
    needs_service_code = models.BooleanField("code service demandé", default=True)
    needs_order_number = models.BooleanField("numéro d’engagement demandé", default=True)
    needs_contract_number = models.BooleanField("numéro de marché demandé", default=True)
    set_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "réglage du payeur"
        verbose_name_plural = "réglages du payeur"
        ordering = ["-valid_from"]
        constraints = [models.UniqueConstraint(fields=["region", "valid_from"], name="payer_settings_day")]

    def __str__(self) -> str:
        return f"{self.region} à partir du {self.valid_from:%d/%m/%Y}"
