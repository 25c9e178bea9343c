"""On paper: a sheet to print, whose code names the half-day, and its photograph sent back."""

import hashlib
import uuid

import segno
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.journal.refusals import Refused, lost_race
from core.ui.french import pluriel
from core.ui.parts import Crumb
from core.ui.pdf import render_pdf
from stagiaires.forms.attendance import PaperForm
from stagiaires.models import HalfDay, PaperSheet
from stagiaires.queries import attendance
from stagiaires.views.attendance.access import form_page, holds_half_day
from stagiaires.views.attendance.trainer import title_of
from stagiaires.workflow import signatures
from stagiaires.workflow.half_days import Opener


@holds_half_day
@never_cache
@require_GET
def sheet_pdf(request: HttpRequest, half_day: HalfDay, opener: Opener) -> HttpResponse:
    """The sheet of a half-day, to print and have signed."""
    address = settings.SITE_URL.rstrip("/") + reverse("feuille", args=[half_day.pk])
    context = {
        "half_day": half_day,
        "session": half_day.session,
        "title": title_of(half_day),
        "people": [one for line, one in attendance.people_of(half_day) if line.token is None],
        "address": address,
        "code": segno.make(address, error="m").svg_data_uri(scale=3, border=0, dark="#1c2429"),
    }
    made = render_pdf("stagiaires/emargement/pdf/feuille.html", context, "css/commande.css")
    name = f"emargement-{half_day.session.number}-{half_day.on_date:%Y-%m-%d}-{half_day.part}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@holds_half_day
@require_http_methods(["GET", "POST"])
def sheet_back(request: HttpRequest, half_day: HalfDay, opener: Opener) -> HttpResponse:
    """The photograph of the signed sheet, and who signed it. The code of the sheet leads here."""
    people = [(one.pk, str(one.stagiaire)) for line, one in attendance.people_of(half_day) if line.token is None]
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperForm(*data, people=people, sent=half_day.sheets.exists())
    back = reverse("demi_journee", args=[half_day.pk])
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if form.cleaned_data["file"]:
                    _keep(half_day, form.cleaned_data["file"], opener)
                answers = signatures.take_paper(
                    half_day, {one: uuid.uuid4() for one in form.cleaned_data["signed"]}, opener
                )
        except Refused as no:
            form.add_error(None, no.message)
        else:
            taken = sum(one.status == signatures.TAKEN for one in answers)
            said = pluriel(taken, "signature est enregistrée", "signatures sont enregistrées")
            messages.success(request, f"La feuille est gardée ; {said}.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Renvoyer la feuille signée",
        lead=f"{title_of(half_day)}. Photographiez la feuille entière, puis cochez qui l’a signée.",
        action="Enregistrer la feuille",
        back=back,
        crumbs=[Crumb("Émargement", reverse("emargement_jour")), Crumb(title_of(half_day), back), Crumb("Feuille")],
        multipart=True,
    )


def _keep(half_day: HalfDay, file: UploadedFile, opener: Opener) -> None:
    """The same photograph sent twice is kept once."""
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    if half_day.sheets.filter(sha256=digest).exists():
        return
    with lost_race({"paper_sheet_once": "Cette photographie vient d’être envoyée."}):
        PaperSheet.objects.create(
            half_day=half_day,
            file=file,
            file_name=(file.name or "feuille")[:200],
            sha256=digest,
            sent_by=opener.hat,
            link=opener.link,
        )


@holds_half_day
@never_cache
@require_GET
def sheet_file(request: HttpRequest, half_day: HalfDay, opener: Opener, sheet: int) -> FileResponse:
    """A photograph that was sent."""
    one = get_object_or_404(PaperSheet, half_day=half_day, pk=sheet)
    return FileResponse(one.file.open("rb"), as_attachment=True, filename=one.file_name)
