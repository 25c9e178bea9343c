"""Everything that the file's page shows, gathered once: facts, rules, derogations, thread, history, lot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.events import history_of
from core.rulebook.explained import VERDICT_TONES
from core.rulebook.parameters import judged_by
from core.rules import Audience, RuleText, Verdict, rule_texts
from core.ui.french import heures_courtes, pluriel
from core.ui.parts import Attachment, Event
from core.ui.parts import Message as Said
from intentions.models import IntentionDerogation
from sessions.enums import RequestMove, RequestState, SessionMove, SessionState
from sessions.facts import attached_intentions, before_start, judge_request, judgement_shown
from sessions.forms.decisions import DerogationForm
from sessions.forms.requests import STEPS, MessageForm
from sessions.letters import links
from sessions.models import RequestDerogation, SessionRequest
from sessions.queries import desk
from sessions.queries import requests as queries
from sessions.queries.gaps import quarantine_of
from sessions.views.desk_table import days_waited
from sessions.views.explain import explain
from sessions.views.sheet import sheet_of_request
from sessions.views.tables import state_badge, verdict_badge
from sessions.workflow import decisions

REFUSED = (RequestState.REFUSEE, RequestState.RETIREE)  # nothing more is asked of the lot


@dataclass(frozen=True)
class ToDecide:
    """One derogation on the desk: what is asked, by whom, the text it rests on, and its form while it waits."""

    row: RequestDerogation | IntentionDerogation
    of: str
    text: RuleText
    form: DerogationForm | None
    action: str

    @property
    def tone(self) -> str:
        return {"demandee": "doute", "accordee": "ok", "refusee": "non"}[self.row.state]


@dataclass(frozen=True)
class Attached:
    """One intention of the group, in a line."""

    label: str
    url: str
    facts: str
    verdict: Any
    posts: int


def context_of(
    asked: SessionRequest, hat: Membership, broken: tuple[str, DerogationForm] | None = None
) -> dict[str, Any]:
    """The template's context. `broken`: the derogation form that came back with an error, with its key."""
    judgement = judgement_shown(asked)
    group = attached_intentions(asked)
    in_queue = asked.state in RequestState.decidable()
    may_decide = hat.role in decisions.DECIDERS and in_queue
    return {
        "asked": asked,
        "told": explain(asked, judgement, Audience.REGION),
        "edition": judged_by(judgement),
        "obstacles": decisions.obstacles(asked, judgement) if in_queue else [],
        "rank": queries.rank_of(asked),
        "waited": days_waited(asked),
        "badge": state_badge(asked),
        "in_queue": in_queue,
        "may_instruct": hat.role in decisions.INSTRUCTORS and in_queue,
        "may_decide": may_decide,
        "may_give_back": hat.role in decisions.INSTRUCTORS and asked.state in RequestMove.RENVOYER.sources,
        "derogations": _derogations(asked, [intention for intention, _ in group], may_decide, broken),
        "group": [_attached(intention, posts) for intention, posts in group],
        "effect": None if asked.state in REFUSED else desk.lot_effect(asked),
        "before_start": before_start(asked),
        "sections": [(STEPS[slug][0], facts) for slug, facts in sheet_of_request(asked).items()],
        "message_form": MessageForm(),
        **_pips(asked, sum(posts for _, posts in group)),
        "letters": links(asked),
        "thread": _thread(asked, hat),
        "events": _events(asked),
        "decisions": list(asked.decisions.select_related("decided_by__user")),
        **_session(asked, hat),
    }


def _session(asked: SessionRequest, hat: Membership) -> dict[str, Any]:
    """The session born of the request, and what a décideur may still do with it."""
    session = getattr(asked, "session", None)
    if session is None:
        return {"session": None, "waiting": None, "may_withdraw": False, "may_resume": False}
    decides = hat.role in decisions.DECIDERS
    return {
        "session": session,
        "waiting": quarantine_of(asked),
        "may_withdraw": decides
        and asked.state in RequestMove.ANNULER.sources
        and session.state in SessionMove.ANNULER.sources
        and not session.has_begun,
        "may_resume": decides and asked.state == RequestState.AUTORISEE and session.state == SessionState.SUSPENDUE,
    }


def _pips(asked: SessionRequest, posts: int) -> dict[str, Any]:
    """Squares for the posts of the group; dotted ones for the places that no post covers yet."""
    seats = asked.seats or 0
    words = f"{pluriel(posts, 'poste rattaché', 'postes rattachés')}, {pluriel(seats, 'place')}"
    return {
        "group_posts": min(posts, seats) if seats else posts,
        "group_total": posts,
        "group_missing": max(seats - posts, 0),
        "group_label": words,
    }


def before_authorising(asked: SessionRequest) -> dict[str, Any]:
    """What whoever is about to authorise reads once more: why it cannot be done yet, and the points of attention."""
    judgement = judge_request(asked)
    told = explain(asked, judgement, Audience.REGION)
    return {"obstacles": decisions.obstacles(asked, judgement), "warnings": told.warnings}


def dress_pane(rows: list[SessionRequest]) -> list[SessionRequest]:
    """What the narrow queue beside a file shows of each: rank, days waited, verdict in a shape and words."""
    put_ranks(rows)
    for row in rows:
        days = days_waited(row) if row.state in RequestState.queue() else None
        waiting: int = row.to_decide  # type: ignore[attr-defined]
        verdict = Verdict(row.verdict) if row.verdict else Verdict.A_INSTRUIRE
        row.days, row.days_text = days, f"{days}\u00a0j"  # type: ignore[attr-defined]
        row.verdict_tone = VERDICT_TONES[verdict]  # type: ignore[attr-defined]
        row.verdict_words = pluriel(waiting, "dérogation") if waiting else verdict.label  # type: ignore[attr-defined]
    return rows


def put_ranks(rows: Iterable[SessionRequest]) -> None:
    """Write on each row its place in the whole queue (None outside it), whatever the filters, and if it is late."""
    rows = list(rows)
    ranks = desk.ranks_of(rows)
    limit = desk.late_before()
    for row in rows:
        row.rank = ranks.get(row.pk)  # type: ignore[attr-defined]
        row.is_late = row.completed_at is not None and timezone.localdate(row.completed_at) < limit  # type: ignore[attr-defined]


def _derogations(
    asked: SessionRequest, intentions: list[Any], may_decide: bool, broken: tuple[str, DerogationForm] | None
) -> list[ToDecide]:
    rows = [
        _to_decide(row, f"demande-{row.pk}", "La demande", "region_derogation", asked, may_decide, broken)
        for row in asked.derogations.all()
    ]
    for intention in intentions:
        rows += [
            _to_decide(
                row,
                f"intention-{row.pk}",
                f"{intention.employer}, {intention.job_title}",
                "region_derogation_intention",
                asked,
                may_decide,
                broken,
            )
            for row in intention.derogations.all()
        ]
    return rows


def _to_decide(
    row: RequestDerogation | IntentionDerogation,
    key: str,
    of: str,
    url_name: str,
    asked: SessionRequest,
    may_decide: bool,
    broken: tuple[str, DerogationForm] | None,
) -> ToDecide:
    form = None
    if may_decide and row.state == RequestDerogation.State.DEMANDEE:
        form = broken[1] if broken and broken[0] == key else DerogationForm(prefix=key)
    return ToDecide(row, of, rule_texts()[row.rule], form, reverse(url_name, args=[asked.pk, row.pk]))


def _attached(intention: Any, posts: int) -> Attached:
    months = f" de {intention.contract_months} mois" if intention.contract_months else ""
    commune = intention.workplace_commune
    parts = (
        f"{intention.get_contract_type_display()}{months}",
        heures_courtes(intention.weekly_hours) if intention.weekly_hours else "",
        commune.name if commune else "",
    )
    return Attached(
        label=f"{intention.employer} · {intention.job_title}",
        url=reverse("intention_detail", args=[intention.pk]),
        facts=" · ".join(part for part in parts if part),
        verdict=verdict_badge(intention.verdict),
        posts=posts,
    )


def _thread(asked: SessionRequest, hat: Membership) -> list[Said]:
    said = []
    for message in asked.messages.select_related("author__organisation", "author__user"):
        mine = message.author.organisation_id == hat.organisation_id
        files = []
        if message.file:
            files = [Attachment(message.file_name, reverse("demande_piece", args=[asked.pk, message.pk]))]
        who = f"{message.author.user}, {message.author.organisation}"
        said.append(Said(who, message.created_at, message.text, mine, files))
    return said


def _events(asked: SessionRequest) -> list[Event]:
    return [
        Event(event.at, event.label, event.reason, str(event.actor or "Le portail"))
        for event in history_of(asked, with_internal=True).reverse()  # the last first, as in every history
    ]
