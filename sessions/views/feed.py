"""The public feed, the page that explains it, and what the Région sees of it."""

import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import condition, require_POST, require_safe

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from sessions.models import FeedRelease, PublicationRecord, Quarantine, Reader
from sessions.publication.feed import gzip_path
from sessions.workflow import feed, publication

SEEN_AGAIN = 600  # seconds between two notes of the same reader
MAX_READERS = 200  # names that strangers may add to the list
RELEASES_SHOWN = 15
_PRODUCT = re.compile(r"[\w.+@ /-]{2,120}")


def _file(compressed: bool) -> Path:
    path = feed.feed_path()
    return gzip_path(path) if compressed else path


def _etag(request: HttpRequest, compressed: bool = False) -> str | None:
    """The file is only ever replaced, so its inode's time and size name its content."""
    try:
        stat = _file(compressed).stat()
    except OSError:
        return None
    return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


def _modified(request: HttpRequest, compressed: bool = False) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(_file(compressed).stat().st_mtime), tz=UTC)
    except OSError:
        return None


@login_not_required
@require_safe
def feed_file(request: HttpRequest, compressed: bool = False) -> HttpResponseBase:
    """`GET /flux/lheo.xml` and `.gz`: the whole offer, streamed; 304 when the reader has it already."""
    _note_reader(request, _etag(request, compressed) or "")
    return _conditional(request, compressed=compressed)


@condition(etag_func=_etag, last_modified_func=_modified)
def _conditional(request: HttpRequest, compressed: bool = False) -> HttpResponseBase:
    path = _file(compressed)
    if not path.exists():
        answer = HttpResponse(
            "Le flux n’est pas encore écrit. Revenez dans quelques minutes.\n",
            status=503,
            content_type="text/plain; charset=utf-8",
        )
        answer["Retry-After"] = "120"
        return answer
    kind = "application/gzip" if compressed else "application/xml; charset=utf-8"
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=kind, headers={"Content-Length": str(path.stat().st_size)})
    else:
        response = FileResponse(path.open("rb"), content_type=kind, filename=path.name, as_attachment=compressed)
    response["Cache-Control"] = "public, max-age=60"
    return response


def _note_reader(request: HttpRequest, etag: str) -> None:
    """Remember who reads the feed, at most once in ten minutes each."""
    asked = request.GET.get("lecteur") or request.headers.get("User-Agent", "").split("(")[0]
    found = _PRODUCT.match(asked.strip())
    name = found[0].strip() if found else "lecteur sans nom"
    if not cache.add(f"feed-reader:{name.replace(' ', '_')}", 1, SEEN_AGAIN):
        return
    seen = {"seen_at": timezone.now(), "etag": etag[:80]}
    if not Reader.objects.filter(name=name).update(**seen) and Reader.objects.count() < MAX_READERS:
        Reader.objects.bulk_create([Reader(name=name, **seen)], ignore_conflicts=True)


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What the feed is, where it stands, and how to read it."""
    path = feed.feed_path()
    modified = _modified(request)
    release = FeedRelease.objects.filter(refused_reason="").order_by("-at", "-id").first()
    context = {
        "release": release,
        "modified": timezone.localtime(modified) if modified else None,
        "size": path.stat().st_size if modified else None,
        "packed": gzip_path(path).stat().st_size if modified and gzip_path(path).exists() else None,
        "programme": settings.PROGRAMME_LABEL,
        "base": settings.SITE_URL.rstrip("/"),
    }
    return render(request, "sessions/catalogue/open_data.html", context)


@require_safe
@hat_required(OrganisationKind.REGION)
def region_feed(request: HttpRequest) -> HttpResponse:
    """What the Région sees of the feed: its last writings, what waits in quarantine and why, who reads it."""
    releases = list(FeedRelease.objects.select_related("confirmed_by__user").order_by("-at", "-id")[:RELEASES_SHOWN])
    waiting = releases[0] if releases and releases[0].refused_reason else None
    quarantined = Quarantine.objects.select_related("session__request", "session__organisme").order_by("since", "id")
    context = {
        "releases": releases,
        "waiting": waiting,
        "may_confirm": hat_of(request).role == Role.ADMINISTRATEUR,
        "page": paginate(quarantined, request),
        "readers": Reader.objects.order_by("-seen_at", "name")[:50],
        "published": PublicationRecord.objects.count(),
    }
    return render(request, "sessions/catalogue/region_feed.html", context)


@require_POST
@hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))
def confirm_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """An administrator has seen that the feed loses many sessions, and means it."""
    release = get_object_or_404(FeedRelease.objects.exclude(refused_reason=""), pk=pk)
    try:
        feed.confirm(release, hat_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Baisse confirmée : le flux est réécrit dans les secondes qui viennent.")
    return redirect("region_flux")


@require_POST
@hat_required(OrganisationKind.REGION)
def check_again(request: HttpRequest) -> HttpResponse:
    """Try the quarantined sheets again, now that what was missing may be there."""
    asked = publication.check_again()
    if asked:
        messages.success(request, f"{asked} fiches vérifiées de nouveau : le résultat s’affiche ici dans un instant.")
    else:
        messages.info(request, "Aucune fiche n’attend.")
    return redirect("region_flux")
