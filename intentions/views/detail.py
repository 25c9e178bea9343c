"""One file: its verdict, answers, posts, history, and what one may do with it now."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.enums import OrganisationKind, Role
from core.journal.events import history_of
from core.journal.idempotency import once
from core.rulebook import letters
from core.rulebook.parameters import judged_by
from core.rulebook.receipts import last_receipt
from core.rulebook.views import letters as letter_views
from core.ui.parts import Event
from intentions import workflow
from intentions.enums import IntentionMove, IntentionState
from intentions.facts import judge_intention
from intentions.links import address_of
from intentions.models import Intention
from intentions.queries import invitations_of
from intentions.recap import recap_of
from intentions.verdicts import view_of
from intentions.views.seats import Seat
from intentions.workflow import tell

STATE_TONES = {
    IntentionState.BROUILLON: "",
    IntentionState.DEPOSEE: "info",
    IntentionState.QUALIFIEE: "info",
    IntentionState.NON_ELIGIBLE: "non",
    IntentionState.ENGAGEE: "acc",
    IntentionState.COUVERTE: "ok",
    IntentionState.HONOREE: "ok",
    IntentionState.PARTIELLE: "doute",
    IntentionState.NON_HONOREE: "non",
    IntentionState.RETIREE: "non",
    IntentionState.EXPIREE: "doute",
}


@dataclass(frozen=True)
class Acts:
    """What this seat may do with the file as it stands."""

    resume: bool
    withdraw: bool
    reduce: bool
    copy: bool
    write_to_employer: bool
    qualify: bool
    assign: bool
    set_aside: bool
    decide: bool


def acts_of(seat: Seat) -> Acts:
    intention, hat = seat.intention, seat.hat
    region = hat is not None and hat.kind == OrganisationKind.REGION
    decides = region and hat is not None and hat.role == Role.DECIDEUR
    handles = region and hat is not None and hat.role in (Role.DECIDEUR, Role.GESTIONNAIRE)
    return Acts(
        resume=seat.may_edit and intention.state in IntentionMove.REPRENDRE.sources,
        withdraw=(seat.may_edit or handles) and intention.state in IntentionMove.RETIRER.sources,
        reduce=(seat.may_edit or handles)
        and intention.state in IntentionState.filed()
        and (intention.post_count or 0) > 1,
        copy=seat.may_edit and hat is not None,
        write_to_employer=not seat.is_employer and (seat.is_author or handles) and bool(address_of(intention)),
        qualify=handles and intention.state in IntentionMove.QUALIFIER.sources,
        assign=handles and hat is not None and intention.assigned_to_id != hat.user_id,
        set_aside=decides and intention.state in IntentionMove.ECARTER.sources,
        decide=decides and intention.state in IntentionState.filed(),
    )


@require_safe
def detail(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The file's page. A draft is shown by its check page, where it is finished."""
    intention = seat.intention
    if intention.state == IntentionState.BROUILLON and seat.may_edit:
        return redirect(seat.url("verification"))
    with_internal = seat.hat is not None and seat.hat.kind == OrganisationKind.REGION
    judgement = judge_intention(intention)
    posts = [post for post in intention.posts.all() if post.state == "ouvert"]
    context: dict[str, Any] = {
        "seat": seat,
        "intention": intention,
        "state_tone": STATE_TONES[IntentionState(intention.state)],
        "verdict": view_of(judgement, seat.audience, seat.step_urls()),
        "edition": judged_by(judgement),
        "groups": recap_of(intention),
        "posts": posts,
        "gone": intention.state in IntentionState.gone(),
        "derogations": list(intention.derogations.all()),
        "acts": acts_of(seat),
        "invitations": invitations_of(intention, seat.token) if seat.may_edit else [],
        "history": history_events(intention, with_internal=with_internal),
        "receipt": last_receipt(intention),
        "letters": letters.links_of(intention, url_of=lambda receipt: seat.url("lettre", receipt)),
        "urls": {name: seat.url(name) for name in ("retirer", "reduire", "reprendre", "recu", "ecrit")},
    }
    return render(request, "intentions/detail.html", context)


def history_events(intention: Intention, *, with_internal: bool) -> list[Event]:
    """The history, the most recent first, in the words of the journal."""
    events = []
    for line in history_of(intention, with_internal=with_internal):
        who = f"{line.actor} · {line.hat.organisation}" if line.actor and line.hat else str(line.actor or "")
        events.append(Event(timezone.localtime(line.at), line.label, line.reason, who or "Employeur ou portail"))
    return events[::-1]


@require_safe
def statement(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The written intention itself, as it was joined: always downloaded, never shown by the browser."""
    if not seat.intention.statement_file:
        raise Http404
    return FileResponse(
        seat.intention.statement_file.open("rb"),
        as_attachment=True,
        filename=seat.intention.statement_name,
        content_type="application/octet-stream",
    )


@require_safe
def receipt(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The receipt of the deposit as a tagged PDF. Absent until the intention is filed."""
    if seat.intention.filed_at is None:
        raise Http404
    # Loading the maker of PDF takes seconds: only those who ask for one wait for it, not every start of the portal.
    from intentions import receipt_pdf

    content = receipt_pdf.render(seat.intention)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="intention-{seat.intention.number}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, seat: Seat, receipt: int) -> HttpResponse:
    """The letter of one decision on this intention: asked for (GET), or written now (POST)."""
    return letter_views.serve(request, receipt, seat.intention)


@require_POST
def write_to_employer(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Send the employer his personal link, now."""
    region = seat.hat is not None and seat.hat.kind == OrganisationKind.REGION
    if not (seat.is_author or region) or seat.is_employer:
        raise Http404
    if not acts_of(seat).write_to_employer:
        messages.error(
            request, "Donnez d’abord l’adresse électronique de l’employeur, à l’étape «\u00a0L’entreprise\u00a0»."
        )
    else:
        with transaction.atomic():
            tell.send_link(seat.intention, f"demande:{timezone.now():%Y-%m-%dT%H:%M}")
        messages.success(request, f"Le lien part à {address_of(seat.intention)}. Il vaut 30 jours.")
    return redirect(seat.url("detail"))


@require_POST
def copy(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A new draft with the same need."""

    if seat.hat is None or not seat.may_edit:
        raise Http404
    with once(request, "intention.modele") as claim:
        if claim.done:
            return redirect(claim.location)
        new = workflow.clone(seat.intention, hat=seat.hat)
        claim.keep(Seat(new, seat.hat).url("etape", "entreprise"))
    messages.success(request, "Vos réponses sont reprises. Vérifiez-les, puis donnez les dates et l’engagement.")
    return redirect(claim.location)
