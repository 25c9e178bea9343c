"""The state of the receipts, for the Région's administrators: is the chain whole, does everything judge the same?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.rulebook.enums import ControlKind
from core.rulebook.models import Control, Receipt
from core.rulebook.registry import FileLine, file_kinds
from core.rulebook.views.parameters import keeper
from core.rulebook.workflow import looks
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from core.ui.tables import Column, Empty, Table

LOOKS = Table(
    caption="Contrôles",
    columns=[
        Column("quand", "Fait le", value="at", kind="moment"),
        Column("quoi", "Contrôle", value=lambda look: look.get_kind_display()),
        Column("lus", "Reçus lus", value="count", kind="integer"),
        Column("duree", "Durée (s)", value="seconds", kind="number"),
        Column("ecarts", "Écarts", value="faults", kind="integer"),
    ],
    empty=Empty("Aucun contrôle encore", "Le premier a lieu cette nuit."),
)


@keeper
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_state(request: HttpRequest) -> HttpResponse:
    """The last look of each kind with what it found, then all looks. POST asks for one now.

    htmx asks the same address for the progress alone.
    """
    if request.method == "POST":
        return _ask(request)
    under_way = looks.under_way()
    if request.headers.get("HX-Request"):
        response = render(request, "rulebook/parts/controle.html", {"under_way": under_way})
        if under_way is None:
            response["HX-Refresh"] = "true"  # over: show the whole page
        return response
    last = {kind: Control.objects.filter(kind=kind).first() for kind in ControlKind}
    page = paginate(Control.objects.order_by("-at", "-id"), request)
    context: dict[str, Any] = {
        "under_way": under_way,
        "last": Receipt.objects.order_by("-id").values("pk", "at").first(),
        "chain": last[ControlKind.CHAINE],
        "replay": last[ControlKind.REJEU],
        "chain_faults": _faults(last[ControlKind.CHAINE]),
        "replay_faults": _faults(last[ControlKind.REJEU]),
        "page": page,
        "table": LOOKS.bind(page.rows),
        "crumbs": [
            Crumb("Les règles", reverse("regles")),
            Crumb("Seuils et délais", reverse("parametres")),
            Crumb("État des reçus"),
        ],
    }
    return render(request, "rulebook/recus.html", context)


def _ask(request: HttpRequest) -> HttpResponse:
    with once(request, "recus.controler") as claim:
        if not claim.done:
            if looks.ask(hat_of(request)):
                messages.success(request, "Le contrôle est demandé\u00a0: le portail s’en occupe.")
            else:
                messages.info(request, "Un contrôle est déjà en cours.")
            claim.keep(reverse("recus"))
    return redirect(claim.location)


def _faults(look: Control | None) -> list[tuple[dict[str, Any], FileLine | None]]:
    """What a look found, with the file concerned where it is known."""
    found = look.detail.get("faults", []) if look else []
    lines: dict[tuple[str, int], FileLine] = {}
    for subject_type, kind in file_kinds().items():
        ids = [one["subject_id"] for one in found if one["subject_type"] == subject_type]
        lines |= {(subject_type, pk): line for pk, line in (kind.describe(ids) if ids else {}).items()}
    return [(one, lines.get((one["subject_type"], one["subject_id"] or 0))) for one in found]
