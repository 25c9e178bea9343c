"""A trainee signs on his own phone: the code of the trainer brings him here, and nothing else does."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts import throttle
from sessions.queries import catalogue
from stagiaires import codes, tokens
from stagiaires.enums import HalfDayState, SignatureMethod
from stagiaires.forms.attendance import CodeForm, SignForm
from stagiaires.models import HalfDay, Parcours
from stagiaires.queries import attendance
from stagiaires.views.attendance.trainer import title_of
from stagiaires.workflow import signatures
from stagiaires.workflow.half_days import Opener
from stagiaires.workflow.signatures import MOST_STROKES, Said

TRIES, TRIES_SECONDS = 5, 900  # birth dates for one name
TYPED, TYPED_SECONDS = 30, 600  # wrong codes from one address
TOO_MANY = "Trop d’essais. Signez sur le téléphone du formateur, ou attendez un quart d’heure."


@login_not_required
@never_cache
@require_GET
def scanned(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where the QR code leads: who are you, and sign. A code that is no longer shown leads nowhere."""
    half_day = get_object_or_404(HalfDay.objects.select_related("session"), pk=pk)
    if half_day.state != HalfDayState.OUVERTE or not codes.is_current(half_day.secret, pk, code, timezone.now()):
        context = {"half_day": half_day, "title": title_of(half_day), "closed": half_day.state != HalfDayState.OUVERTE}
        return render(request, "stagiaires/emargement/code_passe.html", context, status=410)
    return _page(request, half_day, tokens.ticket_for(pk))


def _page(
    request: HttpRequest, half_day: HalfDay, ticket: str, form: SignForm | None = None, token: str = ""
) -> HttpResponse:
    people = attendance.people_of(half_day)
    waiting = [(one.pk, one.stagiaire.short_name) for line, one in people if not line.is_known]
    mine = _known_person(request, half_day)
    if form is None:
        form = SignForm(people=waiting)
    context: dict[str, Any] = {
        "half_day": half_day,
        "title": title_of(half_day),
        "form": form,
        "ticket": ticket,
        "token": token or str(uuid.uuid4()),
        "mine": mine,
        "signed": mine is not None and mine.pk not in dict(waiting),
        "expected": mine is None or mine.pk in {one.pk for _, one in people},
        "waiting": bool(waiting),
    }
    return render(request, "stagiaires/emargement/signer.html", context, status=422 if form.is_bound else 200)


def _known_person(request: HttpRequest, half_day: HalfDay) -> Parcours | None:
    """The person whom this phone has signed for before, when she is of this session."""
    number = tokens.read_device(request.COOKIES.get(tokens.DEVICE_COOKIE, ""))
    rows = Parcours.objects.filter(session=half_day.session_id).select_related("stagiaire")
    return rows.filter(pk=number).first() if number else None


@login_not_required
@never_cache
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """« Je signe »: with a ticket of less than ten minutes, by a phone that is known or a birth date that is right."""
    number = tokens.read_ticket(request.POST.get("billet", ""))
    half_day = HalfDay.objects.select_related("session").filter(pk=number).first() if number else None
    if half_day is None or half_day.state != HalfDayState.OUVERTE:
        context: dict[str, Any] = {
            "half_day": half_day,
            "title": title_of(half_day) if half_day else "",
            "closed": half_day is not None,
        }
        return render(request, "stagiaires/emargement/code_passe.html", context, status=410)
    ticket = request.POST["billet"]
    try:
        token = uuid.UUID(request.POST.get("jeton", ""))
    except ValueError:
        token = uuid.uuid4()
    person = _known_person(request, half_day)
    if person is None:
        people = [(one.pk, one.stagiaire.short_name) for _, one in attendance.people_of(half_day)]
        form = SignForm(request.POST, people=people)
        if not form.is_valid():
            return _page(request, half_day, ticket, form, str(token))
        chosen = Parcours.objects.select_related("stagiaire").get(pk=form.cleaned_data["parcours"])
        key = f"signer:{half_day.pk}:{chosen.pk}"
        if throttle.counted(key) >= TRIES:
            form.add_error(None, TOO_MANY)
            return _page(request, half_day, ticket, form, str(token))
        if chosen.stagiaire.birth_on is None or chosen.stagiaire.birth_on != form.cleaned_data["birth_on"]:
            throttle.count(key, TRIES_SECONDS)
            form.add_error("birth_on", "Ce n’est pas la date connue pour ce nom. Vérifiez les deux.")
            return _page(request, half_day, ticket, form, str(token))
        person = chosen
    said = Said(
        token,
        person.pk,
        timezone.now(),
        SignatureMethod.CODE,
        request.POST.get("trace", "").replace("\x00", "")[:MOST_STROKES],
    )
    opener = Opener(hat=half_day.opened_by, link=half_day.opened_link)
    answer = signatures.take(half_day.pk, [said], opener)[0]
    context = {
        "half_day": half_day,
        "title": title_of(half_day),
        "person": person,
        "answer": answer,
        "at": said.signed_at,
    }
    page = render(request, "stagiaires/emargement/signee.html", context)
    page.set_cookie(
        tokens.DEVICE_COOKIE,
        tokens.device_for(person.pk),
        max_age=tokens.DEVICE_LIFE,
        path=reverse("emargement"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return page


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def typed(request: HttpRequest, number: str) -> HttpResponse:
    """Without a camera: the four signs, typed on the page of the session. One that nobody may see is absent."""
    session = get_object_or_404(catalogue.public(), number=number)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = f"code:{session.pk}:{throttle.address_of(request)}"
        if throttle.counted(key) >= TYPED:
            form.add_error("code", TOO_MANY)
        else:
            said, now = "".join(form.cleaned_data["code"].split()).upper(), timezone.now()
            for one in HalfDay.objects.filter(session=session, state=HalfDayState.OUVERTE).order_by("pk"):
                if codes.is_current(one.secret, one.pk, said, now):
                    return redirect("signature_code", pk=one.pk, code=said)
            throttle.count(key, TYPED_SECONDS)
            form.add_error("code", "Ces signes ne sont pas, ou plus, ceux du formateur. Recopiez ceux qu’il montre.")
    elif request.method == "POST" and not form.errors:
        raise Http404
    context = {"session": session, "form": form}
    return render(request, "stagiaires/emargement/saisie.html", context, status=422 if form.is_bound else 200)
