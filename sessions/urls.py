"""Addresses of the room, by audience."""

from django.urls import URLPattern, path

from sessions.views import catalogue, desk, feed, offers, organismes, places, reexamination, requests

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
    path("demandes/<int:pk>/fiche/", requests.request_sheet, name="demande_fiche"),
    path("demandes/<int:pk>/referent/", requests.request_referent, name="demande_referent"),
    path("demandes/<int:pk>/message/", requests.request_message, name="demande_message"),
    path("demandes/<int:pk>/places/", places.places_page, name="demande_places"),
    path("demandes/<int:pk>/places/proposer/", places.offer_places, name="demande_places_proposer"),
    path("demandes/<int:pk>/places/<int:offer>/reprendre/", places.take_back_offer, name="demande_places_reprendre"),
    path("demandes/<int:pk>/places/heures/", places.ask_hours, name="demande_heures"),
    path("demandes/<int:pk>/lettres/<int:receipt>.pdf", requests.request_letter, name="demande_lettre"),
    path("demandes/<int:pk>/pieces/<int:message>/", requests.request_file, name="demande_piece"),
]

# The employer to whom places are offered
offers_urls: list[URLPattern] = [
    path("propositions/<int:pk>/", offers.offer_page, name="proposition"),
    path("propositions/lien/<str:token>/<int:pk>/", offers.offer_by_link, name="proposition_lien"),
]

# The Région that decides
desk_urls: list[URLPattern] = [
    path("region/", desk.queue_page, name="region_file"),
    path("region/reexamens/", reexamination.queue_page, name="region_reexamens"),
    path("region/heures/<int:pk>/", reexamination.decide_hours, name="region_heures_decider"),
    path("region/demandes/<int:pk>/maintenir/", reexamination.keep, name="region_maintenir"),
    path("region/demandes/<int:pk>/", desk.file_page, name="region_demande"),
    path("region/demandes/<int:pk>/prendre/", desk.take, name="region_prendre"),
    path("region/demandes/<int:pk>/derogations/<int:derogation>/", desk.derogation, name="region_derogation"),
    path(
        "region/demandes/<int:pk>/derogations-intention/<int:derogation>/",
        desk.intention_derogation,
        name="region_derogation_intention",
    ),
    path("region/demandes/<int:pk>/autoriser/", desk.authorise, name="region_autoriser"),
    path("region/demandes/<int:pk>/completer/", desk.ask_completion, name="region_completer"),
    path("region/demandes/<int:pk>/refuser/", desk.refuse, name="region_refuser"),
    path("region/demandes/<int:pk>/retirer-session/", desk.withdraw, name="region_retirer_session"),
    path("region/demandes/<int:pk>/reprendre-session/", desk.resume, name="region_reprendre_session"),
]

# Everybody: the catalogue, the organisations, the feed; and what the Région sees of the feed
public_urls: list[URLPattern] = [
    path("catalogue/", catalogue.session_list, name="catalogue"),
    path("catalogue/<str:number>/", catalogue.session_sheet, name="session_fiche"),
    path("catalogue/<str:number>/dates.ics", catalogue.session_calendar, name="session_dates"),
    path("organismes/", organismes.organisme_list, name="organismes"),
    path("organismes/<int:pk>/", organismes.organisme_detail, name="organisme_detail"),
    path("flux/", feed.open_data, name="flux"),
    path("flux/lheo.xml", feed.feed_file, name="flux_lheo"),
    path("flux/lheo.xml.gz", feed.feed_file, {"compressed": True}, name="flux_lheo_gz"),
    path("region/flux/", feed.region_feed, name="region_flux"),
    path("region/flux/<int:pk>/confirmer/", feed.confirm_feed, name="region_flux_confirmer"),
    path("region/flux/verifier/", feed.check_again, name="region_flux_verifier"),
]

urlpatterns = [*desk_urls, *requests_urls, *offers_urls, *public_urls]
