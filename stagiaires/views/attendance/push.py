"""What phones send: a few signatures, or the queue of a whole day. Thin: no session, no form, four statements."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.accounts.queries import active_hats
from stagiaires import tokens
from stagiaires.models import HalfDay, TrainerLink
from stagiaires.workflow import signatures
from stagiaires.workflow.half_days import Opener
from stagiaires.workflow.signatures import MOST, MOST_STROKES, Said

MOST_BYTES = 1_000_000
AGAIN = "Le portail ne peut pas enregistrer maintenant : vos signatures restent dans ce téléphone."
REVOKED = "Ce lien de formateur a été retiré. Demandez-en un autre à l’organisme : rien n’est perdu."
GONE = "Vous avez quitté cet organisme. Un collègue ouvre la demi-journée sur ce téléphone : rien n’est perdu."
OLD = "Cette page est trop ancienne. Ouvrez de nouveau la demi-journée : rien n’est perdu."


@login_not_required
@csrf_exempt  # what it carries is signed: no cookie gives any right here
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """`{"pass", "sent_at", "items": [{"token", "parcours", "at", "drawing"}]}` → `{"answers": [{"token", "status"…}]}`.

    Moments are milliseconds since 1970 by the phone's clock. 200: every item has its final answer. 403: the pass is no
    longer good, with what to do. 503: to be sent again. Nothing is answered « prise » before it is committed.
    """
    if request.content_type != "application/json":
        return JsonResponse({"error": "application/json"}, status=415)
    said = _read(request)
    if said is None:
        return JsonResponse({"error": "Envoi illisible."}, status=400)
    held, sent_at, items = said
    passed = tokens.read_pass(held)
    if passed is None:
        return JsonResponse({"error": OLD}, status=403)
    try:
        opener = _opener(passed)
        if passed.link and opener.link is None:
            return JsonResponse({"error": REVOKED}, status=403)
        if passed.hat and opener.hat is None:
            return JsonResponse({"error": GONE}, status=403)
        answers = signatures.take(passed.half_day, items, opener, sent_at=sent_at)
    except HalfDay.DoesNotExist:
        return JsonResponse({"error": OLD}, status=403)
    except (OperationalError, InterfaceError):
        return JsonResponse({"error": AGAIN}, status=503, headers={"Retry-After": "2"})
    return JsonResponse(
        {
            "answers": [
                {"token": str(one.token), "status": one.status, "late": one.late, "text": one.text} for one in answers
            ]
        }
    )


def _opener(passed: tokens.Pass) -> Opener:
    """Who holds the half-day by this pass, when he still may: he has left the organisme since, or his link was taken
    back. One query.
    """
    return Opener(
        hat=active_hats(pk=passed.hat).first() if passed.hat else None,
        link=TrainerLink.objects.filter(pk=passed.link, revoked_at=None).first() if passed.link else None,
    )


def _read(request: HttpRequest) -> tuple[str, datetime, list[Said]] | None:
    """(pass, when the phone sent it, signatures), or None for anything else."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            return None
        said: dict[str, Any] = json.loads(request.body)
        items = [_said(one) for one in said["items"]]
        if not 0 < len(items) <= MOST or len({one.token for one in items}) < len(items):
            return None
        return str(said["pass"]), _moment(said["sent_at"]), items
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None


def _said(one: dict[str, Any]) -> Said:
    drawing = str(one.get("drawing") or "")
    parcours = int(one["parcours"])
    if len(drawing) > MOST_STROKES or "\x00" in drawing or not 0 < parcours < 2**63:
        raise ValueError
    return Said(UUID(str(one["token"])), parcours, _moment(one["at"]), drawing=drawing)


def _moment(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
