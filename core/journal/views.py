"""What I was told, and how I want to be told."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts import hats
from core.accounts.models import User
from core.journal.forms import PreferencesForm
from core.journal.models import Notification, Preference
from core.journal.notices import notices_for

SHOWN = 50


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """The latest news of all the person's hats, unread first."""
    rows = (
        Notification.objects.filter(user=_person(request), hat__is_active=True)
        .select_related("hat__organisation")
        .alias(is_read=Q(read_at__isnull=False))
        .order_by("is_read", "-created_at", "-id")[:SHOWN]
    )
    return render(request, "journal/notifications.html", {"rows": rows, "shown": SHOWN})


@require_safe
def notification_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an e-mailed link leads: to the file, under the hat that was told.

    A person who wears another of his hats now is offered to change (a GET changes nothing by itself); whoever was
    not told, or has left that hat, meets « page absente ».
    """
    row = get_object_or_404(Notification, pk=pk, user=_person(request))
    told = hats.find_hat(request, str(row.hat_id))
    if told is None and row.hat_id is not None:
        raise Http404
    if told is None or told == request.hat:  # type: ignore[attr-defined]
        return redirect(row.url)
    return render(request, "journal/other_hat.html", {"row": row, "told": told})


@require_POST
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one piece of news as read and go where it leads, with the hat that it was told to."""
    row = get_object_or_404(Notification, pk=pk, user=_person(request))
    Notification.objects.filter(pk=row.pk, read_at=None).update(read_at=timezone.now())
    told = hats.find_hat(request, str(row.hat_id))
    if told is not None and told != request.hat:  # type: ignore[attr-defined]
        hats.wear(request, told)
        messages.info(request, f"Vous portez maintenant la casquette « {told.label} », {told.organisation}.")
    return redirect(row.url)


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    Notification.objects.filter(user=_person(request), read_at=None).update(read_at=timezone.now())
    messages.success(request, "Tout est marqué comme lu.")
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """One line per kind of news that concerns the person's hats: at once, in the daily message, or never."""
    person = _person(request)
    kinds = person.memberships.filter(is_active=True).values_list("organisation__kind", flat=True)
    notices = notices_for(kinds)
    chosen = dict(Preference.objects.filter(user=person).values_list("kind", "rhythm"))
    form = PreferencesForm(request.POST if request.method == "POST" else None, notices=notices, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for notice in notices:
                rhythm = form.cleaned_data[form.name_of(notice)]
                Preference.objects.update_or_create(user=person, kind=notice.kind, defaults={"rhythm": rhythm})
                if rhythm == Preference.Rhythm.JAMAIS:  # what waits for the daily message is unwanted from now on
                    waiting = Notification.objects.filter(user=person, kind=notice.kind, mailed_at=None)
                    waiting.update(mailed_at=timezone.now())
        messages.success(request, "Vos préférences sont enregistrées.")
        return redirect("preferences")
    context = {"form": form, "notices": notices}
    return render(request, "journal/preferences.html", context, status=422 if form.errors else 200)
