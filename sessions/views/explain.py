"""A verdict in the shape that the pages show: what blocks, what the Région decides, who can act first, what is held."""

from dataclasses import dataclass

from django.urls import reverse

from core.rulebook.explained import VERDICT_TONES, cited, counted, first_steps, held
from core.rules import Actor, Audience, ChangeSet, Citation, Judgement
from core.ui.french import pluriel
from core.ui.parts import Cited, Way
from core.ui.parts import Finding as Held
from sessions.forms.requests import STEP_OF_FACT, STEPS
from sessions.models import SessionRequest
from sessions.queries.gaps import Gap, gaps_of, is_of_mandataire, sheet_faults
from sessions.rules import Route, RouteStatus, completeness, head_count_routes, route_sets

ROUTE_TONES = {RouteStatus.CHOSEN: "ok", RouteStatus.OPEN: "info", RouteStatus.CLOSED: "non"}
# Fields of the published sheet that the form asks under another name.
ASKED_AS = {
    "recruitment_modalities": "recruitment",
    "registration_modalities": "network_referent",
    "registration_start": "registration_until",
    "registration_end": "registration_until",
    "meetings": "meeting_day",
    "start": "starts_on",
    "end": "ends_on",
    "hours_total": "hours_centre",
    "places": "seats",
}


@dataclass(frozen=True)
class Lack:
    """Something that the request lacks, and the step where it is said."""

    label: str
    hint: str
    step: str
    url: str


@dataclass(frozen=True)
class RouteRow:
    """One lawful route: what it needs, what to provide, its passages, and the smallest changes that take it."""

    label: str
    rule: str
    needs: str
    who: str
    note: str
    tone: str
    provide: tuple[str, ...] = ()
    passages: tuple[Citation, ...] = ()
    suffices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explained:
    """Everything that a page says about a judgement on a request, for one reader."""

    tone: str
    word: str
    sentence: str
    blocking: list[Cited]
    decisions: list[Cited]
    granted: list[Held]
    warnings: list[Held]
    informations: list[Held]
    held: list[Held]
    ways: list[Way]
    lacks: list[Lack]
    routes: list[RouteRow]
    is_complete: bool


def explain(
    request: SessionRequest, judgement: Judgement, audience: Audience = Audience.ORGANISME, *, nearby: int = 0
) -> Explained:
    """Put a judgement into words for `audience`. `nearby`: intentions around that could complete the group."""
    missing = completeness(judgement.facts)  # type: ignore[arg-type]
    lacks = [_lack(request, one.field, one.label, one.hint) for one in missing]
    named = {one.field for one in missing}
    lacks += [_lack(request, gap.fact, gap.label, gap.hint) for gap in gaps_of(request) if gap.fact not in named]
    if not lacks and request.is_editable:
        lacks = [_fault(request, fault) for fault in sheet_faults(request)]
    facts = judgement.facts
    seats = getattr(facts, "seats", None)
    under_five = seats is not None and seats < judgement.parameters["stagiaires_min"]
    routes = head_count_routes(facts, judgement.parameters) if under_five else ()  # type: ignore[arg-type]
    sets = route_sets(facts, judgement.parameters, judgement.derogations) if under_five else {}  # type: ignore[arg-type]
    return Explained(
        tone=VERDICT_TONES[judgement.verdict],
        word=judgement.verdict.label.capitalize(),
        sentence=counted(judgement, len(lacks)),
        blocking=cited(judgement.blocking, "non", audience),
        decisions=cited(judgement.to_decide, "doute", audience),
        granted=held(judgement.granted, "ok", audience),
        warnings=held(judgement.warnings, "doute", audience),
        informations=held(judgement.informations, "info", audience),
        held=held(judgement.satisfied, "ok", audience),
        ways=_ways(request, judgement),
        lacks=lacks,
        routes=[
            route_row(route, nearby, judgement.parameters["nearby_km"], sets.get(route.code, ())) for route in routes
        ],
        is_complete=not lacks,
    )


def _ways(request: SessionRequest, judgement: Judgement) -> list[Way]:
    """Each change once, those that the asker can make alone first."""
    ways = []
    for step in first_steps(judgement, Actor.ORGANISME):
        mine = step.actor is Actor.ORGANISME
        place = STEP_OF_FACT.get(step.field_name) if mine and request.is_editable else None
        url = _step_url(request, place) if place else ""
        if step.field_name == "intentions" and url:
            url = reverse("demande_postes", args=[request.pk])
        who = "Vous" if mine else step.actor.label
        ways.append(Way(who, step.sentence, url=url, action="Y aller" if url else "", mine=mine))
    return ways


def route_row(route: Route, nearby: int = 0, within_km: int = 0, sets: tuple[ChangeSet, ...] = ()) -> RouteRow:
    """One lawful route in words. `nearby`: intentions within `within_km` that could complete the group."""
    who = ", puis ".join("vous" if actor is Actor.ORGANISME else actor.label.lower() for actor in route.actors)
    who = who.replace("la région", "la Région")
    note, tone = route.note, ROUTE_TONES[route.status]
    if nearby and route.code == "completer" and route.status is RouteStatus.OPEN:
        note, tone = f"{pluriel(nearby, 'intention', 'intentions')} à moins de {within_km}\u00a0km", "ok"
    return RouteRow(
        route.label,
        route.rule,
        route.needs,
        who[:1].upper() + who[1:],
        note,
        tone,
        provide=route.provide,
        passages=route.citations,
        suffices=tuple(" Puis : ".join(step.sentence for step in found.changes) for found in sets),
    )


def _lack(request: SessionRequest, fact: str, label: str, hint: str) -> Lack:
    if fact == "training_filiere":
        hint = "Elle se lit dans le métier, la certification ou le Formacode : aucun encore n’en désigne une."
    step = STEP_OF_FACT.get(fact, "groupe")
    url = reverse("demande_postes", args=[request.pk]) if fact == "intentions" else _step_url(request, step)
    return Lack(label[:1].upper() + label[1:], hint, STEPS[step][0], url)


def _fault(request: SessionRequest, fault: Gap) -> Lack:
    """Something that could not be published, and where it is put right: the form, the organisme's page, elsewhere."""
    if is_of_mandataire(fault, request):
        return Lack(fault.label, "Demandez-lui de compléter la page de son organisme.", "Le mandataire", "")
    if fault.fact in ("trainer", "responsible", "handicap_contact"):
        return Lack(fault.label, "", "Votre organisme", reverse("organisation"))
    name = ASKED_AS.get(fault.fact, fault.fact)
    step = next(
        (slug for slug, (_, form) in STEPS.items() if name in form.base_fields), STEP_OF_FACT.get(name, "groupe")
    )
    return Lack(fault.label, "", STEPS[step][0], _step_url(request, step))


def _step_url(request: SessionRequest, step: str) -> str:
    return reverse("demande_etape", args=[request.pk, step])
