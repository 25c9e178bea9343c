"""People, organisations, and the hats that people may wear in them."""

import uuid

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.accounts.enums import EmployerNature, OrganisationKind, RelaisKind, Role, ValideurNetwork, hat_label
from core.journal.history import tracked


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One person, known by an e-mail address. What he may do comes from his memberships."""

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    is_staff = models.BooleanField("accède à l’administration", default=False)
    is_active = models.BooleanField("actif", default=True)
    date_joined = models.DateTimeField("inscrit le", default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci_unique")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email


@tracked()
class Organisation(models.Model):
    """An establishment (SIRET): employer, training organisation, Région, valideur, relais or Cariforef."""

    kind = models.CharField("type", max_length=20, choices=OrganisationKind)
    name = models.CharField("nom", max_length=250)
    legal_name = models.CharField("raison sociale", max_length=250, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(
        "reference.Commune", models.PROTECT, verbose_name="commune", null=True, blank=True, related_name="+"
    )
    # What the person wrote: kept beside the code, since our list of communes stops at the neighbouring régions.
    city = models.CharField("ville", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    website = models.URLField("site", blank=True)
    # Employers
    nature = models.CharField("nature d’employeur", max_length=20, choices=EmployerNature, blank=True)
    headcount = models.CharField("effectif", max_length=40, blank=True)
    collective_agreement = models.CharField("convention collective (IDCC)", max_length=4, blank=True)
    naf = models.CharField("activité (NAF)", max_length=6, blank=True)
    # Training organisations
    nda = models.CharField("numéro de déclaration d’activité", max_length=11, blank=True)
    qualiopi_until = models.DateField("Qualiopi valable jusqu’au", null=True, blank=True)
    handicap_referent = models.CharField("référent handicap", max_length=160, blank=True)
    # Valideurs and relais
    network = models.CharField("réseau", max_length=20, choices=ValideurNetwork, blank=True)
    relais_kind = models.CharField("type de relais", max_length=20, choices=RelaisKind, blank=True)
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        verbose_name = "organisation"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret", "kind"],
                condition=~Q(siret=""),
                name="organisation_siret_unique",
                violation_error_message="Une organisation de ce type porte déjà ce SIRET.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"),
                name="organisation_siret_shape",
                violation_error_message="Un SIRET compte 14 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(kind="organisme") | Q(nda="", qualiopi_until=None),
                name="organisation_qualiopi_organisme",
                violation_error_message="Qualiopi et le numéro de déclaration ne concernent que les organismes.",
            ),
            models.CheckConstraint(
                condition=Q(nda="") | Q(nda__regex=r"^(\d{11}|\d{4}P\d{6})$"),
                name="organisation_nda_shape",
                violation_error_message="Un numéro de déclaration d’activité compte 11 caractères.",
            ),
            models.CheckConstraint(
                condition=Q(kind="valideur", network__gt="") | (~Q(kind="valideur") & Q(network="")),
                name="organisation_network_valideur",
                violation_error_message="Le réseau est demandé aux valideurs, et à eux seuls.",
            ),
            models.CheckConstraint(
                condition=Q(kind="employeur") | Q(nature=""),
                name="organisation_nature_employeur",
                violation_error_message="La nature d’employeur ne concerne que les employeurs.",
            ),
            models.CheckConstraint(
                condition=Q(kind="relais") | Q(relais_kind=""),
                name="organisation_relais_kind",
                violation_error_message="Le type de relais ne concerne que les relais.",
            ),
            models.CheckConstraint(
                condition=Q(name__gt=""),
                name="organisation_named",
                violation_error_message="Une organisation porte un nom.",
            ),
        ]
        indexes = [models.Index(fields=["kind", "name", "id"], name="organisation_kind_name")]
        triggers = [
            # What an organisation is decides what its people see: a change of kind would move every scope.
            pgtrigger.ReadOnly(name="kind_is_kept", fields=["kind"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> list[str]:
        """Name and address as on an envelope, without the lines that are not known."""
        return [line for line in (self.name, self.address, self.place) if line]

    @property
    def place(self) -> str:
        """« 44000 Nantes »."""
        return f"{self.postcode} {self.city}".strip()


@tracked()
class Membership(models.Model):
    """A hat: one person, one organisation, one role. Deactivated, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="personne")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, choices=Role, default=Role.MEMBRE)
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField("depuis le", auto_now_add=True)
    deactivated_at = models.DateTimeField("désactivée le", null=True, blank=True)
    deactivated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "rattachement"
        ordering = ["organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(is_active=True),
                name="membership_one_active",
                violation_error_message="Cette personne est déjà membre de l’organisation.",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False, deactivated_at__isnull=False),
                name="membership_deactivation_dated",
                violation_error_message="Un rattachement désactivé porte sa date.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="role_fits_kind",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "organisation_id"),
                declare=[("is_region", "boolean")],
                func="""
                    SELECT kind = 'region' INTO is_region FROM accounts_organisation WHERE id = NEW.organisation_id;
                    IF (is_region AND NEW.role = 'membre')
                       OR (NOT is_region AND NEW.role NOT IN ('membre', 'administrateur')) THEN
                        RAISE EXCEPTION 'The role % does not exist in this kind of organisation', NEW.role
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    @property
    def kind(self) -> str:
        """Kind of the organisation, the first thing that screens and scopes ask of a hat."""
        return self.organisation.kind

    @property
    def label(self) -> str:
        """The hat in few words, as the header shows it: « Région · Décideur », « Employeur »."""
        return hat_label(self.kind, self.role)

    @property
    def is_administrator(self) -> bool:
        """Whether this hat manages its organisation's members and details."""
        return self.role == Role.ADMINISTRATEUR


@tracked()
class Invitation(models.Model):
    """An offer of a hat, sent by e-mail, accepted once."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField("adresse électronique")
    role = models.CharField("rôle", max_length=20, choices=Role, default=Role.MEMBRE)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_someone",
                violation_error_message="Une invitation acceptée l’est par quelqu’un.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=Q(accepted_at=None, cancelled_at=None),
                name="invitation_one_pending",
                violation_error_message="Une invitation attend déjà cette adresse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    @property
    def is_pending(self) -> bool:
        """Sent, neither accepted nor cancelled; its date may be past."""
        return self.accepted_at is None and self.cancelled_at is None

    @property
    def is_expired(self) -> bool:
        return self.is_pending and self.expires_at <= timezone.now()


@tracked()
class JoinRequest(models.Model):
    """A person asks to be let into an organisation that exists already; its administrators answer."""

    user = models.ForeignKey(User, models.PROTECT, related_name="join_requests", verbose_name="personne")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="join_requests")
    created_at = models.DateTimeField("demandée le", auto_now_add=True)
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.BooleanField("acceptée", null=True, blank=True)

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(answered_at=None),
                name="join_request_one_waiting",
                violation_error_message="Votre demande attend déjà une réponse.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, accepted=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, accepted__isnull=False),
                name="join_request_answered_whole",
                violation_error_message="Une réponse porte sa date et son auteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"
