from django.urls import path

from core.rulebook.views import letters

urlpatterns = [
    path("recus/<slug:code>/", letters.check, name="recu_verifier"),
    path("region/lettres/", letters.letter_text, name="lettres_texte"),
]
