"""The trainer's screen: open the half-day, show the code, see who signs, sign in turn, close. And his link."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.journal.refusals import Refused
from core.ui.french import heure, jour
from stagiaires import codes, tokens
from stagiaires.enums import HalfDayState
from stagiaires.models import HalfDay, TrainerLink
from stagiaires.queries import attendance
from stagiaires.views.attendance.access import holds_half_day, links_of, refused
from stagiaires.views.attendance.drawn import code_svg
from stagiaires.workflow import half_days
from stagiaires.workflow.half_days import Opener

AHEAD = timedelta(days=14)  # what the page of the day shows of what comes
AHEAD_OFFLINE = timedelta(hours=20)  # a phone is made ready the evening before


@login_not_required
@never_cache
@require_GET
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """The address given to a trainer: this phone keeps it, and leads to the half-days that it opens."""
    number = tokens.read_link(token)
    link = TrainerLink.objects.filter(pk=number).select_related("session").first() if number else None
    if link is None:
        raise Http404
    if not link.is_living:
        context = {"link": link, "session": link.session}
        return render(request, "stagiaires/emargement/lien_fini.html", context, status=410)
    answer = redirect("emargement_jour")
    held = [one for one in tokens.read_held(request.COOKIES.get(tokens.HELD_COOKIE, "")) if one != link.pk]
    answer.set_cookie(
        tokens.HELD_COOKIE,
        tokens.held_for([*held, link.pk][-20:]),
        max_age=tokens.HELD_LIFE,
        path=reverse("emargement"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


@login_not_required
@never_cache
def today(request: HttpRequest) -> HttpResponse:
    """The half-days of today, and those that come, for whoever holds some."""
    hat = request.hat if request.user.is_authenticated else None  # type: ignore[attr-defined]
    links = links_of(request)
    day = timezone.localdate()
    found: dict[int, HalfDay] = {}
    sources = [attendance.half_days_of_link(link) for link in links]
    if hat is not None and hat.kind == "organisme":
        sources.append(attendance.half_days_of(hat))
    if not sources:
        return refused(request)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    for rows in sources:
        living = rows.filter(on_date__range=(day, day + AHEAD)).exclude(state=HalfDayState.ANNULEE)
        found |= {one.pk: one for one in living.order_by("on_date", "starts_at", "pk")[:60]}
    shown = sorted(found.values(), key=lambda one: (one.on_date, one.starts_at, one.pk))
    context = {
        "today": [one for one in shown if one.on_date == day],
        "coming": [one for one in shown if one.on_date != day],
        "day": day,
        "trainer": links[0].trainer if links and hat is None else "",
    }
    return render(request, "stagiaires/emargement/jour.html", context)


@holds_half_day
@never_cache
@require_GET
def half_day_page(request: HttpRequest, half_day: HalfDay, opener: Opener) -> HttpResponse:
    """The half-day on a phone. What the phone needs without network is in the page."""
    now, limits = timezone.now(), attendance.limits()
    people = attendance.people_of(half_day)
    locked = attendance.month_is_locked(half_day.session_id, half_day.on_date)
    opening = attendance.opening_of(half_day, locked=locked)
    shown = codes.code(half_day.secret, half_day.pk, codes.window_of(now))
    is_open = half_day.state == HalfDayState.OUVERTE
    known = sum(line.is_known for line, _ in people)
    context = {
        "half_day": half_day,
        "session": half_day.session,
        "opener": opener,
        "people": people,
        "known": known,
        "missing": len(people) - known,
        "locked": locked,
        "is_open": is_open,
        "is_planned": half_day.state == HalfDayState.PREVUE,
        "is_closed": half_day.state == HalfDayState.CLOSE,
        "is_today": half_day.on_date == timezone.localdate(now),
        "open_from": opening.starts_at - limits.open_before,
        "open_until": half_days.open_until(half_day, limits),
        "may_declare": opening.starts_at <= now <= opening.forgotten_until(limits) and not locked,
        "forgotten_until": opening.forgotten_until(limits),
        "code": shown if is_open else "",
        "svg": code_svg(_address(half_day, shown)),
        "phone": _phone(half_day, opener, people, opening, limits) if not locked else None,
    }
    return render(request, "stagiaires/emargement/demi_journee.html", context)


def _address(half_day: HalfDay, code: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}/emargement/s/{half_day.pk}/{code}/"


def _phone(half_day: HalfDay, opener: Opener, people: list[Any], opening: Any, limits: Any) -> dict[str, Any] | None:
    """What lets the phone go on without network: its pass, the codes to come, the people. Closed, the pass alone still
    serves: what the phone has kept leaves by it.
    """
    now = timezone.now()
    until = half_days.open_until(half_day, limits)
    if half_day.state == HalfDayState.ANNULEE or opening.starts_at - now > AHEAD_OFFLINE:
        return None
    first, shown = codes.codes_until(
        half_day.secret, half_day.pk, max(now, opening.starts_at - limits.open_before) - timedelta(minutes=2), until
    )
    return {
        "halfDay": half_day.pk,
        "pass": tokens.pass_for(
            half_day.pk,
            hat=opener.hat.pk if opener.hat else None,
            link=opener.link.pk if opener.link else None,
            ends_at=opening.ends_at,
        ),
        "state": str(half_day.state),
        "from": int((opening.starts_at - limits.open_before).timestamp() * 1000),
        "until": int(until.timestamp() * 1000),
        "window": codes.WINDOW,
        "first": first,
        "codes": "".join(shown) if half_day.state != HalfDayState.CLOSE else "",
        "address": _address(half_day, ""),
        "send": reverse("emargement_signatures"),
        "watch": reverse("demi_journee_etat", args=[half_day.pk]),
        "people": [{"id": line.parcours, "known": line.is_known} for line, _ in people],
    }


@holds_half_day
@never_cache
@require_GET
def half_day_state(request: HttpRequest, half_day: HalfDay, opener: Opener) -> JsonResponse:
    """Who has signed since, for the page that is open."""
    rows = attendance.lines(half_days=[half_day.pk])
    said = [
        {
            "id": line.parcours,
            "known": line.is_known,
            "said": heure(timezone.localtime(line.signed_at)) if line.signed_at else line.said,
            "late": line.late,
        }
        for line in rows
        if line.is_known
    ]
    now = int(timezone.now().timestamp() * 1000)
    return JsonResponse({"state": half_day.state, "total": len(rows), "known": said, "now": now})


@holds_half_day
@require_POST
def half_day_act(request: HttpRequest, half_day: HalfDay, opener: Opener, act: str) -> HttpResponse:
    """Open, close, open again. An act unknown to the table of addresses never comes here."""
    acts = {
        "ouvrir": (half_days.open_half_day, "La demi-journée est ouverte : faites scanner le code."),
        "clore": (half_days.close_half_day, "La demi-journée est close."),
        "rouvrir": (half_days.reopen_half_day, "La demi-journée est rouverte pour une demi-heure."),
    }
    if act not in acts:
        raise Http404
    do, words = acts[act]
    try:
        do(half_day, opener)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, words)
    return redirect("demi_journee", pk=half_day.pk)


def title_of(half_day: HalfDay) -> str:
    """« Mardi 3 novembre 2026, matin »."""
    said = jour(half_day.on_date)
    return f"{said[:1].upper()}{said[1:]}, {half_day.get_part_display().lower()}"
