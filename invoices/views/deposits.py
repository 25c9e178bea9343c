"""The deposit of an invoice: send it, look again, take it over by hand; mandate the portal; watch the exchange."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import moment, pluriel
from core.ui.html import badge
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Column, Empty, Table
from invoices.chorus import connection
from invoices.enums import CallOutcome, DepositState
from invoices.forms import ByHandForm, MandateForm
from invoices.models import BillingProfile, ChorusCall, Invoice
from invoices.queries import deposits as reading
from invoices.views.access import find_invoice, reader
from invoices.workflow import deposits, statuses

organisme = hat_required(OrganisationKind.ORGANISME)
region_admin = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))
FAILURES = 25

TROUBLED = Table(
    caption="Dépôts qui attendent",
    columns=[
        Column(
            "facture", "Facture", value=lambda one: one.invoice.number,
            link=lambda one: reverse("facture_detail", args=[one.invoice_id]),
        ),
        Column("organisme", "Organisme", value=lambda one: str(one.invoice.issuer)),
        Column(
            "etat", "État", value=lambda one: one.get_state_display(),
            show=lambda one: badge(one.get_state_display(), "non" if one.state == DepositState.REFUSE else "doute"),
        ),
        Column("essais", "Envois", value="attempts", kind="integer"),
        Column("reponse", "Dernière réponse", value=lambda one: one.answer or "Aucune encore"),
        Column("reprise", "Reprise", value="next_at", kind="moment"),
    ],
    empty=Empty("Aucun dépôt n’attend", "Les dépôts refusés, incertains ou en retard apparaissent ici."),
)  # fmt: skip
CALLS = Table(
    caption="Derniers échecs",
    columns=[
        Column("quand", "Quand", value="at", kind="moment"),
        Column("demande", "Demande", value=lambda one: one.get_act_display()),
        Column(
            "issue", "Issue", value=lambda one: one.get_outcome_display(),
            show=lambda one: badge(one.get_outcome_display(), "non" if one.outcome == CallOutcome.REFUSE else "doute"),
        ),
        Column("reponse", "Réponse", value="words"),
    ],
    empty=Empty("Aucun échec depuis un mois", "Les demandes que Chorus Pro n’a pas satisfaites apparaissent ici."),
)  # fmt: skip


def _act(request: HttpRequest, pk: int, purpose: str, act: Callable[[Invoice], Any], done: str) -> HttpResponse:
    """Do it once, and come back to the invoice with what came of it."""
    invoice = find_invoice(request, pk)
    try:
        with once(request, purpose) as claim:
            if not claim.done:
                act(invoice)
                claim.keep(reverse("facture_detail", args=[pk]))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect("facture_detail", pk)


@reader
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """« Déposer sur Chorus Pro »."""
    done = "Le dépôt est demandé. Sa réponse s’affichera ici dans les minutes qui viennent."
    return _act(request, pk, "facture.deposer", lambda invoice: deposits.ask(invoice, hat_of(request)), done)


@reader
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """« Demander à Chorus Pro »."""
    done = "Le portail interroge Chorus Pro. Rechargez la page dans une minute."
    return _act(request, pk, "facture.chorus", lambda invoice: deposits.look_again(invoice, hat_of(request)), done)


@organisme
@require_POST
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    """« Rendre au portail »."""
    done = "Le portail cherche la facture sur Chorus Pro, puis la suivra."
    return _act(request, pk, "facture.rendre", lambda invoice: deposits.hand_back(invoice, hat_of(request)), done)


@organisme
@require_http_methods(["GET", "POST"])
def by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the invoice was deposited by hand; from then on its statuses are typed."""
    hat, invoice = hat_of(request), find_invoice(request, pk)
    deposit = reading.deposit_of(invoice)
    if request.method == "GET" and not reading.standing(invoice, hat).may_take_over:
        raise Http404
    form = ByHandForm(
        request.POST if request.method == "POST" else None,
        initial={"at": timezone.localdate().isoformat()},
        followed=deposit is not None,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = statuses.noon(said["at"])
        try:
            with once(request, "facture.a_la_main") as claim:
                if not claim.done:
                    deposits.by_hand(invoice, at, hat, said.get("reason", ""))
                    claim.keep(reverse("facture_detail", args=[pk]))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "C’est noté. Notez ici chaque statut que vous lisez sur Chorus Pro.")
            return redirect("facture_detail", pk)
    lead = "Le portail n’enverra pas cette facture et ne la suivra plus : ses statuts seront notés par vous."
    if deposit is None:
        lead = "Vous l’avez déposée vous-même sur Chorus Pro : ses statuts seront notés par vous."
    back = reverse("facture_detail", args=[pk])
    crumbs = [Crumb("Factures", reverse("facture_liste")), Crumb(invoice.number, back), Crumb("Suivre à la main")]
    title = "Suivre à la main" if deposit is not None else "Déposée à la main"
    return _page(request, form, title, lead, "Suivre à la main", back, crumbs)


@organisme
@require_http_methods(["GET", "POST"])
def mandate(request: HttpRequest) -> HttpResponse:
    """The organisme charges the portal with its deposits, or takes that back."""
    hat = hat_of(request)
    profile = BillingProfile.objects.filter(organisme=hat.organisation).first()
    form = MandateForm(
        request.POST if request.method == "POST" else None,
        initial={"given": profile.mandated if profile else False},
    )
    if request.method == "POST" and form.is_valid():
        try:
            deposits.mandate(hat, form.cleaned_data["given"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Votre choix est enregistré.")
            return redirect("facture_liste")
    lead = (
        "Vous restez l’émetteur de vos factures et chaque dépôt reste votre décision : le portail porte le fichier sur "
        "Chorus Pro, puis vous dit ce qu’il en advient. Sur Chorus Pro, rattachez d’abord à votre structure le compte "
        "technique que la Région vous indique."
    )
    if not connection.is_configured():
        lead = "Le portail n’est pas encore relié à Chorus Pro : jusque-là, vous déposez vos fichiers vous-même."
    back = reverse("facture_liste")
    crumbs = [Crumb("Factures", back), Crumb("Dépôts sur Chorus Pro")]
    return _page(request, form, "Dépôts sur Chorus Pro", lead, "Enregistrer", back, crumbs)


@region_admin
@require_GET
def exchange(request: HttpRequest) -> HttpResponse:
    """How the exchange with Chorus Pro fares: linked or not, last calls, what waits, what failed."""
    state = reading.exchange_state()
    page = paginate(reading.troubled(), request)
    context = {
        "state": state,
        "facts": _facts(state),
        "page": page,
        "troubled": TROUBLED.bind(page.rows),
        "failures": CALLS.bind(list(reading.failures()[:FAILURES])),
        "crumbs": [Crumb("Factures", reverse("facture_liste")), Crumb("Échange avec Chorus Pro")],
    }
    return render(request, "invoices/echanges.html", context)


def _facts(state: reading.Exchange) -> list[Fact]:
    if not state.configured and state.last is None:
        return []
    last = f"{state.last.get_act_display()}, {state.last.get_outcome_display().lower()}" if state.last else ""
    return [
        Fact("Adresse", state.address or "Aucune"),
        Fact("Dernière demande", f"{_moment(state.last)} : {last}" if state.last else "Aucune encore"),
        Fact("Dernière réponse utile", _moment(state.last_done) or "Aucune encore"),
        Fact(
            "Depuis 24 heures",
            f"{pluriel(state.answered, 'demande satisfaite', 'demandes satisfaites')}, {state.failed} en échec",
        ),
        Fact("Étapes en retard", state.late),
    ]


def _moment(call: ChorusCall | None) -> str:
    return moment(timezone.localtime(call.at)) if call is not None else ""


def _page(
    request: HttpRequest, form: Any, title: str, lead: str, action: str, back: str, crumbs: list[Crumb]
) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "action": action, "back": back, "crumbs": crumbs}
    return render(request, "ui/formulaire.html", context, status=422 if form.is_bound else 200)
