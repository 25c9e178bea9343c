from django.urls import path

from core.rulebook.views import faq

urlpatterns = [
    path("", faq.question_list, name="questions"),
    path("<slug:slug>/", faq.question_detail, name="question"),
]
