"""The organisation's side: its requests, the intentions that wait, the stepped form, the sending, the thread."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.events import history_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui import html
from core.ui.french import moment
from core.ui.pagination import paginate
from core.ui.parts import Attachment, Crumb, Event, Fact, Step
from core.ui.parts import Message as Said
from core.ui.tables import export_response
from orders.queries import lots_of, price_at
from sessions.enums import RequestState
from sessions.facts import attached_intentions, judge_request
from sessions.forms.requests import (
    STEPS,
    CheckForm,
    MessageForm,
    RequestFilterForm,
    WaitingFilterForm,
    WithdrawForm,
)
from sessions.models import Message, SessionRequest
from sessions.queries import requests as queries
from sessions.views.explain import explain
from sessions.views.sheet import sheet_of_request
from sessions.views.tables import EXPORT, REQUESTS, STATE_TONES, WAITING
from sessions.workflow import requests as workflow
from sessions.workflow.posts import posts_by_intention

asker = hat_required(OrganisationKind.ORGANISME)
reader = hat_required(OrganisationKind.ORGANISME, OrganisationKind.REGION)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, were it empty; None when nothing was."""
    return request.POST if request.method == "POST" else None


def _mine(request: HttpRequest, pk: int) -> tuple[Membership, SessionRequest]:
    hat = hat_of(request)
    return hat, get_object_or_404(queries.for_page(queries.own(hat)), pk=pk)


def _draft(request: HttpRequest, pk: int) -> tuple[Membership, SessionRequest]:
    """One of the organisme's requests, that it may still change."""
    hat, asked = _mine(request, pk)
    if not asked.is_editable:
        raise Http404
    return hat, asked


@asker
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """The organisation's requests, last written first."""
    hat = hat_of(request)
    form = RequestFilterForm(request.GET)
    found = queries.for_list(_filtered(queries.own(hat), form))
    page = paginate(found, request)
    filtered = bool(request.GET.get("q") or request.GET.get("etat"))
    return render(
        request,
        "sessions/demandes/liste.html",
        {
            "form": form,
            "page": page,
            "table": REQUESTS.bind(page.rows),
            "total": page.total_text("demande"),
            "filtered": filtered,
            "lots": lots_of(hat.organisation),
            "models": queries.own(hat).exclude(title="").order_by("-updated_at", "-id")[:8],
        },
    )


@asker
@require_GET
def request_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same list as a file, all its pages."""
    hat = hat_of(request)
    if fmt not in ("csv", "xlsx"):
        raise Http404
    found = queries.for_list(_filtered(queries.own(hat), RequestFilterForm(request.GET)))
    return export_response(EXPORT, found, "demandes-de-session", fmt)


def _filtered(requests: Any, form: RequestFilterForm) -> Any:
    if form.is_valid():
        if words := form.cleaned_data["q"].strip():
            requests = requests.filter(Q(title__icontains=words) | Q(number__icontains=words))
        if state := form.cleaned_data["etat"]:
            requests = requests.filter(state=state)
    return requests


@asker
@require_GET
def waiting_intentions(request: HttpRequest) -> HttpResponse:
    """« Intentions qui attendent »: what the organisme may build a session on, its own first."""
    hat = hat_of(request)
    form, page, rows = _waiting_page(request, hat)
    return render(
        request,
        "sessions/demandes/intentions.html",
        {
            "form": form,
            "page": page,
            "table": WAITING.bind(rows),
            "total": page.total_text("intention"),
            "lots": lots_of(hat.organisation),
        },
    )


def _waiting_page(
    request: HttpRequest, hat: Membership, asked: SessionRequest | None = None
) -> tuple[WaitingFilterForm, Any, list[queries.WaitingIntention]]:
    form = WaitingFilterForm(request.GET, hat=hat)
    held = posts_by_intention(asked) if asked else {}
    found = queries.waiting_for(hat, held)
    if form.is_valid():
        found = queries.narrow(found, **form.cleaned_data)
    page = paginate(found, request)
    return form, page, queries.waiting_rows(page.rows, hat, held)


def _wanted(request: HttpRequest) -> dict[int, int]:
    """Posts asked by intention, from fields named `postes-<id>`. An unreadable number is a ValidationError."""
    wanted = {}
    for name, value in request.POST.items():
        key = name.removeprefix("postes-")
        if key == name or not key.isdigit():
            continue
        text = str(value).strip() or "0"
        if not text.isdigit() or len(text) > 3:
            raise ValidationError("Écrivez un nombre de postes entier, par exemple 2.")
        wanted[int(key)] = int(text)
    return wanted


@asker
@require_POST
def request_create(request: HttpRequest) -> HttpResponse:
    """A new draft: on the posts chosen, at the socle, or from an earlier request."""
    hat = hat_of(request)
    back = request.POST.get("retour") == "liste"
    page = redirect("demande_liste" if back else "demande_intentions")
    try:
        wanted = {key: count for key, count in _wanted(request).items() if count}
    except ValidationError as error:
        messages.error(request, error.message)
        return page
    mode = request.POST.get("acces", "")
    source = request.POST.get("modele", "")
    if not wanted and not mode and not source:
        messages.warning(request, "Choisissez au moins un poste, dans la colonne « Postes à rattacher ».")
        return page
    try:
        with once(request, "demande.creer") as claim:
            if claim.done:
                return redirect(claim.location)
            if source:
                model = get_object_or_404(queries.own(hat), pk=source if source.isdigit() else 0)
                made = workflow.clone(hat, model)
            elif mode == "socle":
                made = workflow.create(hat, access_mode=mode)
            else:
                made = workflow.create(hat, wanted)
            url = reverse("demande_etape", args=[made.pk, "groupe"])
            claim.keep(url)
    except Refused as refused:
        messages.error(request, refused.message)
        return page
    return redirect(url)


@asker
@require_http_methods(["GET", "POST"])
def request_posts(request: HttpRequest, pk: int) -> HttpResponse:
    """Which posts the request stands on: choose, add, take away."""
    hat, asked = _draft(request, pk)
    if request.method == "POST":
        try:
            # Only what the page showed is changed: posts of other pages stay attached.
            wanted = posts_by_intention(asked) | _wanted(request)
            workflow.choose_posts(asked, hat, wanted)
        except ValidationError as error:
            messages.error(request, error.message)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "Le groupe est enregistré.")
            return redirect("demande_etape", pk=pk, step="groupe")
        return redirect("demande_postes", pk=pk)
    form, page, rows = _waiting_page(request, hat, asked)
    context = {"asked": asked, "form": form, "page": page, "table": WAITING.bind(rows)}
    context["total"] = page.total_text("intention")
    return render(request, "sessions/demandes/postes.html", context)


@asker
@require_http_methods(["GET", "POST"])
def request_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of the form. What is understood is kept even when another answer is to be corrected.

    The same address answers the fragment beside it: a POST by htmx keeps the answers and gives the verdict back.
    """
    hat, asked = _draft(request, pk)
    if step not in STEPS:
        raise Http404
    label, form_class = STEPS[step]
    form = form_class(_posted(request), request=asked, hat=hat)
    fragment = bool(request.headers.get("HX-Request"))
    status = 200
    if request.method == "POST":
        right = form.is_valid()
        try:
            workflow.save_step(asked, hat, form.values(), form.many())
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("demande_detail", pk=pk)
        if request.headers.get("X-Requested-With") == "autosave":
            return HttpResponse(status=204)
        if right and not fragment:
            return redirect(_after(request, pk, step))
        asked = queries.for_page(queries.own(hat)).get(pk=pk)
        status = 200 if fragment else 422
    context = {
        "asked": asked,
        "step": step,
        "label": label,
        "form": form,
        "told": explain(asked, judge_request(asked)),
        "attached": attached_intentions(asked),
        "steps": _steps(asked, step),
        "price": price_at(asked.lot, asked.starts_on) if asked.lot else None,
        "previous": _previous(step),
        "next_label": _next_label(step),
    }
    if fragment:
        return render(request, "sessions/demandes/verdict_aside.html", context)
    return render(request, "sessions/demandes/etape.html", context, status=status)


def _steps(asked: SessionRequest, current: str) -> list[Step]:
    names = list(STEPS)
    at = names.index(current) if current in names else len(names)
    items = [
        Step(
            STEPS[name][0],
            "current" if name == current else "done" if index < at else "todo",
            reverse("demande_etape", args=[asked.pk, name]),
        )
        for index, name in enumerate(names)
    ]
    state = "current" if current == "verifier" else "todo"
    return [*items, Step("Vérifier", state, reverse("demande_verifier", args=[asked.pk]))]


def _after(request: HttpRequest, pk: int, step: str) -> str:
    if request.POST.get("suite") == "plus-tard":
        return reverse("demande_detail", args=[pk])
    if request.POST.get("suite") == "verifier":
        return reverse("demande_verifier", args=[pk])
    names = list(STEPS)
    at = names.index(step)
    return (
        reverse("demande_etape", args=[pk, names[at + 1]])
        if at + 1 < len(names)
        else reverse("demande_verifier", args=[pk])
    )


def _previous(step: str) -> str:
    names = list(STEPS)
    at = names.index(step)
    return names[at - 1] if at else ""


def _next_label(step: str) -> str:
    names = list(STEPS)
    at = names.index(step)
    return STEPS[names[at + 1]][0].lower() if at + 1 < len(names) else "vérifier"


@asker
@require_http_methods(["GET", "POST"])
def request_check(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vérifier »: everything said, what lacks, the verdict, the derogations to ask; then send."""
    hat, asked = _draft(request, pk)
    judgement = judge_request(asked)
    form = CheckForm(_posted(request), findings=judgement.to_decide, asked=queries.reasons_written(asked))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with once(request, "demande.envoyer") as claim:
                    if claim.done:
                        return redirect(claim.location)
                    sent = workflow.send(asked, hat, form.reasons())
                    claim.keep(reverse("demande_detail", args=[pk]))
            except Refused as refused:
                messages.error(request, refused.message)
            else:
                messages.success(request, f"La demande {sent.number} est envoyée à la Région.")
                return redirect("demande_detail", pk=pk)
    context = {
        "asked": asked,
        "form": form,
        "told": explain(asked, judgement, nearby=queries.nearby(hat, asked) if asked.seats else 0),
        "attached": attached_intentions(asked),
        "facts": _by_step(asked),
        "steps": _steps(asked, "verifier"),
        "rank": queries.rank_if_sent_now(),
    }
    return render(request, "sessions/demandes/verifier.html", context, status=status)


@reader
@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: its state, its rank, its verdict, what was decided and why, the thread, the history."""
    hat = hat_of(request)
    asked = get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)
    return render(request, "sessions/demandes/detail.html", _detail(request, asked, MessageForm()))


def _detail(request: HttpRequest, asked: SessionRequest, form: MessageForm) -> dict[str, Any]:
    hat = hat_of(request)
    is_mine = asked.organisme_id == hat.organisation_id
    state = RequestState(asked.state)
    seen_by_region = hat.kind == OrganisationKind.REGION
    return {
        "asked": asked,
        "is_mine": is_mine,
        "may_write": is_mine or seen_by_region,
        "badge": html.badge(str(state.region_label if seen_by_region else state.label), STATE_TONES[state]),
        "copy": {"modele": asked.pk, "retour": "liste"},
        "dates": _dates(asked),
        "rank": queries.rank_of(asked),
        "told": explain(asked, judge_request(asked)),
        "attached": attached_intentions(asked),
        "facts": _by_step(asked),
        "derogations": asked.derogations.select_related("decided_by__organisation").order_by("rule"),
        "decisions": asked.decisions.select_related("decided_by__organisation").order_by("-decided_at", "-id"),
        "events": _events(asked, internal=seen_by_region),
        "thread": _thread(asked, hat),
        "message_form": form,
        "crumbs": [Crumb("Demandes", reverse("demande_liste") if is_mine else ""), Crumb(str(asked))],
        "may_withdraw": is_mine
        and asked.state in (*RequestState.editable(), RequestState.COMPLETE, RequestState.EN_INSTRUCTION),
    }


def _dates(asked: SessionRequest) -> list[Fact]:
    """When it was sent, complete, decided. The rank is the latest completeness (R99); the first is kept beside."""
    facts = [Fact("Envoyée", _moment(asked.sent_at)), Fact("Complète", _moment(asked.completed_at), rule="R99")]
    if asked.first_completed_at and asked.first_completed_at != asked.completed_at:
        facts.append(Fact("Complète une première fois", _moment(asked.first_completed_at)))
    if asked.decided_at:
        facts.append(Fact("Décidée", _moment(asked.decided_at)))
    return facts


def _moment(at: datetime | None) -> str:
    return moment(timezone.localtime(at)) if at else ""


def _events(asked: SessionRequest, *, internal: bool) -> list[Event]:
    lines = history_of(asked, with_internal=internal)
    return [Event(line.at, line.label, line.reason, str(line.hat or line.actor or "Le portail")) for line in lines][
        ::-1
    ]


def _thread(asked: SessionRequest, hat: Membership) -> list[Said]:
    said = asked.messages.select_related("author__user", "author__organisation").order_by("created_at", "id")
    return [
        Said(
            author=str(message.author.organisation),
            when=message.created_at,
            text=message.text,
            mine=message.author.organisation_id == hat.organisation_id,
            files=[Attachment(message.file_name, reverse("demande_piece", args=[asked.pk, message.pk]))]
            if message.file
            else (),
        )
        for message in said
    ]


def _by_step(asked: SessionRequest) -> list[tuple[str, str, list[Fact]]]:
    """What the request says: (slug, title, facts) of each step."""
    facts = sheet_of_request(asked)
    return [(slug, label, facts[slug]) for slug, (label, _) in STEPS.items()]


@reader
@require_POST
def request_message(request: HttpRequest, pk: int) -> HttpResponse:
    """A word on the file. By htmx the thread alone comes back."""
    hat = hat_of(request)
    asked = get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)
    form = MessageForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        try:
            with once(request, "demande.message") as claim:
                if not claim.done:
                    workflow.post_message(asked, hat, form.cleaned_data["text"], form.cleaned_data["file"])
                    claim.keep(reverse("demande_detail", args=[pk]))
        except Refused as refused:
            messages.error(request, refused.message)
        form, status = MessageForm(), 200
        if not request.headers.get("HX-Request"):
            return redirect(f"{reverse('demande_detail', args=[pk])}#echanges")
    template = (
        "sessions/demandes/echanges.html" if request.headers.get("HX-Request") else "sessions/demandes/detail.html"
    )
    return render(request, template, _detail(request, asked, form), status=status)


@reader
@require_GET
def request_file(request: HttpRequest, pk: int, message: int) -> FileResponse:
    """A piece joined to a message, for whoever may open the request. Always a download, never shown in place."""
    hat = hat_of(request)
    asked = get_object_or_404(queries.visible_to(hat), pk=pk)
    found = get_object_or_404(Message.objects.exclude(file=""), request=asked, pk=message)
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name)


@asker
@require_http_methods(["GET", "POST"])
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up: says first what it changes for the employers."""
    hat, asked = _mine(request, pk)
    form = WithdrawForm(_posted(request))
    is_draft = asked.state == RequestState.BROUILLON
    if is_draft:
        form.fields["reason"].required = False
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.withdraw(asked, hat, form.cleaned_data["reason"])
            except Refused as refused:
                messages.error(request, refused.message)
                return redirect("demande_detail", pk=pk)
            messages.success(request, "La demande est retirée, ses postes sont de nouveau libres.")
            return redirect("demande_liste")
    return render(
        request,
        "ui/confirm.html",
        {
            "title": "Abandonner ce brouillon ?" if is_draft else f"Retirer la demande {asked.number} ?",
            "text": "Les postes rattachés redeviennent libres et les employeurs peuvent s’engager ailleurs. "
            "La demande reste dans vos archives ; elle ne se rouvre pas.",
            "action": "Abandonner le brouillon" if is_draft else "Retirer la demande",
            "back": reverse("demande_detail", args=[pk]),
            "danger": True,
            "form": form,
            "key": None,
        },
        status=status,
    )
