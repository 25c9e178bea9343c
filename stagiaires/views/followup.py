"""Those to call three, six and twelve months after, what they say, and the hires that it lets one declare."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import pluriel
from core.ui.pagination import count_up_to_cap, paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import export_response
from stagiaires.enums import Situation
from stagiaires.followup_filters import SurveyFilter
from stagiaires.forms.followup import ReasonForm, SurveyForm, hire_values
from stagiaires.forms.parcours import HireForm
from stagiaires.models import Survey
from stagiaires.queries import followup as queries
from stagiaires.views.around import act, posted, proposers
from stagiaires.views.followup_tables import EMPTY, FILTERED, SURVEYS, phone_of, state_of
from stagiaires.workflow import hires, surveys


def _rows(request: HttpRequest) -> tuple[SurveyFilter, QuerySet[Survey]]:
    seen = queries.visible_to(hat_of(request))
    bound = SurveyFilter(request.GET, queryset=seen, request=request)
    return bound, queries.for_list(bound.qs if bound.is_valid() else seen)


@proposers
@require_GET
def survey_list(request: HttpRequest) -> HttpResponse:
    """The questions asked of those whom this hat follows, the latest first."""
    hat = hat_of(request)
    bound, rows = _rows(request)
    page = paginate(rows, request)
    waiting = count_up_to_cap(queries.to_call(queries.followed_by(hat)))
    context = {
        "page": page,
        "table": SURVEYS.bind(page.rows, empty=FILTERED if bound.active else EMPTY),
        "to_call": waiting.text("personne à appeler", "personnes à appeler") if waiting else "",
        **bound.head("suivi_export"),
    }
    return render(request, "stagiaires/suivi/liste.html", context)


@proposers
@require_GET
def survey_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows, all pages, without any telephone."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    _bound, rows = _rows(request)
    return export_response(SURVEYS, rows, "suivi", fmt)


def _find(request: HttpRequest, pk: int) -> tuple[Membership, Survey]:
    hat = hat_of(request)
    return hat, get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)


def _crumbs(survey: Survey, last: str = "") -> list[Crumb]:
    page = reverse("suivi_detail", args=[survey.pk])
    trail = [Crumb("Suivi", reverse("suivi_liste"))]
    name = f"{survey.parcours.stagiaire}, {survey.term} mois"
    return [*trail, Crumb(name, page), Crumb(last)] if last else [*trail, Crumb(name)]


@proposers
@require_GET
def survey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: how the person is reached, what was tried, what he says, what is still to do."""
    hat, survey = _find(request, pk)
    follows = surveys.follows(survey, hat)
    label, tone = state_of(survey)
    context = {
        "survey": survey,
        "one": survey.parcours,
        "person": survey.parcours.stagiaire,
        "state": label,
        "tone": tone,
        "facts": _facts(survey),
        "answer": _answer(survey) if survey.answered_at else [],
        "phone": phone_of(survey, hat) if follows else "",
        "may_call": follows and surveys.is_awaited(survey),
        "may_answer": follows and surveys.is_open(survey),
        "proposes_hire": surveys.proposes_hire(survey) and hires.may_declare(survey.parcours, hat),
        "crumbs": _crumbs(survey),
    }
    return render(request, "stagiaires/suivi/detail.html", context)


def _facts(survey: Survey) -> list[Fact]:
    one = survey.parcours
    post = one.post
    facts = [
        Fact("Formation", f"{one.session.title} ({one.session.number}), {one.session.commune.name}"),
        Fact("Finie le", one.left_on or one.ends_on),
        Fact("Poste prévu", f"{post.intention.job_title}, {post.intention.employer}" if post else ""),
        Fact("Demandé le", survey.asked_at or "Pas encore"),
        Fact("Relances", survey.reminders or "Aucune"),
    ]
    if survey.calls:
        facts.append(Fact("Appels sans réponse", f"{survey.calls}, le dernier le {survey.called_at:%d/%m/%Y}"))
    return facts


def _answer(survey: Survey) -> list[Fact]:
    """What the person says; the job only for who works."""
    facts = [Fact("Situation", survey.get_situation_display(), rule="P12")]
    if survey.situation in Situation.employed():
        post = survey.parcours.post
        committed = survey.situation == Situation.EMPLOI_INTENTION and post is not None
        facts += [
            Fact("Employeur", post.intention.employer if committed and post else survey.employer_name),
            Fact("Contrat", survey.get_contract_display() if survey.contract else ""),
            *([Fact("Durée", pluriel(survey.months, "mois", "mois"))] if survey.months else []),
            Fact("Depuis le", survey.employed_since or ""),
            Fact("En lien avec la formation", "Oui" if survey.linked_to_training else "Non"),
        ]
    facts += [
        Fact("Répondu le", survey.answered_at),
        Fact("Par", survey.answered_for.user if survey.answered_for else "Son lien personnel"),
    ]
    return [*facts, Fact("Un mot", survey.comment)] if survey.comment else facts


@proposers
@require_http_methods(["GET", "POST"])
def phone_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What one hears on the telephone, typed as it is said."""
    hat, survey = _find(request, pk)
    if not surveys.follows(survey, hat):
        raise Http404
    back = reverse("suivi_detail", args=[pk])
    if not surveys.is_open(survey):
        messages.info(request, surveys.ANSWERED if survey.answered_at else surveys.PAST)
        return redirect(back)
    form = SurveyForm(posted(request), survey=survey, by_phone=True)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "suivi.repondre") as claim:
                if not claim.done:
                    surveys.answer(survey, form.cleaned_data, hat)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "La réponse est enregistrée.")
            return redirect(back)
    context = {
        "form": form,
        "survey": survey,
        "person": survey.parcours.stagiaire,
        "session": survey.parcours.session,
        "phone": phone_of(survey, hat),
        "back": back,
        "crumbs": _crumbs(survey, "Par téléphone"),
    }
    return render(request, "stagiaires/suivi/telephone.html", context, status=422 if form.is_bound else 200)


@proposers
@require_POST
def no_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone rang for nobody."""
    hat, survey = _find(request, pk)
    if not surveys.follows(survey, hat):
        raise Http404
    return act(
        request, "suivi.appel", reverse("suivi_detail", args=[pk]), "L’appel est noté.",
        lambda: surveys.note_call(survey, hat),
    )  # fmt: skip


@proposers
@require_POST
def opposed(request: HttpRequest, pk: int) -> HttpResponse:
    """The person says on the telephone that he wants to be left alone."""
    hat, survey = _find(request, pk)
    if not surveys.follows(survey, hat):
        raise Http404
    return act(
        request, "suivi.opposition", reverse("suivi_detail", args=[pk]),
        "C’est noté : cette personne n’est plus contactée.", lambda: surveys.oppose_by_phone(survey, hat),
    )  # fmt: skip


@proposers
@require_http_methods(["GET", "POST"])
def declare_hire(request: HttpRequest, pk: int) -> HttpResponse:
    """The job that was said, declared as a hire: looked at, put right, then confirmed by its employer."""
    hat, survey = _find(request, pk)
    if not hires.may_declare(survey.parcours, hat):
        raise Http404
    back = reverse("suivi_detail", args=[pk])
    if not surveys.proposes_hire(survey):
        messages.info(request, "Aucune embauche n’attend plus d’être déclarée ici.")
        return redirect(back)
    form = HireForm(posted(request), parcours=survey.parcours, by=hat.kind)
    form.initial.update(hire_values(survey))
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "suivi.embauche") as claim:
                if not claim.done:
                    surveys.declare_hire(survey, hat, form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            asked = " Son employeur est invité à la confirmer." if form.cleaned_data["employer"] else ""
            messages.success(request, f"L’embauche est déclarée.{asked}")
            return redirect(back)
    return _form(
        request, survey, form, title="Déclarer cette embauche", action="Déclarer l’embauche", rule="R93",
        lead="Voici ce que la personne a répondu. Vérifiez avant de déclarer : rien n’est compté sans cela.",
    )  # fmt: skip


@proposers
@require_http_methods(["GET", "POST"])
def dismiss_hire(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is to be declared, and why."""
    hat, survey = _find(request, pk)
    if not hires.may_declare(survey.parcours, hat):
        raise Http404
    back = reverse("suivi_detail", args=[pk])
    hint = "Par exemple : déjà déclarée, emploi de quelques jours, réponse donnée par erreur."
    form = ReasonForm(posted(request), hint=hint, longest=300)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "suivi.sans_embauche") as claim:
                if not claim.done:
                    surveys.dismiss_hire(survey, hat, form.cleaned_data["reason"])
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "C’est noté : aucune embauche n’est à déclarer.")
            return redirect(back)
    return _form(request, survey, form, title="Ne pas déclarer d’embauche", action="Enregistrer")


def _form(request: HttpRequest, survey: Survey, form: Any, **words: str) -> HttpResponse:
    context = {
        "form": form,
        "back": reverse("suivi_detail", args=[survey.pk]),
        "lead": "",
        "rule": "",
        "facts": _answer(survey) if survey.answered_at else [],
        "danger": False,
        "multipart": False,
        "crumbs": _crumbs(survey, words["title"]),
        **words,
    }
    return render(request, "ui/formulaire.html", context, status=422 if form.is_bound else 200)
