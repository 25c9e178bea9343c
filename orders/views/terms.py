"""The terms of the market in time: a marché renewed, the periods of a lot with their terms and their hours."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui import html
from core.ui.french import jour, periode
from core.ui.parts import Crumb
from core.ui.tables import Column, Empty, Table
from orders import queries
from orders.forms import PeriodForm, RenewalForm
from orders.models import Lot, LotPeriod, Marche, Renewal
from orders.queries import lot as lot_hours
from orders.workflow import terms

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)
keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))
TONES = {"En cours": "ok", "À venir": "info", "Passée": "line"}


def _days(period: LotPeriod) -> str:
    return periode(period.period.lower, period.period.upper - timedelta(days=1), court=True)


def _balance(name: str) -> Any:
    return lambda period: getattr(period.balance, name)


def _columns(*more: Column) -> list[Column]:
    return [
        Column("periode", "Période", value=_days),
        Column(
            "etat",
            "État",
            value=lot_hours.standing,
            show=lambda period: html.badge(lot_hours.standing(period), TONES[lot_hours.standing(period)]),
        ),
        Column("mini", "Mini (h)", value="mini", kind="hours"),
        Column("maxi", "Maxi (h)", value="maxi", kind="hours"),
        Column("disponible", "Disponible", value=_balance("disponible"), kind="hours"),
        Column("engage", "À commander", value=_balance("engage"), kind="hours"),
        Column("commande", "Commandé", value=_balance("commande"), kind="hours"),
        Column("realise", "Réalisé", value=_balance("realise"), kind="hours"),
        Column("facture", "Facturé", value=_balance("facture"), kind="hours"),
        *more,
    ]


_EMPTY = Empty(
    "Aucune période ouverte", "Ouvrez-en une\u00a0: sans mini ni maxi, rien ne peut être autorisé sur le lot."
)
READ = Table(caption="Périodes du lot, en heures-stagiaires", columns=_columns(), empty=_EMPTY)
KEPT = Table(
    caption="Périodes du lot, en heures-stagiaires",
    columns=_columns(
        Column(
            "action",
            "Action",
            value=lambda _period: "Modifier",
            link=lambda period: reverse("lot_periode_modifier", args=[period.lot_id, period.pk]),
            hidden_label=True,
        )
    ),
    empty=_EMPTY,
)


def _lot(request: HttpRequest, pk: int) -> Lot:
    return get_object_or_404(queries.visible_to(hat_of(request)), pk=pk)


def _crumbs(lot: Lot, *names: str) -> list[Crumb]:
    crumbs = [Crumb("Lots", reverse("lot_liste")), Crumb(f"Lot {lot.number}", reverse("lot_detail", args=[lot.pk]))]
    if len(names) > 1:
        crumbs.append(Crumb("Périodes", reverse("lot_periodes", args=[lot.pk])))
    return [*crumbs, Crumb(names[-1])]


@reader
@require_GET
def period_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every period of a lot with where its hours stand; for those who read the hours of the whole lot."""
    hat, lot = hat_of(request), _lot(request, pk)
    if not lot_hours.may_read_hours(hat, queries.role_on(lot, hat.organisation)):
        raise Http404
    keeps = queries.may_edit(hat)
    periods = lot_hours.periods_of(lot)
    return render(
        request,
        "orders/periodes.html",
        {
            "lot": lot,
            "crumbs": _crumbs(lot, "Périodes"),
            "table": (KEPT if keeps else READ).bind(periods),
            "may_edit": keeps,
            "gap": lot_hours.gap_after(lot, periods),
            "marche": lot.marche,
            "marche_days": periode(lot.marche.starts_on, lot.marche.ends_on),
        },
    )


@keeper
@require_http_methods(["GET", "POST"])
def period_edit(request: HttpRequest, pk: int, period: int | None = None) -> HttpResponse:
    """A period opened after the last one, with the same mini and maxi unless said otherwise; or one changed."""
    hat, lot = hat_of(request), _lot(request, pk)
    kept = get_object_or_404(LotPeriod.objects.filter(lot=lot), pk=period) if period else None
    form = PeriodForm(
        request.POST if request.method == "POST" else None, period=kept, initial=_said(kept) if kept else _next(lot)
    )
    back = reverse("lot_periodes", args=[pk])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "lot.periode") as claim:
                if not claim.done:
                    if kept:
                        terms.change_period(kept, said["last"], said["mini"], said["maxi"], hat)
                    else:
                        terms.open_period(lot, said["first"], said["last"], said["mini"], said["maxi"], hat)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "La période est enregistrée.")
            return redirect(back)
    title = f"Modifier la période, {_days(kept)}" if kept else f"Ouvrir une période · lot {lot.number}"
    lead = (
        "Le premier jour ne change pas. Le maxi ne descend pas sous les heures déjà autorisées ou commandées."
        if kept
        else f"Le marché va {periode(lot.marche.starts_on, lot.marche.ends_on)}\u00a0: la période n’en sort pas, "
        "et n’en recouvre aucune autre."
    )
    return _form(request, form, title, lead, "Enregistrer la période", back, _crumbs(lot, "Périodes", title))


def _said(period: LotPeriod) -> dict[str, Any]:
    return {"last": period.period.upper - terms.DAY, "mini": period.mini, "maxi": period.maxi}


def _next(lot: Lot) -> dict[str, Any]:
    """What the next period would most likely be: it follows the last one, as long and with the same terms."""
    last = lot.periods.order_by("-period").first()
    if last is None:
        return {"first": lot.marche.starts_on, "mini": Decimal(0)}
    first = last.period.upper
    end = min(lot.marche.ends_on, first + (last.period.upper - last.period.lower) - terms.DAY)
    return {"first": first, "last": end if end > first else None, "mini": last.mini, "maxi": last.maxi}


@keeper
@require_http_methods(["GET", "POST"])
def renewal_edit(request: HttpRequest, pk: int, rank: int | None = None) -> HttpResponse:
    """A marché renewed, or its last renewal put right."""
    hat, marche = hat_of(request), get_object_or_404(Marche, pk=pk)
    kept = get_object_or_404(Renewal, marche=marche, rank=rank) if rank else None
    initial = {"ends_on": kept.ends_on, "decided_on": kept.decided_on} if kept else {}
    form = RenewalForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("marche_modifier", args=[pk])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "marche.reconduire") as claim:
                if not claim.done:
                    if kept:
                        terms.correct_renewal(kept, said["ends_on"], said["decided_on"], hat)
                    else:
                        terms.renew(marche, said["ends_on"], said["decided_on"], hat)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            text = f"Le marché va jusqu’au {jour(said['ends_on'], weekday=False)}."
            messages.success(request, f"{text} Ouvrez maintenant la période suivante de chaque lot.")
            return redirect(back)
    title = f"Corriger la reconduction {kept.rank}" if kept else f"Reconduire le marché {marche.number}"
    lead = (
        f"Elle commence le {jour(kept.starts_on, weekday=False)}."
        if kept
        else f"Le marché finit le {jour(marche.ends_on, weekday=False)}\u00a0: la reconduction commence le lendemain. "
        "Les mandataires et les gestionnaires des lots sont prévenus."
    )
    crumbs = [Crumb("Lots", reverse("lot_liste")), Crumb(f"Marché {marche.number}", back), Crumb("Reconduction")]
    return _form(request, form, title, lead, "Enregistrer la reconduction", back, crumbs)


def _form(
    request: HttpRequest, form: Any, title: str, lead: str, action: str, back: str, crumbs: list[Crumb]
) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "action": action, "back": back, "crumbs": crumbs}
    return render(request, "ui/formulaire.html", context, status=422 if form.is_bound else 200)
