"""Addresses of the simulation service, version 1."""

from django.urls import path

from simulateur.views import api

urlpatterns = [
    path("", api.documentation, name="api"),
    path("openapi.json", api.openapi, name="api_openapi"),
    path("simulations/", api.simulations, name="api_simulations"),
    path("simulations/schema/<slug:sujet>.json", api.schema, name="api_schema"),
]
