"""The Région's desk: the queue in order of arrival, one file with its rules beside it, and the acts."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from intentions import workflow as intentions_workflow
from intentions.models import IntentionDerogation
from sessions.enums import RequestMove, RequestState, SessionState
from sessions.facts import before_start
from sessions.forms.decisions import (
    AuthorisationForm,
    CompletionForm,
    DerogationForm,
    QueueFilterForm,
    RefusalForm,
    WithdrawalForm,
)
from sessions.models import RequestDerogation, SessionRequest
from sessions.queries import desk
from sessions.queries import requests as queries
from sessions.views import desk_file
from sessions.views.desk_table import QUEUE
from sessions.workflow import decisions

instructor = hat_required(OrganisationKind.REGION, roles=decisions.INSTRUCTORS)
decider = hat_required(OrganisationKind.REGION, roles=decisions.DECIDERS)
reader = hat_required(OrganisationKind.REGION)

VIEWS = {"attente": queries.queue, "a-completer": desk.given_back, "decidees": desk.decided}
VIEW_LABELS = {"attente": "En attente", "a-completer": "Chez l’organisme", "decidees": "Décidées"}
PANE = 12


def _filtered(request: HttpRequest, hat: Membership, form: QueueFilterForm) -> Any:
    view = request.GET.get("vue", "attente")
    source = VIEWS.get(view, queries.queue)()
    return desk.for_queue(desk.narrow(source, person=hat.user_id, **form.chosen()))


@reader
@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, first come first; the filters stand in the address."""
    hat = hat_of(request)
    form = QueueFilterForm(request.GET)
    page = paginate(_filtered(request, hat, form), request)
    desk_file.put_ranks(page.rows)
    view = request.GET.get("vue", "attente")
    late = desk.late_count()
    return render(
        request,
        "sessions/region/file.html",
        {
            "form": form,
            "active": len(form.chosen()),
            "page": page,
            "table": QUEUE.bind(page.rows, request=request),
            "view": view if view in VIEWS else "attente",
            "views": VIEW_LABELS.items(),
            "waiting": desk.waiting_count(),
            "to_examine": desk.examine_count(),
            "late": late,
            "late_text": late.text("demande en retard", "demandes en retard"),
        },
    )


@reader
@require_GET
def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: facts, verdict by rule, derogations, history, messages, what one can do."""
    return _show(request, _file(request, pk))


def _file(request: HttpRequest, pk: int) -> SessionRequest:
    return get_object_or_404(queries.for_page(queries.visible_to(hat_of(request))), pk=pk)


def _show(
    request: HttpRequest, asked: SessionRequest, form: DerogationForm | None = None, key: str = ""
) -> HttpResponse:
    """The file's page; `form` is the derogation form that came back with an error, `key` says of which derogation."""
    hat = hat_of(request)
    filters = QueueFilterForm(request.GET)
    pane = desk_file.dress_pane(list(_filtered(request, hat, filters)[:PANE]))
    context = desk_file.context_of(asked, hat, broken=(key, form) if form else None)
    context |= {"pane": pane, "hat": hat}
    return render(request, "sessions/region/dossier.html", context, status=422 if form else 200)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What binds a form: everything posted, even nothing at all; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the file again, with the filters of the queue kept."""
    query = request.GET.urlencode()
    return redirect(reverse("region_demande", args=[pk]) + (f"?{query}" if query else ""))


@instructor
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        decisions.take(_file(request, pk), hat_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Vous instruisez cette demande.")
    return _back(request, pk)


@decider
@require_POST
def derogation(request: HttpRequest, pk: int, derogation: int) -> HttpResponse:
    """Decide one derogation of the request."""
    asked = _file(request, pk)
    row = get_object_or_404(RequestDerogation, pk=derogation, request=asked)
    return _decide(request, asked, f"demande-{row.pk}", row)


@decider
@require_POST
def intention_derogation(request: HttpRequest, pk: int, derogation: int) -> HttpResponse:
    """Decide one derogation of an attached intention, from the same desk."""
    asked = _file(request, pk)
    row = get_object_or_404(
        IntentionDerogation.objects.filter(
            intention__posts__coverages__request=asked, intention__posts__coverages__is_live=True
        ).distinct(),
        pk=derogation,
    )
    return _decide(request, asked, f"intention-{row.pk}", row)


def _decide(
    request: HttpRequest, asked: SessionRequest, key: str, row: RequestDerogation | IntentionDerogation
) -> HttpResponse:
    form = DerogationForm(request.POST, prefix=key)
    if not form.is_valid():
        return _show(request, asked, form, key)
    reason, hat = form.cleaned_data["reason"], hat_of(request)
    try:
        with once(request, f"derogation.{key}") as claim:
            if claim.done:
                return redirect(claim.location)
            if isinstance(row, RequestDerogation):
                decisions.decide_derogation(row, hat, granted=form.granted, reason=reason)
            else:
                intentions_workflow.decide_derogation(row, granted=form.granted, reason=reason, hat=hat)
            claim.keep(reverse("region_demande", args=[asked.pk]))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Dérogation {row.rule} {'accordée' if form.granted else 'refusée'}.")
    return _back(request, asked.pk)


@decider
@require_http_methods(["GET", "HEAD", "POST"])
def authorise(request: HttpRequest, pk: int) -> HttpResponse:
    """Authorise, after a page that says what will happen and asks why when the queue is overtaken."""
    asked = _file(request, pk)
    overtaken = decisions.ahead_of(asked)
    form = AuthorisationForm(_posted(request), overtaking=bool(overtaken))
    context = {
        "form": form,
        "overtaken": overtaken,
        "effect": desk.lot_effect(asked),
        "before_start": before_start(asked),
        **desk_file.before_authorising(asked),
    }
    return _act(request, asked, form, "autoriser", context)


@instructor
@require_http_methods(["GET", "HEAD", "POST"])
def ask_completion(request: HttpRequest, pk: int) -> HttpResponse:
    form = CompletionForm(_posted(request))
    return _act(request, _file(request, pk), form, "completer", {"form": form})


@decider
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    form = RefusalForm(_posted(request))
    return _act(request, _file(request, pk), form, "refuser", {"form": form})


@decider
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend or cancel an authorised session, before its start (R19)."""
    asked = _file(request, pk)
    session = getattr(asked, "session", None)
    suspended = session is not None and session.state == SessionState.SUSPENDUE
    form = WithdrawalForm(_posted(request), suspended=suspended)
    context = {"form": form, "suspended": suspended}
    return _act(request, asked, form, "retirer", context, RequestMove.ANNULER.sources)


@decider
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        decisions.resume(_file(request, pk), hat_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "La session reparaît au catalogue dans quelques secondes.")
    return _back(request, pk)


ACTS = {
    "autoriser": "Autoriser",
    "completer": "Renvoyer pour correction",
    "refuser": "Refuser",
    "retirer": "Annuler la session",
}
DONE = {
    "autoriser": "La demande {number} est autorisée. La session paraît au catalogue dans quelques secondes.",
    "completer": "La demande {number} est rendue à l’organisme, avec votre motif.",
    "refuser": "La demande {number} est refusée ; l’organisme lit votre motif.",
    "retirer": "La session a quitté le catalogue et le flux ; l’organisme lit votre motif.",
}


def _act(
    request: HttpRequest,
    asked: SessionRequest,
    form: Form,
    act: str,
    context: dict[str, Any],
    states: Iterable[str] = (),
) -> HttpResponse:
    """One act on one file in one of these `states` (the queue's by default): its page, its effect, then back to it."""
    open_in, status = states or RequestState.decidable(), 200
    if asked.state not in open_in and request.method != "POST":
        raise Http404
    if request.method == "POST":
        status = 422  # shown again with all that was typed, unless the act has no object any more
        if form.is_valid():
            try:
                with once(request, f"demande.{act}") as claim:
                    if claim.done:
                        return redirect(claim.location)
                    _do(act, asked, hat_of(request), form.cleaned_data)
                    claim.keep(reverse("region_demande", args=[asked.pk]))
            except Refused as refusal:
                messages.error(request, refusal.message)
                asked = _file(request, asked.pk)
            else:
                messages.success(request, DONE[act].format(number=asked.number))
                return _back(request, asked.pk)
        if asked.state not in open_in:
            return _back(request, asked.pk)
    crumbs = [
        Crumb("Instruction", reverse("region_file")),
        Crumb(f"Demande {asked.number}", reverse("region_demande", args=[asked.pk])),
        Crumb(ACTS[act]),
    ]
    return render(request, f"sessions/region/{act}.html", {"asked": asked, "crumbs": crumbs, **context}, status=status)


WITH_REASON: dict[str, Callable[[SessionRequest, Membership, str], object]] = {
    "completer": decisions.ask_completion,
    "refuser": decisions.refuse,
    "suspendre": decisions.suspend,
    "annuler": decisions.cancel,
}


def _do(act: str, asked: SessionRequest, hat: Membership, answers: dict[str, Any]) -> None:
    if act == "autoriser":
        decisions.authorise(
            asked, hat, overtaking_reason=answers.get("overtaking_reason", ""), note=answers.get("note", "")
        )
    else:
        WITH_REASON[answers.get("how", act)](asked, hat, answers["reason"])
