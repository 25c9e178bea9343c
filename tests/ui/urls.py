"""The gallery alone, so that the frame's tests need no other room."""

from django.urls import include, path

urlpatterns = [path("composants/", include("core.ui.urls"))]
