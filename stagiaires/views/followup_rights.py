"""Requests of people in training about their data: who holds the data reads them and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from stagiaires.forms.followup import AnswerForm
from stagiaires.views.around import must, posted
from stagiaires.workflow import data_requests

holders = hat_required(OrganisationKind.ORGANISME, OrganisationKind.REGION)


@holders
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """What is asked, what waits first."""
    hat = hat_of(request)
    must(hat.kind == OrganisationKind.ORGANISME or hat.role == Role.ADMINISTRATEUR)
    page = paginate(data_requests.visible_to(hat), request)
    return render(request, "stagiaires/suivi/droits_liste.html", {"page": page})


@holders
@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and its answer."""
    hat = hat_of(request)
    asked = get_object_or_404(data_requests.visible_to(hat), pk=pk)
    back = reverse("droits_liste")
    if asked.answered_at is not None and request.method != "POST":
        return redirect(back)  # the list says what was answered
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "droits.repondre") as claim:
                if not claim.done:
                    said = form.cleaned_data
                    data_requests.answer(asked, hat, granted=said["granted"], text=said["answer"])
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "La réponse est enregistrée : la personne la lit sur sa page.")
            return redirect(back)
    person = asked.stagiaire
    context = {
        "form": form,
        "asked": asked,
        "facts": [Fact("Demandée le", asked.created_at), Fact("Par", person)],
        "file": reverse("personne_detail", args=[person.pk]),
        "back": back,
        "crumbs": [Crumb("Demandes sur les données", back), Crumb(asked.get_kind_display())],
    }
    return render(request, "stagiaires/suivi/droits.html", context, status=422 if form.is_bound else 200)
