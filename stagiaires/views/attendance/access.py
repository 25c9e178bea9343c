"""Who holds a half-day: a member of its organisme, or a trainer whose phone has opened a living link."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from sessions.models import Session
from stagiaires import tokens
from stagiaires.models import HalfDay, Parcours, TrainerLink
from stagiaires.queries import attendance
from stagiaires.workflow.half_days import Opener

P = ParamSpec("P")
organisme = hat_required(OrganisationKind.ORGANISME)
keepers_of_sessions = hat_required(OrganisationKind.ORGANISME, OrganisationKind.REGION)
region = hat_required(OrganisationKind.REGION)


def links_of(request: HttpRequest) -> list[TrainerLink]:
    """The living links that this phone has opened. No query when it has opened none."""
    held = tokens.read_held(request.COOKIES.get(tokens.HELD_COOKIE, ""))
    return list(attendance.living_links(held)) if held else []


def opener_of(request: HttpRequest, pk: int) -> tuple[HalfDay, Opener] | None:
    """The half-day and who holds it here; None when this person, or this phone, may not open it."""
    hat: Membership | None = request.hat if request.user.is_authenticated else None  # type: ignore[attr-defined]
    if hat is not None and (mine := attendance.half_days_of(hat).filter(pk=pk).first()):
        return mine, Opener(hat=hat)
    for link in links_of(request):
        if opened := attendance.half_days_of_link(link).filter(pk=pk).first():
            return opened, Opener(link=link)
    return None


def refused(request: HttpRequest) -> HttpResponse:
    """A visitor signs in; a person who may not is before an absent page."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.hat is None:  # type: ignore[attr-defined]
        return redirect("sans_casquette")
    raise Http404


View = Callable[Concatenate[HttpRequest, HalfDay, Opener, P], HttpResponseBase]


def holds_half_day(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Decorator: the view is given the half-day and who holds it, in place of its number."""

    @wraps(view)
    def guarded(request: HttpRequest, /, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = opener_of(request, pk)
        return refused(request) if found is None else view(request, *found, *args, **kwargs)

    opened: Callable[..., HttpResponseBase] = login_not_required(guarded)
    return opened


def person_on(half_day: HalfDay, number: int) -> Parcours:
    """Somebody of the half-day's session, or « page absente »."""
    rows = Parcours.objects.filter(session=half_day.session_id).select_related("stagiaire")
    found: Parcours = get_object_or_404(rows, pk=number)
    return found


def session_seen(request: HttpRequest, number: str) -> Session:
    """A session whose attendance this hat sees, or « page absente »."""
    rows = attendance.sessions_of(hat_of(request)).select_related("organisme", "lot")
    found: Session = get_object_or_404(rows, number=number)
    return found


def own_session(request: HttpRequest, number: str) -> Session:
    """One whose attendance this hat keeps."""
    session = session_seen(request, number)
    if hat_of(request).kind != OrganisationKind.ORGANISME:
        raise Http404
    return session


def form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    """The common page of a form; `multipart` when it takes a file."""
    said = {"form": form, "multipart": False, "crumbs": [], "lead": "", "danger": False, **context}
    return render(request, "ui/formulaire.html", said, status=422 if form.is_bound else 200)
