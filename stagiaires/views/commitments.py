"""« Registre des engagements »: what an employer promised, what came of it, and his own word (R92, R93)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.html import badge
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from intentions.enums import IntentionState
from stagiaires.forms.parcours import CommitmentForm
from stagiaires.models import Hire
from stagiaires.queries import commitments as queries
from stagiaires.queries.parcours import hires_to_confirm
from stagiaires.workflow import commitments

readers = hat_required(OrganisationKind.EMPLOYEUR, OrganisationKind.ORGANISME, OrganisationKind.REGION)
employer = hat_required(OrganisationKind.EMPLOYEUR)
TONES = {
    IntentionState.HONOREE: "ok",
    IntentionState.PARTIELLE: "doute",
    IntentionState.NON_HONOREE: "non",
    IntentionState.COUVERTE: "info",
    IntentionState.ENGAGEE: "info",
}


@employer
@require_GET
def own_register(request: HttpRequest) -> HttpResponse:
    """The employer's own."""
    hat = hat_of(request)
    return _page(request, hat, hat.organisation)


@readers
@require_GET
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """An employer's, for who reads it."""
    hat = hat_of(request)
    return _page(request, hat, get_object_or_404(queries.employers_visible_to(hat), pk=pk))


def _page(request: HttpRequest, hat: Membership, one: Organisation) -> HttpResponse:
    page = paginate(queries.intentions_of(one, hat), request)
    lines = queries.register_of(page.rows)
    is_own = hat.organisation_id == one.pk
    waiting = hires_to_confirm(Hire.objects.filter(employer=one)).select_related("parcours__stagiaire")
    context = {
        "employer": one,
        "page": page,
        "lines": [(line, badge(line.intention.get_state_display(), TONES[line.intention.state])) for line in lines],
        "is_own": is_own,
        "waiting": list(waiting.order_by("declared_at", "id")[:10]) if is_own else [],
        "crumbs": [] if is_own else [Crumb("Parcours", reverse("parcours_liste")), Crumb(f"Engagements, {one}")],
    }
    return render(request, "stagiaires/parcours/engagements.html", context)


@employer
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The right of reply."""
    hat = hat_of(request)
    intention = get_object_or_404(queries.intentions_of(hat.organisation, hat), pk=pk)
    back = reverse("engagements")
    form = CommitmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "engagement.repondre") as claim:
                if not claim.done:
                    commitments.answer(intention, hat, **form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Votre réponse est enregistrée.")
            return redirect(back)
    context = {
        "form": form,
        "intention": intention,
        "back": back,
        "crumbs": [Crumb("Mes engagements", back), Crumb("Répondre")],
    }
    return render(request, "stagiaires/parcours/engagement_repondre.html", context, status=422 if form.errors else 200)
