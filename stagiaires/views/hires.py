"""A declared hire: confirmed by the employer, or taken back with a reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Crumb
from stagiaires.forms.parcours import WithdrawHireForm
from stagiaires.models import Hire, Parcours
from stagiaires.views.around import act, readers
from stagiaires.views.parcours_common import find
from stagiaires.workflow import hires


def _hire(request: HttpRequest, pk: int, hire: int) -> tuple[Membership, Parcours, Hire]:
    hat, one = find(request, pk)
    rows = one.hires.filter(withdrawn_at=None).select_related("employer", "declared_by", "parcours")
    return hat, one, get_object_or_404(rows, pk=hire)


@readers
@require_POST
def hire_confirm(request: HttpRequest, pk: int, hire: int) -> HttpResponse:
    """The employer confirms; it counts for his intention."""
    hat, one, found = _hire(request, pk, hire)
    if found.employer_id is None or not hires.may_confirm(found, hat):
        raise Http404
    back = reverse("parcours_detail", args=[one.pk])
    return act(request, "embauche.confirmer", back, "L’embauche est confirmée.", lambda: hires.confirm(found, hat))


@readers
@require_http_methods(["GET", "POST"])
def hire_withdraw(request: HttpRequest, pk: int, hire: int) -> HttpResponse:
    """It is not so: with the reason."""
    hat, one, found = _hire(request, pk, hire)
    if not hires.may_withdraw(found, one, hat):
        raise Http404
    back = reverse("parcours_detail", args=[one.pk])
    form = WithdrawHireForm(request.POST if request.method == "POST" else None, parcours=one)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "embauche.retirer") as claim:
                if not claim.done:
                    hires.withdraw(found, hat, form.cleaned_data["reason"])
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "L’embauche est retirée.")
            return redirect(back)
    context = {
        "form": form,
        "hire": found,
        "back": back,
        "crumbs": [Crumb("Parcours", reverse("parcours_liste")), Crumb("Le parcours", back), Crumb("Retirer")],
    }
    return render(request, "stagiaires/parcours/embauche_retirer.html", context, status=422 if form.errors else 200)
