"""Opinions: read and published by the Région, answered by the organisme, read by anyone once there are enough."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from core.accounts import throttle
from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Empty, export_response
from sessions.views.below import Below
from stagiaires.followup_filters import OpinionFilter
from stagiaires.followup_terms import NOTES
from stagiaires.forms.followup import ReasonForm, ReportForm, WordForm
from stagiaires.models import Opinion
from stagiaires.queries import followup as queries
from stagiaires.views.around import act, posted
from stagiaires.views.followup_tables import ended, mean_of, opinion_state, opinions_table
from stagiaires.workflow import trainee_opinions

readers = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)
region = hat_required(OrganisationKind.REGION)
organisme = hat_required(OrganisationKind.ORGANISME)
REPORTS, REPORTS_SECONDS = 5, 3600  # from one address
NONE_YET = Empty("Aucun avis pour l’instant", "Chacun est invité à donner le sien après son parcours.")
TOO_FEW = Empty(
    "Pas encore assez d’avis",
    "Les avis publiés s’affichent ici dès qu’ils sont assez nombreux pour que personne ne soit reconnu.",
)


def _rows(request: HttpRequest) -> tuple[OpinionFilter, QuerySet[Opinion]]:
    seen = queries.opinions_visible_to(hat_of(request))
    bound = OpinionFilter(request.GET, queryset=seen, request=request)
    return bound, queries.opinions_for_list(bound.qs if bound.is_valid() else seen)


@readers
@require_GET
def opinion_list(request: HttpRequest) -> HttpResponse:
    """For the Région, those to be read first; for an organisme, what is published of its sessions, and its means."""
    hat = hat_of(request)
    for_region = hat.kind == OrganisationKind.REGION
    bound, rows = _rows(request)
    page = paginate(rows, request)
    table = opinions_table(for_region=for_region)
    context = {
        "for_region": for_region,
        "marks": None if for_region else queries.marks(hat.organisation_id)[0],
        "organisme": hat.organisation_id,
        "page": page,
        "table": table.bind(page.rows, empty=NONE_YET if for_region else TOO_FEW),
        **bound.head("avis_export"),
    }
    return render(request, "stagiaires/suivi/avis_liste.html", context)


@readers
@require_GET
def opinion_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows, all pages, texts included."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    _bound, rows = _rows(request)
    table = opinions_table(for_region=hat_of(request).kind == OrganisationKind.REGION)
    return export_response(table, rows, "avis", fmt)


def _find(request: HttpRequest, pk: int) -> tuple[Membership, Opinion]:
    hat = hat_of(request)
    rows = queries.opinions_visible_to(hat).select_related(
        "parcours__session", "parcours__organisme", "moderated_by__user", "answered_by__user"
    )
    return hat, get_object_or_404(rows, pk=pk)


def _notes(opinion: Opinion) -> list[Fact]:
    labels = [(str(Opinion._meta.get_field(name).verbose_name), getattr(opinion, name)) for name in NOTES]  # type: ignore[union-attr]
    return [Fact(label[:1].upper() + label[1:], f"{mark} sur 5") for label, mark in labels]


@readers
@require_GET
def opinion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opinion, without its author."""
    hat, opinion = _find(request, pk)
    moderates = trainee_opinions.may_moderate(hat)
    context = {
        "opinion": opinion,
        "session": opinion.parcours.session if opinion.names_session else None,  # type: ignore[attr-defined]
        "ended": ended(opinion),
        "notes": _notes(opinion),
        "mean": mean_of(opinion),
        "badge": opinion_state(opinion),
        "reports": list(opinion.reports.filter(settled_at=None)) if hat.kind == OrganisationKind.REGION else [],
        "moderates": moderates,
        "may_answer": trainee_opinions.may_answer(opinion, hat),
        "crumbs": [Crumb("Avis des stagiaires", reverse("avis_liste")), Crumb("L’avis")],
    }
    return render(request, "stagiaires/suivi/avis.html", context)


@region
@require_POST
def opinion_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown from now on, or kept shown when it was reported."""
    hat, opinion = _find(request, pk)
    if not trainee_opinions.may_moderate(hat):
        raise Http404
    return act(
        request, "avis.publier", reverse("avis_detail", args=[pk]), "L’avis est publié.",
        lambda: trainee_opinions.publish(opinion, hat),
    )  # fmt: skip


def _form(request: HttpRequest, opinion: Opinion, form: Any, purpose: str, done: str, apply: Any, **words: Any) -> Any:
    back = reverse("avis_detail", args=[opinion.pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, purpose) as claim:
                if not claim.done:
                    apply(form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {
        "form": form, "back": back, "lead": "", "rule": "", "facts": _notes(opinion), "danger": False,
        "multipart": False, **words,
        "crumbs": [Crumb("Avis des stagiaires", reverse("avis_liste")), Crumb("L’avis", back), Crumb(words["title"])],
    }  # fmt: skip
    return render(request, "ui/formulaire.html", context, status=422 if form.is_bound else 200)


@region
@require_http_methods(["GET", "POST"])
def opinion_set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Not shown, and why."""
    hat, opinion = _find(request, pk)
    if not trainee_opinions.may_moderate(hat):
        raise Http404
    hint = "Son auteur le lira. Un avis sévère n’est pas écarté pour cela."
    return _form(
        request, opinion, ReasonForm(posted(request), hint=hint), "avis.ecarter", "L’avis n’est pas publié.",
        lambda said: trainee_opinions.set_aside(opinion, hat, said["reason"]),
        title="Ne pas publier cet avis", action="Ne pas publier", danger=True, lead=opinion.text,
    )  # fmt: skip


@organisme
@require_http_methods(["GET", "POST"])
def opinion_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisme's word, public."""
    hat, opinion = _find(request, pk)
    form = WordForm(posted(request), initial={"text": opinion.answer})
    return _form(
        request, opinion, form, "avis.repondre", "Votre réponse est publiée.",
        lambda said: trainee_opinions.answer(opinion, hat, said["text"]),
        title="Répondre à cet avis", action="Publier ma réponse", lead=opinion.text,
    )  # fmt: skip


# --- Anyone


@login_not_required
@require_safe
def public_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """What those whom an organisme trained think of it; nothing before there are enough of them."""
    one = get_object_or_404(Organisation, pk=pk, kind=OrganisationKind.ORGANISME, is_active=True)
    marks, _own = queries.marks(one.pk)
    page = paginate(queries.texts(one.pk) if marks else Opinion.objects.none().order_by("pk"), request)
    context = {
        "organisme": one,
        "marks": marks,
        "page": page,
        "opinions": [(opinion, ended(opinion), mean_of(opinion)) for opinion in page.rows],
        "crumbs": [
            Crumb("Organismes", reverse("organismes")),
            Crumb(one.name, reverse("organisme_detail", args=[pk])),
            Crumb("Avis des stagiaires"),
        ],
    }
    return render(request, "stagiaires/suivi/avis_publics.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def opinion_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody thinks that it should not be shown. What is not shown cannot be reported."""
    opinion = get_object_or_404(queries.shown().select_related("parcours__session"), pk=pk)
    organisme_pk = opinion.parcours.organisme_id
    if queries.marks(organisme_pk)[0] is None:
        raise Http404
    back = reverse("avis_organisme", args=[organisme_pk])
    form = ReportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if throttle.count(f"avis-signaler:{throttle.address_of(request)}", REPORTS_SECONDS) > REPORTS:
            form.add_error(None, "Vous avez déjà signalé plusieurs avis. Revenez dans une heure.")
        else:
            try:
                trainee_opinions.report(opinion, hat=request.hat, **form.cleaned_data)  # type: ignore[attr-defined]
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, "Merci. La Région va relire cet avis.")
                return redirect(back)
    context = {
        "form": form, "back": back, "title": "Signaler cet avis", "lead": opinion.text, "rule": "", "facts": [],
        "danger": False, "multipart": False, "action": "Signaler", "crumbs": [],
    }  # fmt: skip
    return render(request, "ui/formulaire.html", context, status=422 if form.is_bound else 200)


def below(organisme_pk: int, session: int | None = None) -> Below | None:
    """What stands under a session's sheet or an organisme's page; None while there are too few opinions."""
    marks, own = queries.marks(organisme_pk, session)
    said = {"marks": marks, "own": own, "organisme": organisme_pk}
    return Below("stagiaires/suivi/parts/avis_fiche.html", said) if marks else None
