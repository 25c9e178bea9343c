"""An avenant: its operations are collected on one page that shows both sides before and after, then done together."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Cited, Crumb
from orders.enums import ComposanteState, OperationKind, OrderState
from orders.facts import agreed_in, facts_of_avenant, granted_by, judged
from orders.models import Avenant, BonDeCommande, Composante
from orders.order_forms import AvenantForm, OperationForm
from orders.queries import avenants as queries
from orders.queries import orders as orders_of
from orders.views.commandes import find_order, reader
from orders.views.judged import cited, told
from orders.views.preparing import keeper
from orders.workflow import avenants
from orders.workflow.lawful import Unlawful

PROPOSED = 20  # composantes at most in a list of proposals
SAID_BELOW = "…"  # the reason is asked on the same page
REASON = "Écrivez le motif de l’avenant : le mandataire le lira."


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the avenant in preparation on an order. Without one: « page absente », or a word to who acts.

    He clicked twice, or a colleague has just sent it or given it up.
    """

    @wraps(view)
    def found(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        find_order(request, pk)
        rows = Avenant.objects.filter(order=pk, state=OrderState.BROUILLON)
        draft = rows.select_related("order__lot", "order__period__balance", "order__period__lot").first()
        if draft is not None:
            return view(request, draft, **kwargs)
        if request.method != "POST":
            raise Http404
        messages.error(request, "Cet avenant n’est plus en préparation. Rien de plus n’a été changé.")
        return redirect("commande_detail", pk=pk)

    return found


@keeper
@require_POST
def avenant_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up the avenant in preparation, or begin one."""
    try:
        avenants.open_avenant(find_order(request, pk), hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("commande_detail", pk=pk)
    return redirect("avenant", pk=pk)


@keeper
@require_http_methods(["GET", "POST"])
@on_draft
def avenant_edit(request: HttpRequest, draft: Avenant) -> HttpResponse:
    """What the draft does, both sides before and after, and one more operation."""
    order = draft.order
    form = OperationForm(request.POST if request.method == "POST" else None, order=order)
    refusal: list[Cited] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "avenant.operation") as claim:
                if not claim.done:
                    avenants.add_operation(
                        draft, said["kind"], said["composante"], hat_of(request), hours=said["hours"],
                        places=said["places"], other=said["other"],
                    )  # fmt: skip
                    claim.keep(reverse("avenant", args=[order.pk]))
        except Refused as refused:
            form.add_error(_at_fault(**said), refused.message)
            refusal = cited(refused.obstacles) if isinstance(refused, Unlawful) else []
        else:
            messages.success(request, "L’opération est ajoutée à l’avenant. Rien n’est encore fait.")
            return redirect("avenant", pk=order.pk)
    sides = queries.before_and_after(draft)
    return render(
        request,
        "orders/avenant.html",
        {
            "order": order,
            "crumbs": _crumbs(order),
            "form": form,
            "refusal": refusal,
            "operations": draft.operations.select_related("composante", "other__order").order_by("rank"),
            "sides": sides,
            "before": sum(one.before for one in sides),
            "after": sum(one.after for one in sides),
            "free": queries.free_before_and_after(draft, sides),
        },
        status=422 if form.is_bound else 200,
    )


def _at_fault(kind: str, composante: Composante, other: Composante | None, **_: Any) -> str:
    """The question to which a refused operation was badly answered: what it acts on, where hours go, or how many."""
    if kind in (OperationKind.AJOUTER, OperationKind.RETIRER):
        return "composante"
    receives = other is not None and other != composante and other.state == ComposanteState.COMMANDEE
    within = other is not None and (other.lot_id, other.period_id) == (composante.lot_id, composante.period_id)
    return "other" if kind == OperationKind.TRANSFERER and not (receives and within) else "quantity"


def _crumbs(order: BonDeCommande) -> list[Crumb]:
    return [
        Crumb("Bons de commande", reverse("commande_liste")),
        Crumb(str(order), reverse("commande_detail", args=[order.pk])),
        Crumb("Avenant en préparation"),
    ]


@keeper
@require_GET
@on_draft
def composante_search(request: HttpRequest, draft: Avenant, side: str) -> JsonResponse:
    """`?q=` → [{value, label, hint}]: composantes from which an operation begins, or toward which hours go."""
    order = draft.order
    rows = queries.giving(order) if side == "source" else queries.receiving(order)
    found = queries.matching(rows, request.GET.get("q", "")[:100])[:PROPOSED]
    said = [{"value": str(one.pk), "label": str(one), "hint": queries.hint_of(one)} for one in found]
    return JsonResponse(said, safe=False)


@keeper
@require_POST
@on_draft
def operation_drop(request: HttpRequest, draft: Avenant, operation: int) -> HttpResponse:
    """Take one operation out of the draft."""
    found = get_object_or_404(draft.operations.select_related("avenant"), pk=operation)
    try:
        avenants.drop_operation(found, hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "L’opération est ôtée de l’avenant.")
    return redirect("avenant", pk=draft.order_id)


@keeper
@require_http_methods(["GET", "POST"])
@on_draft
def avenant_abandon(request: HttpRequest, draft: Avenant) -> HttpResponse:
    """Give the draft up, after a page that says that nothing was done."""
    if request.method == "POST":
        try:
            avenants.abandon(draft, hat_of(request))
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "L’avenant est abandonné. Le bon de commande n’a pas changé.")
        return redirect("commande_detail", pk=draft.order_id)
    context = {
        "title": "Abandonner cet avenant ?",
        "text": "Ses opérations seront oubliées. Le bon de commande reste comme il est.",
        "action": "Abandonner l’avenant",
        "back": reverse("avenant", args=[draft.order_id]),
        "danger": True,
        "form": "",
    }
    return render(request, "ui/confirm.html", context)


@keeper
@require_http_methods(["GET", "POST"])
@on_draft
def avenant_issue(request: HttpRequest, draft: Avenant) -> HttpResponse:
    """Do all the operations and send the avenant with its reason, after a page that shows what freezes."""
    operations = queries.operations_of(draft)
    given = agreed_in(operations)
    judgement = judged(facts_of_avenant(draft.order, operations, reason=SAID_BELOW), granted_by(given))
    form = AvenantForm(
        request.POST if request.method == "POST" else None,
        to_agree=judgement.to_decide,
        label="Motif de l’avenant",
        help_text="Le mandataire le lira sur le document.",
        required=REASON,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            avenants.issue(
                draft, hat_of(request), said["reason"], granted=said.get("granted", ()),
                reading=request.POST.get("reading"),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "L’avenant est émis. Le mandataire en est averti.")
            return redirect("commande_detail", pk=draft.order_id)
    sides = queries.before_and_after(draft)
    return render(
        request,
        "orders/avenant_emettre.html",
        {
            "order": draft.order,
            "form": form,
            "reading": queries.reading_of(operations),
            "told": told(judgement, given=given),
            "sides": sides,
            "before": sum(one.before for one in sides),
            "after": sum(one.after for one in sides),
            "free": queries.free_before_and_after(draft, sides),
            "back": reverse("avenant", args=[draft.order_id]),
        },
        status=422 if form.is_bound else 200,
    )


@reader
@require_POST
def avenant_acknowledge(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    """The mandataire has the avenant."""
    order = find_order(request, pk)
    if not orders_of.is_addressee(order, hat_of(request)):
        raise Http404
    try:
        avenants.acknowledge(get_object_or_404(order.avenants, number=rank), hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "La réception de l’avenant est accusée.")
    return redirect("commande_detail", pk=pk)
