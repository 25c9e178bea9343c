"""Acts that ask for a word first: withdraw, offer fewer posts, take back, qualify, set aside, decide a derogation."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.access import fits
from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.ui.french import pluriel
from intentions import workflow
from intentions.enums import IntentionState
from intentions.forms.acts import DerogationForm, FewerPostsForm, QualifyForm, ReasonForm
from intentions.models import Intention
from intentions.views.detail import acts_of
from intentions.views.seats import Seat


def _confirm(
    request: HttpRequest,
    seat: Seat,
    *,
    form: forms.Form | None,
    act: Callable[[dict[str, Any]], Intention],
    done: str,
    to: str = "detail",
    **words: Any,
) -> HttpResponse:
    """Show what will happen, with its form; on a valid POST do it, once, and say so.

    An act that is refused says why on the form, and keeps what was typed; without a form, on the file's page.
    """
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(form.cleaned_data if form else {})
        except Refused as refusal:
            if form is None:
                messages.error(request, refusal.message)
                return redirect(seat.url("detail"))
            form.add_error(None, refusal.message)
        else:
            messages.success(request, done)
            return redirect(seat.url(to))
    context = {"form": form, "back": seat.url("detail"), "danger": False, **words}
    return render(request, "ui/confirm.html", context, status=422 if form and form.is_bound else 200)


def _posted(form: type[forms.Form], request: HttpRequest) -> forms.Form:
    return form(request.POST if request.method == "POST" else None)


def _region(seat: Seat, *roles: Role) -> Membership:
    """The hat of the Région with one of these roles; for any other hat the page does not exist."""
    if seat.hat is None or not fits(seat.hat, (OrganisationKind.REGION,), roles):
        raise Http404
    return seat.hat


def _must(allowed: bool) -> None:
    """An act that is not open to this hat does not exist for it."""
    if not allowed:
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, seat: Seat) -> HttpResponse:
    _must(seat.may_edit or acts_of(seat).withdraw)
    draft = seat.intention.state == IntentionState.BROUILLON
    return _confirm(
        request,
        seat,
        form=_posted(ReasonForm, request),
        act=lambda given: workflow.withdraw(seat.intention, hat=seat.hat, reason=given["reason"]),
        done="Le brouillon est abandonné." if draft else "L’intention est retirée.",
        title="Abandonner ce brouillon\u00a0?" if draft else "Retirer cette intention\u00a0?",
        text=(
            "Vous pourrez le reprendre plus tard depuis votre liste."
            if draft
            else "Elle quitte les listes des organismes. Si une session s’appuie sur elle, la Région est prévenue."
        ),
        action="Abandonner le brouillon" if draft else "Retirer l’intention",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reduce_posts(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Fewer posts than filed; a session that stands on them hears of it at once."""
    _must(acts_of(seat).reduce)
    return _confirm(
        request,
        seat,
        form=_posted(FewerPostsForm, request),
        act=lambda given: workflow.reduce_posts(seat.intention, given["posts"], hat=seat.hat, reason=given["reason"]),
        done="C’est noté. L’organisme et la Région sont prévenus si une session s’appuyait sur ces postes.",
        title="Proposer moins de postes\u00a0?",
        text=f"L’intention porte {pluriel(seat.intention.post_count or 0, 'poste')}. Si une session s’appuie sur les "
        "postes en moins, la Région l’examine de nouveau avec l’organisme\u00a0; une session commencée va à son terme.",
        action="Réduire le nombre de postes",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, seat: Seat) -> HttpResponse:
    _must(seat.may_edit)
    return _confirm(
        request,
        seat,
        form=None,
        act=lambda _given: workflow.resume(seat.intention, hat=seat.hat),
        done="L’intention est reprise en brouillon, sous le même numéro.",
        to="verification",
        title="Reprendre cette intention pour la corriger\u00a0?",
        text="Elle redevient un brouillon, que les organismes ne voient plus, jusqu’à votre nouveau dépôt.",
        action="Reprendre l’intention",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def qualify(request: HttpRequest, seat: Seat) -> HttpResponse:
    hat = _region(seat, Role.GESTIONNAIRE, Role.DECIDEUR)
    return _confirm(
        request,
        seat,
        form=_posted(QualifyForm, request),
        act=lambda given: workflow.qualify(
            seat.intention, hat=hat, interlocutor=given["interlocutor"], note=given["note"]
        ),
        done="Le besoin est qualifié. L’employeur et l’auteur sont prévenus.",
        title="Qualifier ce besoin\u00a0?",
        text="La Région répond à l’employeur\u00a0: le besoin est clair, les organismes peuvent s’en saisir.",
        action="Qualifier le besoin",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, seat: Seat) -> HttpResponse:
    hat = _region(seat, Role.DECIDEUR)
    return _confirm(
        request,
        seat,
        form=_posted(ReasonForm, request),
        act=lambda given: workflow.set_aside(seat.intention, hat=hat, reason=given["reason"]),
        done="L’intention est écartée. Son auteur lira votre motif.",
        title="Écarter cette intention\u00a0?",
        text="Le dispositif ne peut pas répondre à ce besoin. Son auteur lira votre motif et pourra la corriger.",
        action="Écarter l’intention",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide_derogation(request: HttpRequest, seat: Seat, rule: str) -> HttpResponse:
    hat = _region(seat, Role.DECIDEUR)
    derogation = get_object_or_404(seat.intention.derogations, rule=rule)
    return _confirm(
        request,
        seat,
        form=_posted(DerogationForm, request),
        act=lambda given: workflow.decide_derogation(
            derogation, granted=given["decision"] == "oui", reason=given["reason"], hat=hat
        ),
        done=f"La dérogation {rule} est décidée.",
        title=f"Décider la dérogation {rule}",
        text=derogation.asked_reason or "L’employeur n’a pas donné de précision.",
        action="Enregistrer la décision",
    )


@require_POST
def assign(request: HttpRequest, seat: Seat) -> HttpResponse:
    """I follow this file."""
    hat = _region(seat, Role.GESTIONNAIRE, Role.DECIDEUR)
    try:
        workflow.assign(seat.intention, hat=hat)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Vous suivez ce dossier.")
    return redirect(seat.url("detail"))
