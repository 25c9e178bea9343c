"""A session that an employer leaves: where it stands, what may be done, and whose intention could take the places."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.reference.geography import distance_km
from core.rulebook.models import Receipt
from core.rulebook.parameters import Editions
from core.rules import Judgement, Verdict
from core.ui.french import jour, nombre, pluriel
from intentions.enums import DerogationState, IntentionState
from intentions.models import Intention
from intentions.queries import Invitation
from orders.models import Composante
from sessions.enums import ExtraHoursState, OfferState, RequestState, SessionState
from sessions.facts import day_of, facts_of, granted, judge_request, judge_withdrawal, place_commune
from sessions.models import Coverage, CoverageLoss, ExtraHours, PlaceOffer, Session, SessionRequest
from sessions.queries.requests import LOOKED_AT, available_to, free_posts
from sessions.rules import AttachedIntention, SessionAct, judge

MOST = 25  # intentions shown, the most fitting first


def standing(request: SessionRequest) -> QuerySet[Coverage]:
    """The posts on which a request stands today."""
    return request.coverages.filter(is_live=True, lost_at=None).order_by("pk")


def lost(request: SessionRequest) -> QuerySet[Coverage]:
    """The places of a session under way whose employer has left, the oldest first (R19)."""
    return request.coverages.filter(is_live=True, lost_at__isnull=False).order_by("lost_at", "pk")


def to_fill(request: SessionRequest) -> int:
    """How many places of an authorised session wait for an employer: none before a withdrawal, none at the socle."""
    session = getattr(request, "session", None)
    if session is None or request.is_socle:
        return 0
    if session.has_begun:
        return lost(request).count() if session.state in SessionState.public() else 0
    if request.state in (RequestState.A_REEXAMINER, RequestState.A_COMPLETER):
        return max((request.seats or 0) - standing(request).count(), 0)
    return 0


@dataclass(frozen=True)
class Situation:
    """Where a session stands after what fell away."""

    request: SessionRequest
    session: Session
    posts: int
    places: int
    free: int
    losses: list[CoverageLoss]

    @property
    def is_frozen(self) -> bool:
        """R18: it waits for the Région's decision."""
        return self.request.state == RequestState.A_REEXAMINER

    @property
    def withdrawn(self) -> int:
        """Posts that fell away and have no answer yet."""
        return sum(loss.posts for loss in self.losses if loss.closed_at is None)

    @property
    def days_to_start(self) -> int:
        return (self.session.starts_on - timezone.localdate()).days


def situation(request: SessionRequest) -> Situation | None:
    """Where the session of a request stands; None while it has none. Four queries."""
    session = getattr(request, "session", None)
    if session is None:
        return None
    losses = session.losses.select_related("intention__employer", "receipt", "closed_by__user").order_by("-at", "-id")
    return Situation(request, session, standing(request).count(), request.seats or 0, to_fill(request), list(losses))


# ---- whose intention could take the places


@dataclass
class Candidate:
    """An intention that waits and fits, with the reasons why, the strongest first."""

    intention: Intention
    free: int
    distance: Decimal | None
    reasons: list[str]
    pending: list[str] = field(default_factory=list)
    offer: PlaceOffer | None = None

    @property
    def facts(self) -> str:
        """« Soudeur · CDI · Nantes »."""
        one = self.intention
        place = one.workplace_commune.name if one.workplace_commune else ""
        return " · ".join(part for part in (one.job_title, one.get_contract_type_display(), place) if part)

    @property
    def can_be_offered(self) -> bool:
        return self.offer is None or self.offer.state != OfferState.PROPOSEE


def candidates(request: SessionRequest) -> list[Candidate]:
    """Intentions that wait, which the organisme may take and which fit the session, the most fitting first.

    None of an employer who is bound elsewhere for the same training (R10), nor of one judged non éligible.
    """
    if request.lot is None:
        return []
    found = list(
        available_to(request.created_by)
        .filter(Q(filiere=request.lot.filiere_id) | Q(metier=request.metier_id))
        .exclude(verdict=Verdict.NON_ELIGIBLE.value)
        .select_related("employer", "metier", "certification", "workplace_commune", "engaged_organisme")
        .prefetch_related("derogations")
        .order_by("filed_at", "id")[:LOOKED_AT]
    )
    elsewhere = _bound_elsewhere(found, request)
    free = dict(free_posts().filter(intention__in=found).order_by().values_list("intention").annotate(n=Count("pk")))
    offers = {one.intention_id: one for one in request.offers.order_by("offered_at", "id")}
    site = place_commune(request)
    rows = []
    for intention in found:
        if intention.pk in elsewhere:
            continue
        work = intention.workplace_commune
        distance = distance_km(site, work) if site and work else None
        rows.append(
            Candidate(
                intention,
                free.get(intention.pk, 0),
                distance,
                _reasons(request, intention, distance),
                [row.rule for row in intention.derogations.all() if row.state == DerogationState.DEMANDEE],
                offers.get(intention.pk),
            )
        )
    far = Decimal(10_000)
    rows.sort(
        key=lambda row: (
            not _same_certification(request, row.intention),
            row.intention.metier_id != request.metier_id,
            row.distance if row.distance is not None else far,
        )
    )  # stable: the oldest first
    return rows[:MOST]


def _bound_elsewhere(found: Iterable[Intention], request: SessionRequest) -> set[int]:
    """Ids of those whose employer is bound to another organisme for the same training (R10). One query."""
    rows = list(found)
    bound = set(
        Intention.objects.filter(employer__in={one.employer_id for one in rows}, state__in=IntentionState.bound())
        .exclude(engaged_organisme=request.organisme_id)
        .order_by()
        .values_list("employer", "training_key")
    )
    return {one.pk for one in rows if (one.employer_id, one.training_key) in bound}


def _same_certification(request: SessionRequest, intention: Intention) -> bool:
    return request.certification_id is not None and intention.certification_id == request.certification_id


def _reasons(request: SessionRequest, intention: Intention, distance: Decimal | None) -> list[str]:
    """Why it fits, in words; what sets it apart is said too."""
    reasons = []
    if _same_certification(request, intention):
        reasons.append("Même certification")
    if intention.metier_id and intention.metier_id == request.metier_id:
        reasons.append("Même métier")
    elif intention.metier:
        reasons.append(f"Autre métier de la filière : {intention.metier.title}")
    if distance is not None:
        reasons.append(f"Travail à {nombre(distance, 0)}\u00a0km du lieu de formation")
    if intention.training_start_wished and request.starts_on:
        reasons.append(_apart(intention.training_start_wished, request.starts_on))
    if intention.engaged_organisme_id == request.organisme_id:
        reasons.append("Déjà engagée avec l’organisme")
    return reasons


def _apart(wished: date, starts_on: date) -> str:
    days = (starts_on - wished).days
    told = f"Début souhaité le {jour(wished, weekday=False)}"
    if days == 0:
        return told
    side = "avant" if days > 0 else "après"
    return f"{told}, {pluriel(abs(days), 'jour')} {side} celui de la session"


# ---- what may be done before the start


@dataclass(frozen=True)
class Option:
    """One of the lawful ways before the start, as the rules judge it: the life of the session, and the request."""

    key: str
    life: Judgement
    asked: Judgement | None = None
    seats: int = 0
    hours: Decimal = Decimal(0)

    @property
    def is_lawful(self) -> bool:
        """Nothing blocks it; what the Région may still grant does not."""
        return not self.life.blocking and (self.asked is None or not (self.asked.blocking or self.asked.missing))

    @property
    def waits(self) -> bool:
        """A derogation is still to be decided."""
        return self.asked is not None and bool(self.asked.to_decide)


def options(now: Situation, found: list[Candidate]) -> list[Option]:
    """Fewer places, other employers, an end: each judged as if it were done now (R18, R19)."""
    request, session, each = now.request, now.session, now.request.hours_training
    ways = []
    if now.posts:
        fewer = copy.copy(request)
        fewer.seats = now.posts
        ways.append(
            Option(
                "garder",
                judge_withdrawal(session, covered=now.posts, withdrawn=now.withdrawn, seats=now.posts),
                judge_request(fewer),
                now.posts,
                each * now.posts,
            )
        )
    more = _would_attach(found, now.free)
    posts = now.posts + sum(one.posts or 0 for one in more)
    facts = facts_of(request)
    attached = facts.with_facts(intentions=(*(facts.intentions or ()), *more))
    whole = judge(attached, Editions().on(day_of(request)), granted(request))
    ways.append(
        Option(
            "remplacer",
            judge_withdrawal(session, covered=posts, withdrawn=now.withdrawn),
            whole,
            now.places,
            each * now.places,
        )
    )
    end = judge_withdrawal(session, covered=now.posts, withdrawn=now.withdrawn, act=SessionAct.ANNULER)
    ways.append(Option("annuler", end))
    return ways


def _would_attach(found: list[Candidate], wanted: int) -> list[AttachedIntention]:
    """The first candidates, as far as `wanted` posts go, as the rules would read them once attached."""
    taken = []
    for row in found:
        if wanted <= 0:
            break
        posts = min(row.free, wanted)
        wanted -= posts
        commune = row.intention.workplace_commune
        taken.append(
            AttachedIntention(
                reference=row.intention.number,
                employer=str(row.intention.employer or ""),
                verdict=Verdict(row.intention.verdict or Verdict.A_INSTRUIRE.value),
                pending=tuple(row.pending),
                engaged_elsewhere=False,
                departement=commune.departement_id if commune else None,
                posts=posts,
                posts_free=row.free,
                distance_km=row.distance,
            )
        )
    return taken


# ---- what waits for the Région


def to_examine() -> QuerySet[SessionRequest]:
    """Sessions frozen until the Région has decided (R18), those that start first before the others."""
    rows = SessionRequest.objects.filter(state=RequestState.A_REEXAMINER)
    return _dressed(rows).order_by("session__starts_on", "id")


def without_employer() -> QuerySet[SessionRequest]:
    """Sessions under way of which some places wait for another employer (R19), the first to end before the others."""
    empty = Coverage.objects.filter(request=OuterRef("pk"), is_live=True, lost_at__isnull=False)
    rows = SessionRequest.objects.filter(Exists(empty), session__state__in=SessionState.public())
    return _dressed(rows).order_by("session__ends_on", "id")


def _dressed(rows: QuerySet[SessionRequest]) -> QuerySet[SessionRequest]:
    """With what a row of the two lists shows, in one query."""
    live = Q(coverages__is_live=True)
    return rows.select_related("session", "organisme", "lot", "assigned_to").annotate(
        posts_held=Count("coverages", filter=live & Q(coverages__lost_at=None), distinct=True),
        posts_lost=Count("coverages", filter=live & Q(coverages__lost_at__isnull=False), distinct=True),
        offers_out=Count("offers", filter=Q(offers__state=OfferState.PROPOSEE), distinct=True),
    )


def all_hours() -> QuerySet[ExtraHours]:
    """Hours more, with what their pages show (R51)."""
    return ExtraHours.objects.select_related(
        "session__organisme", "session__request", "session__lot", "intention__employer", "asked_by__user", "composante"
    )


def agreements(composantes: Iterable[Composante]) -> dict[int, Receipt]:
    """The receipt by which the Région granted each of these composantes of hours more (R51), by its id. One query."""
    rows = ExtraHours.objects.filter(composante__in=list(composantes), state=ExtraHoursState.ACCORDEE)
    return {row.composante_id: row.receipt for row in rows.select_related("receipt") if row.receipt}  # type: ignore[misc]


def hours_to_decide() -> QuerySet[ExtraHours]:
    """Those that wait for the Région, the oldest first."""
    return all_hours().filter(state=ExtraHoursState.DEMANDEE).order_by("asked_at", "id")


# ---- what waits for an employer


def offers_for(hat: Membership | None) -> QuerySet[PlaceOffer]:
    """Places offered for the intentions that this hat carries: its employer's, or those that it filed."""
    if hat is None:
        return PlaceOffer.objects.none()
    mine = Q(intention__filed_by__organisation=hat.organisation_id) | Q(intention__employer=hat.organisation_id)
    return dressed_offers().filter(mine)


def dressed_offers() -> QuerySet[PlaceOffer]:
    """With all that the page of an offer shows."""
    return PlaceOffer.objects.select_related(
        "request__session__commune",
        "request__session__certification",
        "request__organisme",
        "request__lot",
        "intention__employer",
        "intention__filed_by__organisation",
        "intention__engaged_organisme",
        "offered_by__organisation",
    ).order_by("-offered_at", "-id")


def invitations(intention: Intention, token: str) -> list[Invitation]:
    """What waits for the answer of an intention's employer, for its page. One query."""
    found = []
    for row in intention.offers.filter(state=OfferState.PROPOSEE).select_related("request__session").order_by("pk"):
        url = reverse("proposition_lien", args=[token, row.pk]) if token else reverse("proposition", args=[row.pk])
        places = pluriel(row.posts, "place vous est proposée", "places vous sont proposées")
        text = f"Session «\u00a0{row.request.session.title}\u00a0». Répondez avant le {jour(row.answer_by)}."
        found.append(Invitation(places, text, url, "Lire et répondre"))
    return found
