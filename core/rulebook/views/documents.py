"""The source documents and their editions, for the Région's administrators: load one, read what it moves."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import hat_required, person_of
from core.accounts.enums import OrganisationKind, Role
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rulebook.document_forms import EditionForm
from core.rulebook.models import DocumentEdition
from core.rulebook.workflow.documents import load_edition, read
from core.rules import documents
from core.rules.passages import Fate
from core.ui.parts import Crumb

administrator = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))
SHOWN = 30
KINDS = {"regle": "Règle", "question": "Question", "contradiction": "Contradiction"}
TONES = {
    Fate.GONE: "non",
    Fate.CHANGED: "doute",
    Fate.AROUND: "doute",
    Fate.MOVED: "info",
    Fate.SAME: "ok",
    Fate.UNKNOWN: "line",
}


@dataclass(frozen=True)
class Line:
    """One passage of the report in words."""

    kind: str
    id: str
    url: str
    label: str
    before: str
    after: str
    quotation: str
    nearest: str
    diff: list[tuple[str, str]]


@administrator
@require_http_methods(["GET", "POST"])
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents that the rules quote, the editions loaded, and the form that loads another."""
    form = EditionForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with once(request, "document.edition") as claim:
                if claim.done:
                    return redirect(claim.location)
                text = read(given["file"].read())
                loaded = load_edition(given["document"], given["edition"], given["dated"], text, by=person_of(request))
                claim.keep(reverse("document_edition", args=[loaded.pk]))
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, "L’édition est chargée. Voici ce qu’elle touche.")
            return redirect(claim.location)
    context = {
        "form": form,
        "documents": documents().values(),
        "editions": DocumentEdition.objects.defer("text", "report").select_related("loaded_by")[:SHOWN],
    }
    return render(request, "rulebook/documents.html", context, status=422 if form.errors else 200)


@administrator
@require_safe
def document_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """What one edition moved: passages gone or changed first, each with the nearest words and the difference."""
    edition = get_object_or_404(DocumentEdition.objects.defer("text"), pk=pk)
    document = documents().get(edition.document)
    if document is None:
        raise Http404
    lines = {fate: [_line(one) for one in edition.report["passages"] if one["fate"] == fate] for fate in Fate}
    context = {
        "edition": edition,
        "document": document,
        "counts": [(fate.label, TONES[fate], edition.report["counts"][fate.value]) for fate in Fate],
        "groups": [(fate.label, TONES[fate], lines[fate]) for fate in Fate if fate.calls and lines[fate]],
        "moved": lines[Fate.MOVED],
        "unquoted": lines[Fate.UNKNOWN],
        "crumbs": [Crumb("Documents", reverse("documents")), Crumb(edition.edition)],
    }
    return render(request, "rulebook/document_edition.html", context)


def _line(one: dict[str, Any]) -> Line:
    return Line(
        kind=KINDS[one["kind"]],
        id=one["id"],
        url=_url(one["kind"], one["id"]),
        label=one["label"],
        before=_lines(one["before"]),
        after=_lines(one["after"]) if one["after"] else "",
        quotation=one["quotation"],
        nearest=one["nearest"],
        diff=[(sign, words) for sign, words in one["diff"]],
    )


def _url(kind: str, key: str) -> str:
    if kind == "question":
        return reverse("question", args=[key])
    return reverse("contradiction" if kind == "contradiction" else "regle", args=[key])


def _lines(pair: list[int]) -> str:
    first, last = pair
    return f"ligne {first}" if first == last else f"lignes {first} à {last}"
