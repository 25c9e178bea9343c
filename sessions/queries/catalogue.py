"""What the public may find: the sessions that the Région has authorised and published (R102), and nothing else."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, FloatField, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Organisation
from core.reference.geography import EARTH_RADIUS_KM
from core.reference.models import Commune, Departement, Filiere, Metier, TerritoireEfop
from core.ui.pagination import COUNT_CAP
from orders.models import LotMember
from orders.queries import active
from sessions.enums import SessionState
from sessions.models import Session
from sessions.queries import words

COUNTED = 5000  # sessions behind the figures of the filters; past that no figure is shown
RANKED = COUNT_CAP + 1  # sessions put in order of distance or of likeness: as many as the pages count
OPTIONS_SECONDS = 300
RADII = (30, 10, 20, 50, 100)  # the first one is the one in force when nothing is said
DEFAULT_RADIUS = 30


def public() -> QuerySet[Session]:
    """R102: every session that anyone may see, whatever its date."""
    return Session.objects.filter(state__in=SessionState.public())


def with_card(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The same with what one line of a list shows."""
    return sessions.select_related("organisme", "commune", "certification").defer("search_vector")


def sheet_or_none(number: str) -> Session | None:
    """A public session by its number, with its card and what stands beside it."""
    return (
        with_card(public())
        .select_related("publication", "metier", "departement", "territoire", "filiere")
        .filter(number=number)
        .first()
    )


def withdrawn_or_none(number: str) -> Session | None:
    """A session that was public and is no more: its number keeps its meaning for ever."""
    gone = ~Q(state__in=[SessionState.AUTORISEE, *SessionState.public()])
    return Session.objects.filter(gone, number=number, published_at__isnull=False).first()


Figures = dict[str, Counter[str]]


@dataclass(frozen=True)
class Asked:
    """What a visitor asks of the catalogue, read from the address. Unknown values ask for nothing."""

    q: str = ""
    departements: tuple[str, ...] = ()
    filieres: tuple[str, ...] = ()
    access_modes: tuple[str, ...] = ()
    teachings: tuple[str, ...] = ()
    territoire: str = ""
    metier: str = ""
    certification: str = ""
    certifying: str = ""  # "oui", "non" or nothing
    organisme: int | None = None
    starts_from: date | None = None
    starts_to: date | None = None
    with_places: bool = False
    near: Commune | None = None
    radius: int = DEFAULT_RADIUS
    sort: str = ""


FACETS = {
    "departements": "departement_id",
    "filieres": "filiere_id",
    "access_modes": "access_mode",
    "teachings": "teaching",
}


@dataclass(frozen=True)
class Found:
    """The sessions that answer, in order, and how the words were understood."""

    sessions: QuerySet[Session]
    search: words.Search
    everything: QuerySet[Session] = field(repr=False)  # before the filters that have figures


def find(asked: Asked, *, on: date | None = None) -> Found:
    """The sessions that one may still enter and that answer what is asked."""
    today = on or timezone.localdate()
    search = words.understand(asked.q)
    base = public().filter(enter_until__gte=today)
    if search.query:
        base = base.filter(search_vector=SearchQuery(search.query, config=words.CONFIG, search_type="raw"))
    base = base.filter(_conditions(asked))
    found = base
    for name, column in FACETS.items():
        if chosen := getattr(asked, name):
            found = found.filter(**{f"{column}__in": chosen})
    return Found(with_card(_sorted(found, asked, search)), search, base)


def _conditions(asked: Asked) -> Q:
    wanted = Q()
    if asked.territoire:
        wanted &= Q(territoire=asked.territoire)
    if asked.metier:
        wanted &= Q(metier=asked.metier)
    if asked.certification:
        wanted &= Q(certification=asked.certification)
    if asked.certifying:
        wanted &= Q(certification__isnull=asked.certifying == "non")
    if asked.organisme:
        wanted &= Q(organisme=asked.organisme)
    if asked.starts_from:
        # One who can enter all along may enter on that day too.
        wanted &= Q(enter_until__gte=asked.starts_from)
    if asked.starts_to:
        wanted &= Q(starts_on__lte=asked.starts_to)
    if asked.with_places:
        wanted &= Q(places_left__gt=0)
    if asked.near:
        wanted &= Q(commune__in=communes_within(asked.near, asked.radius))
    return wanted


def _sorted(sessions: QuerySet[Session], asked: Asked, search: words.Search) -> QuerySet[Session]:
    if asked.sort == "proximite" and asked.near:
        return _nearest(sessions, asked.near, asked.radius)
    if asked.sort == "nouveaute":
        return sessions.order_by("-published_at", "-id")
    if asked.sort == "pertinence" and search.query:
        query = SearchQuery(search.query, config=words.CONFIG, search_type="raw")
        first = sessions.order_by("starts_on", "id").values("pk")[:RANKED]
        return (
            Session.objects.filter(pk__in=first)
            .annotate(rank=SearchRank(F("search_vector"), query))
            .order_by("-rank", "starts_on", "id")
        )
    return sessions.order_by("starts_on", "id")


def _nearest(sessions: QuerySet[Session], centre: Commune, radius: int) -> QuerySet[Session]:
    """Nearest first, as far as the communes that make up the first `RANKED`: nobody turns pages further."""
    held = dict(sessions.order_by().values_list("commune").annotate(n=Count("pk")))
    kept: list[str] = []
    gathered = 0
    for code in communes_within(centre, radius):
        if gathered >= RANKED:
            break
        if code in held:
            kept.append(code)
            gathered += held[code]
    return sessions.filter(commune__in=kept).order_by(_away(centre), "starts_on", "id")


def _away(centre: Commune) -> Combinable:
    """How far a session's commune is, squared and on flat ground: enough to put near before far in one region."""
    latitude, longitude = float(centre.latitude or 0), float(centre.longitude or 0)
    north = Cast("commune__latitude", FloatField()) - latitude
    east = (Cast("commune__longitude", FloatField()) - longitude) * math.cos(math.radians(latitude))
    return north * north + east * east


def communes_within(centre: Commune, radius: int) -> list[str]:
    """Codes of the communes whose centre is at most `radius` km away, the nearest first; the centre always is."""
    if centre.latitude is None or centre.longitude is None:
        return [centre.code]
    key = f"communes-within:{centre.code}:{radius}"
    known = cache.get(key)
    if known is not None:
        return list(known)
    latitude, longitude = math.radians(float(centre.latitude)), math.radians(float(centre.longitude))
    span = math.degrees(radius / EARTH_RADIUS_KM)
    wide = span / max(0.1, math.cos(latitude))
    rows = (
        Commune.objects.filter(
            latitude__range=(float(centre.latitude) - span, float(centre.latitude) + span),
            longitude__range=(float(centre.longitude) - wide, float(centre.longitude) + wide),
        )
        .values_list("code", "latitude", "longitude")
        .order_by("code")
    )
    found = []
    for code, lat, lon in rows:
        there, across = math.radians(float(lat or 0)), math.radians(float(lon or 0)) - longitude
        half = math.sin((there - latitude) / 2) ** 2 + math.cos(there) * math.cos(latitude) * math.sin(across / 2) ** 2
        away = 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
        if away <= radius:
            found.append((away, code))
    codes = [code for _, code in sorted(found)]
    cache.set(key, codes, OPTIONS_SECONDS)
    return codes


def figures(asked: Asked, found: Found) -> Figures | None:
    """How many sessions each choice of each facet would give, the other facets kept. None past `COUNTED` sessions.

    Under the key "" stands how many there are in all. One query: the facets cross into a few hundred groups, which
    are added up here.
    """
    few = found.everything.order_by().values_list(*FACETS.values())[: COUNTED + 1]
    try:
        sql, params = few.query.sql_with_params()
    except EmptyResultSet:
        return defaultdict(Counter)
    names = ", ".join(FACETS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names}, count(*) FROM ({sql}) few ({names}) GROUP BY {names}", params)  # noqa: S608
        groups = cursor.fetchall()
    if sum(group[-1] for group in groups) > COUNTED:
        return None
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    chosen = [set(getattr(asked, name)) for name in FACETS]
    for *values, n in groups:
        passes = [not wanted or value in wanted for wanted, value in zip(chosen, values, strict=True)]
        if all(passes):
            totals[""][""] += n
        for at, name in enumerate(FACETS):
            if all(ok for other, ok in enumerate(passes) if other != at):
                totals[name][values[at]] += n
    return totals


def options() -> dict[str, list[tuple[str, str]]]:
    """The choices of the filters, from the official lists; kept five minutes."""
    known: dict[str, Any] | None = cache.get("catalogue-options")
    if known is None:
        territoires = list(TerritoireEfop.objects.active().values_list("code", "name", "is_stand_in").order_by("name"))
        known = {
            "departements": [
                (code, name)
                for code, name in Departement.objects.active()
                .filter(in_region=True)
                .values_list("code", "name")
                .order_by("name")
            ],
            "filieres": list(Filiere.objects.active().values_list("code", "name").order_by("rank", "name")),
            "territoires": [(code, name) for code, name, _ in territoires],
            "stand_in": any(stand_in for *_, stand_in in territoires),
        }
        cache.set("catalogue-options", known, OPTIONS_SECONDS)
    return known


def read(values: Mapping[str, Any], near: Commune | None) -> Asked:
    """What the cleaned values of the form ask."""
    return Asked(near=near, **{name: value for name, value in values.items() if name in Asked.__dataclass_fields__})


def metier_name(code: str) -> str:
    return Metier.objects.filter(pk=code).values_list("title", flat=True).first() or code


# --- Organismes ----------------------------------------------------------------------------------


def prestataires(*, q: str = "", filiere: str = "", departement: str = "") -> QuerySet[Organisation]:
    """« Prestataires 1 emploi = 1 formation » (R108): the active members of the active lots."""
    lots = active()
    if filiere:
        lots = lots.filter(filiere=filiere)
    if departement:
        lots = lots.filter(departements=departement)
    members = LotMember.objects.filter(lot__in=lots.values("pk"), is_active=True)
    found = Organisation.objects.filter(
        pk__in=members.values("organisation"), kind=OrganisationKind.ORGANISME, is_active=True
    )
    for word in q.split()[: words.MAX_WORDS]:
        found = found.filter(Q(name__unaccent__icontains=word) | Q(city__unaccent__icontains=word))
    return found.select_related("commune").order_by("name", "id")


def with_lots(organismes: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The same with `held`: their memberships of active lots, each with its lot, filière and départements."""
    members = (
        LotMember.objects.filter(is_active=True, lot__in=active().values("pk"))
        .select_related("lot__filiere", "lot__marche")
        .prefetch_related("lot__departements")
        .order_by("lot__filiere__rank", "lot__number", "id")
    )
    return organismes.prefetch_related(Prefetch("lot_memberships", members, to_attr="held"))


def sessions_of(organisme: Organisation) -> QuerySet[Session]:
    """The sessions of an organisme that one may still enter."""
    return with_card(public().filter(organisme=organisme, enter_until__gte=timezone.localdate())).order_by(
        "starts_on", "id"
    )
