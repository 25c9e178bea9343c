"""The front page of each hat (« what waits for me? ») and the pages that every public site has."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def accueil(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/accueil.html")


@require_safe
@login_not_required
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/accessibilite.html")


@require_safe
@login_not_required
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/donnees_personnelles.html")


@require_safe
@login_not_required
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "pilotage/contact.html")
