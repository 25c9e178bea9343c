"""What the views of candidacies, persons and meetings share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.citations import citation_for
from core.ui.parts import Crumb
from sessions.models import Session
from stagiaires.models import Positioning
from stagiaires.queries import positionings as queries

readers = hat_required(
    OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME, OrganisationKind.EMPLOYEUR, OrganisationKind.REGION
)
keepers = hat_required(OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME, OrganisationKind.REGION)
proposers = hat_required(OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME)
organisme = hat_required(OrganisationKind.ORGANISME)
valideur = hat_required(OrganisationKind.VALIDEUR)

FORM = "stagiaires/positionnement/formulaire.html"


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, were it empty; None when nothing was."""
    return request.POST if request.method == "POST" else None


def seen(request: HttpRequest, pk: int) -> tuple[Membership, Positioning]:
    """A candidacy that this hat sees, with what its page reads; 404 otherwise."""
    hat = hat_of(request)
    return hat, get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)


def own_session(request: HttpRequest, number: str) -> tuple[Membership, Session]:
    """A session of the organisme worn; 404 otherwise."""
    hat = hat_of(request)
    rows = queries.sessions_visible_to(hat).filter(organisme=hat.organisation_id)
    return hat, get_object_or_404(rows.select_related("organisme", "commune", "lot"), number=number)


def crumbs_of(positioning: Positioning, last: str = "") -> list[Crumb]:
    """« Candidatures › Soudeur (S2026-0001) › … »."""
    session = positioning.session
    page = reverse("positionnement_detail", args=[positioning.pk])
    trail = [
        Crumb("Candidatures", reverse("positionnements")),
        Crumb(session.number, reverse("session_candidats", args=[session.number])),
    ]
    return [*trail, Crumb("La candidature", page), Crumb(last)] if last else [*trail, Crumb("La candidature")]


def session_crumbs(session: Session, last: str) -> list[Crumb]:
    return [
        Crumb("Candidatures", reverse("positionnements")),
        Crumb(session.number, reverse("session_candidats", args=[session.number])),
        Crumb(last),
    ]


def act(request: HttpRequest, purpose: str, back: str, done: str, apply: Callable[[], Any]) -> HttpResponse:
    """Do a lawful act once and go back with a word; refused, go back with the reason."""
    try:
        with once(request, purpose) as claim:
            if not claim.done:
                apply()
                claim.keep(back)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect(back)


def act_of(
    form: BaseForm, request: HttpRequest, purpose: str, back: str, done: str, apply: Callable[[], Any]
) -> HttpResponse | None:
    """The same for an act that a form asks: refused, it is said on the form, with all that was typed; then None."""
    try:
        with once(request, purpose) as claim:
            if not claim.done:
                apply()
                claim.keep(back)
    except Refused as refused:
        form.add_error(None, refused.message)
        return None
    messages.success(request, done)
    return redirect(back)


def form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    """A page of one form; 422 when it comes back. `rules`: those that it quotes; `cautions`: (rule, sentence)."""
    cited = [(rule, citation_for(rule)) for rule in context.pop("rules", ())]
    said = {"form": form, "lead": "", "danger": False, "cautions": [], "cited": cited, **context}
    return render(request, FORM, said, status=422 if form.is_bound else 200)


def must(condition: object) -> None:
    """« Page absente » unless this holds."""
    if not condition:
        raise Http404
