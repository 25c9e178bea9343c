"""The stepped form, « Vérifier », and the sending."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Step
from orders.queries import price_at
from sessions.facts import attached_intentions, judge_request, own_decisions
from sessions.forms.requests import (
    STEPS,
    CheckForm,
)
from sessions.models import SessionRequest
from sessions.queries import requests as queries
from sessions.views.explain import Explained, explain
from sessions.views.requests.common import asker, by_step, draft, posted
from sessions.workflow import requests as workflow


@asker
@require_http_methods(["GET", "POST"])
def request_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of the form. What is understood is kept even when another answer is to be corrected.

    The same address answers the fragment beside it: a POST by htmx keeps the answers and gives the verdict back.
    """
    hat, asked = draft(request, pk)
    if step not in STEPS:
        raise Http404
    label, form_class = STEPS[step]
    form = form_class(posted(request), request=asked, hat=hat)
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
    told = explain(asked, judge_request(asked))
    context = {
        "asked": asked,
        "step": step,
        "label": label,
        "form": form,
        "told": told,
        "attached": attached_intentions(asked),
        "steps": _steps(asked, step, told),
        "price": price_at(asked.lot, asked.starts_on) if asked.lot else None,
        "previous": _previous(step),
        "next_label": _next_label(step),
    }
    if fragment:
        return render(request, "sessions/demandes/verdict_fragment.html", context)
    return render(request, "sessions/demandes/etape.html", context, status=status)


def _steps(asked: SessionRequest, current: str, told: Explained) -> list[Step]:
    """The steps before the current one are done, unless what they ask still lacks."""
    names = list(STEPS)
    at = names.index(current) if current in names else len(names)
    lacking = {lack.step for lack in told.lacks}
    items = [
        Step(
            STEPS[name][0],
            "current" if name == current else "done" if index < at and STEPS[name][0] not in lacking else "todo",
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
    hat, asked = draft(request, pk)
    judgement = judge_request(asked)
    form = CheckForm(posted(request), findings=own_decisions(judgement), asked=queries.reasons_written(asked))
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
    nearby = queries.nearby(hat, asked, judgement.parameters["nearby_km"]) if asked.seats else 0
    told = explain(asked, judgement, nearby=nearby)
    context = {
        "asked": asked,
        "form": form,
        "told": told,
        "attached": attached_intentions(asked),
        "facts": by_step(asked),
        "steps": _steps(asked, "verifier", told),
        "rank": queries.rank_if_sent_now(),
    }
    return render(request, "sessions/demandes/verifier.html", context, status=status)
