"""Addresses of the intentions. The pages of one file exist twice: for a hat, and under a personal link."""

from django.urls import path

from intentions.views import acts, detail, filing, importing, link, listing, prefilled, wizard
from intentions.views.seats import by_hat, by_link

urlpatterns = [
    path("", listing.listing, name="intention_liste"),
    path("export.<str:fmt>", listing.export, name="intention_export"),
    path("nouvelle/", wizard.new, name="intention_nouvelle"),
    path("depuis-une-simulation/", prefilled.prefilled, name="intention_preremplie"),
    path("<int:pk>/", by_hat(detail.detail), name="intention_detail"),
    path("<int:pk>/etape/<slug:slug>/", by_hat(wizard.step, editable=True), name="intention_etape"),
    path("<int:pk>/verification/", by_hat(filing.check_answers, editable=True), name="intention_verification"),
    path("<int:pk>/ecrit/", by_hat(detail.statement), name="intention_ecrit"),
    path("<int:pk>/recu.pdf", by_hat(detail.receipt), name="intention_recu"),
    path("<int:pk>/lettres/<int:receipt>.pdf", by_hat(detail.letter), name="intention_lettre"),
    path("<int:pk>/ecrire/", by_hat(detail.write_to_employer), name="intention_ecrire"),
    path("<int:pk>/modele/", by_hat(detail.copy), name="intention_modele"),
    path("<int:pk>/retirer/", by_hat(acts.withdraw), name="intention_retirer"),
    path("<int:pk>/reduire/", by_hat(acts.reduce_posts), name="intention_reduire"),
    path("<int:pk>/reprendre/", by_hat(acts.resume, editable=True), name="intention_reprendre"),
    path("<int:pk>/qualifier/", by_hat(acts.qualify), name="intention_qualifier"),
    path("<int:pk>/ecarter/", by_hat(acts.set_aside), name="intention_ecarter"),
    path("<int:pk>/suivre/", by_hat(acts.assign), name="intention_suivre"),
    path("<int:pk>/derogations/<str:rule>/", by_hat(acts.decide_derogation), name="intention_derogation"),
    path("reprise/", importing.home, name="intention_reprise"),
    path("reprise/<int:pk>/", importing.batch_page, name="intention_reprise_lot"),
    path("reprise/<int:pk>/colonnes/", importing.columns, name="intention_reprise_colonnes"),
    path("reprise/<int:pk>/a-corriger.xlsx", importing.refused, name="intention_reprise_refusees"),
    # By personal link, without an account.
    path("lien/<str:token>/", by_link(detail.detail), name="intention_lien"),
    path("lien/<str:token>/etape/<slug:slug>/", by_link(wizard.step), name="intention_lien_etape"),
    path("lien/<str:token>/verification/", by_link(filing.check_answers), name="intention_lien_verification"),
    path("lien/<str:token>/ecrit/", by_link(detail.statement), name="intention_lien_ecrit"),
    path("lien/<str:token>/recu.pdf", by_link(detail.receipt), name="intention_lien_recu"),
    path("lien/<str:token>/lettres/<int:receipt>.pdf", by_link(detail.letter), name="intention_lien_lettre"),
    path("lien/<str:token>/retirer/", by_link(acts.withdraw), name="intention_lien_retirer"),
    path("lien/<str:token>/reduire/", by_link(acts.reduce_posts), name="intention_lien_reduire"),
    path("lien/<str:token>/reprendre/", by_link(acts.resume), name="intention_lien_reprendre"),
    path("lien/<str:token>/nouveau/", link.renew, name="intention_lien_nouveau"),
]
