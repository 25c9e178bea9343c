"""Hours done, month by month: stated by the organisme, checked by the gestionnaire; and what completes a composante."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import de_mois, heures
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from orders.enums import ComposanteState
from orders.models import Composante, HoursStatement
from orders.order_forms import ComplementForm, HoursForm, ReasonForm
from orders.queries import hours as hours_of
from orders.queries import may_edit
from orders.queries import orders as orders_of
from orders.views.preparing import keeper
from orders.workflow import composantes, hours

organisme = hat_required(OrganisationKind.ORGANISME)
region = hat_required(OrganisationKind.REGION)
CORRECT = "Écrivez ce qui est à corriger : l’organisme le lira tel quel."


def _composante(request: HttpRequest, pk: int) -> Composante:
    rows = orders_of.composantes_visible_to(hat_of(request))
    found: Composante = get_object_or_404(rows.select_related("balance", "lot", "order", "organisme"), pk=pk)
    return found


def _crumbs(composante: Composante, last: str) -> list[Crumb]:
    return [
        Crumb("Bons de commande", reverse("commande_liste")),
        Crumb(composante.number, reverse("composante_detail", args=[composante.pk])),
        Crumb(last),
    ]


@organisme
@require_http_methods(["GET", "POST"])
def hours_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of a month, as the organisme states them."""
    hat, composante = hat_of(request), _composante(request, pk)
    waiting = hours_of.months_to_state(composante)
    asked = request.GET.get("mois", "")
    first = asked or (waiting[0].isoformat() if waiting else "")
    form = HoursForm(
        request.POST if request.method == "POST" else None, composante=composante, initial={"month": first}
    )
    back = reverse("composante_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "heures.declarer") as claim:
                if not claim.done:
                    hours.state_hours(composante, said["month"], said["hours"], hat, note=said["note"])
                    claim.keep(back)
        except Refused as refused:
            form.add_error("hours", refused.message)
        else:
            messages.success(request, f"Le relevé {de_mois(said['month'])} est envoyé à la Région.")
            return redirect(back)
    left = heures(composante.balance.commande)
    return _form_page(
        request,
        form,
        title="Déclarer les heures d’un mois",
        lead=f"{composante.title}. Il reste {left} commandées et pas encore réalisées.",
        action="Envoyer le relevé",
        back=back,
        crumbs=_crumbs(composante, "Déclarer les heures"),
    )


@keeper
@require_http_methods(["GET", "POST"])
def composante_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """One more parcours (R72), or hours toward the whole certification (R51), with the reason."""
    hat, composante = hat_of(request), _composante(request, pk)
    if composante.state not in (ComposanteState.COMMANDEE, ComposanteState.SOLDEE):
        raise Http404
    form = ComplementForm(
        request.POST if request.method == "POST" else None,
        initial={"places": 1, "hours_each": composante.hours_each, "starts_on": composante.starts_on,
                 "ends_on": composante.ends_on},
    )  # fmt: skip
    back = reverse("composante_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "composante.completer") as claim:
                if not claim.done:
                    made = composantes.complement(composante, hat=hat, **form.cleaned_data)
                    claim.keep(reverse("composante_detail", args=[made.pk]))
        except Refused as refused:
            form.add_error("places", refused.message)
        else:
            messages.success(request, "Les heures sont engagées sur le lot : il reste à les commander.")
            return redirect(claim.location)
    return _form_page(
        request,
        form,
        title="Commander un complément",
        lead=f"{composante.title}, composante {composante.number}. Le complément est une nouvelle composante du même "
        "lot, au prix du lot.",
        action="Engager ces heures",
        back=back,
        crumbs=_crumbs(composante, "Commander un complément"),
    )


def _form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    said = {"form": form, **context}
    return render(request, "ui/formulaire.html", said, status=422 if form.is_bound else 200)


@region
@require_GET
def statement_list(request: HttpRequest) -> HttpResponse:
    """The statements that wait for their check, the oldest first."""
    hat = hat_of(request)
    page = paginate(hours_of.to_check(hat if request.GET.get("lots") != "tous" else None), request)
    context = {
        "page": page,
        "may_check": may_edit(hat),
        "all_lots": request.GET.get("lots") == "tous",
        "crumbs": [Crumb("Bons de commande", reverse("commande_liste")), Crumb("Relevés d’heures")],
    }
    return render(request, "orders/releves.html", context)


@keeper
@require_POST
def statement_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of a statement are booked."""
    statement = get_object_or_404(HoursStatement.objects.select_related("composante"), pk=pk)
    try:
        hours.accept(statement, hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        said = f"{heures(statement.hours)} sont enregistrées sur la composante {statement.composante.number}."
        messages.success(request, said)
    return redirect("releve_liste")


@keeper
@require_http_methods(["GET", "POST"])
def statement_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement goes back to its organisme, with what is to be corrected."""
    statement = get_object_or_404(HoursStatement.objects.select_related("composante__organisme"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None, label="Ce qui est à corriger",
                      help_text="L’organisme le lira tel quel.", required=CORRECT)  # fmt: skip
    back = reverse("releve_liste")
    if request.method == "POST" and form.is_valid():
        try:
            hours.send_back(statement, hat_of(request), form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"Le relevé est renvoyé à {statement.composante.organisme}.")
            return redirect(back)
    return _form_page(
        request,
        form,
        title=f"Renvoyer le relevé {de_mois(statement.month)}",
        lead=f"{statement.composante} : {heures(statement.hours)} déclarées.",
        action="Renvoyer le relevé",
        back=back,
        crumbs=[Crumb("Relevés d’heures", back), Crumb("Renvoyer")],
    )
