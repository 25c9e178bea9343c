"""A person in training; what is sensitive stands in a table of its own, and reading it leaves a row."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from core.journal.history import tracked
from core.journal.kept import kept
from stagiaires.enums import Level, RegistrationCategory, Sex


@tracked()
class Stagiaire(models.Model):
    """Who one is and how one is reached. Residence is kept for letters and never tested (R78).

    `identity_key` (name, first name and birth date, without accents nor case) lets a valideur learn that a person is
    already known without seeing the other's file. `purged_at`: the retention delay has passed, nothing personal is
    left.
    """

    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    birth_name = models.CharField("nom de naissance", max_length=80, blank=True)
    birth_on = models.DateField("date de naissance", null=True, blank=True)
    sex = models.CharField("sexe", max_length=8, choices=Sex, blank=True)  # P11: followed, never tested
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("ville", max_length=120, blank=True)
    ft_identifier = models.CharField("identifiant France Travail", max_length=11, blank=True)
    category = models.CharField("catégorie d’inscription", max_length=1, choices=RegistrationCategory, blank=True)
    no_contact_at = models.DateTimeField("ne veut plus être contacté depuis", null=True, blank=True)
    registration_checked_at = models.DateTimeField("inscription vérifiée le", null=True, blank=True)  # R86
    level = models.PositiveSmallIntegerField("niveau d’études", choices=Level, null=True, blank=True)  # R77
    identity_key = models.CharField(max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "stagiaire"
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.UniqueConstraint(
                Upper("ft_identifier"),
                condition=~Q(ft_identifier=""),
                name="stagiaire_ft_identifier",
                violation_error_message="Une personne porte déjà cet identifiant France Travail.",
            ),
            models.CheckConstraint(
                condition=Q(ft_identifier="") | Q(ft_identifier__regex=r"^\d{7,10}[A-Z]?$"),
                name="stagiaire_ft_identifier_shape",
                violation_error_message="Un identifiant France Travail compte sept à dix chiffres, puis parfois une "
                "lettre.",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=False) | (Q(first_name__gt="") & Q(last_name__gt="")),
                name="stagiaire_named",
                violation_error_message="Écrivez le prénom et le nom de la personne.",
            ),
        ]
        indexes = [models.Index(fields=["identity_key"], name="stagiaire_identity")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or "Personne dont le dossier est effacé"

    @property
    def short_name(self) -> str:
        """« Aïssata B. », as lists show it."""
        return f"{self.first_name} {self.last_name[:1]}." if self.first_name else str(self)


class SensitiveFacts(models.Model):
    """Out of lists, logs, history and exports; read through `workflow.sensitive` alone, which writes who read.

    Counted as well, without a name, over a whole year (`facts.programme_facts_of`).
    Not tracked: a history of it would be a second copy. None means not asked.
    """

    stagiaire = models.OneToOneField(Stagiaire, models.CASCADE, primary_key=True, related_name="sensitive")
    disabled_worker = models.BooleanField("bénéficiaire de l’obligation d’emploi", null=True, blank=True)
    accommodations = models.TextField("aménagements utiles", blank=True)
    work_permit_needed = models.BooleanField("autorisation de travail nécessaire", null=True, blank=True)
    work_permit_until = models.DateField("autorisation de travail jusqu’au", null=True, blank=True)  # R76
    from_siae = models.BooleanField("sort d’une structure d’insertion (SIAE)", null=True, blank=True)
    siae_contract_end = models.DateField("fin du contrat avec la structure d’insertion", null=True, blank=True)  # R79
    allowance = models.BooleanField("perçoit une allocation chômage", null=True, blank=True)  # R83
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "faits sensibles"
        verbose_name_plural = "faits sensibles"

    def __str__(self) -> str:
        return f"Faits sensibles {self.stagiaire_id}"


class SensitiveReading(models.Model):
    """Somebody read or wrote sensitive facts: who, under which hat, why, when. Append-only."""

    stagiaire = models.ForeignKey(Stagiaire, models.CASCADE, related_name="readings")
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, related_name="+")
    purpose = models.CharField("pour", max_length=200)
    wrote = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "lecture de faits sensibles"
        ordering = ["-at", "-id"]
        triggers = [kept(removable=True)]

    def __str__(self) -> str:
        return f"{self.stagiaire_id} · {self.at:%d/%m/%Y}"
