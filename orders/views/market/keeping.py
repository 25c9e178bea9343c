"""Marchés, lots and their places, kept by the Région."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused, Taken
from core.ui.parts import Crumb
from orders import workflow
from orders.forms import LotForm, MarcheForm, PlaceForm
from orders.models import LotPlace, Marche
from orders.views.market.common import form_page, keeper, lot_of, posted


@keeper
@require_http_methods(["GET", "POST"])
def marche_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A marché, new or changed."""
    marche = get_object_or_404(Marche, pk=pk) if pk else None
    form = MarcheForm(posted(request), instance=marche)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "marche.tenir") as claim:
                if not claim.done:
                    workflow.save_marche(form.save(commit=False), hat_of(request))
                    claim.keep(reverse("lot_liste"))
        except Refused as refused:
            form.add_error("number" if isinstance(refused, Taken) else None, refused.message)
        else:
            messages.success(request, "Le marché est enregistré.")
            return redirect("lot_liste")
    context = {
        "title": f"Modifier le marché {marche.number}" if marche else "Créer un marché",
        "action": "Enregistrer le marché",
        "back": reverse("lot_liste"),
        "lead": "",
        "crumbs": [Crumb("Lots", reverse("lot_liste")), Crumb(f"Marché {marche.number}" if marche else "Marché")],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    if marche is None:
        return render(request, "ui/formulaire.html", context, status=status)
    renewals = list(marche.renewals.order_by("rank"))
    left = marche.renewals_planned - len(renewals)
    context |= {"marche": marche, "renewals": renewals, "left": left, "left_words": _left_words(len(renewals), left)}
    return render(request, "orders/marche.html", context, status=status)


def _left_words(made: int, left: int) -> str:
    if left > 0:
        return f"Il peut encore être reconduit {left} fois."
    return "Toutes les reconductions prévues sont faites." if made else "Ce marché ne prévoit pas de reconduction."


@keeper
@require_http_methods(["GET", "POST"])
def lot_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A lot, new or changed, with its territory and its list of certifications."""
    lot = lot_of(request, pk) if pk else None
    form = LotForm(posted(request), instance=lot)
    has_terms = "maxi_hours" not in form.fields
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "lot.tenir") as claim:
                if not claim.done:
                    saved = workflow.save_lot(
                        form.save(commit=False),
                        hat_of(request),
                        where=form.where(),
                        certifications=form.certifications(),
                        first_terms=None if has_terms else (said["mini_hours"], said["maxi_hours"]),
                        first_ends_on=said.get("first_ends_on"),
                    )
                    claim.keep(reverse("lot_detail", args=[saved.pk]))
        except Refused as refused:
            form.add_error("number" if isinstance(refused, Taken) else None, refused.message)
        else:
            messages.success(request, "Le lot est enregistré.")
            return redirect(claim.location)
    return form_page(
        request,
        form,
        status=422 if form.is_bound else 200,
        title=f"Modifier le lot {lot.number}" if lot else "Créer un lot",
        lead="Son mini et son maxi se changent avec ses périodes." if has_terms else "",
        action="Enregistrer le lot",
        back=reverse("lot_detail", args=[lot.pk]) if lot else reverse("lot_liste"),
    )


@keeper
@require_http_methods(["GET", "POST"])
def place_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A training place agreed for the lot (R44)."""
    hat, lot = hat_of(request), lot_of(request, pk)
    form = PlaceForm(posted(request), lot=lot, instance=LotPlace(lot=lot))
    back = reverse("lot_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        place = form.save(commit=False)
        place.commune = form.commune()
        try:
            with once(request, "lot.lieu") as claim:
                if not claim.done:
                    workflow.add_place(place, hat)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Le lieu est accepté pour ce lot.")
            return redirect(back)
    return form_page(
        request,
        form,
        status=422 if form.is_bound else 200,
        title=f"Accepter un lieu de formation · lot {lot.number}",
        lead="Une session dans un lieu de cette liste ne demande plus d’accord.",
        action="Accepter ce lieu",
        back=back,
    )


@keeper
@require_http_methods(["GET", "POST"])
def place_retire(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """A place leaves the list; sessions that use it keep it."""
    hat, lot = hat_of(request), lot_of(request, pk)
    found = get_object_or_404(LotPlace, lot=lot, pk=place, is_active=True)
    back = reverse("lot_detail", args=[pk])
    if request.method == "POST":
        try:
            workflow.retire_place(found, hat)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"{found.name} n’est plus dans la liste.")
        return redirect(back)
    context = {
        "title": f"Retirer {found.name} de la liste ?",
        "text": "Une nouvelle session dans ce lieu demandera l’accord de la Région. Celles qui y sont restent.",
        "action": "Retirer ce lieu",
        "back": back,
        "danger": True,
        "form": "",
    }
    return render(request, "ui/confirm.html", context)
