"""The payment clock as both sides read it, and the one suspension that the Région may make."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import euros, jour, pluriel
from core.ui.parts import Crumb, Fact
from invoices.clock import Clock, Pace
from invoices.forms import ResumeForm, SuspendForm
from invoices.models import Invoice
from invoices.queries.payment import clock_of, suspension_of
from invoices.views.access import find_invoice, reader
from invoices.workflow import payment

_WORDS = {
    Pace.WAITING: ("Le délai part quand Chorus Pro met la facture à la disposition de la Région.", "line"),
    Pace.SUSPENDED: ("Délai suspendu : la Région attend une pièce ou une correction.", "doute"),
    Pace.PAID: ("Payée dans le délai.", "ok"),
}


@dataclass(frozen=True)
class Shown:
    """The clock in words: a phrase and its tone, then every figure with how it comes."""

    clock: Clock
    label: str
    phrase: str
    tone: str
    may_suspend: bool
    may_resume: bool
    reason: str


def shown(invoice: Invoice, request: HttpRequest) -> Shown | None:
    """The clock of an invoice for the page; None for a credit note, or for what is cancelled or rejected."""
    found = clock_of(invoice, list(invoice.statuses.all()))
    if found.pace == Pace.STOPPED:
        return None
    held, holds = suspension_of(invoice), payment.may_suspend(hat_of(request))
    return Shown(
        found,
        found.pace.label,
        *_said(found),
        may_suspend=holds and held is None and found.pace == Pace.RUNNING,
        may_resume=holds and found.pace == Pace.SUSPENDED,
        reason=held.reason if held else "",
    )


def _said(found: Clock) -> tuple[str, str]:
    if found.pace in _WORDS:
        return _WORDS[found.pace]
    if found.pace == Pace.RUNNING and found.due_on is not None:
        left = "c’est aujourd’hui" if not found.days_left else f"dans {pluriel(found.days_left, 'jour')}"
        return f"À payer avant la fin du {jour(found.due_on, weekday=False)} : {left}.", "info"
    late = pluriel(found.days_late, "jour")
    if found.pace == Pace.PAID_LATE:
        return f"Payée avec {late} de retard : {euros(found.owed)} sont dus en plus.", "doute"
    return f"En retard de {late} : {euros(found.owed)} sont dus en plus à ce jour.", "non"


def _find(request: HttpRequest, pk: int) -> Invoice:
    invoice = find_invoice(request, pk)
    if not payment.may_suspend(hat_of(request)):
        raise Http404
    return invoice


@reader
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """The Région stops the clock, saying what is missing."""
    invoice = _find(request, pk)
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "facture.suspendre") as claim:
                if not claim.done:
                    payment.suspend(invoice, form.cleaned_data["reason"], hat_of(request))
                    claim.keep(reverse("facture_detail", args=[pk]))
        except Refused as refused:
            form.add_error("reason", refused.message)
        else:
            messages.success(request, "Le délai est suspendu. L’organisme en est averti.")
            return redirect("facture_detail", pk)
    lead = (
        "Le délai de paiement s’arrête jusqu’à ce que tout soit reçu ; un nouveau délai s’ouvre alors. C’est possible "
        "une seule fois, avant le mandat, pour une pièce ou une mention qui manque ou qui est fausse (article R2192-27 "
        "du code de la commande publique)."
    )
    return _form_page(request, form, invoice, "Suspendre le délai de paiement", lead, "Suspendre le délai")


@reader
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything asked for is there: the day from which a new term runs."""
    invoice = _find(request, pk)
    initial = {"day": timezone.localdate().isoformat()}
    form = ResumeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            payment.resume(invoice, form.cleaned_data["day"], hat_of(request))
        except Refused as refused:
            form.add_error("day", refused.message)
        else:
            messages.success(request, "Le délai court de nouveau. L’organisme en est averti.")
            return redirect("facture_detail", pk)
    held = suspension_of(invoice)
    facts = [Fact("Suspendu le", held.suspended_on), Fact("Ce qui manquait", held.reason)] if held else []
    lead = "Un nouveau délai court à partir du jour où la dernière pièce est arrivée (article R2192-29)."
    return _form_page(request, form, invoice, "Reprendre le délai de paiement", lead, "Reprendre le délai", facts)


def _form_page(
    request: HttpRequest, form: Any, invoice: Invoice, title: str, lead: str, action: str, facts: Any = ()
) -> HttpResponse:
    back = reverse("facture_detail", args=[invoice.pk])
    crumbs = [Crumb("Factures", reverse("facture_liste")), Crumb(invoice.number, back), Crumb(title)]
    context = {"form": form, "title": title, "lead": lead, "action": action, "back": back, "crumbs": crumbs}
    return render(request, "ui/formulaire.html", {**context, "facts": facts}, status=422 if form.is_bound else 200)
