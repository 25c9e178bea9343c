"""The Région's own queue of sessions that an employer has left, and what it decides there (R18, R19, R51)."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rulebook.explained import cited
from core.rules import Audience
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from sessions.enums import ExtraHoursState, RequestState
from sessions.forms.cascade import ExtraHoursDecisionForm, KeepForm
from sessions.models import SessionRequest
from sessions.queries import cascade
from sessions.queries import requests as queries
from sessions.views.desk import decider, reader
from sessions.workflow import extra_hours, reexamination


@reader
@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """Sessions frozen, sessions under way with places without an employer, hours more to decide."""
    page = paginate(cascade.to_examine(), request)
    return render(
        request,
        "sessions/region/reexamens.html",
        {
            "page": page,
            "running": _first(cascade.without_employer()),
            "hours": list(cascade.hours_to_decide()[:MOST]),
            "may_decide": extra_hours.may_decide(hat_of(request)),
        },
    )


MOST = 25  # of each of the two lists under the queue: the most pressing


def _first(rows: QuerySet[SessionRequest]) -> list[SessionRequest]:
    return list(rows[:MOST])


@decider
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a frozen session with fewer places; what it changes on the lot is said first."""
    hat = hat_of(request)
    asked = get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk, session__isnull=False)
    if asked.state != RequestState.A_REEXAMINER and request.method != "POST":
        raise Http404
    now = cascade.situation(asked)
    if now is None:
        raise Http404
    form, status = KeepForm(request.POST if request.method == "POST" else None, initial={"seats": now.posts}), 200
    back = reverse("demande_places", args=[pk])
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with once(request, "session.maintenir") as claim:
                    if claim.done:
                        return redirect(claim.location)
                    reexamination.keep(asked, hat, form.cleaned_data["seats"], form.cleaned_data["note"])
                    claim.keep(back)
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(
                    request,
                    f"La session {now.session.number} est confirmée. L’organisme et les valideurs sont prévenus.",
                )
                return redirect(back)
    crumbs = [
        Crumb("À réexaminer", reverse("region_reexamens")),
        Crumb(f"Session {now.session.number}", back),
        Crumb("Garder avec moins de places"),
    ]
    context = {
        "form": form,
        "crumbs": crumbs,
        "title": "Garder la session avec moins de places",
        "lead": f"{asked.title} : {now.posts} postes pour {now.places} places. Les heures en moins reviennent au lot.",
        "action": "Confirmer et publier la session",
        "back": back,
    }
    return render(request, "ui/formulaire.html", context, status=status)


@decider
@require_http_methods(["GET", "HEAD", "POST"])
def decide_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse hours more, with what the rules and the lot say of them."""
    hat = hat_of(request)
    asked = get_object_or_404(cascade.all_hours().filter(session__request__in=queries.visible_to(hat)), pk=pk)
    session, back = asked.session, reverse("demande_places", args=[asked.session.request_id])
    waits = asked.state == ExtraHoursState.DEMANDEE
    form, status = ExtraHoursDecisionForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            granted = form.cleaned_data["answer"] == "oui"
            try:
                with once(request, "heures.decider") as claim:
                    if claim.done:
                        return redirect(claim.location)
                    extra_hours.decide(asked, hat, granted=granted, reason=form.cleaned_data["reason"])
                    claim.keep(f"{back}#heures")
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                word = "accordées : il reste à les commander" if granted else "refusées ; l’organisme lit votre motif"
                messages.success(request, f"Les heures sont {word}.")
                return redirect(f"{back}#heures")
    cost = extra_hours.cost(session, asked.places, asked.hours_each)
    judgement = extra_hours.judge(session, cost, asked.reason) if cost else None
    context = {
        "asked": asked,
        "session": session,
        "cost": cost,
        "cites": [
            *cited(judgement.blocking, "non", Audience.REGION),
            *cited(judgement.to_decide, "doute", Audience.REGION),
        ]
        if judgement
        else [],
        "waits": waits,
        "form": form,
        "back": back,
        "crumbs": [
            Crumb("À réexaminer", reverse("region_reexamens")),
            Crumb(f"Session {session.number}", back),
            Crumb("Heures supplémentaires"),
        ],
    }
    return render(request, "sessions/region/heures.html", context, status=status)
