"""The Région's view of organisations: find one, open one, close one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts import queries
from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.accounts.forms.organisations import OpenOrganisationForm, OrganisationSearchForm
from core.accounts.models import Organisation
from core.accounts.views.company import asked_siret, filled
from core.accounts.views.organisation import organisation_page
from core.accounts.workflow import invitations, organisations
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from core.ui.tables import Column, Empty, Table

OPENED_BY_REGION = (
    OrganisationKind.ORGANISME,
    OrganisationKind.VALIDEUR,
    OrganisationKind.RELAIS,
    OrganisationKind.CARIFOREF,
    OrganisationKind.EMPLOYEUR,
)

TABLE = Table(
    caption="Organisations",
    columns=[
        Column("nom", "Nom", value="name", link=lambda o: reverse("region_organisation", args=[o.pk])),
        Column("type", "Type", value="get_kind_display"),
        Column("siret", "SIRET", value="siret"),
        Column("ville", "Commune", value="place"),
        Column("etat", "État", value=lambda o: "Ouverte" if o.is_active else "Fermée"),
    ],
    empty=Empty("Aucune organisation ne correspond", "Essayez un autre mot, ou retirez le filtre de type."),
)


@hat_required("region")
@require_GET
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Organisations by name or SIRET and by kind."""
    form = OrganisationSearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "type": ""}
    page = paginate(queries.organisations(asked["q"], asked["type"]), request)
    return render(
        request,
        "accounts/region_organisations.html",
        {
            "form": form,
            "page": page,
            "table": TABLE.bind(page.rows, request=request),
            "may_open": hat_of(request).is_administrator,
        },
    )


@hat_required("region")
@require_GET
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return organisation_page(request, get_object_or_404(Organisation, pk=pk))


@hat_required("region", roles=(Role.ADMINISTRATEUR,))
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_open(request: HttpRequest) -> HttpResponse:
    """Open an organisation: first its kind (`?type=`), then its details."""
    kind = request.GET.get("type", "")
    if not kind:
        return render(request, "accounts/region_open_kind.html", {"kinds": OPENED_BY_REGION})
    if kind not in OPENED_BY_REGION:
        raise Http404
    if "chercher" in request.POST:
        form, message = _filled(request, kind)
    else:
        form, message = OpenOrganisationForm(request.POST if request.method == "POST" else None, kind=kind), ""
        if request.method == "POST" and form.is_valid() and (answer := _open(request, kind, form)):
            return answer
    context = {"form": form, "kind": OrganisationKind(kind), "message": message}
    return render(request, "accounts/region_open.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, kind: str, form: OpenOrganisationForm) -> HttpResponse | None:
    hat = hat_of(request)
    answers = form.answers
    email = answers.pop("first_administrator")
    try:
        with once(request, "organisation.ouvrir") as claim:
            if claim.done:
                return redirect(claim.location)
            organisation = organisations.open_organisation(hat, kind, answers)
            if email:
                invitations.invite(hat, organisation, email, Role.ADMINISTRATEUR)
            claim.keep(reverse("region_organisation", args=[organisation.pk]))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, f"{organisation} est ouverte." + (f" L’invitation part à {email}." if email else ""))
    return redirect(claim.location)


def _filled(request: HttpRequest, kind: str) -> tuple[OpenOrganisationForm, str]:
    """The form with what the register knows of the SIRET."""
    asked = OpenOrganisationForm(request.POST, kind=kind)
    if siret := asked_siret(asked):
        return filled(asked, siret)
    return asked, "" if asked.errors else "Donnez d’abord un SIRET."


@hat_required("region", roles=(Role.ADMINISTRATEUR,))
@require_POST
def organisation_set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close (`etat=fermee`) or open again (`etat=ouverte`)."""
    organisation = get_object_or_404(Organisation, pk=pk)
    states = {"ouverte": True, "fermee": False}
    if (state := request.POST.get("etat")) not in states:
        raise Http404
    try:
        organisations.set_active(hat_of(request), organisation, active=states[state])
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{organisation} est {'ouverte' if states[state] else 'fermée'}.")
    return redirect("region_organisation", pk)
