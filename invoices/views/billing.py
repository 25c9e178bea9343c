"""How an organisme invoices; what the Région asks for on an invoice."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.idempotency import once
from core.journal.refusals import Refused, lost_race
from core.ui.french import jour, liste
from core.ui.parts import Crumb, Fact
from invoices.enums import PartyId
from invoices.forms import BillingForm, PayerForm
from invoices.models import BillingProfile, PayerSettings

organisme = hat_required(OrganisationKind.ORGANISME)
_TYPED = "Quelqu’un vient d’enregistrer vos informations de facturation : relisez-les."
SHOWN = 5  # settings of the payer that its page recalls, the last ones
region_admin = hat_required(OrganisationKind.REGION, roles=("finances", "administrateur"))


@organisme
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """IBAN, VAT and the beginning of the numbers: copied into each invoice that follows."""
    hat = hat_of(request)
    known = BillingProfile.objects.filter(organisme=hat.organisation).first()
    made = known or BillingProfile(organisme=hat.organisation, updated_by=hat)
    form = BillingForm(request.POST if request.method == "POST" else None, instance=made)
    if request.method == "POST" and form.is_valid() and _keep(request, form, hat):
        messages.success(
            request, "Vos informations de facturation sont enregistrées : vos prochaines factures les porteront."
        )
        return redirect("facture_liste")
    lead = "Vos prochaines factures porteront ces informations. Celles qui sont émises ne changent pas."
    return _page(request, form, "Informations de facturation", lead)


@region_admin
@require_http_methods(["GET", "POST"])
def payer(request: HttpRequest) -> HttpResponse:
    """What the Région asks for (code service, cadre…) from a day on."""
    hat = hat_of(request)
    current = PayerSettings.objects.filter(region=hat.organisation).first()
    made = PayerSettings(region=hat.organisation, set_by=hat)
    if current is not None:
        for name in PayerForm.Meta.fields[1:]:
            setattr(made, name, getattr(current, name))
    form = PayerForm(request.POST if request.method == "POST" else None, instance=made)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.save()
        except IntegrityError:
            form.add_error("valid_from", "Un réglage vaut déjà à partir de ce jour.")
        else:
            messages.success(request, "Le réglage est enregistré.")
            return redirect("facture_liste")
    lead = "Ces réglages valent pour les factures faites à partir du jour que vous dites, et non pour celles d’avant."
    known = PayerSettings.objects.filter(region=hat.organisation)[:SHOWN]
    return _page(request, form, "Réglages du payeur", lead, [_fact(one) for one in known])


def _fact(one: PayerSettings) -> Fact:
    """What was set from a day on, in one line."""
    asked = [name for name, wanted in (
        ("code service", one.needs_service_code), ("engagement", one.needs_order_number),
        ("marché", one.needs_contract_number),
    ) if wanted]  # fmt: skip
    words = [one.service_code or "sans code service", one.process, PartyId(one.legal_id).name]
    words.append(f"{liste(asked)} demandés" if len(asked) > 1 else f"{liste(asked)} demandé" if asked else "")
    return Fact(f"À partir du {jour(one.valid_from, weekday=False)}", ", ".join(filter(None, words)))


def _keep(request: HttpRequest, form: BillingForm, hat: Membership) -> bool:
    """Save what was typed, with who changed what; False when somebody else has just typed it too."""
    names = {one.name: str(one.verbose_name) for one in BillingProfile._meta.concrete_fields}
    changed = liste(names[one] for one in form.changed_data)
    try:
        with once(request, "facturation.profil") as claim, lost_race({"organisme_id": _TYPED}):
            if not claim.done:
                form.instance.updated_by = hat
                kept = form.save()
                label = f"Informations de facturation : {changed}" if changed else "Informations de facturation relues"
                events.record(kept, "facturation.profil", label, hat=hat)
                claim.keep(reverse("facture_liste"))
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _page(request: HttpRequest, form: object, title: str, lead: str, facts: Sequence[Fact] = ()) -> HttpResponse:
    crumbs = [Crumb("Factures", reverse("facture_liste")), Crumb(title)]
    context: dict[str, object] = {"form": form, "title": title, "lead": lead, "crumbs": crumbs, "action": "Enregistrer"}
    context |= {"back": reverse("facture_liste"), "facts": facts}
    return render(request, "ui/formulaire.html", context, status=422 if request.method == "POST" else 200)
