"""Addresses of the lots, under /lots/."""

from django.urls import URLPattern, path

from orders import views

urlpatterns: list[URLPattern] = [
    path("", views.lot_list, name="lot_liste"),
    path("nouveau/", views.lot_edit, name="lot_creer"),
    path("marches/nouveau/", views.marche_edit, name="marche_creer"),
    path("marches/<int:pk>/", views.marche_edit, name="marche_modifier"),
    path("<int:pk>/", views.lot_detail, name="lot_detail"),
    path("<int:pk>/modifier/", views.lot_edit, name="lot_modifier"),
    path("<int:pk>/membres/ajouter/", views.member_add, name="lot_membre_ajouter"),
    path("<int:pk>/membres/<int:member>/retirer/", views.member_remove, name="lot_membre_retirer"),
    path("<int:pk>/prix/ajouter/", views.price_add, name="lot_prix_ajouter"),
    path("<int:pk>/lieux/ajouter/", views.place_add, name="lot_lieu_ajouter"),
    path("<int:pk>/lieux/<int:place>/retirer/", views.place_retire, name="lot_lieu_retirer"),
]
