"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal.health import healthz

urlpatterns = [
    path("", include("pilotage.urls")),
    path("compte/", include("core.accounts.signin_urls")),
    path("", include("core.accounts.urls")),
    path("nouvelles/", include("core.journal.urls")),
    path("reference/", include("core.reference.urls")),
    path("regles/", include("core.rulebook.urls")),
    path("questions/", include("core.rulebook.faq_urls")),
    path("", include("core.rulebook.letter_urls")),
    path("intentions/", include("intentions.urls")),
    path("lots/", include("orders.urls")),
    path("commandes/", include("orders.order_urls")),
    path("factures/", include("invoices.urls")),
    path("", include("stagiaires.urls")),
    path("simulateur/", include("simulateur.urls")),
    path("api/v1/", include("simulateur.api_urls")),
    path("", include("sessions.urls")),
    path("administration/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]

if settings.GALLERY:
    urlpatterns += [path("composants/", include("core.ui.urls"))]
