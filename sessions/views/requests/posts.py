"""The intentions that wait, and the posts that a request stands on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from orders.queries import lots_of
from sessions.forms.requests import (
    WaitingFilterForm,
)
from sessions.models import SessionRequest
from sessions.queries import requests as queries
from sessions.views.requests.common import asker, draft
from sessions.views.tables import WAITING
from sessions.workflow import requests as workflow
from sessions.workflow.posts import posts_by_intention


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
        if key == name or not key.isdecimal() or len(key) > 18:
            continue
        text = str(value).strip() or "0"
        if not text.isdecimal() or len(text) > 3:
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
                model = get_object_or_404(
                    queries.own(hat), pk=source if source.isdecimal() and len(source) <= 18 else 0
                )
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
    hat, asked = draft(request, pk)
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
