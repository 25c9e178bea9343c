"""Service fait: one page that both sides read alike."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.ui.french import mois
from core.ui.parts import Crumb, Step
from invoices.enums import ChorusStatus, TableState
from invoices.facts import facts_of, judged
from invoices.forms import DisputeForm, GapForm
from invoices.models import MonthLine, MonthTable
from invoices.queries.hours import is_behind
from invoices.queries.invoices import MonthRow, month_rows, orders_to_invoice
from invoices.views.access import find_order, reader
from invoices.workflow import invoices, tables
from orders.money import amount
from orders.views.judged import told

_AS_READ = re.compile(r"([0-9]{1,18}):(-?[0-9]{1,10}\.[0-9]{2})")
_FELL = "Des heures ont changé depuis l’accord : relisez le service fait, puis accordez-le de nouveau."


def month_of(text: str) -> date:
    """« 2026-10 » as its first day."""
    return date.fromisoformat(f"{text}-01")


@reader
@require_GET
def table(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """The month of an order, line by line: planned, done, gap, amount, agreements."""
    hat, order, first = hat_of(request), find_order(request, pk), month_of(month)
    (row,) = month_rows([order], first)
    side = _side(row, hat)
    behind = row.table is not None and row.table.state != TableState.FACTURE and is_behind(row.table, row.lines)
    return render(
        request,
        "invoices/service_fait.html",
        {
            "order": order,
            "month": first,
            "row": row,
            "lines": [_shown(line, hat) for line in row.lines],
            "planned": _planned(row),
            "hours": sum(line.hours for line in row.lines),
            "amount": sum(amount(line.hours, line.price) for line in row.lines),
            "side": side,
            "to_agree": [_as_read(line) for line in row.lines if side and _waits(line, side)],
            "may_issue": side == "organisme" and row.table and row.table.state == TableState.ACCORDE,
            "behind": behind,
            "preview": None if behind else _preview(row),
            "steps": _steps(row),
            "events": timeline(row.table) if row.table else [],
            "crumbs": [Crumb("Factures", reverse("facture_liste")), Crumb(order.number)],
        },
    )


def _side(row: MonthRow, hat: Any) -> str:
    if row.table is None:
        return ""
    try:
        return tables.side_of(row.table, hat)
    except Refused:
        return ""


def _waits(line: MonthLine, side: str) -> bool:
    """Whether this side has still to agree to a line. One that is contested waits for who contests it."""
    return bool(line.hours) and line.disputed_at is None and getattr(line, f"{side}_agreed_at") is None


def _as_read(line: MonthLine) -> str:
    """A line and its hours, as the form brings them back: one agrees to what one has read."""
    return f"{line.pk}:{line.hours}"


def _shown(line: MonthLine, hat: Membership) -> dict[str, Any]:
    agreement, tone = _agreement(line)
    gap = None if line.hours_planned is None else line.hours - line.hours_planned
    return {
        "it": line,
        "amount": amount(line.hours, line.price),
        "agreement": agreement,
        "tone": tone,
        "gap": gap,
        "to_explain": bool(gap) and not line.gap,
        "fields": {"lignes": _as_read(line)},
        "is_ours": line.disputed_by is not None and line.disputed_by.organisation_id == hat.organisation_id,
    }


def _planned(row: MonthRow) -> Decimal | None:
    """Hours of the timetables, when every line of the month has one: half a sum would say nothing."""
    said = [line.hours_planned for line in row.lines if line.adjusts is None]
    known = [one for one in said if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(said) else None


def _agreement(line: MonthLine) -> tuple[str, str]:
    if not line.hours:
        return "Rien à facturer", "line"
    if line.disputed_at:
        return "Contestée", "doute"
    if line.is_agreed:
        return "Les deux parties", "ok"
    if line.organisme_agreed_at:
        return "L’organisme", "info"
    return ("La Région", "info") if line.region_agreed_at else ("À accorder", "line")


def _preview(row: MonthRow) -> dict[str, Any] | None:
    """What the invoice would say, what its rules say of it, what it lacks; None while nothing is agreed."""
    if row.table is None or row.table.state != TableState.ACCORDE:
        return None
    rules = told(judged(facts_of(row.table)))
    try:
        content = invoices.preview(row.table)
        payer = invoices.payer_of(row.order, content.issued_on)
    except Refused as refused:
        return {"missing": [refused.message], "told": rules}
    found = [fault.message for fault in invoices.faults_of(content, payer)]
    hours = sum(line.quantity for line in content.lines)
    return {"content": content, "missing": found, "hours": hours, "told": rules}


def _steps(row: MonthRow) -> list[Step]:
    """The way of the month, from its hours to its payment."""
    said = [line for line in row.lines if line.hours]
    done = {
        "Heures connues": bool(said) and not row.unknown,
        "Accord de l’organisme": bool(said) and all(one.organisme_agreed_at or one.disputed_at for one in said),
        "Accord de la Région": row.table is not None and row.table.state != TableState.OUVERT,
        "Facture": row.invoice is not None,
        "Paiement": row.invoice is not None and row.invoice.status == ChorusStatus.MISE_EN_PAIEMENT,
    }
    here = next((rank for rank, one in enumerate(done.values()) if not one), len(done))
    states = ["done" if rank < here else "current" if rank == here else "todo" for rank in range(len(done))]
    return [Step(label, state) for label, state in zip(done, states, strict=True)]


@reader
@require_POST
def open_month(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """Open the table, or bring it to the hours booked by now."""
    order = find_order(request, pk)
    try:
        tables.open_table(order, month_of(month))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("service_fait", pk, month)


@reader
@require_POST
def agree(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """Agree to the lines that were shown: those that the form names, for the hours that it says."""
    found = _table(request, pk, month)
    named = (_AS_READ.fullmatch(one) for one in request.POST.getlist("lignes"))
    tables.refresh(found)  # one agrees to what the books hold, or reads it again
    try:
        tables.agree(found, {int(one[1]): Decimal(one[2]) for one in named if one}, hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Votre accord est noté.")
    return redirect("service_fait", pk, month)


@reader
@require_POST
def issue(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """The mandataire makes the invoice of the month."""
    found = _table(request, pk, month)
    if tables.refresh(found):  # kept, whatever follows: an agreement that fell is seen by both sides
        messages.error(request, _FELL)
        return redirect("service_fait", pk, month)
    try:
        with once(request, "facture.emettre") as claim:
            if not claim.done:
                made = invoices.issue(found, hat_of(request))
                claim.keep(reverse("facture_detail", args=[made.pk]))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("service_fait", pk, month)
    messages.success(request, "La facture est créée. Il reste à la déposer sur Chorus Pro.")
    return redirect(claim.location)


def _table(request: HttpRequest, pk: int, month: str) -> MonthTable:
    return get_object_or_404(
        MonthTable.objects.select_related("order__lot", "order__addressee").defer("order__pdf", "order__content"),
        order=find_order(request, pk),
        month=month_of(month),
    )


def _line(request: HttpRequest, pk: int) -> tuple[MonthLine, str]:
    rows = MonthLine.objects.filter(table__order__in=orders_to_invoice(hat_of(request)))
    line = get_object_or_404(rows.select_related("composante", "table__order__lot", "table__order__addressee"), pk=pk)
    try:
        return line, tables.side_of(line.table, hat_of(request))
    except Refused as refused:
        raise Http404 from refused


@reader
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Contest a line: it waits for next month, the others go on."""
    line, _side = _line(request, pk)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            tables.dispute(line, hat_of(request), form.cleaned_data["text"])
        except Refused as refused:
            form.add_error("text", refused.message)
        else:
            messages.success(request, "La ligne attend. Les autres peuvent être facturées.")
            return redirect(_back(line))
    lead = "La ligne sera reprise le mois prochain, en régularisation. Les autres lignes ne l’attendent pas."
    return _form_page(request, form, line, f"Contester la ligne {line.composante.number}", lead, "Contester la ligne")


@reader
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why the hours are not those planned."""
    line, side = _line(request, pk)
    form = GapForm(request.POST if request.method == "POST" else None, line=line, side=side)
    if request.method == "POST" and form.is_valid():
        try:
            tables.comment(line, hat_of(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error("note", refused.message)
        else:
            messages.success(request, "Votre explication est notée.")
            return redirect(_back(line))
    lead = "L’autre partie lit votre mot à côté de la ligne. Les heures et les accords ne changent pas."
    return _form_page(request, form, line, f"Expliquer la ligne {line.composante.number}", lead, "Enregistrer")


def _back(line: MonthLine) -> str:
    return reverse("service_fait", args=[line.table.order_id, f"{line.table.month:%Y-%m}"])


def _form_page(request: HttpRequest, form: Any, line: MonthLine, title: str, lead: str, action: str) -> HttpResponse:
    crumbs = [Crumb("Factures", reverse("facture_liste")), Crumb(mois(line.table.month), _back(line)), Crumb(title)]
    context = {"form": form, "title": title, "lead": lead, "action": action, "back": _back(line), "crumbs": crumbs}
    return render(request, "ui/formulaire.html", context, status=422 if form.is_bound else 200)
