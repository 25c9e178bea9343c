"""The demonstration's six people. Nothing here does anything where `settings.DEMO` is not set."""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from core.accounts.enums import OrganisationKind, Role, hat_label
from core.accounts.models import Membership, Organisation, User


@dataclass(frozen=True)
class DemoAccount:
    """One person of the demonstration: `name` is the part of the address before the @."""

    name: str
    first_name: str
    last_name: str
    kind: OrganisationKind
    role: Role
    says: str
    is_staff: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@exemple.test"

    @property
    def hat(self) -> str:
        """« Région · Décideur », as the header will show it."""
        return hat_label(self.kind, self.role)


DEMO_ACCOUNTS = (
    DemoAccount(
        "employeur",
        "Élise",
        "Guérin",
        OrganisationKind.EMPLOYEUR,
        Role.ADMINISTRATEUR,
        "Décrit ses postes et dépose des intentions d’embauche.",
    ),
    DemoAccount(
        "organisme",
        "Yann",
        "Le Bris",
        OrganisationKind.ORGANISME,
        Role.ADMINISTRATEUR,
        "Réunit des intentions et demande des sessions.",
    ),
    DemoAccount(
        "region", "Nadia", "Benali", OrganisationKind.REGION, Role.DECIDEUR, "Instruit les demandes et décide."
    ),
    DemoAccount(
        "gestionnaire",
        "Karim",
        "Bouzid",
        OrganisationKind.REGION,
        Role.GESTIONNAIRE,
        "Tient les lots, prépare les bons de commande et contrôle les heures.",
    ),
    DemoAccount(
        "valideur",
        "Marc",
        "Oger",
        OrganisationKind.VALIDEUR,
        Role.ADMINISTRATEUR,
        "Trouve une session pour les personnes qu’il suit.",
    ),
    DemoAccount(
        "admin",
        "Sophie",
        "Lambert",
        OrganisationKind.REGION,
        Role.ADMINISTRATEUR,
        "Ouvre les comptes des organisations et règle le portail.",
        is_staff=True,
    ),
)


def demo_account(name: str) -> DemoAccount | None:
    return next((account for account in DEMO_ACCOUNTS if account.name == name), None)


@transaction.atomic
def ensure_demo_accounts(organisations: Mapping[str, Organisation]) -> dict[str, Membership]:
    """Create the six people, or bring them back to how they should be.

    Args:
        organisations: the organisation of each kind ("employeur", "organisme", "region", "valideur"); a
            kind that is absent gets no person. « admin » belongs to the Région too.

    Returns:
        The hat of each account, by account name ("employeur", …, "admin").

    Raises:
        ImproperlyConfigured: outside demo mode.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Demo accounts exist in demo mode only")
    hats: dict[str, Membership] = {}
    for account in DEMO_ACCOUNTS:
        organisation = organisations.get(account.kind)
        if organisation is None:
            continue
        user = _ensure_user(account)
        hats[account.name], _ = Membership.objects.update_or_create(
            user=user, organisation=organisation, is_active=True, defaults={"role": account.role}
        )
    return hats


def _ensure_user(account: DemoAccount) -> User:
    user, created = User.objects.update_or_create(
        email=account.email,
        defaults={
            "first_name": account.first_name,
            "last_name": account.last_name,
            "is_staff": account.is_staff,
            "is_superuser": account.is_staff,
            "is_active": True,
        },
    )
    if created:
        user.set_unusable_password()  # the one-click sign-in is the only way in
        user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=account.email, defaults={"verified": True, "primary": True})
    return user
