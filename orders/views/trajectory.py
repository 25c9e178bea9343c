"""The year of a lot: where its hours are going, when they run out, what missing the mini would cost."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.ui.charts import Level, Line, curve
from core.ui.french import heures, majuscule, mois_court, parse_nombre
from core.ui.parts import Crumb
from core.ui.tables import Column, Empty, Table
from orders import queries
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


@hat_required(OrganisationKind.REGION)
@require_GET
def lot_trajectory(request: HttpRequest, pk: int) -> HttpResponse:
    """The curve of the lot's period that runs, its forecast, and « what if » so many hours were authorised today."""
    lot = get_object_or_404(queries.visible_to(hat_of(request)), pk=pk)
    period = queries.period_now(lot)
    more, fault = _asked(request.GET.get("heures", ""))
    goes = trajectory(period) if period else None
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
            "last_day": period.period.upper - timedelta(days=1) if period else None,
            "goes": goes,
            "table": TABLE.bind(_told(goes.months) if goes else []),
            "drawing": _drawing(goes) if goes else "",
            "asked": request.GET.get("heures", ""),
            "fault": fault,
            "more": more,
            "passes": bool(period and more > period.balance.disponible),
            "what_if": goes.what_if(more) if goes and more else None,
        },
    )


def _told(months: list[Month]) -> list[Month]:
    """The months since the first hour was authorised: before, there is nothing to read."""
    return [month for month in months if month.used or month.ordered or month.done or month.invoiced]


def _asked(text: str) -> tuple[Decimal, str]:
    """The hours of the « what if » and, when they cannot be read, why."""
    if not text.strip():
        return Decimal(0), ""
    try:
        hours = parse_nombre(text)
    except (ValueError, InvalidOperation):
        return Decimal(0), "Écrivez un nombre d’heures, par exemple 1 200."
    return (hours, "") if 0 < hours < 10**7 else (Decimal(0), "Écrivez un nombre d’heures supérieur à zéro.")


def _drawing(goes: Trajectory) -> str:
    """The curve from the first month of the period to its last, the forecast dashed."""
    steps = _steps(goes)
    blank: list[Decimal | None] = [None] * (len(steps) - len(goes.months))
    lines = [
        Line("Autorisé", "a", [*(month.used for month in goes.months), *blank]),
        Line("Réalisé", "b", [*(month.done for month in goes.months), *blank]),
        Line("Facturé", "c", [*(month.invoiced for month in goes.months), *blank]),
    ]
    if goes.forecast and blank and goes.months:
        ahead: list[Decimal | None] = [None] * (len(goes.months) - 1)
        start, end, count = goes.months[-1].used, goes.forecast.expected, len(blank)
        ahead += [start + (end - start) * i / count for i in range(count + 1)]
        lines.append(Line("Prévision", "dash", ahead))
    words = _words(goes.months[-1] if goes.months else None, goes)
    levels = [Level("mini", goes.period.mini), Level("maxi", goes.period.maxi)]
    return curve(lines, steps, levels, words)


def _steps(goes: Trajectory) -> list[str]:
    first, last, steps = goes.period.period.lower.replace(day=1), goes.period.period.upper, []
    while first < last:
        steps.append(_month(first))
        first = (first + timedelta(days=32)).replace(day=1)
    return steps


def _month(first: date) -> str:
    return f"{first:%m/%y}"


def _words(month: Month | None, goes: Trajectory) -> str:
    if month is None:
        return "La période n’a pas encore de mois écoulé."
    said = f"{heures(month.used)} autorisées, {heures(month.done)} réalisées, {heures(month.invoiced)} facturées"
    terms = f"mini {heures(goes.period.mini)}, maxi {heures(goes.period.maxi)}"
    return f"{said}, pour un {terms}."
