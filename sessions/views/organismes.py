"""The public directory: « Prestataires 1 emploi = 1 formation » (R108), apart from the sessions (K11)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.reference.models import Filiere
from core.ui.french import pluriel
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from orders.models import Lot
from sessions.queries import catalogue
from sessions.views.below import below
from sessions.views.cards import lines

SHOWN_ON_ORGANISME = 25


@login_not_required
@require_safe
def organisme_list(request: HttpRequest) -> HttpResponse:
    """`/organismes/`: the « Prestataires 1 emploi = 1 formation » (R108)."""
    options = catalogue.options()
    q = request.GET.get("q", "").strip()[:100]
    filiere = _known(request.GET.get("filiere", ""), options["filieres"])
    departement = _known(request.GET.get("departement", ""), options["departements"])
    page = paginate(catalogue.with_lots(catalogue.prestataires(q=q, filiere=filiere, departement=departement)), request)
    context = {
        "page": page,
        "rows": [(organisme, _sectors(getattr(organisme, "held", []))) for organisme in page.rows],
        "q": q,
        "filiere": filiere,
        "departement": departement,
        "filieres": options["filieres"],
        "departements": options["departements"],
        "filtered": bool(q or filiere or departement),
    }
    return render(request, "sessions/catalogue/organismes.html", context)


def _known(value: str, choices: Iterable[tuple[str, str]]) -> str:
    return value if value in dict(choices) else ""


def _sectors(held: Iterable[Any]) -> list[tuple[Filiere, list[str]]]:
    """The filières of an organisme, each with the départements where it holds a lot."""
    found: dict[Filiere, set[str]] = {}
    for member in held:
        names = {departement.name for departement in member.lot.departements.all()}
        found.setdefault(member.lot.filiere, set()).update(names)
    return [(filiere, sorted(names)) for filiere, names in found.items()]


@login_not_required
@require_safe
def organisme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """`/organismes/<pk>/`: what an organisme trains for, where, and its sessions that one may still enter."""
    organisme = catalogue.with_lots(catalogue.prestataires()).filter(pk=pk).first()
    if organisme is None:
        raise Http404
    held: list[Any] = getattr(organisme, "held", [])
    lots: list[tuple[Lot, str]] = [(member.lot, member.get_role_display()) for member in held]
    page = paginate(catalogue.sessions_of(organisme), request)
    context = {
        "organisme": organisme,
        "sectors": _sectors(held),
        "lots": lots,
        "page": page,
        "lines": lines(page.rows),
        "today": timezone.localdate(),
        "crumbs": [Crumb("Organismes", reverse("organismes")), Crumb(organisme.name)],
        "lots_text": pluriel(len(lots), "lot"),
        "below": below(organisme.pk),
    }
    return render(request, "sessions/catalogue/organisme.html", context)
