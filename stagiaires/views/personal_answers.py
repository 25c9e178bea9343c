"""What a person says by his own link: where he stands, what he thinks, what he asks about his data."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core.journal.refusals import Refused
from core.ui.french import majuscule
from core.ui.parts import Fact
from stagiaires import personal_data
from stagiaires.enums import DataRequestKind
from stagiaires.forms.followup import CorrectionForm, ErasureForm, OpinionForm, SurveyForm
from stagiaires.models import SensitiveReading, Stagiaire
from stagiaires.queries import personal as queries
from stagiaires.views.personal import back_home
from stagiaires.views.personal_access import form_page, personal
from stagiaires.workflow import data_requests, surveys, trainee_opinions

WRITING = ("GET", "HEAD", "POST")


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@personal(*WRITING, form=True)
def survey(request: HttpRequest, person: Stagiaire, token: str, pk: int) -> HttpResponse:
    """Three, six or twelve months after: one minute."""
    asked = queries.survey_of(person, pk)
    if asked is None:
        raise Http404
    context = {"person": person, "token": token, "survey": asked, "session": asked.parcours.session}
    if not surveys.is_open(asked):
        return render(request, "stagiaires/espace/suivi_clos.html", context)
    form = SurveyForm(_posted(request), survey=asked)
    if request.method == "POST" and form.is_valid():
        try:
            surveys.answer(asked, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return back_home(request, token, "Merci, votre réponse est enregistrée.")
    status = 422 if form.is_bound else 200
    return render(request, "stagiaires/espace/suivi.html", context | {"form": form}, status=status)


@personal(*WRITING, form=True)
def opinion(request: HttpRequest, person: Stagiaire, token: str, pk: int) -> HttpResponse:
    """Five notes and a text."""
    one = queries.parcours_or_none(person, pk)
    if one is None:
        raise Http404
    if not trainee_opinions.may_give(one):
        messages.info(request, "Votre avis est déjà donné, ou il n’est plus attendu.")
        return redirect("espace", token=token)
    form = OpinionForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            trainee_opinions.give(one, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return back_home(request, token, "Merci, votre avis est enregistré.")
    return form_page(
        request,
        form,
        title="Votre avis sur la formation",
        lead=f"{one.session.title}, {one.organisme}. Notez de 1 (pas du tout satisfait) à 5 (très satisfait).",
        action="Envoyer mon avis",
        back=reverse("espace", args=[token]),
    )


# --- His data


@personal(*WRITING, form=True)
def rights(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """His rights, who read his sensitive facts, what he has asked. Sent: he is contacted no more, or again."""
    if request.method == "POST":
        wish = request.POST.get("contact") == "non"
        surveys.oppose(person, wish=wish)
        messages.success(
            request,
            "Plus aucun message ni appel ne vous suivra après la formation."
            if wish
            else "Nous pourrons de nouveau vous demander ce que vous devenez.",
        )
        return redirect("espace_donnees", token=token)
    readings = SensitiveReading.objects.filter(stagiaire=person).select_related("hat__organisation")
    context = {
        "person": person,
        "token": token,
        "readings": readings.order_by("-at", "-pk")[:20],
        "asked": person.data_requests.select_related("organisme").order_by("-created_at", "-pk")[:10],
    }
    return render(request, "stagiaires/espace/donnees.html", context)


@personal()
def data_page(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """Everything that is held on him, to be read."""
    sections = [(one.title, [_read(row) for row in one.rows]) for one in personal_data.held_on(person)]
    context = {"person": person, "token": token, "sections": sections}
    return render(request, "stagiaires/espace/donnees_toutes.html", context)


def _read(row: list[tuple[str, Any]]) -> list[Fact]:
    """One row in words: capitals, « oui » and « non », lists."""
    return [Fact(majuscule(label), _said(value)) for label, value in row]


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


@personal()
def data_file(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """The same, to be taken away."""
    answer = HttpResponse(personal_data.as_json(person), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return answer


def _ask(request: HttpRequest, person: Stagiaire, token: str, kind: DataRequestKind, form: Any, **words: str) -> Any:
    back = reverse("espace_donnees", args=[token])
    if request.method == "POST" and form.is_valid():
        try:
            data_requests.ask(person, kind, form.cleaned_data["text"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Votre demande est partie. La réponse se lira sur cette page.")
            return redirect(back)
    return form_page(request, form, back=back, **words)


@personal(*WRITING, form=True)
def correction(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """Something is wrong in the file: the organisme puts it right."""
    return _ask(
        request,
        person,
        token,
        DataRequestKind.RECTIFICATION,
        CorrectionForm(_posted(request)),
        title="Faire corriger une information",
        lead="Votre organisme de formation tient votre dossier : il le corrige et vous répond.",
        action="Envoyer la demande",
    )


@personal(*WRITING, form=True)
def erasure(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """The person wants to be forgotten: the Région answers."""
    return _ask(
        request,
        person,
        token,
        DataRequestKind.EFFACEMENT,
        ErasureForm(_posted(request)),
        title="Demander l’effacement de vos données",
        lead="La Région vous répond. Ce que la loi l’oblige à garder, comme les feuilles d’émargement qui justifient "
        "une dépense publique, s’efface de soi-même au terme de son délai.",
        action="Demander l’effacement",
    )
