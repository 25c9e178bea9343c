"""The year of a lot: where its hours are going, when they run out, what missing the mini would cost."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.months import next_of
from core.ui.charts import Level, Line, curve
from core.ui.fields import DecimalField
from core.ui.french import heures, majuscule, mois_court, periode
from core.ui.parts import Crumb
from core.ui.tables import Column, Empty, Table
from orders import queries
from orders.explained import explained, waiting_words
from orders.models import LotPeriod
from orders.queries import lot as lot_hours
from orders.queries.trajectory import Month, Trajectory, trajectory

TABLE = Table(
    caption="Heures cumulées depuis le début de la période",
    columns=[
        Column("mois", "Mois", value=lambda month: majuscule(mois_court(month.first))),
        Column("autorise", "Autorisé", value="used", kind="hours"),
        Column("commande", "Commandé", value="ordered", kind="hours"),
        Column("realise", "Réalisé", value="done", kind="hours"),
        Column("facture", "Facturé", value="invoiced", kind="hours"),
    ],
    empty=Empty("La période commence", "Les mois paraîtront ici l’un après l’autre."),
)


class WhatIfForm(forms.Form):
    """« Et si… »: so many hours more, authorised today. The address carries it."""

    use_required_attribute = False

    heures = DecimalField(
        label="Heures-stagiaires de plus",
        unit="heures",
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        help_text="Par exemple 12 places de 350 heures\u00a0: 4 200.",
    )


@hat_required(OrganisationKind.REGION)
@require_GET
def lot_trajectory(request: HttpRequest, pk: int) -> HttpResponse:
    """The curve of one period of the lot, its forecast, and « what if » so many hours were authorised today."""
    lot = get_object_or_404(queries.visible_to(hat_of(request)), pk=pk)
    periods = lot_hours.periods_of(lot)
    period = _chosen(request, periods)
    goes = trajectory(period) if period else None
    running = goes is not None and not goes.is_over and bool(goes.months)
    form = WhatIfForm(request.GET if "heures" in request.GET else None) if running else None
    more = form.cleaned_data["heures"] if form and form.is_valid() else None
    return render(
        request,
        "orders/trajectoire.html",
        {
            "lot": lot,
            "crumbs": [
                Crumb("Lots", reverse("lot_liste")),
                Crumb(f"Lot {lot.number}", reverse("lot_detail", args=[pk])),
                Crumb("Trajectoire"),
            ],
            "period": period,
            "periods": [(one, _days(one), lot_hours.standing(one), one == period) for one in periods],
            "period_words": _days(period) if period else "",
            "goes": goes,
            "said": explained(goes) if goes else [],
            "waiting": waiting_words(),
            "table": TABLE.bind(_told(goes.months) if goes else []),
            "drawing": _drawing(goes) if goes and goes.has_begun else "",
            "form": form,
            "more": more,
            "passes": bool(period and more and more > period.balance.disponible),
            "then": explained(goes, more) if goes and more else [],
        },
    )


def _chosen(request: HttpRequest, periods: list[LotPeriod]) -> LotPeriod | None:
    """The period that the address asks for, else the one to speak of. Absent: 404."""
    asked = request.GET.get("periode", "")
    if not asked:
        return lot_hours.shown_of(periods)
    found = next((one for one in periods if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _days(period: LotPeriod) -> str:
    return periode(period.period.lower, period.period.upper - timedelta(days=1))


def _told(months: list[Month]) -> list[Month]:
    """The months since the first hour was authorised: before, there is nothing to read."""
    return [month for month in months if month.used or month.ordered or month.done or month.invoiced]


def _drawing(goes: Trajectory) -> str:
    """The curve from the first month of the period to its last, the forecast dashed."""
    steps = _steps(goes)
    blank: list[Decimal | None] = [None] * (len(steps) - len(goes.months))
    lines = [
        Line("Autorisé", "a", [*(month.used for month in goes.months), *blank]),
        Line("Commandé", "d", [*(month.ordered for month in goes.months), *blank]),
        Line("Réalisé", "b", [*(month.done for month in goes.months), *blank]),
        Line("Facturé", "c", [*(month.invoiced for month in goes.months), *blank]),
    ]
    if goes.forecast and blank and goes.months:
        ahead: list[Decimal | None] = [None] * (len(goes.months) - 1)
        start, end, count = goes.months[-1].used, goes.forecast.expected, len(blank)
        ahead += [start + (end - start) * i / count for i in range(count + 1)]
        lines.append(Line("Prévision, au rythme des mois passés", "dash", ahead))
    words = _words(goes.months[-1] if goes.months else None, goes)
    levels = [Level("mini", goes.period.mini), Level("maxi", goes.period.maxi)]
    return curve(lines, steps, levels, words)


def _steps(goes: Trajectory) -> list[str]:
    first, last, steps = goes.period.period.lower.replace(day=1), goes.period.period.upper, []
    while first < last:
        steps.append(_month(first))
        first = next_of(first)
    return steps


def _month(first: date) -> str:
    return f"{first:%m/%y}"


def _words(month: Month | None, goes: Trajectory) -> str:
    if month is None:
        return "La période n’a pas encore de mois écoulé."
    said = (
        f"{heures(month.used)} autorisées, {heures(month.ordered)} commandées, {heures(month.done)} réalisées, "
        f"{heures(month.invoiced)} facturées"
    )
    terms = f"mini {heures(goes.period.mini)}, maxi {heures(goes.period.maxi)}"
    return f"{said}, pour un {terms}."
