"""The public door of the personal link: an expired one asks for a new one."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from intentions import links
from intentions.workflow import tell


@login_not_required
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link to the address on file, at most one every ten minutes; the answer never says which address."""
    found = links.read(token)
    if found is None:
        raise Http404
    intention, _expired = found
    now = timezone.now()
    with transaction.atomic():
        tell.send_link(intention, f"nouveau:{now:%Y-%m-%dT%H}:{now.minute // 10}")
    return render(request, "intentions/lien_envoye.html")
