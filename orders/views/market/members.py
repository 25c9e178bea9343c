"""Who enters the group of a lot and who leaves it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from orders import workflow
from orders.enums import LotRole
from orders.forms import MemberForm
from orders.models import LotMember
from orders.views.market.common import form_page, lot_of, posted, reader


@reader
@require_http_methods(["GET", "POST"])
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry of an organisme: any role for the Région, a subcontractor for the mandataire (R113, R114)."""
    hat, lot = hat_of(request), lot_of(request, pk)
    roles = [role for role in LotRole if workflow.may_add_member(lot, hat, role)]
    if not roles:
        raise Http404
    form = MemberForm(posted(request), lot=lot, roles=roles)
    back = reverse("lot_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "lot.membre") as claim:
                if not claim.done:
                    workflow.add_member(lot, hat=hat, **form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{form.cleaned_data['organisation']} est dans le groupement.")
            return redirect(back)
    only_subcontractor = roles == [LotRole.SOUS_TRAITANT]
    return form_page(
        request,
        form,
        status=422 if form.is_bound else 200,
        title="Faire entrer un sous-traitant" if only_subcontractor else "Ajouter un membre au groupement",
        lead="Aucun membre du groupement ne peut faire cette formation, et vous donnez votre accord : le sous-traitant "
        "pourra alors demander des sessions sur ce lot. La Région en est informée."
        if only_subcontractor
        else "Un sous-traitant entre avec deux pièces : la carence du groupement et l’accord du mandataire.",
        action="Faire entrer cet organisme",
        back=back,
    )


@reader
@require_http_methods(["GET", "POST"])
def member_remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """An organisme leaves the group, after a page that says what it changes."""
    hat, lot = hat_of(request), lot_of(request, pk)
    found = get_object_or_404(LotMember.objects.select_related("organisation"), lot=lot, pk=member, is_active=True)
    if not workflow.may_add_member(lot, hat, found.role):
        raise Http404
    back = reverse("lot_detail", args=[pk])
    if request.method == "POST":
        try:
            workflow.remove_member(found, hat)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"{found.organisation} a quitté le groupement.")
        return redirect(back)
    context = {
        "title": f"Retirer {found.organisation} du groupement ?",
        "text": "Il ne demandera plus de session sur ce lot. Ses demandes décidées et ses sessions restent en l’état.",
        "action": "Retirer du groupement",
        "back": back,
        "danger": True,
        "form": "",
    }
    return render(request, "ui/confirm.html", context)
