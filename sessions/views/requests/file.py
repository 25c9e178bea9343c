"""One request: its page, its thread, its end."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.rulebook.parameters import judged_by
from core.rulebook.views import letters as letter_views
from core.rules import Audience
from core.ui import html
from core.ui.french import moment
from core.ui.parts import Attachment, Crumb, Fact
from core.ui.parts import Message as Said
from sessions.enums import RequestState
from sessions.facts import attached_intentions, before_start, judgement_shown, obligation_given_up
from sessions.forms.requests import (
    MessageForm,
    ReferentForm,
    WithdrawForm,
)
from sessions.letters import files_of, links
from sessions.models import Message, SessionRequest
from sessions.queries import requests as queries
from sessions.queries.gaps import quarantine_of
from sessions.views.explain import explain
from sessions.views.requests.common import asker, by_step, mine, posted, reader
from sessions.views.tables import STATE_TONES
from sessions.workflow import requests as workflow
from sessions.workflow.referent import name_referent


@reader
@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: its state, its rank, its verdict, what was decided and why, the thread, the history."""
    hat = hat_of(request)
    asked = get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)
    if hat.kind == OrganisationKind.REGION:
        return redirect("region_demande", pk=pk)  # the same file, on the Région's desk
    return render(request, "sessions/demandes/detail.html", _detail(request, asked, MessageForm()))


def _detail(request: HttpRequest, asked: SessionRequest, form: MessageForm) -> dict[str, Any]:
    hat = hat_of(request)
    is_mine = asked.organisme_id == hat.organisation_id
    state = RequestState(asked.state)
    judgement = judgement_shown(asked)
    seen_by_region = hat.kind == OrganisationKind.REGION
    return {
        "asked": asked,
        "is_mine": is_mine,
        "may_write": is_mine or seen_by_region,
        "badge": html.badge(str(state.region_label if seen_by_region else state.label), STATE_TONES[state]),
        "copy": {"modele": asked.pk, "retour": "liste"},
        "dates": _dates(asked),
        "session": getattr(asked, "session", None),
        "waiting": quarantine_of(asked),
        **_start(asked, is_mine),
        "rank": queries.rank_of(asked),
        "told": explain(asked, judgement),
        "edition": judged_by(judgement),
        "attached": attached_intentions(asked),
        "facts": by_step(asked),
        "derogations": asked.derogations.select_related("decided_by__organisation").order_by("rule"),
        "decisions": asked.decisions.select_related("decided_by__organisation").order_by("-decided_at", "-id"),
        "letters": links(asked),
        "events": timeline(asked, with_internal=seen_by_region),
        "thread": _thread(asked, hat),
        "message_form": form,
        "crumbs": [Crumb("Demandes", reverse("demande_liste") if is_mine else ""), Crumb(str(asked))],
        "may_withdraw": is_mine
        and asked.state in (*RequestState.editable(), RequestState.COMPLETE, RequestState.EN_INSTRUCTION),
    }


def _start(asked: SessionRequest, is_mine: bool) -> dict[str, Any]:
    """What is to be settled before the session begins; its organisme names the référent there (R104)."""
    found = before_start(asked)
    lacks = any(finding.id == "R104" for finding in found)
    may_name = is_mine and lacks and getattr(asked, "session", None) is not None
    return {
        "before_start": found,
        "may_name_referent": may_name,
        "referent_form": ReferentForm() if may_name else None,
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
            form.add_error(None, refused.message)  # what was written stays
        else:
            form, status = MessageForm(), 200
            request.POST = QueryDict()  # the next message is another thing: its form takes a key of its own
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
    hat, asked = mine(request, pk)
    duty = obligation_given_up(asked)
    form = WithdrawForm(posted(request))
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
            "La demande reste dans vos archives ; elle ne se rouvre pas."
            + (f" {duty.message(Audience.ORGANISME)} La Région sera prévenue." if duty else ""),
            "action": "Abandonner le brouillon" if is_draft else "Retirer la demande",
            "back": reverse("demande_detail", args=[pk]),
            "danger": True,
            "form": form,
        },
        status=status,
    )


@asker
@require_POST
def request_referent(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who follows an authorised session for the Réseau pour l’emploi."""
    hat, asked = mine(request, pk)
    form = ReferentForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("demande_detail", pk=pk)
    try:
        name_referent(asked, hat, form.cleaned_data["network_referent"])
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Le référent est désigné\u00a0; la fiche publique le dira.")
    return redirect("demande_detail", pk=pk)


@reader
@require_http_methods(["GET", "POST"])
def request_letter(request: HttpRequest, pk: int, receipt: int) -> HttpResponse:
    """The letter of one decision on a request that this hat may open: asked for (GET), or written now (POST)."""
    asked = get_object_or_404(queries.visible_to(hat_of(request)), pk=pk)
    return letter_views.serve(request, receipt, *files_of(asked))
