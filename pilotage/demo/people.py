"""People, employers and the other organisations of the demonstration: all invented, and they look it."""

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings

from core.accounts.demo import ensure_demo_accounts
from core.accounts.enums import EmployerNature, OrganisationKind, RelaisKind, Role, ValideurNetwork
from core.accounts.models import Membership, Organisation, User
from core.reference.models import Commune
from pilotage.demo.catalogue import Catalogue, Trade, organismes
from pilotage.demo.clock import Diary

FIRST = (  # noqa: SIM905 names read better in a paragraph
    "Adèle Alban Anouk Armel Aurore Basile Bérénice Cédric Clarisse Corentin Damien Delphine Elias Estelle Fanny "
    "Ferdinand Gaëlle Gaspard Hélène Hugues Inès Ivan Jeanne Joris Katell Kévin Leïla Loïc Maëlle Malo Nora Octave "
    "Pauline Quentin Rachid Romane Samir Solène Tanguy Ursule Valentin Violette Wassim Yaëlle Zélie"
).split()
LAST = (  # noqa: SIM905
    "Aubépin Beaumarais Bellerive Bourgneuf Chantelune Clairval Courlis Dubocage Ducourtil Erdrois Favreau-Lande "
    "Fontanelle Grandpré Guérandais Hautebruyère Joncheray Landemont Lormelle Maillebois Marestaing Montfaucon "
    "Noirmoulin Orvallier Pâquerais Petitclerc Primevère Quatrebarbes Rochebelle Rivaudière Sansoucy Tournemine "
    "Vallerin Vertbois Villefleur"
).split()
NAMED_AFTER = (  # noqa: SIM905
    "des Marais bleus|du Vieux Pont|de la Lande rousse|du Grand Chêne|des Trois Rives|de la Brise|du Clos fleuri|"
    "de la Tour carrée|des Genêts|du Moulin vert|de la Pierre levée|des Hirondelles|du Quai neuf|de la Combe|"
    "des Quatre Vents|du Chemin creux|de la Prée|des Peupliers|du Lavoir|de la Roseraie|des Ajoncs|du Phare blanc|"
    "de la Sablière|des Deux Lunes|du Pré carré|de la Grande Ourse|des Coteaux dorés|du Héron|de la Source|"
    "des Châtaigniers|du Bois joli|de la Halle ronde|des Embruns|du Belvédère|de la Douve|des Iris|du Sillon|"
    "de la Clé des champs|des Sept Étangs|du Martin-pêcheur"
).split("|")
STREETS = (
    "rue des Artisans|rue du Puits|route du Bourg|rue des Tilleuls|allée des Saules|rue de la Gare|zone du Pré long"
)
HEADCOUNTS = ["1 à 9 salariés", "10 à 19 salariés", "20 à 49 salariés", "50 à 99 salariés", "100 à 249 salariés"]


@dataclass
class World:
    """Who is there. Hats are what the workflow acts with."""

    rng: random.Random
    diary: Diary
    catalogue: Catalogue
    hats: dict[str, Membership] = field(default_factory=dict)  # the demonstration's own five, by account name
    desk: list[Membership] = field(default_factory=list)  # the Région's gestionnaires
    organismes: dict[int, Membership] = field(default_factory=dict)  # one hat per training organisation
    filieres: dict[int, list[str]] = field(default_factory=dict)
    employers: dict[tuple[str, str], list[Membership]] = field(default_factory=dict)
    valideurs: list[Membership] = field(default_factory=list)
    bound: dict[tuple[int, str], int] = field(default_factory=dict)  # (employer, training) → organisme (R10)
    taken: set[str] = field(default_factory=set)
    spoken_for: set[int] = field(default_factory=set)  # intentions that wait for a request of the year, by key
    groups: dict[int, tuple[bool, str]] = field(default_factory=dict)  # sessions whose people are followed, by key
    last_siren: int = 0

    def siret(self) -> str:
        """A number of fourteen digits that is well formed and that nobody bears: INSEE gives no SIREN in 000."""
        self.last_siren += 1
        siren = _luhn(f"000{self.last_siren:05d}")
        return _luhn(f"{siren}0001")

    def person(self) -> tuple[str, str]:
        return self.rng.choice(FIRST), self.rng.choice(LAST)

    def hat(self, organisation: Organisation, role: str = Role.ADMINISTRATEUR) -> Membership:
        """A new invented person in this organisation."""
        first, last = self.person()
        base = f"{_plain(first)}.{_plain(last)}"
        address, n = f"{base}@exemple.test", 2
        while address in self.taken:
            address, n = f"{base}.{n}@exemple.test", n + 1
        self.taken.add(address)
        user = User(email=address, first_name=first, last_name=last, date_joined=self.diary.moment)
        user.set_unusable_password()
        user.save()
        return Membership.objects.create(user=user, organisation=organisation, role=role)

    def employer(self, town: Commune, trade: Trade, key: str, organisme: int) -> Membership:
        """An employer of this town's département, free for that training or already with this organisme (R10)."""
        pool = self.employers.setdefault((town.departement_id, trade.filiere), [])
        free = [
            hat
            for hat in pool
            if hat.organisation.commune_id == town.code
            and self.bound.get((hat.organisation_id, key), organisme) == organisme
        ]
        if free and self.rng.random() < 0.5:
            hat = self.rng.choice(free)
        else:
            hat = self.hat(self._new_employer(town, trade), Role.ADMINISTRATEUR)
            pool.append(hat)
        self.bound[hat.organisation_id, key] = organisme
        return hat

    def _new_employer(self, town: Commune, trade: Trade) -> Organisation:
        name = f"{self.rng.choice(trade.employers)} {self.rng.choice(NAMED_AFTER)}"
        while name in self.taken:
            name = f"{self.rng.choice(trade.employers)} {self.rng.choice(NAMED_AFTER)} de {town.name}"
            if name in self.taken:
                name = f"{name} {len(self.taken)}"
        self.taken.add(name)
        nature = EmployerNature.ASSOCIATION if name.startswith(("Association", "Club")) else EmployerNature.PRIVE
        return Organisation.objects.create(
            kind=OrganisationKind.EMPLOYEUR,
            name=name,
            siret=self.siret(),
            address=f"{self.rng.randint(1, 90)}, {self.rng.choice(STREETS.split('|'))}",
            postcode=town.postcodes[0],
            commune=town,
            city=town.name,
            email=f"contact.{len(self.taken)}@exemple.test",
            phone=phone(self.rng),
            nature=nature,
            headcount=self.rng.choice(HEADCOUNTS),
        )


def settle(world: World) -> None:
    """Everyone who is there on the first day: the Région, the demonstration's own people, organisations, valideurs."""
    nantes = world.catalogue.towns["44"][0]
    town = {commune.name: commune for commune in world.catalogue.towns["44"]}
    region = Organisation.objects.create(
        kind=OrganisationKind.REGION,
        name=settings.REGION_NAME,
        siret=world.siret(),
        address="1, quai de la Région",
        postcode="44000",
        commune=nantes,
        city=nantes.name,
    )
    workshop = Organisation.objects.create(
        kind=OrganisationKind.ORGANISME,
        name="Ateliers de la Chézine",
        legal_name="Ateliers de la Chézine",
        siret=world.siret(),
        address="12, quai de la Chézine",
        postcode="44100",
        commune=nantes,
        city=nantes.name,
        email="accueil@exemple.test",
        phone="02 61 91 00 44",
        nda="52449900044",
        qualiopi_until=world.diary.today + timedelta(days=500),
        handicap_referent="Anouk Clairval",
    )
    place = town.get("Saint-Nazaire", nantes)
    cannery = Organisation.objects.create(
        kind=OrganisationKind.EMPLOYEUR,
        name="Conserverie des Marais bleus",
        siret=world.siret(),
        address="3, rue du Puits",
        postcode=place.postcodes[0],
        commune=place,
        city=place.name,
        email="contact.marais-bleus@exemple.test",
        phone="02 61 91 00 45",
        nature=EmployerNature.PRIVE,
        headcount="50 à 99 salariés",
    )
    world.taken.add(cannery.name)
    agency = Organisation.objects.create(
        kind=OrganisationKind.VALIDEUR,
        name="France Travail Nantes Erdre",
        network=ValideurNetwork.FRANCE_TRAVAIL,
        commune=nantes,
        city=nantes.name,
        postcode="44000",
    )
    own = {"employeur": cannery, "organisme": workshop, "region": region, "valideur": agency}
    if settings.DEMO:
        world.hats = ensure_demo_accounts(own)
    else:
        world.hats = {name: world.hat(one) for name, one in own.items() if name != "region"}
        world.hats["region"] = world.hat(region, Role.DECIDEUR)
        world.hats["admin"] = world.hat(region, Role.ADMINISTRATEUR)
        world.hats["gestionnaire"] = world.hat(region, Role.GESTIONNAIRE)
    world.desk = [world.hats["gestionnaire"], *(world.hat(region, Role.GESTIONNAIRE) for _ in range(2))]
    world.hat(region, Role.FINANCES)
    _settle_others(world)
    world.organismes[workshop.pk] = world.hats["organisme"]
    world.filieres[workshop.pk] = ["inter-industrie", "agriculture-agroalimentaire", "construction"]
    for row in organismes():
        _settle_organisme(world, row)


def _settle_others(world: World) -> None:
    towns = world.catalogue.towns
    for network, name, code in (
        (ValideurNetwork.MISSION_LOCALE, "Mission locale des Coteaux", "49"),
        (ValideurNetwork.CAP_EMPLOI, "Cap emploi de la Vendée", "85"),
        (ValideurNetwork.DEPARTEMENT, "Service insertion de la Sarthe", "72"),
    ):
        one = towns[code][0]
        organisation = Organisation.objects.create(
            kind=OrganisationKind.VALIDEUR, name=name, network=network, commune=one, city=one.name
        )
        world.valideurs.append(world.hat(organisation))
    for kind, name in ((RelaisKind.OPCO, "Opco des Métiers voisins"), (RelaisKind.SOLUTIONS_CO, "Solutions&Co")):
        one = towns["44"][0]
        organisation = Organisation.objects.create(
            kind=OrganisationKind.RELAIS, name=name, relais_kind=kind, commune=one, city=one.name
        )
        world.hat(organisation)
    Organisation.objects.create(kind=OrganisationKind.CARIFOREF, name="Cariforef des Pays de la Loire", city="Nantes")


def _settle_organisme(world: World, row: dict[str, str]) -> None:
    commune = world.catalogue.communes.get(row["commune"])
    first, last = world.person()
    number = len(world.organismes)
    organisation = Organisation.objects.create(
        kind=OrganisationKind.ORGANISME,
        name=row["nom"],
        legal_name=row["raison_sociale"],
        siret=row["siret"],
        nda=row["nda"],
        address=row["adresse"],
        postcode=row["code_postal"],
        commune=commune,
        city=commune.name if commune else "",
        email=f"accueil.of{number}@exemple.test",
        phone=phone(world.rng),
        qualiopi_until=world.diary.today + timedelta(days=world.rng.randint(60, 900)),
        handicap_referent=f"{first} {last}",
    )
    world.organismes[organisation.pk] = world.hat(organisation)
    world.filieres[organisation.pk] = row["filieres"].split()


def phone(rng: random.Random) -> str:
    """A number of the range that Arcep keeps for fiction."""
    return f"02 61 91 {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}"


def _luhn(digits: str) -> str:
    """The digits and their check digit."""
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits)))
    total = sum(d - 9 if d > 9 else d for d in doubled)
    return f"{digits}{-total % 10}"


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFD", name.lower())
    return "".join(char for char in folded if char.isalnum() or char == "-")
