"""The admission of a candidate: the place offered, the verdict on it, the word that admits (R88)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Crumb, Fact
from stagiaires.enums import PositioningMove
from stagiaires.forms.parcours import AdmissionForm
from stagiaires.models import Positioning
from stagiaires.queries import positionings as queries
from stagiaires.views.around import organisme
from stagiaires.views.verdict import Explained, explain
from stagiaires.workflow import admission

ADMIT = "admettre"


@organisme
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the place; « vérifier » shows the verdict, « admettre » opens the parcours.

    The verdict rests on sensitive facts, whose reading is written down: it is asked for, never shown on a GET.
    """
    hat = hat_of(request)
    rows = queries.for_page(queries.visible_to(hat)).select_related("session__lot")
    positioning: Positioning = get_object_or_404(rows, pk=pk)
    answered = positioning.state not in PositioningMove.ADMETTRE.sources
    if answered and request.method == "GET":
        messages.info(request, f"Cette candidature est « {positioning.get_state_display().lower()} ».")
        return redirect("positionnement_detail", pk=pk)
    form = AdmissionForm(request.POST if request.method == "POST" else None, session=positioning.session)
    told: Explained | None = None
    if request.method == "POST" and form.is_valid():
        place, seen = form.place(), request.POST.getlist("vu")
        try:
            if request.POST.get("geste") == ADMIT:
                with once(request, "candidature.admettre") as claim:
                    if not claim.done:
                        made = admission.admit(positioning, hat, place, acknowledged=seen)
                        claim.keep(reverse("parcours_detail", args=[made.pk]))
                messages.success(request, "La personne est admise. Il reste à préparer son entrée.")
                return redirect(claim.location)
            judgement = admission.judge(positioning, place, hat)
            told = explain(judgement, possible="Admission possible", impossible="Admission impossible")
        except Refused as refused:
            form.add_error(None, refused.message)
            if not answered:
                told = explain(
                    admission.judge(positioning, place, hat),
                    possible="Admission possible",
                    impossible="Admission impossible",
                )
    context = {
        "positioning": positioning,
        "person": positioning.stagiaire,
        "session": positioning.session,
        "form": form,
        "told": told,
        "seen": request.POST.getlist("vu"),
        "facts": _facts(positioning),
        "crumbs": _crumbs(positioning),
    }
    return render(request, "stagiaires/parcours/admission.html", context, status=422 if form.errors else 200)


def _facts(positioning: Positioning) -> list[Fact]:
    person = positioning.stagiaire
    checked = person.registration_checked_at
    return [
        Fact("Inscription à France Travail", person.ft_identifier, rule="R75"),
        Fact("Catégorie", person.get_category_display() if person.category else "", rule="R75"),
        Fact("Projet", positioning.get_project_display() if positioning.project else "", rule="R37"),
        Fact("Inscription vérifiée sur nosemplois.fr", checked.date() if checked else "Pas encore", rule="R86"),
        Fact("Proposée par", positioning.valideur or "L’organisme"),
    ]


def _crumbs(positioning: Positioning) -> list[Crumb]:
    number = positioning.session.number
    return [
        Crumb("Candidatures", reverse("positionnements")),
        Crumb(number, reverse("session_candidats", args=[number])),
        Crumb("La candidature", reverse("positionnement_detail", args=[positioning.pk])),
        Crumb("Admettre"),
    ]
