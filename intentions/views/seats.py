"""Who sits before the file: a hat, or the employer with his personal link. One view serves both."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.rules import Audience
from intentions import links, queries
from intentions.enums import IntentionState
from intentions.forms import STEPS
from intentions.models import Intention
from intentions.verdicts import audience_of


def list_title(hat: Membership) -> str:
    """How this hat's list of intentions is called, in its header, on the page and in the way back to it."""
    return "Mes embauches" if hat.kind == OrganisationKind.EMPLOYEUR else "Intentions d’embauche"


@dataclass(frozen=True)
class Seat:
    """The intention before me, and as whom I look at it. Without a hat, I am its employer, by his link."""

    intention: Intention
    hat: Membership | None
    token: str = ""

    @property
    def audience(self) -> Audience:
        return audience_of(self.hat.kind if self.hat else None)

    @property
    def is_employer(self) -> bool:
        return self.hat is None or self.hat.organisation_id == self.intention.employer_id

    @property
    def list_title(self) -> str:
        """How the list that this file is in is called; nothing for the bearer of a link, who has none."""
        return list_title(self.hat) if self.hat else ""

    @property
    def is_author(self) -> bool:
        return self.hat is not None and self.hat.organisation_id == self.intention.filed_by.organisation_id

    @property
    def may_edit(self) -> bool:
        return self.is_employer or self.is_author

    def url(self, name: str, *args: Any) -> str:
        """The address of a page of this file, for this seat: `seat.url("etape", "contrat")`."""
        if self.token:
            return reverse(f"intention_lien_{name}" if name != "detail" else "intention_lien", args=[self.token, *args])
        return reverse(f"intention_{name}", args=[self.intention.pk, *args])

    def step_urls(self) -> dict[str, str]:
        """Where each step stands, while the answers may be changed; nothing otherwise."""
        if not self.may_edit or self.intention.state != IntentionState.BROUILLON:
            return {}
        return {step.slug: self.url("etape", step.slug) for step in STEPS}


SeatView = Callable[..., HttpResponseBase]


def by_hat(view: SeatView, *, editable: bool = False) -> SeatView:
    """Serve `view(request, seat, …)` to a hat that may see the intention (or change it). Another's is absent: 404."""

    @wraps(view)
    def serve(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        hat = hat_of(request)
        scope = queries.editable_by(hat) if editable else queries.visible_to(hat)
        return view(request, Seat(get_object_or_404(queries.for_page(scope), pk=pk), hat), **kwargs)

    return serve


def by_link(view: SeatView) -> SeatView:
    """Serve the same view to the bearer of a personal link; an expired one leads to the page that sends a new one."""

    @wraps(view)
    def serve(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        found = links.read(token)
        if found is None:
            raise Http404
        intention, expired = found
        if expired:
            return render(request, "intentions/lien_expire.html", {"token": token}, status=410)
        intention = queries.for_page(Intention.objects.all()).get(pk=intention.pk)
        return view(request, Seat(intention, None, token), **kwargs)

    return login_not_required(serve)
