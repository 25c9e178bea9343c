"""People, organisations and hats for tests. SIRET numbers are invented and pass the checks that real ones pass."""

from datetime import timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.accounts.enums import EmployerNature, OrganisationKind, RelaisKind, Role, ValideurNetwork
from core.accounts.models import Invitation, JoinRequest, Membership, Organisation, User

PASSWORD = "une-phrase-de-passe-longue"


def luhn_digit(digits: str) -> str:
    """The last digit that makes `digits` + it pass Luhn's check."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if rank % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def siret(number: int, establishment: int = 1) -> str:
    """A SIRET that passes the checks, always the same for the same number (invented: it begins with 9)."""
    siren = f"9{number % 10_000_000:07d}"
    siren += luhn_digit(siren)
    body = f"{siren}{establishment % 10_000:04d}"
    return body + luhn_digit(body)


class UserFactory(DjangoModelFactory):
    """A person who can sign in with `PASSWORD`, address checked."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Durand{n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        """`UserFactory(verified=False)`: the address was never checked."""
        if create and extracted is not False:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class OrganisationFactory(DjangoModelFactory):
    """An employer, unless a trait says otherwise: `OrganisationFactory(organisme=True)`."""

    class Meta:
        model = Organisation

    class Params:
        employeur = factory.Trait(kind=OrganisationKind.EMPLOYEUR)
        organisme = factory.Trait(
            kind=OrganisationKind.ORGANISME,
            name=factory.Sequence(lambda n: f"Organisme {n}"),
            nature="",
            headcount="",
            nda=factory.Sequence(lambda n: f"52440{n % 1_000_000:06d}"),
            qualiopi_until=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=500)),
            handicap_referent="Dominique Martin",
            commune=factory.SubFactory("tests.factories.reference.CommuneFactory"),
        )
        region = factory.Trait(
            kind=OrganisationKind.REGION, name="Région Pays de la Loire", siret="", nature="", headcount=""
        )
        valideur = factory.Trait(
            kind=OrganisationKind.VALIDEUR,
            name=factory.Sequence(lambda n: f"Agence {n}"),
            network=ValideurNetwork.FRANCE_TRAVAIL,
            nature="",
            headcount="",
        )
        relais = factory.Trait(
            kind=OrganisationKind.RELAIS,
            name=factory.Sequence(lambda n: f"Relais {n}"),
            relais_kind=RelaisKind.OPCO,
            nature="",
            headcount="",
        )
        cariforef = factory.Trait(kind=OrganisationKind.CARIFOREF, name="Cariforef", nature="", headcount="")

    kind = OrganisationKind.EMPLOYEUR
    name = factory.Sequence(lambda n: f"Entreprise {n}")
    legal_name = factory.SelfAttribute("name")
    siret = factory.Sequence(siret)
    address = "12 rue de la Loire"
    postcode = "44000"
    city = "Nantes"
    email = factory.Sequence(lambda n: f"contact{n}@exemple.test")
    nature = EmployerNature.PRIVE
    headcount = "20 à 49 salariés"


class MembershipFactory(DjangoModelFactory):
    """A hat: an ordinary member of an employer."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.MEMBRE

    class Params:
        former = factory.Trait(is_active=False, deactivated_at=factory.LazyFunction(timezone.now))


class InvitationFactory(DjangoModelFactory):
    """An offer sent today, valid for fourteen days. `expired=True`: sent a month ago."""

    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invite{n}@exemple.test")
    role = Role.MEMBRE
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))

    class Params:
        expired = factory.Trait(expires_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=16)))


class JoinRequestFactory(DjangoModelFactory):
    """A person asks the administrators of an organisation to be let in."""

    class Meta:
        model = JoinRequest

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


def hat(kind: str = OrganisationKind.EMPLOYEUR, role: str = "", **org: object) -> Membership:
    """A hat of this kind, with a new person and a new organisation: `hat("region", role="finances")`.

    Without a role: « décideur » for the Région, « administrateur » elsewhere. `org` goes to the organisation;
    `user=` and `organisation=` give existing ones.
    """
    person = org.pop("user", None) or UserFactory()
    organisation = org.pop("organisation", None) or OrganisationFactory(**{str(kind): True, **org})
    default = Role.DECIDEUR if kind == OrganisationKind.REGION else Role.ADMINISTRATEUR
    return MembershipFactory(user=person, organisation=organisation, role=role or default)
