"""Lots: the Région keeps them, the organismes of a group read theirs, the mandataire lets subcontractors in."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused, Taken
from core.journal.timeline import timeline
from core.rulebook import parameters
from core.ui import html
from core.ui.french import heures, liste, periode
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Column, Table
from orders import queries, workflow
from orders.enums import LotRole
from orders.forms import LotFilterForm, LotForm, MarcheForm, MemberForm, PlaceForm
from orders.models import Lot, LotMember, LotPeriod, LotPlace, Marche
from orders.queries import lot as lot_hours
from orders.queries.territory import zones_of
from orders.workflow.prices import may_decide_price

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)
keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))


def _term(lot: Lot, name: str) -> Any:
    """The mini or the maxi of the period that runs."""
    return getattr(lot.periods_now[0], name) if lot.periods_now else None  # type: ignore[attr-defined]


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
        Column("membres", "Membres", value=lambda lot: len(lot.group), kind="integer"),
        Column("mini", "Mini (h)", value=lambda lot: _term(lot, "mini"), kind="integer"),
        Column("maxi", "Maxi (h)", value=lambda lot: _term(lot, "maxi"), kind="integer"),
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
    form = LotFilterForm(request.GET)
    lots = queries.visible_to(hat)
    if form.is_valid():
        given = form.cleaned_data
        lots = queries.search(
            lots,
            words=given["q"].strip(),
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
            "filtered": any(request.GET.get(name) for name in ("q", "filiere", "departement")),
            "may_edit": queries.may_edit(hat),
            "is_region": hat.kind == OrganisationKind.REGION,
            "marches": Marche.objects.annotate(renewed=Count("renewals")).order_by("-starts_on", "number")
            if queries.may_edit(hat)
            else (),
        },
    )


def _lot(request: HttpRequest, pk: int) -> Lot:
    lots = queries.visible_to(hat_of(request)).select_related("marche", "filiere", "gestionnaire")
    return get_object_or_404(lots, pk=pk)


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
        said["used_words"] = f"{heures(period.balance.used)} autorisées ou commandées sur {heures(period.maxi)}"
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


def _form_page(request: HttpRequest, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
    base = {"form": form, "lead": "", "crumbs": [], **context}
    return render(request, "ui/formulaire.html", base, status=status)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@keeper
@require_http_methods(["GET", "POST"])
def marche_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A marché, new or changed."""
    marche = get_object_or_404(Marche, pk=pk) if pk else None
    form = MarcheForm(_posted(request), instance=marche)
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
    lot = _lot(request, pk) if pk else None
    form = LotForm(_posted(request), instance=lot)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "lot.tenir") as claim:
                if not claim.done:
                    saved = workflow.save_lot(
                        form.save(commit=False),
                        hat_of(request),
                        where=form.where(),
                        certifications=form.certifications(),
                        terms_now=(form.cleaned_data["mini_hours"], form.cleaned_data["maxi_hours"]),
                        first_ends_on=form.cleaned_data.get("first_ends_on"),
                    )
                    claim.keep(reverse("lot_detail", args=[saved.pk]))
        except Refused as refused:
            form.add_error("number", refused.message)
        else:
            messages.success(request, "Le lot est enregistré.")
            return redirect(claim.location)
    return _form_page(
        request,
        form,
        status=422 if form.is_bound else 200,
        title=f"Modifier le lot {lot.number}" if lot else "Créer un lot",
        action="Enregistrer le lot",
        back=reverse("lot_detail", args=[lot.pk]) if lot else reverse("lot_liste"),
    )


@reader
@require_http_methods(["GET", "POST"])
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry of an organisme: any role for the Région, a subcontractor for the mandataire (R113, R114)."""
    hat, lot = hat_of(request), _lot(request, pk)
    roles = [role for role in LotRole if workflow.may_add_member(lot, hat, role)]
    if not roles:
        raise Http404
    form = MemberForm(_posted(request), lot=lot, roles=roles)
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
    return _form_page(
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
    hat, lot = hat_of(request), _lot(request, pk)
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


@keeper
@require_http_methods(["GET", "POST"])
def place_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A training place agreed for the lot (R44)."""
    hat, lot = hat_of(request), _lot(request, pk)
    form = PlaceForm(_posted(request), lot=lot, instance=LotPlace(lot=lot))
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
    return _form_page(
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
    hat, lot = hat_of(request), _lot(request, pk)
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
