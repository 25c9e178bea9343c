"""Addresses of the retention clock: what it takes away, and what suspends it."""

from django.urls import path

from stagiaires.views import retention

urlpatterns = [
    path("conservation/", retention.overview, name="conservation"),
    path("conservation/journal.<str:fmt>", retention.journal_export, name="conservation_journal"),
    path("conservation/suspendre/", retention.hold, name="conservation_suspendre"),
    path("conservation/suspensions/<int:pk>/lever/", retention.lift, name="conservation_lever"),
]
