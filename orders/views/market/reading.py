"""The list of lots and the page of one."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.timeline import timeline
from core.rulebook import parameters
from core.ui import html
from core.ui.french import accord, heures, liste, periode
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Column, Table
from orders import queries
from orders.enums import LotRole
from orders.forms import LotFilterForm
from orders.models import Lot, LotPeriod, Marche
from orders.queries import lot as lot_hours
from orders.queries.territory import zones_of
from orders.views.market.common import reader
from orders.workflow.prices import may_decide_price


def _term(lot: Lot, name: str) -> Any:
    """The mini or the maxi of the period that runs."""
    return getattr(lot.periods_now[0], name) if lot.periods_now else None  # type: ignore[attr-defined]


def _left(lot: Lot) -> Any:
    """The hours of the period that runs which nothing has taken yet."""
    return lot.periods_now[0].balance.disponible if lot.periods_now else None  # type: ignore[attr-defined]


def _taken(lot: Lot) -> Any:
    """Those that are authorised, ordered, done or invoiced."""
    return _term(lot, "maxi") - _left(lot) if lot.periods_now else None  # type: ignore[attr-defined]


TABLE = Table(
    caption="Lots",
    columns=[
        Column("lot", "Lot", value=str, link=lambda lot: reverse("lot_detail", args=[lot.pk])),
        Column("marche", "Marché", value="marche.number"),
        Column("filiere", "Filière", value="filiere.name"),
        Column("departements", "Territoire", value=lambda lot: liste(zones_of(lot, short=True))),
        Column(
            "mandataire",
            "Mandataire",
            value=lambda lot: next((str(m.organisation) for m in lot.group if m.role == LotRole.MANDATAIRE), ""),
        ),
        Column("mini", "Mini (h)", value=lambda lot: _term(lot, "mini"), kind="integer"),
        Column("maxi", "Maxi (h)", value=lambda lot: _term(lot, "maxi"), kind="integer"),
        Column("pris", "Heures prises (h)", value=_taken, kind="integer"),
        Column("reste", "Reste (h)", value=_left, kind="integer"),
        Column(
            "prix",
            "Prix de l’heure",
            value=lambda lot: lot.prices_now[0].amount if lot.prices_now else None,
            kind="money",
        ),
        Column(
            "etat",
            "État",
            value=lambda lot: "Actif" if lot.is_active else "Clos",
            show=lambda lot: html.badge("Actif", "ok") if lot.is_active else html.badge("Clos", "line"),
        ),
    ],
)


@reader
@require_GET
def lot_list(request: HttpRequest) -> HttpResponse:
    """The lots that the hat may see."""
    hat = hat_of(request)
    lots = queries.visible_to(hat)
    mine = Marche.objects.filter(pk__in=lots.order_by().values("marche")).order_by("-starts_on", "number")
    form = LotFilterForm(request.GET, marches=mine)
    if form.is_valid():
        given = form.cleaned_data
        lots = queries.search(
            lots,
            words=given["q"].strip(),
            marche=given["marche"],
            filiere=given["filiere"].pk if given["filiere"] else "",
            departement=given["departement"].pk if given["departement"] else "",
            closed=given["clos"],
        )
    page = paginate(queries.with_group(lots), request)
    return render(
        request,
        "orders/liste.html",
        {
            "form": form,
            "page": page,
            "table": TABLE.bind(page.rows),
            "total": page.total_text("lot"),
            "filtered": any(request.GET.get(name) for name in ("q", "marche", "filiere", "departement")),
            "may_edit": queries.may_edit(hat),
            "is_region": hat.kind == OrganisationKind.REGION,
            "marches": Marche.objects.annotate(renewed=Count("renewals")).order_by("-starts_on", "number")
            if queries.may_edit(hat)
            else (),
        },
    )


@reader
@require_GET
def lot_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot: its terms, its group, its price, its places, what the reader may do on it."""
    hat = hat_of(request)
    lots = lot_hours.with_page(queries.visible_to(hat)).select_related("gestionnaire")
    lot = get_object_or_404(lots, pk=pk)
    members = list(lot.members.filter(is_active=True).select_related("organisation").order_by("organisation__name"))
    role = next((LotRole(one.role) for one in members if one.organisation_id == hat.organisation_id), None)
    periods = lot_hours.periods_of(lot)
    period = lot_hours.shown_of(periods)
    may_edit, reads_prices = queries.may_edit(hat), lot_hours.may_read_hours(hat, role)
    prices, today = list(lot.prices.order_by("-period")), timezone.localdate()
    return render(
        request,
        "orders/detail.html",
        {
            "lot": lot,
            "crumbs": [Crumb("Lots", reverse("lot_liste")), Crumb(f"Lot {lot.number}")],
            "facts": _facts(lot, period),
            **_hours(lot, period, hat, role),
            "gap": _gap_soon(lot, periods),
            "reads_trajectory": hat.kind == OrganisationKind.REGION,
            "members": sorted(members, key=lambda member: list(LotRole).index(LotRole(member.role))),
            "prices": prices,
            "price": next((one.amount for one in prices if today in one.period), None),
            "price_requests": lot.price_requests.order_by("-asked_at", "-id")[:5] if reads_prices else [],
            "may_ask_price": may_edit or role == LotRole.MANDATAIRE,
            "may_decide_price": may_decide_price(hat),
            "role": role,
            "rights": _rights(lot, hat, role),
            "may_edit": may_edit,
            "may_admit": may_edit or role == LotRole.MANDATAIRE,
            "events": timeline(lot, with_internal=True) if hat.kind == OrganisationKind.REGION else [],
        },
    )


SHOWN = 25  # composantes to order


def _hours(lot: Lot, period: LotPeriod | None, hat: Membership, role: LotRole | None) -> dict[str, Any]:
    """What the page says of the hours of the lot, for those who read them, and what waits to be ordered."""
    reads, keeps = lot_hours.may_read_hours(hat, role), queries.may_edit(hat)
    waiting = list(lot_hours.to_order(lot)[: SHOWN + 1]) if keeps else []
    said: dict[str, Any] = {"reads_hours": reads, "period": period, "to_order": waiting[:SHOWN]}
    said |= {"more_to_order": len(waiting) > SHOWN, "shares": [], "used_words": "", "period_words": ""}
    if reads and period is not None:
        last = period.period.upper - timedelta(days=1)
        said["shares"] = lot_hours.balances_of(period)
        used = period.balance.used
        taken = accord(used, "autorisée ou commandée", "autorisées ou commandées")
        said["used_words"] = f"{heures(used)} {taken} sur {heures(period.maxi)}"
        said["period_words"] = f"{periode(period.period.lower, last)}, {lot_hours.standing(period).lower()}"
    return said


def _gap_soon(lot: Lot, periods: list[LotPeriod]) -> date | None:
    """The day when no period holds any more, when it is near."""
    gap = lot_hours.gap_after(lot, periods) if lot.is_active else None
    soon = timezone.localdate() + timedelta(days=int(parameters.current()["period_notice_days"]))
    return gap if gap and gap <= soon else None


def _facts(lot: Lot, period: LotPeriod | None) -> list[Fact]:
    return [
        Fact("Marché", lot.marche),
        Fact("Filière", lot.filiere.name, rule="R41"),
        Fact("Territoire", liste(zones_of(lot)), rule="R43"),
        Fact("Mini", heures(period.mini) if period else ""),
        Fact("Maxi", heures(period.maxi) if period else ""),
        Fact("Gestionnaire à la Région", lot.gestionnaire, rule="R106"),
        Fact("Coordinateur du lot", lot.coordinateur, rule="R106"),
    ]


def _rights(lot: Lot, hat: Membership, role: LotRole | None) -> list[str]:
    """What the reader's organisation may do on this lot, in words."""
    if role is None:
        return []
    if not queries.may_ask(hat, lot):
        return ["Le lot n’est pas en cours : aucune session ne s’y demande."]
    rights = ["Demander des sessions sur ce lot."]
    if role == LotRole.MANDATAIRE:
        rights += [
            "Recevoir les bons de commande du lot.",
            "Faire entrer un sous-traitant, avec les deux pièces demandées.",
            "Lire les demandes que les autres membres envoient à la Région.",
        ]
    elif role == LotRole.COTRAITANT:
        rights.append("Saisir directement la Région, après avoir informé le mandataire. Son accord n’est pas attendu.")
    else:
        rights.append("Intervenir comme sous-traitant accepté par le mandataire, dans la filière du lot.")
    return rights
