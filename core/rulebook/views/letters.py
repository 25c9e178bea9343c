"""Letters of decision: the file for whoever may read it, the public check of a receipt, the Région's own words."""

import re
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import hat_required
from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import User
from core.journal.idempotency import once
from core.rulebook import letters
from core.rulebook.document_forms import LetterTextForm
from core.rulebook.models import Letter, LetterText, Receipt
from core.rulebook.receipts import seal

administrator = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))
ACTS = {
    "depot": "Dépôt d’une intention d’embauche",
    "reduction": "Moins de postes dans une intention d’embauche",
    "envoi": "Envoi d’une demande de session",
    "verdict": "Verdict du portail sur une intention d’embauche",
    "retrait": "Retrait d’une intention d’embauche par la Région",
    "ecart": "Décision sur une intention d’embauche",
    "derogation": "Décision sur une dérogation",
    "decision": "Décision sur une demande de session",
    "desistement": "Désistement d’un employeur sous une session",
    "proposition": "Places d’une session prises par un autre employeur",
    "heures": "Décision sur des heures supplémentaires",
    "prix": "Décision sur le prix d’un lot",
    "emission": "Émission d’un bon de commande",
    "avenant": "Émission d’un avenant",
    "facture": "Émission d’une facture",
    "avoir": "Émission d’un avoir",
    "admission": "Admission d’un candidat dans une session",
    "refus": "Refus d’une candidature",
    "entree": "Entrée d’une personne en formation",
    "suite_apres_echec": "Décision sur la suite d’une formation après un échec",
    "engagement": "Engagement d’un employeur, constaté après la formation",
    "complement": "Demande de complément sur une demande de session",
    "suspension": "Suspension d’une session",
    "annulation": "Annulation d’une session",
}
HISTORY = 20
_CODE = re.compile(rf"[0-9a-f]{{{letters.CODE_LENGTH},64}}")


def serve(request: HttpRequest, receipt: int, *files: models.Model) -> HttpResponse:
    """The letter of one receipt of these files, that the caller may read.

    GET gives the sealed file, absent until it is written; POST writes it now if the worker has not, then leads to it.
    """
    found = letters.receipt_of(receipt, *files)
    if found is None:
        raise Http404
    if request.method == "POST":
        if letters.write(found) is None:
            raise Http404
        return redirect(request.path)
    letter = getattr(found, "letter", None)
    if letter is None:
        raise Http404
    response = HttpResponse(bytes(letter.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="lettre-{found.pk}.pdf"'
    return response


@require_safe
@login_not_required
def look_up(request: HttpRequest) -> HttpResponse:
    """Where one types the code written at the foot of a letter."""
    code = request.GET.get("code", "").strip().lower()
    found = _receipt_of(code)
    if found is not None:
        return redirect("recu_verifier", letters.code_of(found))
    return render(request, "rulebook/verifier.html", {"code": code[:40], "receipt": None})


@require_safe
@login_not_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a receipt exists, and whether it is whole: nothing of the file itself, nor of any person."""
    if not _CODE.fullmatch(code):
        raise Http404  # no code at all; one that nobody bears is told below
    found = _receipt_of(code)
    if found is None:
        return render(request, "rulebook/verifier.html", {"code": code[:40], "receipt": None}, status=404)
    context = {
        "receipt": found,
        "is_whole": seal(found) == found.hash,
        "act": ACTS.get(found.act, "Décision"),
        "letter_hash": Letter.objects.filter(receipt=found).values_list("sha256", flat=True).first(),
    }
    return render(request, "rulebook/verifier.html", context)


def _receipt_of(code: str) -> Receipt | None:
    """The receipt whose seal begins with a code, or is the code."""
    if not _CODE.fullmatch(code):
        return None
    return Receipt.objects.filter(hash__startswith=code).first()


@administrator
@require_http_methods(["GET", "POST"])
def letter_text(request: HttpRequest) -> HttpResponse:
    """The ways and delays of appeal that letters carry: what holds today, what held before, and a new text."""
    form = LetterTextForm(
        request.POST if request.method == "POST" else None, initial={"valid_from": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        with once(request, "lettre.texte") as claim:
            if not claim.done:
                text = form.save(commit=False)
                text.author = cast("User", request.user)
                text.save()
                claim.keep(request.path)
        messages.success(request, "Le texte des voies de recours est enregistré.")
        return redirect("lettres_texte")
    body, is_default = letters.appeal_text(timezone.localdate())
    context = {
        "form": form,
        "body": body,
        "is_default": is_default,
        "texts": LetterText.objects.select_related("author")[:HISTORY],
    }
    return render(request, "rulebook/lettres_texte.html", context, status=422 if form.errors else 200)
