"""What if: try a change on the past decisions, read what it would do, adopt it or drop it; take note of one adopted."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.access import hat_of, hat_required
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rulebook.enums import ProposalState
from core.rulebook.explained import VERDICT_TONES
from core.rulebook.forms import AdoptForm, ProposalForm, ReasonForm
from core.rulebook.models import Acknowledgement, Proposal, ProposalChange
from core.rulebook.registry import FileLine, file_kinds, machine_checked
from core.rulebook.views.parameters import keeper
from core.rulebook.workflow import editions
from core.rulebook.workflow import proposals as workflow
from core.rules import Verdict, rule_texts
from core.ui import html
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from core.ui.tables import Column, Empty, Table

STATE_TONES = {
    ProposalState.EN_CALCUL: "info",
    ProposalState.PRETE: "doute",
    ProposalState.ADOPTEE: "ok",
    ProposalState.ABANDONNEE: "line",
}


def _title(proposal: Proposal) -> str:
    return f"{editions.label_of(proposal.name)}\u00a0: {editions.said(proposal.name, proposal.value)}"


TABLE = Table(
    caption="Changements essayés",
    columns=[
        Column("quoi", "Changement", value=_title, link=lambda one: reverse("essai", args=[one.pk])),
        Column("quand", "Proposé le", value="created_at", kind="date"),
        Column(
            "etat",
            "État",
            value=lambda one: one.get_state_display(),
            show=lambda one: html.badge(one.get_state_display(), STATE_TONES[ProposalState(one.state)]),
        ),
        Column("debut", "En vigueur le", value="starts_on", kind="date"),
    ],
    empty=Empty(
        "Aucun changement essayé",
        "Avant de changer un seuil ou une règle, voyez ce que cela aurait changé aux décisions passées.",
    ),
)


@keeper
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Every change that was tried, the latest first."""
    page = paginate(Proposal.objects.order_by("-created_at", "-id"), request)
    context = {"page": page, "table": TABLE.bind(page.rows), "crumbs": _crumbs()}
    return render(request, "rulebook/essais.html", context)


@keeper
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    """Propose a change of one figure or one rule. `nom` and `valeur` in the address fill the form."""
    checked = machine_checked()
    texts = [text for text in rule_texts().values() if text.id in checked]
    asked = {"name": request.GET.get("nom", ""), "value": request.GET.get("valeur", "")}
    form = ProposalForm(request.POST if request.method == "POST" else None, checked=texts, initial=asked)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with once(request, "essai.ouvrir") as claim:
                if not claim.done:
                    made = workflow.propose(given["name"], given["proposed"], hat=hat_of(request), why=given["why"])
                    claim.keep(made.get_absolute_url())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(claim.location)
    context = {"form": form, "crumbs": _crumbs("Essayer un changement"), "back": reverse("essais")}
    return render(request, "rulebook/essai_nouveau.html", context, status=422 if form.errors else 200)


@keeper
@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the calculation is, then what would change. htmx asks the same address for the progress alone."""
    proposal = get_object_or_404(Proposal.objects.select_related("author__user", "closed_by__user"), pk=pk)
    running = proposal.state == ProposalState.EN_CALCUL
    if request.headers.get("HX-Request"):
        response = render(request, "rulebook/parts/avancement.html", {"proposal": proposal})
        if not running:
            response["HX-Refresh"] = "true"  # finished: show the whole page
        return response
    return render(request, "rulebook/essai.html", _detail(request, proposal))


@keeper
@require_POST
def proposal_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt with a date and a reason."""
    proposal = get_object_or_404(Proposal, pk=pk)
    form = AdoptForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            workflow.adopt(
                proposal, given["starts_on"], hat=hat_of(request), reason=given["reason"], source=given["source"]
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Le changement est adopté. Les organisations concernées sont prévenues.")
            return redirect("essai", pk)
    return render(request, "rulebook/essai.html", _detail(request, proposal, adopt=form), status=422)


@keeper
@require_POST
def proposal_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up, with a reason."""
    proposal = get_object_or_404(Proposal, pk=pk)
    form = ReasonForm(request.POST, prefix="abandon")
    if form.is_valid():
        try:
            workflow.drop(proposal, hat=hat_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "Le changement est abandonné. Ce qui a été calculé reste ici.")
        return redirect("essai", pk)
    return render(request, "rulebook/essai.html", _detail(request, proposal, drop=form), status=422)


@hat_required()
@require_http_methods(["GET", "HEAD", "POST"])
def rule_news(request: HttpRequest, pk: int) -> HttpResponse:
    """An adopted change, for an organisation that it concerns: what changes, when, why; « j’ai pris connaissance »."""
    hat = hat_of(request)
    told = get_object_or_404(
        Acknowledgement.objects.select_related("proposal__parameter", "acknowledged_by__user"),
        proposal=pk,
        organisation=hat.organisation_id,
    )
    if request.method == "POST":
        workflow.acknowledge(told.proposal, hat=hat)
        messages.success(request, "C’est noté\u00a0: votre organisation a pris connaissance de ce changement.")
        return redirect("regle_nouvelle", pk)
    name, parameter = told.proposal.name, told.proposal.parameter
    assert parameter is not None  # noqa: S101 nobody is told of a change before it is dated
    starts_on = parameter.period.lower or timezone.localdate()
    context = {
        "told": told,
        "name": name,
        "label": editions.label_of(name),
        "before": editions.said(name, editions.value_on(name, starts_on - timedelta(days=1))),
        "after": editions.said(name, parameter.value),
        "parameter": parameter,
        "rule": rule_texts().get(name),
    }
    return render(request, "rulebook/nouvelle.html", context)


def _detail(
    request: HttpRequest, proposal: Proposal, *, adopt: AdoptForm | None = None, drop: ReasonForm | None = None
) -> dict[str, Any]:
    only_flips = request.GET.get("tout") != "oui"
    rows = proposal.changes.filter(flips=True) if only_flips else proposal.changes.all()
    page = paginate(rows.order_by("-flips", "subject_type", "-receipt"), request)
    waiting = proposal.acknowledgements.select_related("organisation", "acknowledged_by__user")
    return {
        "proposal": proposal,
        "title": _title(proposal),
        "today": editions.said(proposal.name, editions.value_on(proposal.name, timezone.localdate())),
        "badge": html.badge(proposal.get_state_display(), STATE_TONES[ProposalState(proposal.state)]),
        "figures": _figures(proposal),
        "page": page,
        "rows": _lines(list(page.rows)),
        "only_flips": only_flips,
        "adopt": adopt or AdoptForm(),
        "drop": drop or ReasonForm(prefix="abandon"),
        "acknowledgements": paginate(waiting.order_by("acknowledged_at", "organisation__name", "id"), request)
        if proposal.state == ProposalState.ADOPTEE
        else None,
        "crumbs": _crumbs(_title(proposal)),
    }


def _figures(proposal: Proposal) -> dict[str, Any]:
    found = workflow.figures(proposal)
    return found | {
        "ways": [(_badge(way["before"]), _badge(way["after"]), way["n"], way["hours"]) for way in found["ways"]]
    }


def _badge(verdict: str) -> Any:
    return html.badge(Verdict(verdict).label, VERDICT_TONES[Verdict(verdict)])


def _lines(changes: list[ProposalChange]) -> list[tuple[ProposalChange, FileLine | None, Any, Any]]:
    """The changes of a page with their files. One query per kind of files."""
    lines: dict[tuple[str, int], FileLine] = {}
    for subject_type, kind in file_kinds().items():
        ids = [one.subject_id for one in changes if one.subject_type == subject_type]
        lines |= {(subject_type, pk): line for pk, line in (kind.describe(ids) if ids else {}).items()}
    return [
        (one, lines.get((one.subject_type, one.subject_id)), _badge(one.before), _badge(one.after)) for one in changes
    ]


def _crumbs(last: str = "") -> list[Crumb]:
    crumbs = [Crumb("Les règles", reverse("regles")), Crumb("Seuils et délais", reverse("parametres"))]
    return [*crumbs, Crumb("Essais", reverse("essais")), Crumb(last)] if last else [*crumbs, Crumb("Essais")]
