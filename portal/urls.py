"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("compte/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
