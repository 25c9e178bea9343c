"""The marché of the demonstration and its lots: groups, certifications, places, dated prices."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from core.accounts.models import Membership
from core.reference.models import Commune
from orders import ledger
from orders.enums import LotRole
from orders.models import Lot, LotCertification, LotMember, LotPlace, LotPrice, Marche
from pilotage.demo.catalogue import LOTS, Trade
from pilotage.demo.people import STREETS, World

FIRST_YEAR, YEARS = 2023, 4  # the marché of 2023-2026, and those that follow
OWN = {("inter-industrie", "44"): LotRole.MANDATAIRE, ("agriculture-agroalimentaire", "44"): LotRole.MANDATAIRE,
       ("construction", "44"): LotRole.COTRAITANT}  # fmt: skip


@dataclass
class LotPlan:
    """A lot as the year needs it: its trades, who may ask, and where each trains."""

    lot: Lot
    filiere: str
    departements: list[str]
    trades: list[Trade]
    members: list[tuple[Membership, LotRole]]
    places: dict[int, LotPlace]  # by organisation


def open_market(world: World, since: date) -> list[list[LotPlan]]:
    """The marchés that the year crosses and the one that follows, each with its lots. The lots of each, in order."""
    today = world.diary.today
    first = FIRST_YEAR + (since.year - FIRST_YEAR) // YEARS * YEARS
    years = range(first, today.year + YEARS + 1, YEARS)
    group: dict[int, list[tuple[Membership, LotRole]]] = {}
    return [_marche(world, year, group) for year in years]


def _marche(world: World, year: int, group: dict[int, list[tuple[Membership, LotRole]]]) -> list[LotPlan]:
    end = year + YEARS - 1
    marche = Marche.objects.create(
        number=f"{year}-1E1F",
        title=f"Formations «\u00a01 emploi = 1 formation\u00a0» {year}-{end}",
        starts_on=date(year, 1, 1),
        ends_on=date(end, 12, 31),
    )
    plans = []
    sets = [(filiere, codes) for filiere, groups in LOTS.items() for codes in groups]
    for number, (filiere, codes) in enumerate(sets, 1):
        members = group.setdefault(number, _group(world, filiere, codes))
        plans.append(_lot(world, marche, number, filiere, codes.split(), members))
    return plans


def _lot(
    world: World,
    marche: Marche,
    number: int,
    filiere: str,
    codes: list[str],
    members: list[tuple[Membership, LotRole]],
) -> LotPlan:
    rng = world.rng
    maxi = Decimal(rng.randint(40, 160) * 1000)
    names = [str(world.catalogue.towns[code][0].departement.name) for code in codes]
    lot = Lot.objects.create(
        marche=marche,
        number=number,
        title=f"{world.catalogue.filieres[filiere].name}, {', '.join(names)}",
        filiere_id=filiere,
        gestionnaire=world.desk[_desk_of(world, number, filiere, codes)].user,
        coordinateur=" ".join(world.person()),
    )
    days = DateRange(marche.starts_on, marche.ends_on + timedelta(days=1))
    ledger.open_period(lot, days, maxi * rng.randint(40, 60) / 100, maxi)
    link = Lot.departements.through
    link.objects.bulk_create(link(lot=lot, departement_id=code) for code in codes)
    trades = world.catalogue.trades.get(filiere, [])
    LotCertification.objects.bulk_create(
        LotCertification(lot=lot, certification=trade.certification, obligatoire=rank == 0)
        for rank, trade in enumerate(trades)
        if trade.certification
    )
    _prices(world, lot)
    joined = marche.starts_on + timedelta(days=40)
    stated = {role: joined if role == LotRole.SOUS_TRAITANT else None for _, role in members}
    LotMember.objects.bulk_create(
        LotMember(
            lot=lot,
            organisation=hat.organisation,
            role=role,
            lack_stated_on=stated[role],
            mandataire_agreed_on=stated[role],
            entered_by=members[0][0] if stated[role] else None,
        )
        for hat, role in members
    )
    made = LotPlace.objects.bulk_create([_place(world, lot, hat, codes) for hat, _ in members])
    places = {place.organisme_id: place for place in made}
    return LotPlan(lot, filiere, codes, trades, members, places)


def _desk_of(world: World, number: int, filiere: str, codes: list[str]) -> int:
    """Who follows a lot: those of the demonstration's own organisme are with its own gestionnaire."""
    return 0 if (filiere, " ".join(codes)) in OWN else number % len(world.desk)


def _group(world: World, filiere: str, codes: str) -> list[tuple[Membership, LotRole]]:
    """A mandataire, one to three co-traitants, sometimes a sous-traitant: those who teach this and are near first."""
    rng = world.rng
    skilled = [hat for pk, hat in sorted(world.organismes.items()) if filiere in world.filieres[pk]]
    own = world.hats["organisme"]
    skilled = [hat for hat in skilled if hat.pk != own.pk]
    near = [hat for hat in skilled if _departement(hat) in codes.split()]
    far = [hat for hat in skilled if hat not in near]
    rng.shuffle(near)
    rng.shuffle(far)
    chosen = (near + far)[: rng.randint(2, 4)]
    roles = [LotRole.MANDATAIRE] + [LotRole.COTRAITANT] * (len(chosen) - 1)
    members = list(zip(chosen, roles, strict=True))
    if (role := OWN.get((filiere, codes))) == LotRole.MANDATAIRE:
        members = [(own, role), *((hat, LotRole.COTRAITANT) for hat in chosen)]
    elif role:
        members.append((own, role))
    others = [hat for hat in world.organismes.values() if hat not in skilled and hat.pk != own.pk]
    if rng.random() < 0.25 and others:
        members.append((rng.choice(others), LotRole.SOUS_TRAITANT))
    return members


def _departement(hat: Membership) -> str:
    commune = hat.organisation.commune
    return commune.departement_id if commune else ""


def _prices(world: World, lot: Lot) -> None:
    """One price for the group, argued up once in four (R123, R124)."""
    amount = Decimal(world.rng.randint(780, 1250)) / 100
    start, end = lot.marche.starts_on, lot.marche.ends_on + timedelta(days=1)
    turn = date(start.year + 2, 1, 1)
    dated = [(amount, start, end)]
    if world.rng.random() < 0.25:
        raised = (amount * Decimal("1.03")).quantize(Decimal("0.01"))
        dated = [(amount, start, turn), (raised, turn, end)]
    LotPrice.objects.bulk_create(
        LotPrice(lot=lot, amount=price, period=DateRange(first, last)) for price, first, last in dated
    )


def _place(world: World, lot: Lot, hat: Membership, codes: list[str]) -> LotPlace:
    """At home when the lot covers it, else in a town of the lot."""
    organisation = hat.organisation
    if organisation.commune and organisation.commune.departement_id in codes:
        return LotPlace(
            lot=lot,
            organisme=organisation,
            name=organisation.name[:160],
            address=organisation.address,
            postcode=organisation.postcode,
            commune=organisation.commune,
            siret=organisation.siret,
        )
    town: Commune = world.rng.choice(world.catalogue.towns[world.rng.choice(codes)][:6])
    return LotPlace(
        lot=lot,
        organisme=organisation,
        name=f"Site de {town.name}",
        address=f"{world.rng.randint(1, 40)}, {world.rng.choice(STREETS.split('|'))}",
        postcode=town.postcodes[0],
        commune=town,
    )
