"""The stepped form: one group of questions per page, kept as one goes, the verdict beside."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_required
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Step
from intentions import queries, workflow
from intentions.employers import EmployerProblem, name_employer
from intentions.enums import IntentionState
from intentions.facts import judge_intention
from intentions.forms import STEPS, CommitmentForm, EmployerForm, StepForm
from intentions.models import Intention
from intentions.statement import declaration_text
from intentions.verdicts import view_of
from intentions.views.seats import Seat
from intentions.workflow.base import origin_of

FILERS = ("employeur", "organisme", "valideur", "relais", "region")


@hat_required(*FILERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first step of an intention that does not exist yet; the draft is born when it is sent."""
    hat = request.hat  # type: ignore[attr-defined]
    if request.method != "POST":
        blank = Intention(filed_by=hat, origin=origin_of(hat), employer=hat.organisation if _own(hat) else None)
        if _own(hat):
            blank.contact_name, blank.contact_email = hat.user.get_full_name(), hat.user.email
            blank.contact_phone = hat.user.phone
        seat = Seat(blank, hat)
        form = EmployerForm(intention=blank, by_employer=seat.is_employer)
        return _show(request, seat, form, starting=True)
    with once(request, "intention.commencer") as claim:
        if claim.done:
            return redirect(claim.location)
        seat = Seat(workflow.start(hat), hat)
        claim.keep(seat.url("etape", EmployerForm.slug))
    return _answer(request, seat, EmployerForm)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, seat: Seat, slug: str) -> HttpResponse:
    """One step of a draft. htmx asks the same address for the verdict while one types."""
    chosen = next((s for s in STEPS if s.slug == slug), None)
    if chosen is None:
        raise Http404
    if seat.intention.state != IntentionState.BROUILLON:
        messages.info(request, "Cette intention est déposée. Reprenez-la pour la corriger.")
        return redirect(seat.url("detail"))
    if request.method == "POST":
        return _answer(request, seat, chosen)
    form = chosen(intention=seat.intention, by_employer=seat.is_employer)
    return _show(request, seat, form)


def _answer(request: HttpRequest, seat: Seat, chosen: type[StepForm]) -> HttpResponse:
    """Keep what is valid; show again what is not; go on when nothing of this step is wrong."""
    form = chosen(request.POST, request.FILES, intention=seat.intention, by_employer=seat.is_employer)
    form.is_valid()
    try:
        seat = _keep(seat, form)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(seat.url("detail"))
    judgement = judge_intention(seat.intention)
    wanted = form.wanted_precisions(judgement)
    asked = [name for name in request.POST.get("precisions", "").split(",") if name]
    if request.headers.get("HX-Request"):
        return _fragment(request, seat, chosen, wanted, asked)
    if form.errors:
        return _show(request, seat, form)
    if any(name not in asked for name in wanted):
        messages.info(request, "Votre réponse appelle une précision, en bas de cette page.")
        return redirect(f"{seat.url('etape', chosen.slug)}#precisions")
    return redirect(_next_url(seat, chosen))


def _keep(seat: Seat, form: StepForm) -> Seat:
    """Write the valid answers; the employer, the document and the signature have acts of their own."""
    answers = form.answers()
    intention = seat.intention
    if isinstance(form, EmployerForm):
        try:
            answers |= name_employer(seat.intention, form.cleaned_data, hat=seat.hat)
        except EmployerProblem as problem:
            form.add_error(problem.field, problem.message)
    intention = workflow.answer(intention, answers, hat=seat.hat)
    if isinstance(form, CommitmentForm):
        if upload := form.cleaned_data.get("statement"):
            intention = workflow.attach(intention, upload, hat=seat.hat)
        elif (name := form.cleaned_data.get("signer")) and "suite" in form.data:
            intention = workflow.sign(intention, name, hat=seat.hat)
    return Seat(intention, seat.hat, seat.token)


def _show(request: HttpRequest, seat: Seat, form: StepForm, *, starting: bool = False) -> HttpResponse:
    judgement = judge_intention(seat.intention)
    wanted = form.wanted_precisions(judgement)
    form.keep_only(wanted)
    form.say_figures(judgement.parameters)
    context = _context(seat, type(form), judgement) | {"form": form, "precisions": wanted, "starting": starting}
    context["last"] = queries.last_filed(seat.hat) if starting and seat.hat else None
    if isinstance(form, CommitmentForm):
        context["declaration"] = declaration_text(seat.intention)
    return render(request, "intentions/etape.html", context, status=422 if form.errors else 200)


def _fragment(
    request: HttpRequest, seat: Seat, chosen: type[StepForm], wanted: list[str], asked: list[str]
) -> HttpResponse:
    """The verdict, the time of saving, and the precisions if other ones are wanted than those shown."""
    context = _context(seat, chosen, judge_intention(seat.intention))
    if wanted != asked:
        form = chosen(intention=seat.intention, by_employer=seat.is_employer)
        form.keep_only(wanted)
        context |= {"form": form, "precisions": wanted, "renew_precisions": True}
    else:
        context |= {"form": None, "precisions": wanted, "renew_precisions": False}
    return render(request, "intentions/parts/direct.html", context)


def _context(seat: Seat, chosen: type[StepForm], judgement: Any) -> dict[str, Any]:
    position = STEPS.index(chosen)
    urls = seat.step_urls() if seat.intention.pk else {}
    return {
        "seat": seat,
        "intention": seat.intention,
        "step": chosen,
        "steps": [_step(index, position, s, urls) for index, s in enumerate(STEPS)],
        "verdict": view_of(judgement, seat.audience, urls),
        "following": STEPS[position + 1].title if position + 1 < len(STEPS) else "",
        "previous": seat.url("etape", STEPS[position - 1].slug) if position and seat.intention.pk else "",
        "step_url": seat.url("etape", chosen.slug) if seat.intention.pk else "",
        "saved_at": timezone.localtime(seat.intention.updated_at) if seat.intention.pk else None,
    }


def _step(index: int, position: int, step_form: type[StepForm], urls: dict[str, str]) -> Step:
    state = "current" if index == position else "done" if index < position else "todo"
    return Step(step_form.title, state, urls.get(step_form.slug, ""))


def _next_url(seat: Seat, chosen: type[StepForm]) -> str:
    position = STEPS.index(chosen)
    return seat.url("etape", STEPS[position + 1].slug) if position + 1 < len(STEPS) else seat.url("verification")


def _own(hat: Any) -> bool:
    return bool(hat.kind == "employeur")
