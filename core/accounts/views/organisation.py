"""The organisation's own page: details, members, invitations, people who ask to be let in.

The same actions serve the Région's administrators on any organisation: what a hat may touch is said once,
in `queries.manageable_by`.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts import queries
from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.forms.organisations import InviteForm, OrganisationForm, RoleForm
from core.accounts.models import Invitation, JoinRequest, Membership, Organisation
from core.accounts.workflow import invitations, joining, members, organisations
from core.journal.idempotency import once
from core.journal.refusals import Refused


@hat_required()
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The page of the organisation whose hat is worn. Everyone in it reads; administrators act."""
    return organisation_page(request, hat_of(request).organisation)


def organisation_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """One organisation, with what the hat worn may do to it."""
    hat = hat_of(request)
    manages = queries.manageable_by(hat).filter(pk=organisation.pk).exists()
    return render(
        request,
        "accounts/organisation.html",
        {
            "organisation": organisation,
            "facts": details(organisation),
            "members": queries.members_of(organisation),
            "invitations": queries.pending_invitations(organisation) if manages else [],
            "join_requests": queries.waiting_join_requests(organisation) if manages else [],
            "manages": manages,
            "is_own": organisation.pk == hat.organisation_id,
            "may_close": hat.kind == OrganisationKind.REGION
            and hat.is_administrator
            and organisation.kind != OrganisationKind.REGION,
        },
    )


def details(organisation: Organisation) -> list[tuple[str, object]]:
    """What the page says of an organisation: (label, value), the fields of its kind alone."""
    lines: list[tuple[str, object]] = [
        ("Type", organisation.get_kind_display()),
        ("SIRET", organisation.siret),
        ("Raison sociale", organisation.legal_name),
        ("Adresse", ", ".join(part for part in (organisation.address, organisation.place) if part)),
        ("Adresse électronique", organisation.email),
        ("Téléphone", organisation.phone),
        ("Site internet", organisation.website),
    ]
    match organisation.kind:
        case OrganisationKind.EMPLOYEUR:
            lines += [
                ("Nature", organisation.get_nature_display()),
                ("Nombre de salariés", organisation.headcount),
                ("Convention collective (IDCC)", organisation.collective_agreement),
            ]
        case OrganisationKind.ORGANISME:
            until = organisation.qualiopi_until
            lines += [
                ("Déclaration d’activité", organisation.nda),
                ("Qualiopi valable jusqu’au", f"{until:%d/%m/%Y}" if until else ""),
                ("Référent handicap", organisation.handicap_referent),
            ]
        case OrganisationKind.VALIDEUR:
            lines.append(("Réseau", organisation.get_network_display()))
        case OrganisationKind.RELAIS:
            lines.append(("Type de relais", organisation.get_relais_kind_display()))
    return lines


@hat_required(roles=("administrateur",))
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an organisation's details. Its SIRET and its kind stay."""
    hat = hat_of(request)
    organisation = _managed(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = OrganisationForm(sent, instance=organisation, kind=organisation.kind)
    if request.method == "POST" and form.is_valid():
        changed = [*form.changed_data, "commune"] if form.changed_data else []
        return _act(
            request, organisation, lambda: organisations.correct(hat, organisation, changed), "C’est enregistré."
        )
    name = Organisation.objects.get(pk=organisation.pk).name
    context = {"form": form, "organisation": organisation, "name": name}
    return render(request, "accounts/organisation_form.html", context, status=422 if form.errors else 200)


@hat_required(roles=("administrateur",))
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite someone by e-mail."""
    hat = hat_of(request)
    organisation = _managed(request, pk)
    form = InviteForm(request.POST if request.method == "POST" else None, kind=organisation.kind)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "invitation.envoyer") as claim:
                if not claim.done:
                    sent = invitations.invite(hat, organisation, form.cleaned_data["email"], form.cleaned_data["role"])
                    messages.success(request, f"L’invitation part à {sent.email}. Elle est valable quatorze jours.")
                    claim.keep(_page_of(request, organisation).url)  # type: ignore[attr-defined]
            return _page_of(request, organisation)
        except Refused as refusal:
            form.add_error("email", refusal.message)
    context = {"form": form, "organisation": organisation}
    return render(request, "accounts/invite.html", context, status=422 if form.errors else 200)


@hat_required(roles=("administrateur",))
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: another role, or out (and in again)."""
    hat = hat_of(request)
    one = _managed_member(request, pk)
    form = RoleForm(request.POST if request.method == "POST" else None, kind=one.kind, role=one.role)
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            one.organisation,
            lambda: members.change_role(hat, one, form.cleaned_data["role"]),
            f"Le rôle de {one.user} est enregistré.",
        )
    return render(request, "accounts/member.html", {"form": form, "member": one}, status=422 if form.errors else 200)


@hat_required(roles=("administrateur",))
@require_POST
def member_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    hat, one = hat_of(request), _managed_member(request, pk)
    return _act(request, one.organisation, lambda: members.deactivate(hat, one), f"{one.user} n’est plus membre.")


@hat_required(roles=("administrateur",))
@require_POST
def member_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    hat, one = hat_of(request), _managed_member(request, pk)
    return _act(request, one.organisation, lambda: members.reactivate(hat, one), f"{one.user} est de nouveau membre.")


@hat_required(roles=("administrateur",))
@require_POST
def invitation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    hat, one = hat_of(request), _managed_invitation(request, pk)
    return _act(request, one.organisation, lambda: invitations.cancel(hat, one), "L’invitation est annulée.")


@hat_required(roles=("administrateur",))
@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    hat, one = hat_of(request), _managed_invitation(request, pk)
    done = f"Un nouveau lien part à {one.email}. L’ancien ne marche plus."
    return _act(request, one.organisation, lambda: invitations.resend(hat, one), done)


@hat_required(roles=("administrateur",))
@require_POST
def access_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person in (`reponse=oui`) or not (`reponse=non`)."""
    hat = hat_of(request)
    asked = get_object_or_404(
        JoinRequest.objects.select_related("organisation", "user"),
        pk=pk,
        organisation__in=queries.manageable_by(hat),
    )
    answers = {"oui": True, "non": False}
    if (reply := request.POST.get("reponse")) not in answers:
        raise Http404
    done = f"{asked.user} est maintenant membre." if answers[reply] else f"La demande de {asked.user} est écartée."
    return _act(request, asked.organisation, lambda: joining.answer(hat, asked, accepted=answers[reply]), done)


def _act(request: HttpRequest, organisation: Organisation, act: Callable[[], None], done: str) -> HttpResponse:
    """Try the act, say what came of it, go back to the organisation's page."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return _page_of(request, organisation)


def _page_of(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    if organisation.pk == hat_of(request).organisation_id:
        return redirect("organisation")
    return redirect("region_organisation", organisation.pk)


def _managed(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(queries.manageable_by(hat_of(request)), pk=pk)


def _managed_member(request: HttpRequest, pk: int) -> Membership:
    return get_object_or_404(
        Membership.objects.select_related("user", "organisation"),
        pk=pk,
        organisation__in=queries.manageable_by(hat_of(request)),
    )


def _managed_invitation(request: HttpRequest, pk: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.select_related("organisation"),
        pk=pk,
        organisation__in=queries.manageable_by(hat_of(request)),
    )
