"""The service worker, served from the folder that it watches over."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_GET

# What the trainer's page needs without network. The names carry the hash of each file in production: a new version of
# any of them makes a new worker.
FILES = (
    "css/tokens.css", "css/app.css", "css/components.css", "css/forms.css", "css/emargement.css",
    "js/app.js", "js/combo.js", "js/forms.js", "js/leaving.js", "js/menus.js",
    "js/emargement/file.js", "js/emargement/qr.js", "js/emargement/trace.js", "js/emargement/formateur.js",
    "vendor/htmx/htmx.min.js", "vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2", "img/favicon.svg",
)  # fmt: skip


@login_not_required
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """`/emargement/sw.js`: its scope is its own folder, /emargement/."""
    context = {"files": [static(name) for name in FILES], "queue": static("js/emargement/file.js")}
    answer = render(request, "stagiaires/emargement/sw.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
