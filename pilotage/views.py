"""The front page of each hat (« what waits for me? ») and the pages that every public site has."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, User
from core.journal.models import Notification
from intentions.queries import own
from pilotage.today import todos_of
from sessions.queries import catalogue, requests

FEW = 5


@require_safe
@login_not_required
def accueil(request: HttpRequest) -> HttpResponse:
    """What waits for the hat worn now; for a visitor, what the scheme is and which sessions open soon."""
    hat: Membership | None = request.hat  # type: ignore[attr-defined]
    if hat is None:
        if request.user.is_authenticated:
            return redirect("sans_casquette")
        return render(request, "pilotage/accueil.html", {"soon": _opening_soon()})
    person = cast("User", request.user)
    context = {
        "hat": hat,
        "today": timezone.localdate(),
        "todos": todos_of(hat),
        "news": Notification.objects.filter(user=person, hat=hat, read_at=None).order_by("-created_at", "-id")[:FEW],
        "soon": _opening_soon() if hat.kind in (OrganisationKind.VALIDEUR, OrganisationKind.CARIFOREF) else [],
        "intentions": own(hat).select_related("employer").order_by("-updated_at", "-pk")[:FEW]
        if hat.kind in (OrganisationKind.EMPLOYEUR, OrganisationKind.RELAIS)
        else [],
        "waiting": _waiting(hat),
        "tools": _tools(hat),
    }
    return render(request, "pilotage/aujourdhui.html", context)


def _tools(hat: Membership) -> list[tuple[str, str, str]]:
    """What the Région reaches from here rather than from its header: address name, label, what it is for."""
    if hat.kind != OrganisationKind.REGION:
        return []
    tools = [
        ("region_flux", "Le flux du Cariforef", "Ce qui est publié, ce qui attend et pourquoi."),
        ("organismes", "Les organismes", "L’annuaire public des prestataires."),
        ("organisation", "Les membres de la Région", "Qui fait quoi, invitations."),
        ("regles", "Les règles et leurs textes", "Ce que le portail vérifie, et d’où cela vient."),
    ]
    if hat.role == Role.ADMINISTRATEUR:
        tools.append(("reference_listes", "Les listes officielles", "Communes, métiers, certifications, territoires."))
        tools.append(("lectures_sensibles", "Les données sensibles consultées", "Qui a lu quoi, quand et pourquoi."))
        tools.append(("conservation", "La conservation des données", "Ce qui est effacé, quand, et ce qui attend."))
    return tools


def _opening_soon() -> list[object]:
    """The next published sessions that still have places, with what a card shows."""
    today = timezone.localdate()
    return list(
        catalogue.with_card(catalogue.public().filter(starts_on__gte=today, places_left__gt=0)).order_by(
            "starts_on", "pk"
        )[:FEW]
    )


def _waiting(hat: Membership) -> list[requests.WaitingIntention]:
    """The oldest intentions that an organisme may build a session on."""
    if hat.kind != OrganisationKind.ORGANISME:
        return []
    return requests.waiting_rows(list(requests.waiting_for(hat)[:FEW]), hat, {})


@require_safe
@login_not_required
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/accessibilite.html", {"contact": settings.CONTACT_EMAIL})


@require_safe
@login_not_required
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/donnees_personnelles.html", {"contact": settings.CONTACT_EMAIL})


@require_safe
@login_not_required
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/contact.html", {"contact": settings.CONTACT_EMAIL})
