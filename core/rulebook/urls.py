from django.urls import path

from core.rulebook.views import contradictions, parameters, register

urlpatterns = [
    path("", register.rule_list, name="regles"),
    path("contradictions/", contradictions.contradiction_list, name="contradictions"),
    path("contradictions/<str:key>/", contradictions.contradiction_detail, name="contradiction"),
    path("parametres/", parameters.parameter_list, name="parametres"),
]
