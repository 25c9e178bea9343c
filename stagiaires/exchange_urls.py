"""Addresses of what is exchanged with AGORA, the ASP, France Travail, Kairos and Ouiform."""

from django.urls import path

from stagiaires.views.exchanges import candidacies, events, files, formats, papers

urlpatterns = [
    path("echanges/", events.home, name="echanges"),
    # What partners are told, event by event
    path("echanges/evenements/", events.event_list, name="echange_evenements"),
    path("echanges/evenements/export.<str:fmt>", events.event_export, name="echange_evenements_export"),
    path("echanges/evenements/reponses/", events.take_answers, name="echange_reponses"),
    path("echanges/evenements/preparer/<slug:partner>/", events.prepare, name="echange_preparer"),
    path("echanges/evenements/preparer/<slug:partner>/<slug:sender>/", events.prepare, name="echange_preparer_pour"),
    path("echanges/evenements/<int:pk>/", events.event_detail, name="echange_evenement"),
    path("echanges/evenements/<int:pk>/<slug:acte>/", events.event_act, name="echange_acte"),
    # Files, and the months of attendance
    path("echanges/fichiers/<int:pk>/", files.file_detail, name="echange_fichier"),
    path("echanges/fichiers/<int:pk>/<slug:part>/", files.file_take, name="echange_fichier_prendre"),
    path("echanges/presences/", files.month_list, name="echange_presences"),
    path("echanges/presences/<str:month>/", files.month_detail, name="echange_presences_mois"),
    path(
        "echanges/presences/<str:month>/<slug:partner>/",
        files.month_prepare,
        name="echange_presences_preparer",
    ),
    # AIS and AES
    path("echanges/attestations/", papers.paper_list, name="attestations"),
    path("echanges/attestations/<slug:kind>.<str:fmt>", papers.paper_export, name="attestation_export"),
    path("parcours/<int:pk>/documents/<int:document>/donnees.<str:fmt>", papers.paper_data, name="attestation_donnees"),
    # Candidacies of Kairos and Ouiform
    path("echanges/positionnements/", candidacies.bring, name="positionnements_fichier"),
    path("echanges/positionnements/<slug:slug>.<str:fmt>", candidacies.export, name="positionnements_fichier_export"),
    # The formats themselves
    path("echanges/formats/", formats.format_list, name="echange_formats"),
    path("echanges/formats/emetteur/", formats.sender_choose, name="echange_emetteur"),
    path("echanges/formats/<slug:slug>/", formats.format_detail, name="echange_format"),
]
