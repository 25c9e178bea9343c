"""The figures that the rules read: read by everybody, dated by the Région's administrator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rulebook.forms import CompareForm, ReasonForm, ValueForm
from core.rulebook.models import Parameter
from core.rulebook.parameters import Editions, differences, read, with_unit
from core.rulebook.workflow import editions
from core.rulebook.workflow.base import may_keep_rules
from core.rules import default_parameters, rule_texts
from core.ui.french import jour
from core.ui.parts import Crumb
from core.ui.tables import Column, Table, export_response

keeper = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))


@dataclass(frozen=True)
class Line:
    """One value of one figure (or one mode of one rule) over a period, as the pages show it."""

    name: str
    label: str
    value: str
    since: date | None
    until: date | None  # the first day on which it no longer holds
    source: str
    reason: str = ""
    author: str = ""
    row: Parameter | None = None
    unreadable: bool = False

    @property
    def last_day(self) -> date | None:
        return self.until and self.until - timedelta(days=1)

    @property
    def may_withdraw(self) -> bool:
        return self.row is not None and self.row.withdrawn_at is None and self.state == "à venir"

    @property
    def state(self) -> str:
        today = timezone.localdate()
        if self.row is not None and self.row.withdrawn_at is not None:
            return "retirée"
        if self.since is not None and self.since > today:
            return "à venir"
        return "passée" if self.until is not None and self.until <= today else "en vigueur"


EXPORT = Table(
    caption="Seuils et délais",
    columns=[
        Column("parametre", "Paramètre", value="name"),
        Column("libelle", "Ce que c’est", value="label"),
        Column("valeur", "Valeur", value="value"),
        Column("du", "Du", value="since", kind="date"),
        Column("au", "Jusqu’au (exclu)", value="until", kind="date"),
        Column("etat", "État", value="state"),
        Column("source", "Source", value="source"),
        Column("motif", "Motif", value="reason"),
    ],
)


@require_safe
@login_not_required
def parameter_list(request: HttpRequest) -> HttpResponse:
    """The figures that the rules read today, theme by theme, each with its source and first day; what is to come."""
    rows = list(Parameter.objects.standing().order_by("name", "period"))
    today = timezone.localdate()
    edition = Editions(rows).on(today)
    themes = [
        (theme, [(parameter, with_unit(edition[parameter.key], parameter.unit)) for parameter in parameters])
        for theme, parameters in edition.by_theme().items()
    ]
    context = {
        "themes": themes,
        "coming": [line for row in rows if (line := _line(row)).state == "à venir"],
        "switched": [
            (rule_texts()[rule], editions.said(rule, mode or editions.LEFT_OUT)) for rule, mode in edition.switches
        ],
        "unreadable": [line for row in rows if (line := _line(row)).unreadable],
        "compare": CompareForm(initial={"au": today}),
        "may_keep": may_keep_rules(request.hat),  # type: ignore[attr-defined]
    }
    return render(request, "rulebook/parameters.html", context)


@require_safe
@login_not_required
def parameter_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One figure, or one rule that was switched: what holds today, and every value that was or will be."""
    is_rule = _known(key)
    may_keep = may_keep_rules(request.hat)  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = {
        "key": key,
        "label": editions.label_of(key),
        "described": None if is_rule else default_parameters().describe(key),
        "rule": rule_texts().get(key),
        "value": editions.said(key, editions.value_on(key, today)),
        "history": list(_history(key)),
        "may_keep": may_keep,
        "may_date": may_keep and not is_rule,
        "crumbs": _crumbs(editions.label_of(key)),
    }
    return render(request, "rulebook/parametre.html", context)


@keeper
@require_http_methods(["GET", "HEAD", "POST"])
def parameter_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Date a new value: the form, then what it would change, then done."""
    if _known(key):
        raise Http404  # a rule is switched by a change tried first on the past decisions
    form = ValueForm(request.POST if request.method == "POST" else None, name=key)
    back = reverse("parametre", args=[key])
    valid = request.method == "POST" and form.is_valid()
    if valid and request.POST.get("confirme") == "oui":
        try:
            with once(request, "parametre.dater") as claim:
                if not claim.done:
                    given = form.cleaned_data
                    editions.set_value(
                        key,
                        given["value"],
                        given["starts_on"],
                        hat=hat_of(request),
                        reason=given["reason"],
                        source=given["source"],
                    )
                    claim.keep(back)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            valid = False
        else:
            messages.success(request, "La nouvelle valeur est datée.")
            return redirect(back)
    context: dict[str, Any] = {
        "key": key,
        "label": editions.label_of(key),
        "form": form,
        "back": back,
        "crumbs": _crumbs(editions.label_of(key), back, "Dater une valeur"),
        "today": editions.said(key, editions.value_on(key, timezone.localdate())),
    }
    if valid and request.POST.get("corriger") != "oui":
        given = form.cleaned_data
        context |= {
            "given": given,
            "before": editions.said(key, editions.value_on(key, given["starts_on"])),
            "after": editions.said(key, given["value"]),
            "rules": default_parameters().describe(key).rules,
        }
        return render(request, "rulebook/parametre_apercu.html", context)
    return render(request, "rulebook/parametre_modifier.html", context, status=422 if form.errors else 200)


@keeper
@require_http_methods(["GET", "HEAD", "POST"])
def parameter_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take back a value that has not begun, with a reason."""
    row = get_object_or_404(Parameter.objects.standing(), name=key, pk=pk)
    back = reverse("parametre", args=[key])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            editions.withdraw(row, hat=hat_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "La valeur est retirée\u00a0: celle d’avant reste en vigueur.")
        return redirect(back)
    starts_on = row.period.lower
    return render(
        request,
        "ui/confirm.html",
        {
            "title": f"Retirer la valeur du {jour(starts_on, weekday=False)}\u00a0?" if starts_on else "Retirer\u00a0?",
            "text": f"{editions.label_of(key)}\u00a0: {editions.said(key, row.value)}. "
            "Cette valeur n’aura jamais servi à juger\u00a0; celle d’avant reste "
            "en vigueur. La valeur retirée et votre motif restent dans l’historique.",
            "action": "Retirer cette valeur",
            "back": back,
            "danger": True,
            "form": form,
        },
        status=422 if form.is_bound else 200,
    )


@require_safe
@login_not_required
def parameter_compare(request: HttpRequest) -> HttpResponse:
    """Two editions side by side: what is not the same on two days; the days stand in the address."""
    form = CompareForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "crumbs": _crumbs("Comparer deux jours")}
    if form.is_valid():
        known = Editions()
        one, two = form.cleaned_data["du"], form.cleaned_data["au"]
        context |= {"one": one, "two": two, "found": differences(known.on(one), known.on(two))}
    return render(request, "rulebook/parametres_comparer.html", context)


@require_safe
@login_not_required
def parameter_export(request: HttpRequest) -> HttpResponseBase:
    """Every value of every figure with its period, as a CSV file."""
    names = [*default_parameters(), *sorted(set(Parameter.objects.values_list("name", flat=True)) & set(rule_texts()))]
    return export_response(EXPORT, (line for name in names for line in _history(name)), "seuils-et-delais", "csv")


def _known(key: str) -> bool:
    """Whether the key is a rule's; 404 when it is neither a figure's nor that of a rule that was switched."""
    if key in default_parameters():
        return False
    if key in rule_texts() and Parameter.objects.filter(name=key).exists():
        return True
    raise Http404


def _history(key: str) -> Iterator[Line]:
    """Every value, the latest first; the texts' own stands at the end, until the first that the Région dated."""
    rows = list(Parameter.objects.filter(name=key).select_related("author", "withdrawn_by").order_by("-period", "-id"))
    yield from (_line(row) for row in rows)
    standing = [row.period.lower for row in rows if row.withdrawn_at is None]
    first = min((day for day in standing if day), default=None)
    if key in rule_texts():
        text = rule_texts()[key]
        yield Line(key, f"Règle {key}", text.mode.label, text.valid_from, first, "Les textes")
    elif None not in standing:
        described = default_parameters().describe(key)
        for one in (described, *described.earlier):
            yield Line(key, one.label, with_unit(one.value, one.unit), one.valid_from, first, one.source)
            first = one.valid_from


def _line(row: Parameter) -> Line:
    value = editions.said(row.name, row.value) if row.name in _NAMED else row.value
    return Line(
        name=row.name,
        label=editions.label_of(row.name) if row.name in _NAMED else row.name,
        value=value,
        since=row.period.lower,
        until=row.period.upper,
        source=row.source,
        reason=row.reason,
        author=str(row.author or ""),
        row=row,
        unreadable=_is_unreadable(row),
    )


_NAMED = {*default_parameters(), *rule_texts()}


def _is_unreadable(row: Parameter) -> bool:
    """A value that no judgement can read (written past the portal): the one before it holds, and the page says so."""
    if row.name not in default_parameters():
        return False
    try:
        read(row.value, default_parameters()[row.name])
    except ValueError:
        return True
    return False


def _crumbs(label: str, url: str = "", last: str = "") -> list[Crumb]:
    crumbs = [Crumb("Les règles", reverse("regles")), Crumb("Seuils et délais", reverse("parametres"))]
    return [*crumbs, Crumb(label, url), Crumb(last)] if last else [*crumbs, Crumb(label)]
