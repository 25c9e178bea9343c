"""Every address of the room, part by part."""

from django.urls import include, path

urlpatterns = [
    path("", include("stagiaires.positioning_urls")),
    path("emargement/", include("stagiaires.attendance_urls")),
    path("", include("stagiaires.exchange_urls")),
    path("", include("stagiaires.parcours_urls")),
    path("", include("stagiaires.followup_urls")),
    path("", include("stagiaires.retention_urls")),
]
