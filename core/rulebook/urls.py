from django.urls import path, re_path

from core.rulebook.views import contradictions, parameters, register, rule

urlpatterns = [
    path("", register.rule_list, name="regles"),
    path("contradictions/", contradictions.contradiction_list, name="contradictions"),
    path("contradictions/<str:key>/", contradictions.contradiction_detail, name="contradiction"),
    path("parametres/", parameters.parameter_list, name="parametres"),
    re_path(r"^(?P<rule_id>[RPK][0-9]{1,3})/$", rule.rule_detail, name="regle"),
]
