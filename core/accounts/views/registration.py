"""« Je suis employeur »: register the establishment, or ask to be let into it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts import hats
from core.accounts.access import person_of
from core.accounts.enums import OrganisationKind
from core.accounts.forms.organisations import RegisterEmployerForm
from core.accounts.models import Organisation
from core.accounts.views.company import asked_siret, filled
from core.accounts.workflow import joining
from core.accounts.workflow.organisations import AlreadyRegistered, register_employer
from core.journal.idempotency import once
from core.journal.refusals import Refused

KIND = OrganisationKind.EMPLOYEUR


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form; its « Chercher » button fills it from the register and writes nothing."""
    if "chercher" in request.POST:
        return _filled(request)
    form = RegisterEmployerForm(request.POST if request.method == "POST" else None, kind=KIND)
    if request.method == "POST" and form.is_valid():
        answers = form.answers
        siret = answers.pop("siret")
        try:
            with once(request, "organisation.inscrire") as claim:
                if not claim.done:
                    hat = register_employer(person_of(request), siret, answers)
                    claim.keep("/")
                    hats.wear(request, hat)
                    messages.success(request, f"{hat.organisation} est inscrit. Vous en êtes l’administrateur.")
            return redirect(hats.awaited_page(request))
        except AlreadyRegistered as known:
            return _already(request, known.organisation)
    return _shown(request, form)


def _filled(request: HttpRequest) -> HttpResponse:
    """The form with what the register knows; what was typed stays where the register says nothing."""
    asked = RegisterEmployerForm(request.POST, kind=KIND)
    siret = asked_siret(asked)
    if not siret:
        return _shown(request, asked)
    if known := Organisation.objects.filter(siret=siret, kind=KIND).first():
        return _already(request, known)
    form, message = filled(asked, siret)
    return _shown(request, form, message)


def _shown(request: HttpRequest, form: RegisterEmployerForm, message: str = "") -> HttpResponse:
    context = {"form": form, "message": message}
    return render(request, "accounts/register.html", context, status=422 if form.errors else 200)


def _already(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return render(request, "accounts/already_registered.html", {"organisation": organisation})


@require_POST
def ask_to_join(request: HttpRequest) -> HttpResponse:
    """Ask the administrators of an employer to be let in (`organisation`: its number)."""
    number = request.POST.get("organisation", "")
    organisation = get_object_or_404(
        Organisation, pk=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0, kind=KIND
    )
    try:
        joining.ask(person_of(request), organisation)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Votre demande est partie chez {organisation}. Vous recevrez un courriel.")
    return redirect("sans_casquette" if request.hat is None else "mon_compte")  # type: ignore[attr-defined]
