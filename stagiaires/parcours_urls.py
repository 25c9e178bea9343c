"""Addresses of the admission, of the parcours, of the groups and of the engagements."""

from django.urls import path

from stagiaires.views import admission, commitments, groups, hires, parcours, parcours_acts

urlpatterns = [
    path("positionnements/<int:pk>/admission/", admission.admit, name="admission"),
    path("parcours/", parcours.parcours_list, name="parcours_liste"),
    path("parcours/export.<str:fmt>", parcours.parcours_export, name="parcours_export"),
    path("parcours/charte/", parcours.charter, name="charte"),
    path("parcours/engagements/", commitments.own_register, name="engagements"),
    path("parcours/engagements/employeur/<int:pk>/", commitments.register, name="engagements_employeur"),
    path("parcours/engagements/<int:pk>/repondre/", commitments.answer, name="engagement_repondre"),
    path("parcours/session/<str:number>/", groups.session_group, name="session_groupe"),
    path("parcours/session/<str:number>/achever/", groups.complete_all, name="session_achever"),
    path("parcours/session/<str:number>/bilan/", groups.balance, name="session_bilan"),
    path("parcours/session/<str:number>/clore/", groups.close, name="session_clore"),
    path("parcours/session/<str:number>/etape/", groups.step_note, name="session_etape"),
    path("parcours/<int:pk>/", parcours.parcours_detail, name="parcours_detail"),
    path("parcours/<int:pk>/<slug:acte>/", parcours_acts.parcours_act, name="parcours_acte"),
    path("parcours/<int:pk>/documents/<int:document>/", parcours.document_file, name="parcours_document"),
    path("parcours/<int:pk>/embauches/<int:hire>/confirmer/", hires.hire_confirm, name="embauche_confirmer"),
    path("parcours/<int:pk>/embauches/<int:hire>/retirer/", hires.hire_withdraw, name="embauche_retirer"),
]
