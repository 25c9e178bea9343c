from django.urls import path

from core.reference import views

urlpatterns = [
    path("communes/", views.communes, name="reference_communes"),
    path("metiers/", views.metiers, name="reference_metiers"),
    path("certifications/", views.certifications, name="reference_certifications"),
]
