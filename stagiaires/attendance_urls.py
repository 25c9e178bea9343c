"""Addresses of attendance, under /emargement/."""

from django.urls import path

from stagiaires.views.attendance import (
    months,
    offline,
    presence,
    push,
    sessions,
    sheets,
    timetable,
    trainee,
    trainer,
)

HALF_DAY = "demi-journees/<int:pk>/"
PERSON = f"{HALF_DAY}personnes/<int:person>/"
SESSION = "sessions/<str:number>/"

urlpatterns = [
    path("", sessions.session_list, name="emargement"),
    path("aujourdhui/", trainer.today, name="emargement_jour"),
    path("sw.js", offline.service_worker, name="emargement_sw"),
    path("signatures/", push.take, name="emargement_signatures"),
    # The trainer
    path("f/<str:token>/", trainer.link_open, name="formateur_lien"),
    path(HALF_DAY, trainer.half_day_page, name="demi_journee"),
    path(f"{HALF_DAY}etat/", trainer.half_day_state, name="demi_journee_etat"),
    path(f"{HALF_DAY}feuille/", sheets.sheet_back, name="feuille"),
    path(f"{HALF_DAY}feuille.pdf", sheets.sheet_pdf, name="feuille_pdf"),
    path(f"{HALF_DAY}feuilles/<int:sheet>/", sheets.sheet_file, name="feuille_fichier"),
    path(PERSON, presence.person_page, name="presence"),
    path(f"{PERSON}signer/", presence.sign_here, name="presence_signer"),
    path(f"{PERSON}oubli/", presence.forgotten, name="presence_oubli"),
    path(f"{PERSON}absence/", presence.absence, name="presence_absence"),
    path(f"{PERSON}corriger/", presence.correct, name="presence_corriger"),
    path(f"{HALF_DAY}modifier/", timetable.change, name="demi_journee_modifier"),
    path(f"{HALF_DAY}annuler/", timetable.call_off, name="demi_journee_annuler"),
    path(f"{HALF_DAY}<str:act>/", trainer.half_day_act, name="demi_journee_acte"),
    path("absences/<int:pk>/justificatif/", presence.proof, name="absence_justificatif"),
    # The trainee
    path("s/<int:pk>/<str:code>/", trainee.scanned, name="signature_code"),
    path("signer/", trainee.sign, name="signature_signer"),
    path("code/<str:number>/", trainee.typed, name="signature_saisie"),
    # The session
    path(SESSION, sessions.session_page, name="emargement_session"),
    path(f"{SESSION}semaine/", timetable.week, name="emploi_du_temps_semaine"),
    path(f"{SESSION}coller/", timetable.pasted, name="emploi_du_temps_coller"),
    path(f"{SESSION}dispenses/", timetable.exempt, name="emploi_du_temps_dispenses"),
    path(f"{SESSION}agenda.ics", sessions.session_ics, name="emploi_du_temps_ics"),
    path(f"{SESSION}formateurs/", sessions.link_give, name="formateur_lien_creer"),
    path("liens/<int:pk>/retirer/", sessions.link_revoke, name="formateur_lien_retirer"),
    path(f"{SESSION}mois/<str:month>/", months.month_page, name="emargement_mois"),
    # The months
    path("mois/", months.month_list, name="emargement_mois_liste"),
    path("mois/<int:pk>/rouvrir/", months.month_reopen, name="emargement_mois_rouvrir"),
    path("mois/<int:pk>/confirmer/", months.month_confirm, name="emargement_mois_confirmer"),
    path("mois/<int:pk>/renvoyer/", months.month_send_back, name="emargement_mois_renvoyer"),
    path("mois/<int:pk>/recapitulatif.pdf", months.month_pdf, name="emargement_mois_pdf"),
]
