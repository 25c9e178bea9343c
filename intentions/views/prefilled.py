"""A draft that starts from a simulation: its answers come with the address, and are kept only once confirmed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts import hats
from core.accounts.access import fits
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.rules.links import BrokenLink, read_link
from core.rules.reading import read_facts
from core.ui.parts import Fact
from intentions import workflow
from intentions.enums import Channel
from intentions.forms import STEPS
from intentions.models import Intention
from intentions.prefill import answers_from
from intentions.recap import recap_of
from intentions.rules import RULES, IntentionFacts
from intentions.views.wizard import FILERS


@require_http_methods(["GET", "HEAD", "POST"])
def prefilled(request: HttpRequest) -> HttpResponse:
    """Show what the simulation fills; make the draft when the person says so.

    A person without a hat yet comes back here once the establishment is registered. The address, shown to be kept,
    still holds every answer for whoever joins a colleague instead, days later.
    """
    hat: Membership | None = request.hat  # type: ignore[attr-defined]
    if hat is not None and not fits(hat, FILERS):
        raise Http404
    text = (request.POST if request.method == "POST" else request.GET).get("faits", "")
    try:
        facts = _facts(text)
    except BrokenLink as problem:
        if hat is None:
            return redirect("sans_casquette")
        messages.error(request, f"{problem} Refaites la simulation, ou commencez une intention vierge.")
        return redirect("intention_nouvelle")
    answers = answers_from(facts)
    if request.method != "POST" or hat is None:
        if hat is not None:
            hats.stop_awaiting(request)
        elif request.method != "POST":
            hats.await_hat(request)
        blank = Intention(**answers)
        shown = [fact for group in recap_of(blank)[1:] for fact in group.facts if _is_answered(fact)]
        context = {
            "answered": shown,
            "text": text,
            "waits": hat is None,
            "address": request.build_absolute_uri(f"{request.path}?faits={text}"),
        }
        return render(request, "intentions/preremplie.html", context)
    with once(request, "intention.preremplir") as claim:
        if claim.done:
            return redirect(claim.location)
        draft = workflow.start(hat, channel=Channel.PORTAIL, answers=answers)
        location = reverse("intention_etape", args=[draft.pk, STEPS[0].slug])
        claim.keep(location)
    messages.success(request, "Vos réponses sont reprises. Il reste à dire qui recrute, et à relire le reste.")
    return redirect(location)


def _facts(text: str) -> IntentionFacts:
    carried = read_link(text)
    reading = read_facts(IntentionFacts, carried.facts)
    if carried.subject != RULES.subject or reading.problems or not isinstance(reading.facts, IntentionFacts):
        raise BrokenLink("Ce lien ne convient pas à une intention d’embauche.")
    return reading.facts


def _is_answered(fact: Fact) -> bool:
    return fact.value not in ("", None, "Sans certification")
