"""Addresses of the follow-up, of the opinions, and of the page of a person in training."""

from django.urls import path

from stagiaires.views import (
    followup,
    followup_figures,
    followup_opinions,
    followup_rights,
    personal,
    personal_answers,
)

OWN = "espace/<str:token>/"

urlpatterns = [
    path("suivi/", followup.survey_list, name="suivi_liste"),
    path("suivi/export.<str:fmt>", followup.survey_export, name="suivi_export"),
    path("suivi/insertion/", followup_figures.figures, name="insertion"),
    path("suivi/insertion/export.<str:fmt>", followup_figures.figures_export, name="insertion_export"),
    path("suivi/avis/", followup_opinions.opinion_list, name="avis_liste"),
    path("suivi/avis/export.<str:fmt>", followup_opinions.opinion_export, name="avis_export"),
    path("suivi/avis/<int:pk>/", followup_opinions.opinion_detail, name="avis_detail"),
    path("suivi/avis/<int:pk>/publier/", followup_opinions.opinion_publish, name="avis_publier"),
    path("suivi/avis/<int:pk>/ecarter/", followup_opinions.opinion_set_aside, name="avis_ecarter"),
    path("suivi/avis/<int:pk>/repondre/", followup_opinions.opinion_answer, name="avis_repondre"),
    path("suivi/donnees/", followup_rights.request_list, name="droits_liste"),
    path("suivi/donnees/<int:pk>/", followup_rights.request_answer, name="droits_repondre"),
    path("suivi/<int:pk>/", followup.survey_detail, name="suivi_detail"),
    path("suivi/<int:pk>/telephone/", followup.phone_answer, name="suivi_telephone"),
    path("suivi/<int:pk>/appel/", followup.no_answer, name="suivi_appel"),
    path("suivi/<int:pk>/opposition/", followup.opposed, name="suivi_opposition"),
    path("suivi/<int:pk>/embauche/", followup.declare_hire, name="suivi_embauche"),
    path("suivi/<int:pk>/sans-embauche/", followup.dismiss_hire, name="suivi_sans_embauche"),
    path("organismes/<int:pk>/avis/", followup_opinions.public_opinions, name="avis_organisme"),
    path("avis/<int:pk>/signaler/", followup_opinions.opinion_report, name="avis_signaler"),
    # Without an account
    path("espace/", personal.lost, name="espace_perdu"),
    path("espace/agenda/<str:signed>.ics", personal.diary_followed, name="espace_abonnement"),
    path(OWN, personal.home, name="espace"),
    path(f"{OWN}nouveau/", personal.renew, name="espace_nouveau"),
    path(f"{OWN}fermer/", personal.start_again, name="espace_fermer"),
    path(f"{OWN}agenda/", personal.diary, name="espace_agenda"),
    path(f"{OWN}agenda.ics", personal.diary_file, name="espace_agenda_fichier"),
    path(f"{OWN}documents/<int:pk>/", personal.document, name="espace_document"),
    path(f"{OWN}suivi/<int:pk>/", personal_answers.survey, name="espace_suivi"),
    path(f"{OWN}avis/<int:pk>/", personal_answers.opinion, name="espace_avis"),
    path(f"{OWN}donnees/", personal_answers.rights, name="espace_donnees"),
    path(f"{OWN}donnees/toutes/", personal_answers.data_page, name="espace_donnees_toutes"),
    path(f"{OWN}donnees/toutes.json", personal_answers.data_file, name="espace_donnees_fichier"),
    path(f"{OWN}donnees/corriger/", personal_answers.correction, name="espace_corriger"),
    path(f"{OWN}donnees/effacer/", personal_answers.erasure, name="espace_effacer"),
]
