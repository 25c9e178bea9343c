"""« Vérifiez vos réponses », then the deposit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rulebook import letters
from core.ui.parts import Step
from intentions import workflow
from intentions.enums import IntentionState
from intentions.facts import judge_intention
from intentions.forms import STEPS
from intentions.models import Intention
from intentions.recap import recap_of
from intentions.verdicts import view_of
from intentions.views.seats import Seat


@require_http_methods(["GET", "HEAD", "POST"])
def check_answers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """All the answers on one page, each with its way back; the deposit, once, whatever is clicked.

    A draft that is non éligible has a letter that says so, for whoever asks for it.
    """
    if request.method == "POST":
        return _keep_verdict(request, seat) if request.POST.get("lettre") == "oui" else _deposit(request, seat)
    if seat.intention.state != IntentionState.BROUILLON:
        return redirect(seat.url("detail"))
    return _show(request, seat)


def _deposit(request: HttpRequest, seat: Seat) -> HttpResponse:
    try:
        with once(request, "intention.deposer") as claim:
            if claim.done:
                return redirect(claim.location)
            if seat.intention.state != IntentionState.BROUILLON:
                return redirect(seat.url("detail"))  # a second click after a lost answer
            filed = workflow.deposit(seat.intention, hat=seat.hat, other_post=request.POST.get("autre_poste") == "oui")
            claim.keep(seat.url("detail"))
    except workflow.TwinFound as found:
        return _show(request, seat, twin=found.twin)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(seat.url("verification"))
    messages.success(request, f"L’intention {filed.number} est déposée. La Région vous répondra ici et par courriel.")
    return redirect(seat.url("detail"))


def _keep_verdict(request: HttpRequest, seat: Seat) -> HttpResponse:
    try:
        with once(request, "intention.verdict") as claim:
            if claim.done:
                return redirect(claim.location)
            workflow.keep_verdict(seat.intention, hat=seat.hat)
            claim.keep(f"{seat.url('verification')}#lettres-titre")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(seat.url("verification"))
    messages.success(request, "La lettre se prépare\u00a0: elle est sur cette page dans un instant.")
    return redirect(claim.location)


def _show(request: HttpRequest, seat: Seat, twin: Intention | None = None) -> HttpResponse:
    judgement = judge_intention(seat.intention)
    urls = seat.step_urls()
    verdict = view_of(judgement, seat.audience, urls)
    waiting = [item.url for item in verdict.missing]
    context: dict[str, Any] = {
        "seat": seat,
        "intention": seat.intention,
        "steps": [_step(step.title, urls.get(step.slug, ""), waiting) for step in STEPS],
        "groups": recap_of(seat.intention, urls),
        "verdict": verdict,
        "next_answer": next((url for step in urls.values() for url in waiting if url.startswith(step)), ""),
        "ready": judgement.is_complete and not judgement.blocking,
        "blocked": bool(judgement.blocking),
        "letters": letters.links_of(seat.intention, url_of=lambda receipt: seat.url("lettre", receipt)),
        "twin": twin,
        "twin_url": _twin_url(seat, twin),
        "last_step": seat.url("etape", STEPS[-1].slug),
        "leave_url": seat.url("retirer"),
        "own_url": seat.url("verification"),
        "write_url": "" if seat.is_employer else seat.url("ecrire"),
    }
    return render(request, "intentions/verification.html", context)


def _step(title: str, url: str, waiting: list[str]) -> Step:
    """A step is done when no answer of its own is waited for."""
    answered = not url or not any(missing.startswith(url) for missing in waiting)
    return Step(title, "done" if answered else "todo", url)


def _twin_url(seat: Seat, twin: Intention | None) -> str:
    """The twin's page, for a hat that may open it; its number and employer are said in any case."""
    from intentions.queries import visible_to

    if twin is None or seat.hat is None or not visible_to(seat.hat).filter(pk=twin.pk).exists():
        return ""
    return twin.get_absolute_url()
