"""One person on one half-day: signed here, forgotten, away, corrected; what was written stays beside."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Crumb
from orders.queries import may_edit
from stagiaires.forms.attendance import AbsenceForm, CorrectionForm, ForgottenForm
from stagiaires.models import Absence, HalfDay, Parcours
from stagiaires.models.attendance import PROOF_ERASED
from stagiaires.queries import attendance
from stagiaires.views.attendance.access import form_page, holds_half_day, person_on
from stagiaires.views.attendance.trainer import title_of
from stagiaires.workflow import absences, signatures
from stagiaires.workflow.half_days import Opener
from stagiaires.workflow.signatures import MOST_STROKES, Said


def _crumbs(half_day: HalfDay, person: Parcours, last: str = "") -> list[Crumb]:
    found = [
        Crumb("Émargement", reverse("emargement_jour")),
        Crumb(title_of(half_day), reverse("demi_journee", args=[half_day.pk])),
        Crumb(person.stagiaire.short_name, reverse("presence", args=[half_day.pk, person.pk]) if last else ""),
    ]
    return [*found, Crumb(last)] if last else found


@holds_half_day
@never_cache
@require_GET
def person_page(request: HttpRequest, half_day: HalfDay, opener: Opener, person: int) -> HttpResponse:
    """What is known, what was said before, and what can be done."""
    one = person_on(half_day, person)
    line = attendance.line_of(half_day, one)
    opening, limits, now = attendance.opening_of(half_day), attendance.limits(), timezone.now()
    begun = now >= opening.starts_at
    context = {
        "half_day": half_day,
        "title": title_of(half_day),
        "person": one,
        "line": line,
        "tone": {"present": "ok", "inconnu": "doute"}.get(line.presence.known, "info") if line else "line",
        "signature": half_day.signatures.filter(parcours=one).first(),
        "absence": half_day.absences.filter(parcours=one).select_related("stated_by__user", "link").first(),
        "corrections": half_day.corrections.filter(parcours=one).select_related("made_by__user", "link"),
        "refused": half_day.refused_signatures.filter(parcours=one),
        "locked": opening.locked,
        "may_sign": half_day.state == "ouverte" and not opening.locked,
        "may_declare": begun and now <= opening.forgotten_until(limits) and not opening.locked,
        "may_correct": opener.hat is not None and begun and not opening.locked,
        "crumbs": _crumbs(half_day, one),
    }
    return render(request, "stagiaires/emargement/presence.html", context)


@holds_half_day
@never_cache
@require_http_methods(["GET", "POST"])
def sign_here(request: HttpRequest, half_day: HalfDay, opener: Opener, person: int) -> HttpResponse:
    """« Signer ici », without script: the phone goes from hand to hand."""
    one, back = person_on(half_day, person), redirect("demi_journee", pk=half_day.pk)
    if half_day.state != "ouverte":
        messages.error(request, "Cette demi-journée n’est pas ouverte à la signature.")
        return back
    if request.method == "POST":
        try:
            token = uuid.UUID(request.POST.get("jeton", ""))
        except ValueError:
            token = uuid.uuid4()
        drawing = request.POST.get("trace", "").replace("\x00", "")[:MOST_STROKES]
        answer = signatures.take(half_day.pk, [Said(token, one.pk, timezone.now(), drawing=drawing)], opener)[0]
        if answer.text:
            messages.warning(request, answer.text)
        else:
            messages.success(request, f"{one.stagiaire.short_name} a signé.")
        return back
    context = {"half_day": half_day, "title": title_of(half_day), "person": one, "token": str(uuid.uuid4())}
    return render(request, "stagiaires/emargement/signer_ici.html", context)


@holds_half_day
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest, half_day: HalfDay, opener: Opener, person: int) -> HttpResponse:
    """A signature that was forgotten, declared until the next day at noon."""
    one = person_on(half_day, person)
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    back = reverse("demi_journee", args=[half_day.pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "signature.oubliee") as claim:
                if not claim.done:
                    signatures.declare_forgotten(half_day, one, form.cleaned_data["reason"], opener)
                    claim.keep(back)
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, f"La présence de {one.stagiaire.short_name} est déclarée.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Déclarer une signature oubliée : {one.stagiaire.short_name}",
        lead=f"{title_of(half_day)}. Une signature ne s’antidate pas : la présence est déclarée, avec son motif.",
        action="Déclarer la présence",
        back=reverse("presence", args=[half_day.pk, one.pk]),
        crumbs=_crumbs(half_day, one, "Signature oubliée"),
    )


@holds_half_day
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, half_day: HalfDay, opener: Opener, person: int) -> HttpResponse:
    """Away: why, how long, and what proves it."""
    one = person_on(half_day, person)
    known = half_day.absences.filter(parcours=one).first()
    initial = {"reason": known.reason, "hours": known.hours, "note": known.note} if known else {}
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AbsenceForm(*data, half_day=half_day, initial=initial)
    back = reverse("demi_journee", args=[half_day.pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "absence") as claim:
                if not claim.done:
                    _state(half_day, one, opener, form.cleaned_data)
                    claim.keep(back)
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, f"L’absence de {one.stagiaire.short_name} est enregistrée.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"{one.stagiaire.short_name} : absence",
        lead=title_of(half_day) + ".",
        action="Enregistrer l’absence",
        back=reverse("presence", args=[half_day.pk, one.pk]),
        crumbs=_crumbs(half_day, one, "Absence"),
        multipart=True,
    )


def _state(half_day: HalfDay, one: Parcours, opener: Opener, said: dict[str, Any]) -> None:
    words = {"reason": said["reason"], "note": said["note"], "proof": said["proof"] or None}
    if not said["until"]:
        absences.state_absence(half_day, one, opener, hours=said["hours"], **words)
        return
    rows = HalfDay.objects.filter(session=half_day.session_id, on_date__range=(half_day.on_date, said["until"]))
    if opener.link:
        rows = rows.filter(on_date__range=(opener.link.starts_on, opener.link.ends_on))
    made = absences.state_absences(rows.exclude(state="annulee"), one, opener, **words)
    if not made:
        raise Refused("Tout est déjà signé ou corrigé ces jours-là : rien n’a été changé.")


@holds_half_day
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, half_day: HalfDay, opener: Opener, person: int) -> HttpResponse:
    """The organisme alone puts right what is written."""
    one = person_on(half_day, person)
    if opener.hat is None:
        raise Http404
    line = attendance.line_of(half_day, one)
    initial = {"hours": line.presence.done if line and line.is_known else half_day.hours}
    form = CorrectionForm(request.POST if request.method == "POST" else None, half_day=half_day, initial=initial)
    back = reverse("presence", args=[half_day.pk, one.pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "emargement.corriger") as claim:
                if not claim.done:
                    absences.correct(half_day, one, opener.hat, **form.cleaned_data)
                    claim.keep(back)
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, "L’émargement est corrigé ; ce qui était écrit reste dans l’historique.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Corriger l’émargement : {one.stagiaire.short_name}",
        lead=f"{title_of(half_day)}. Aujourd’hui : {line.said.lower() if line else 'personne non attendue'}.",
        action="Corriger",
        back=back,
        crumbs=_crumbs(half_day, one, "Corriger"),
    )


@never_cache
@require_GET
def proof(request: HttpRequest, pk: int) -> FileResponse:
    """The proof of an absence, often a medical one: for its organisme, and for those of the Région who confirm the
    hours.
    """
    hat = hat_of(request)
    rows = Absence.objects.exclude(proof__in=("", PROOF_ERASED))
    if hat.kind == OrganisationKind.ORGANISME:
        rows = rows.filter(half_day__session__organisme=hat.organisation_id)
    elif not may_edit(hat):
        raise Http404
    one = get_object_or_404(rows, pk=pk)
    return FileResponse(one.proof.open("rb"), as_attachment=True, filename=one.proof_name)
