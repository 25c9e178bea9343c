from django.urls import path

from core.reference import views

urlpatterns = [
    path("communes/", views.communes, name="reference_communes"),
    path("metiers/", views.metiers, name="reference_metiers"),
    path("certifications/", views.certifications, name="reference_certifications"),
    path("listes/", views.list_index, name="reference_listes"),
    path("listes/<slug:source>/", views.list_detail, name="reference_liste"),
    path("listes/editions/<int:pk>/", views.edition_detail, name="reference_edition"),
    path("depots/<int:pk>/", views.staged_detail, name="reference_depot"),
    path("depots/<int:pk>/charger/", views.staged_load, name="reference_depot_charger"),
    path("depots/<int:pk>/abandonner/", views.staged_drop, name="reference_depot_abandonner"),
]
