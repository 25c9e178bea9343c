from django.urls import path, re_path

from core.rulebook.views import contradictions, parameters, proposals, receipts, register, rule

urlpatterns = [
    path("", register.rule_list, name="regles"),
    path("contradictions/", contradictions.contradiction_list, name="contradictions"),
    path("contradictions/<str:key>/", contradictions.contradiction_detail, name="contradiction"),
    path("parametres/", parameters.parameter_list, name="parametres"),
    re_path(r"^(?P<rule_id>[RPK][0-9]{1,3})/$", rule.rule_detail, name="regle"),
    path("parametres/comparer/", parameters.parameter_compare, name="parametres_comparer"),
    path("parametres/export.csv", parameters.parameter_export, name="parametres_export"),
    path("parametres/<slug:key>/", parameters.parameter_detail, name="parametre"),
    path("parametres/<slug:key>/modifier/", parameters.parameter_edit, name="parametre_modifier"),
    path("parametres/<slug:key>/<int:pk>/retirer/", parameters.parameter_withdraw, name="parametre_retirer"),
    path("recus/", receipts.receipt_state, name="recus"),
    path("essais/", proposals.proposal_list, name="essais"),
    path("essais/nouveau/", proposals.proposal_new, name="essai_nouveau"),
    path("essais/<int:pk>/", proposals.proposal_detail, name="essai"),
    path("essais/<int:pk>/adopter/", proposals.proposal_adopt, name="essai_adopter"),
    path("essais/<int:pk>/abandonner/", proposals.proposal_drop, name="essai_abandonner"),
    path("nouvelles/<int:pk>/", proposals.rule_news, name="regle_nouvelle"),
]
