from django.urls import path

from core.rulebook import views

urlpatterns = [
    path("", views.rule_list, name="regles"),
    path("contradictions/", views.contradiction_list, name="contradictions"),
    path("parametres/", views.parameter_list, name="parametres"),
]
