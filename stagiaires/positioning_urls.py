"""Addresses of candidacies, persons and information meetings."""

from django.urls import path

from stagiaires.views import answers, meetings, people, positionings, proposing

urlpatterns = [
    path("positionnements/", positionings.positioning_list, name="positionnements"),
    path("positionnements/export.<str:fmt>", positionings.positioning_export, name="positionnements_export"),
    path("positionnements/session/<str:number>/", positionings.session_candidates, name="session_candidats"),
    path("positionnements/session/<str:number>/nouveau/", proposing.position, name="positionnement_nouveau"),
    path("positionnements/session/<str:number>/liste/", proposing.position_list, name="positionnement_liste"),
    path("positionnements/session/<str:number>/referent/", answers.referent, name="session_referent"),
    path("positionnements/session/<str:number>/reunion/", meetings.plan, name="reunion_nouvelle"),
    path("positionnements/consultations/", people.readings, name="lectures_sensibles"),
    path("positionnements/personnes/<int:pk>/", people.person_detail, name="personne_detail"),
    path("positionnements/personnes/<int:pk>/corriger/", people.person_edit, name="personne_corriger"),
    path("positionnements/personnes/<int:pk>/situation/", people.situation, name="personne_situation"),
    path(
        "positionnements/personnes/<int:pk>/situation/ecrire/",
        people.situation_write,
        name="personne_situation_ecrire",
    ),
    path("positionnements/<int:pk>/", positionings.positioning_detail, name="positionnement_detail"),
    path("positionnements/<int:pk>/convoquer/", answers.convoke, name="positionnement_convoquer"),
    path("positionnements/<int:pk>/attente/", answers.wait, name="positionnement_attente"),
    path("positionnements/<int:pk>/refuser/", answers.refuse, name="positionnement_refuser"),
    path("positionnements/<int:pk>/absent/", answers.absent, name="positionnement_absent"),
    path("positionnements/<int:pk>/retirer/", answers.withdraw, name="positionnement_retirer"),
    path("positionnements/<int:pk>/reprendre/", answers.resume, name="positionnement_reprendre"),
    path("positionnements/<int:pk>/confier/", answers.hand_over, name="positionnement_confier"),
    path("positionnements/<int:pk>/avis/", answers.opine, name="positionnement_avis"),
    path("positionnements/<int:pk>/message/", answers.write, name="positionnement_message"),
    path("reunions/<int:pk>/", meetings.meeting_detail, name="reunion_detail"),
    path("reunions/<int:pk>/changer/", meetings.change, name="reunion_changer"),
    path("reunions/<int:pk>/annuler/", meetings.cancel, name="reunion_annuler"),
    path("reunions/<int:pk>/convoquer/", meetings.convoke, name="reunion_convoquer"),
    path("reunions/<int:pk>/employeurs/", meetings.invite_employers, name="reunion_employeurs"),
    path("reunions/<int:pk>/presences/", meetings.presences, name="reunion_presences"),
    path("reunions/<int:pk>/reunion.ics", meetings.meeting_calendar, name="reunion_agenda"),
]
