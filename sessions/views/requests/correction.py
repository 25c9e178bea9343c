"""The public sheet of an authorised session that waits for a correction."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.journal.refusals import Refused
from core.ui.parts import Crumb
from sessions.forms.requests.sheet import SheetForm
from sessions.queries.gaps import quarantine_of
from sessions.views.requests.common import asker, mine, posted
from sessions.workflow import correction


@asker
@require_http_methods(["GET", "POST"])
def request_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the texts that keep a session out of the catalogue; it is then published. Absent when none waits."""
    hat, asked = mine(request, pk)
    waiting = quarantine_of(asked)
    if waiting is None and request.method != "POST":
        raise Http404
    form = SheetForm(posted(request), request=asked, hat=hat)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                correction.correct_sheet(asked, hat, form.values())
            except Refused as refused:
                messages.error(request, refused.message)
            else:
                messages.success(
                    request,
                    "La fiche est corrigée\u00a0: elle paraît dans quelques secondes si rien d’autre ne manque.",
                )
            return redirect("demande_detail", pk=pk)
    crumbs = [
        Crumb("Demandes", reverse("demande_liste")),
        Crumb(str(asked), reverse("demande_detail", args=[pk])),
        Crumb("Corriger la fiche"),
    ]
    context = {"asked": asked, "form": form, "waiting": waiting, "crumbs": crumbs}
    return render(request, "sessions/demandes/fiche.html", context, status=status)
