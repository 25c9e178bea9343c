"""The gallery of components; included only where ``settings.GALLERY`` says so."""

from django.urls import path

from core.ui import gallery

app_name = "composants"
urlpatterns = [
    path("", gallery.components, name="galerie"),
    path("communes/", gallery.communes, name="communes"),
]
