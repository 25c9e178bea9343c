"""Addresses of the lots, under /lots/."""

from django.urls import URLPattern, path

from orders.views import importing, market, preparing, prices, terms, trajectory

urlpatterns: list[URLPattern] = [
    path("", market.lot_list, name="lot_liste"),
    path("nouveau/", market.lot_edit, name="lot_creer"),
    path("reprise/", importing.home, name="marche_reprise"),
    path("reprise/modele/", importing.model, name="marche_reprise_modele"),
    path("reprise/export/", importing.export, name="marche_export"),
    path("reprise/<int:pk>/", importing.batch_page, name="marche_reprise_lot"),
    path("reprise/<int:pk>/enregistrer/", importing.confirm, name="marche_reprise_enregistrer"),
    path("reprise/<int:pk>/abandonner/", importing.give_up, name="marche_reprise_abandonner"),
    path("reprise/<int:pk>/a-corriger/", importing.refused, name="marche_reprise_refusees"),
    path("marches/nouveau/", market.marche_edit, name="marche_creer"),
    path("marches/<int:pk>/", market.marche_edit, name="marche_modifier"),
    path("marches/<int:pk>/reconduire/", terms.renewal_edit, name="marche_reconduire"),
    path("marches/<int:pk>/reconductions/<int:rank>/", terms.renewal_edit, name="marche_reconduction"),
    path("<int:pk>/", market.lot_detail, name="lot_detail"),
    path("<int:pk>/trajectoire/", trajectory.lot_trajectory, name="lot_trajectoire"),
    path("<int:pk>/periodes/", terms.period_list, name="lot_periodes"),
    path("<int:pk>/periodes/ouvrir/", terms.period_edit, name="lot_periode_ouvrir"),
    path("<int:pk>/periodes/<int:period>/", terms.period_edit, name="lot_periode_modifier"),
    path("<int:pk>/modifier/", market.lot_edit, name="lot_modifier"),
    path("<int:pk>/commander/", preparing.order_prepare, name="lot_commander"),
    path("<int:pk>/membres/ajouter/", market.member_add, name="lot_membre_ajouter"),
    path("<int:pk>/membres/<int:member>/retirer/", market.member_remove, name="lot_membre_retirer"),
    path("<int:pk>/prix/ajouter/", prices.price_add, name="lot_prix_ajouter"),
    path("<int:pk>/prix/demander/", prices.price_ask, name="lot_prix_demander"),
    path("<int:pk>/prix/demandes/<int:demande>/", prices.price_decide, name="lot_prix_decider"),
    path("<int:pk>/lieux/ajouter/", market.place_add, name="lot_lieu_ajouter"),
    path("<int:pk>/lieux/<int:place>/retirer/", market.place_retire, name="lot_lieu_retirer"),
]
