"""The state of the receipts, for the Région's administrators: is the chain whole, does everything judge the same?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.rulebook.enums import ControlKind
from core.rulebook.models import Control, Receipt
from core.rulebook.registry import FileLine, file_kinds
from core.rulebook.views.parameters import keeper
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
@require_safe
def receipt_state(request: HttpRequest) -> HttpResponse:
    """The last look of each kind with what it found, then all looks."""
    looks = {kind: Control.objects.filter(kind=kind).first() for kind in ControlKind}
    page = paginate(Control.objects.order_by("-at", "-id"), request)
    context: dict[str, Any] = {
        "last": Receipt.objects.order_by("-id").values("pk", "at").first(),
        "chain": looks[ControlKind.CHAINE],
        "replay": looks[ControlKind.REJEU],
        "chain_faults": _faults(looks[ControlKind.CHAINE]),
        "replay_faults": _faults(looks[ControlKind.REJEU]),
        "page": page,
        "table": LOOKS.bind(page.rows),
        "crumbs": [
            Crumb("Les règles", reverse("regles")),
            Crumb("Seuils et délais", reverse("parametres")),
            Crumb("État des reçus"),
        ],
    }
    return render(request, "rulebook/recus.html", context)


def _faults(look: Control | None) -> list[tuple[dict[str, Any], FileLine | None]]:
    """What a look found, with the file concerned where it is known."""
    found = look.detail.get("faults", []) if look else []
    lines: dict[tuple[str, int], FileLine] = {}
    for subject_type, kind in file_kinds().items():
        ids = [one["subject_id"] for one in found if one["subject_type"] == subject_type]
        lines |= {(subject_type, pk): line for pk, line in (kind.describe(ids) if ids else {}).items()}
    return [(one, lines.get((one["subject_type"], one["subject_id"] or 0))) for one in found]
