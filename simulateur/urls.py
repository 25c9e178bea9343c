"""Addresses of the simulator, all public."""

from django.urls import path

from simulateur.views import pages, results

urlpatterns = [
    path("", pages.home, name="simulateur"),
    path("aides/", pages.aids, name="simulateur_aides"),
    path("aides/<slug:aide>/", pages.aid, name="simulateur_aide"),
    path("resultat/<str:lien>/", results.result, name="simulateur_resultat"),
    path("<slug:sujet>/<slug:page>/", pages.questions, name="simulateur_page"),
]
