"""Invoices: the list, one invoice with its way through Chorus Pro, its file, its credit note."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.months import first_of
from core.ui.french import euros, mois, pluriel
from core.ui.html import badge
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Column, Empty, Table, export_response
from invoices.document.content import load
from invoices.enums import InvoiceKind, InvoiceState
from invoices.filters import InvoiceFilter
from invoices.forms import CorrectionForm, CreditForm, StatusForm
from invoices.models import Invoice, StatusLine
from invoices.queries.deposits import badge_of, standing
from invoices.queries.invoices import invoices_of
from invoices.succession import strays
from invoices.views.access import find_invoice, reader
from invoices.views.payment import shown
from invoices.workflow import invoices, statuses
from invoices.workflow.files import file_of
from orders.queries.orders import is_addressee


def state_words(invoice: Invoice) -> str:
    """Where an invoice stands, in one phrase."""
    return badge_of(invoice)[0]


def days_late(invoice: Invoice) -> int:
    """Days since the term of an invoice ended; 0 in time, and while no term runs."""
    return max((timezone.localdate() - invoice.pay_by).days, 0) if invoice.pay_by else 0


def signed(name: str) -> Callable[[Invoice], Decimal]:
    """An amount of the list: a credit note takes it off, so that a column may be summed."""

    def read(invoice: Invoice) -> Decimal:
        amount: Decimal = getattr(invoice, name)
        return -amount if invoice.kind == InvoiceKind.AVOIR else amount

    return read


TABLE = Table(
    caption="Factures et avoirs",
    columns=[
        Column("numero", "Numéro", value="number", link=lambda one: reverse("facture_detail", args=[one.pk])),
        Column("type", "Type", value=lambda one: one.get_kind_display()),
        Column("mois", "Mois", value=lambda one: mois(one.month)),
        Column("commande", "Bon de commande", value=lambda one: one.order.number),
        Column("emetteur", "Organisme", value=lambda one: str(one.issuer)),
        Column("date", "Date", value="issued_on", kind="date", on_screen=False),
        Column("echeance", "Échéance imprimée", value="due_on", kind="date", on_screen=False),
        Column("a_payer", "À payer jusqu’au", value="pay_by", kind="date"),
        Column("retard", "Jours de retard", value=days_late, kind="integer", on_screen=False),
        Column("ht", "Hors taxes", value=signed("net"), kind="money", on_screen=False),
        Column("tva", "TVA", value=signed("tax"), kind="money", on_screen=False),
        Column("total", "Total", value=signed("total"), kind="money"),
        Column("etat", "État", value=state_words, show=lambda one: badge(*badge_of(one))),
    ],
    flag=lambda one: f"En retard de {pluriel(days_late(one), 'jour')}" if days_late(one) else "",
    empty=Empty("Aucune facture", "Une facture se crée depuis un service fait accordé par les deux parties."),
)
FILTERED = Empty("Aucune facture ne répond à ces filtres", "Ôtez un filtre pour en voir davantage.", "?",
                 "Ôter les filtres")  # fmt: skip


def rows_of(request: HttpRequest) -> tuple[InvoiceFilter, QuerySet[Invoice]]:
    """The filters of the address and the invoices that they leave, for the screen and for every file."""
    hat = hat_of(request)
    seen = invoices_of(hat)
    bound = InvoiceFilter(request.GET, queryset=seen, request=request)
    if hat.kind != OrganisationKind.REGION:
        del bound.filters["lots"]
    return bound, bound.qs if bound.is_valid() else seen


@reader
@require_GET
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Invoices that the hat may read, the last first."""
    bound, rows = rows_of(request)
    page = paginate(rows, request)
    head, is_region = bound.head("facture_export"), hat_of(request).kind == OrganisationKind.REGION
    if is_region:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        head["exports"].append(("Finances", reverse("facture_finances") + query))
    month = first_of(timezone.localdate()) - timedelta(days=1)  # of the last month that is over
    context = {
        "page": page,
        "table": TABLE.bind(page.rows, empty=FILTERED if bound.active else None),
        **head,
        "is_region": is_region,
        "month": f"{month:%Y-%m}",
    }
    return render(request, "invoices/liste.html", context)


@reader
@require_GET
def invoice_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows as the screen, all pages of it, as a file."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    return export_response(TABLE, rows_of(request)[1], "factures", fmt)


@reader
@require_GET
def invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice: what it says, where it stands, what may be done."""
    hat, invoice = hat_of(request), find_invoice(request, pk)
    holds = is_addressee(invoice.order, hat)
    return render(
        request,
        "invoices/facture.html",
        {
            "invoice": invoice,
            "said": load(invoice.content),
            "badge": badge_of(invoice),
            "month": f"{invoice.month:%Y-%m}",
            "facts": _facts(invoice),
            "statuses": _statuses(invoice, hat),
            "clock": shown(invoice, request),
            "sheets": invoice.sheets.defer("pdf", "content"),
            "may_credit": holds and invoice.kind == InvoiceKind.FACTURE and invoice.state == InvoiceState.EMISE,
            "depot": standing(invoice, hat),
            "events": timeline(invoice),
            "crumbs": [Crumb("Factures", reverse("facture_liste")), Crumb(invoice.number)],
        },
    )


def _facts(invoice: Invoice) -> list[Fact]:
    month = f"{invoice.month:%Y-%m}"
    facts = [
        Fact("Bon de commande", invoice.order.number, url=reverse("commande_detail", args=[invoice.order_id])),
        Fact("Mois", mois(invoice.month), url=reverse("service_fait", args=[invoice.order_id, month]), rule="R121"),
        Fact("Émise par", invoice.issuer),
        Fact("Total", euros(invoice.total)),
    ]
    if invoice.due_on:  # a credit note has none
        facts.append(Fact("Échéance imprimée", invoice.due_on))
    if invoice.corrects:
        corrected = invoice.corrects
        facts.append(Fact("Corrige", corrected.number, url=reverse("facture_detail", args=[corrected.pk])))
        facts.append(Fact("Motif", invoice.correction_reason))
    note = getattr(invoice, "credit_note", None)
    return [*facts, Fact("Corrigée par", note.number, url=reverse("facture_detail", args=[note.pk]))] if note else facts


@reader
@require_GET
def invoice_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed Factur-X file."""
    invoice = find_invoice(request, pk)
    answer = HttpResponse(file_of(invoice), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{invoice.number}.pdf"'
    return answer


@reader
@require_http_methods(["GET", "POST"])
def invoice_credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an invoice by a credit note, saying why."""
    hat, invoice = hat_of(request), find_invoice(request, pk)
    may = is_addressee(invoice.order, hat) and invoice.kind == InvoiceKind.FACTURE
    if not may or (request.method == "GET" and invoice.state != InvoiceState.EMISE):
        raise Http404
    form = CreditForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "facture.avoir") as claim:
                if not claim.done:
                    note = invoices.credit(invoice, form.cleaned_data["reason"], hat)
                    claim.keep(reverse("facture_detail", args=[note.pk]))
        except Refused as refused:
            form.add_error("reason", refused.message)
        else:
            messages.success(request, "L’avoir est émis. Le service fait du mois est à accorder de nouveau.")
            return redirect(claim.location)
    lead = (
        f"L’avoir annule la facture {invoice.number}, de {euros(invoice.total)}. Ses heures sont à accorder de "
        "nouveau, puis à facturer par une nouvelle facture."
    )
    return _form_page(request, form, invoice, "Corriger par un avoir", lead, "Émettre l’avoir")


@dataclass(frozen=True)
class ShownStatus:
    """A status in the list: who may correct it does it there. `is_stray`: it cannot follow what came before it."""

    it: StatusLine
    is_stray: bool
    may_correct: bool


def _statuses(invoice: Invoice, hat: Membership) -> list[ShownStatus]:
    """What was said of an invoice, the last first."""
    said = list(invoice.statuses.select_related("typed_by").order_by("at", "id"))
    late = {one.pk for one in strays([one for one in said if one.withdrawn_at is None])}
    return [
        ShownStatus(one, one.pk in late, one.withdrawn_at is None and statuses.corrects(one, hat))
        for one in reversed(said)
    ]


@reader
@require_http_methods(["GET", "POST"])
def invoice_status(request: HttpRequest, pk: int) -> HttpResponse:
    """The manual route: the status read on Chorus Pro."""
    hat, invoice = hat_of(request), find_invoice(request, pk)
    form = StatusForm(
        request.POST if request.method == "POST" else None, initial={"at": timezone.localdate().isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = statuses.noon(said["at"])
        try:
            statuses.note_status(invoice, said["status"], at, reason=said["reason"], hat=hat)
        except Refused as refused:
            form.add_error("status", refused.message)
        else:
            messages.success(request, "Le statut est noté.")
            return redirect("facture_detail", pk)
    lead = "Quand le portail ne suit pas lui-même la facture, recopiez ici ce que Chorus Pro en dit."
    return _form_page(request, form, invoice, "Noter un statut", lead, "Noter le statut")


@reader
@require_http_methods(["GET", "POST"])
def status_correct(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """A status typed by mistake: its right day, or its withdrawal, with the reason."""
    hat, invoice = hat_of(request), find_invoice(request, pk)
    found = get_object_or_404(invoice.statuses.select_related("typed_by__organisation"), pk=line)
    if found.typed_by is None or not statuses.corrects(found, hat):
        raise Http404
    if request.method == "GET" and found.withdrawn_at is not None:
        raise Http404
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = statuses.noon(said["at"]) if said["what"] == "date" else None
        try:
            with once(request, "facture.statut.corriger") as claim:
                if not claim.done:
                    statuses.correct_status(found, said["reason"], hat, at)
                    claim.keep(reverse("facture_detail", args=[pk]))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "C’est corrigé. L’autre partie en est avertie.")
            return redirect("facture_detail", pk)
    lead = "Le délai de paiement suit la bonne date. Ce qui est corrigé reste lisible dans l’histoire de la facture."
    facts = [
        Fact("Statut", found.get_status_display()),
        Fact("Noté au", timezone.localtime(found.at).date()),
        Fact("Noté par", found.typed_by.organisation),
    ]
    return _form_page(request, form, invoice, "Corriger un statut", lead, "Corriger", facts)


def _form_page(
    request: HttpRequest, form: Any, invoice: Invoice, title: str, lead: str, action: str, facts: Any = ()
) -> HttpResponse:
    back = reverse("facture_detail", args=[invoice.pk])
    crumbs = [Crumb("Factures", reverse("facture_liste")), Crumb(invoice.number, back), Crumb(title)]
    context = {"form": form, "title": title, "lead": lead, "action": action, "back": back, "crumbs": crumbs}
    return render(request, "ui/formulaire.html", {**context, "facts": facts}, status=422 if form.is_bound else 200)
