"""A place offered: what its employer reads, and his answer. The same page for his hat and for his personal link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import pluriel
from core.ui.parts import Crumb
from intentions.views.seats import Seat, by_link
from sessions.enums import OfferState
from sessions.forms.cascade import OfferAnswerForm
from sessions.models import PlaceOffer
from sessions.queries import cascade
from sessions.workflow import offers


@require_http_methods(["GET", "HEAD", "POST"])
def offer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An offer made for an intention that this hat carries."""
    hat = hat_of(request)
    offered = get_object_or_404(cascade.offers_for(hat), pk=pk)
    return _page(request, offered, hat, reverse("proposition", args=[pk]), offered.intention.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def _by_link(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    offered = get_object_or_404(cascade.dressed_offers().filter(intention=seat.intention), pk=pk)
    return _page(request, offered, None, reverse("proposition_lien", args=[seat.token, pk]), seat.url("detail"))


offer_by_link = by_link(_by_link)


def _page(request: HttpRequest, offered: PlaceOffer, hat: Membership | None, here: str, back: str) -> HttpResponse:
    form = OfferAnswerForm(request.POST if request.method == "POST" else None, most=offered.posts)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with once(request, "proposition.repondre") as claim:
                    if claim.done:
                        return redirect(claim.location)
                    done = _answer(offered, form, hat)
                    claim.keep(here)
            except Refused as refused:
                form.add_error(None, refused.message)
                offered.refresh_from_db()
            else:
                messages.success(request, done)
                return redirect(here)
    session = offered.request.session
    context = {
        "offered": offered,
        "session": session,
        "intention": offered.intention,
        "waits": offered.state == OfferState.PROPOSEE,
        "left": min(offered.posts, cascade.to_fill(offered.request)),
        "form": form,
        "back": back,
        "crumbs": [Crumb(f"Intention {offered.intention.number}", back), Crumb("Place proposée")],
    }
    return render(request, "sessions/places/proposition.html", context, status=status)


def _answer(offered: PlaceOffer, form: OfferAnswerForm, hat: Membership | None) -> str:
    if not form.accepts:
        offers.decline(offered, hat, form.cleaned_data["reason"])
        return "C’est noté. Votre intention continue d’attendre une session."
    row = offers.accept(offered, hat, posts=form.cleaned_data["posts"])
    taken = pluriel(row.posts_taken or 0, "poste entre", "postes entrent")
    return f"{taken} dans la session. L’organisme et la Région sont prévenus."
