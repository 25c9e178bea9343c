"""Addresses of the room, by audience."""

from django.urls import URLPattern, path

from sessions.views import requests

# The organisation that asks
requests_urls: list[URLPattern] = [
    path("demandes/", requests.request_list, name="demande_liste"),
    path("demandes/export.<str:fmt>", requests.request_export, name="demande_export"),
    path("demandes/intentions/", requests.waiting_intentions, name="demande_intentions"),
    path("demandes/nouvelle/", requests.request_create, name="demande_creer"),
    path("demandes/<int:pk>/", requests.request_detail, name="demande_detail"),
    path("demandes/<int:pk>/postes/", requests.request_posts, name="demande_postes"),
    path("demandes/<int:pk>/etape/<slug:step>/", requests.request_step, name="demande_etape"),
    path("demandes/<int:pk>/verifier/", requests.request_check, name="demande_verifier"),
    path("demandes/<int:pk>/retirer/", requests.request_withdraw, name="demande_retirer"),
    path("demandes/<int:pk>/message/", requests.request_message, name="demande_message"),
    path("demandes/<int:pk>/pieces/<int:message>/", requests.request_file, name="demande_piece"),
]

urlpatterns = [*requests_urls]
