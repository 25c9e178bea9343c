from django.urls import path

from core.rulebook.views import documents, letters

urlpatterns = [
    path("recus/", letters.look_up, name="recu_chercher"),
    path("recus/<slug:code>/", letters.check, name="recu_verifier"),
    path("region/lettres/", letters.letter_text, name="lettres_texte"),
    path("region/documents/", documents.document_list, name="documents"),
    path("region/documents/<int:pk>/", documents.document_edition, name="document_edition"),
]
