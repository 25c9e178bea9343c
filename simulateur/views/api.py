"""The service: facts in, verdict out. It reads no file and writes none, so that it asks for no account and no key."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.accounts import throttle
from core.rules.reading import LAST_DAY, Problem, UnknownName, printable
from core.rules.schema import schema_of
from simulateur import examples
from simulateur import openapi as published
from simulateur.subjects import SUBJECTS
from simulateur.verdicts import FIRST_DAY, MAX_DEROGATIONS, Unreadable, as_answer, simulation

MAX_BODY = 65_536  # octets
MEMBERS = ("sujet", "faits", "derogations", "jour")


class Refusal(Exception):
    """What the service answers instead of a verdict."""

    def __init__(self, status: int, problems: list[Problem], unknown: tuple[UnknownName, ...] = ()) -> None:
        self.status, self.problems, self.unknown = status, problems, unknown
        super().__init__(status)


@csrf_exempt  # it writes nothing, for nobody
@login_not_required
@require_POST
def simulations(request: HttpRequest) -> JsonResponse:
    """One simulation: `{"sujet": …, "faits": {…}}`, and if wanted `derogations` and `jour`."""
    try:
        _within_rate(request)
        return _json(_answer(_body(request)))
    except Refusal as refusal:
        content = {
            "problemes": [problem.as_dict() for problem in refusal.problems],
            "ignores": [one.as_dict() for one in refusal.unknown],
        }
        response = _json(content, refusal.status)
        if refusal.status == 429:
            response["Retry-After"] = "60"
        return response


@login_not_required
@require_safe
def schema(request: HttpRequest, sujet: str) -> JsonResponse:
    """The JSON Schema of the facts of one subject."""
    subject = SUBJECTS.get(sujet)
    if subject is None:
        raise Http404
    found = schema_of(subject.facts, identifier=request.build_absolute_uri(request.path), title=subject.title)
    return _json(found, content_type="application/schema+json")


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The description of the service, OpenAPI 3.1."""
    return _json(published.document(request.build_absolute_uri("/")[:-1]))


@login_not_required
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The same, to be read."""
    subjects = [
        {
            "code": subject.code,
            "title": subject.title,
            "url": reverse("api_schema", args=[subject.code]),
            "facts": published.facts_table(subject.facts),
        }
        for subject in SUBJECTS.values()
    ]
    context = {
        "subjects": subjects,
        "examples": [(one, as_json(one.body), as_json(one.says)) for one in examples.EXAMPLES],
        "address": request.build_absolute_uri(reverse("api_simulations")),
        "rate": settings.API_REQUESTS_PER_MINUTE,
        "max_body": MAX_BODY,
    }
    return render(request, "simulateur/api.html", context)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _answer(body: Mapping[str, Any]) -> dict[str, Any]:
    subject = body.get("sujet")
    codes = ", ".join(SUBJECTS)
    if not isinstance(subject, str) or subject not in SUBJECTS:
        raise Refusal(422, [Problem("sujet", f"Dites de quoi il s’agit\u00a0: {codes}.")])
    derogations = body.get("derogations") or []
    if not isinstance(derogations, list) or not all(isinstance(one, str) for one in derogations):
        raise Refusal(422, [Problem("derogations", 'Donnez une liste de règles, par exemple ["R31"].')])
    if len(derogations) > MAX_DEROGATIONS:
        raise Refusal(422, [Problem("derogations", f"{MAX_DEROGATIONS} règles au plus.")])
    facts = body.get("faits")
    try:
        found = simulation(subject, {} if facts is None else facts, _day(body.get("jour")), derogations=derogations)
    except Unreadable as unreadable:
        raise Refusal(422, list(unreadable.problems), unreadable.unknown) from unreadable
    strangers = [UnknownName(printable(name)).as_dict() for name in body if name not in MEMBERS]
    answer = as_answer(found)
    return {**answer, "ignores": [*strangers, *answer["ignores"]]}


def _day(raw: Any) -> date | None:
    if raw is None:
        return None
    try:
        found = date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Refusal(
            422, [Problem("jour", f"Écrivez un jour à partir du {FIRST_DAY.isoformat()}, par exemple 2027-03-01.")]
        )
    return found


def _body(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object of the request, however hostile."""
    if request.content_type not in ("application/json", "text/json", ""):
        raise Refusal(415, [Problem("", "Envoyez du JSON, avec Content-Type: application/json.")])
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    raw = b"" if length > MAX_BODY else request.read(MAX_BODY + 1)
    if length > MAX_BODY or len(raw) > MAX_BODY:
        raise Refusal(413, [Problem("", f"La demande pèse plus de {MAX_BODY} octets.")])
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise Refusal(400, [Problem("", "Ce n’est pas du JSON en UTF-8.")]) from error
    if not isinstance(body, dict):
        raise Refusal(422, [Problem("", 'Donnez un objet\u00a0: {"sujet": …, "faits": {…}}.')])
    return body


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and the infinities are no JSON


def _within_rate(request: HttpRequest) -> None:
    """So many requests a minute from one address."""
    key = f"api-simulations:{throttle.address_of(request)}:{int(timezone.now().timestamp()) // 60}"
    if throttle.count(key, 120) > settings.API_REQUESTS_PER_MINUTE:
        most = settings.API_REQUESTS_PER_MINUTE
        raise Refusal(429, [Problem("", f"Plus de {most} demandes en une minute. Reprenez dans une minute.")])


def _json(content: Any, status: int = 200, content_type: str = "application/json") -> JsonResponse:
    response = JsonResponse(
        content, status=status, json_dumps_params={"ensure_ascii": False}, content_type=content_type
    )
    response["X-Robots-Tag"] = "noindex"
    return response
