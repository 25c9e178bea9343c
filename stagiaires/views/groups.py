"""One session seen by those who train, decide and follow: its group, its balance, its closing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Step
from sessions.enums import SessionState
from sessions.models import Session
from stagiaires.forms.parcours import StepForm
from stagiaires.models import Parcours
from stagiaires.queries import parcours as queries
from stagiaires.queries import positionings as candidates
from stagiaires.views.around import act, organisme, readers
from stagiaires.views.parcours_tables import table_for
from stagiaires.workflow import closing, commitments, parcours

ORDER = (
    SessionState.PUBLIEE,
    SessionState.EN_COURS,
    SessionState.TERMINEE,
    SessionState.BILAN_FAIT,
    SessionState.CLOSE,
)


def _session(request: HttpRequest, number: str) -> tuple[Membership, Session]:
    hat = hat_of(request)
    rows = candidates.sessions_visible_to(hat).select_related("organisme", "commune", "lot", "request")
    return hat, get_object_or_404(rows, number=number)


@readers
@require_GET
def session_group(request: HttpRequest, number: str) -> HttpResponse:
    """The group of one session, where its life stands, and what its next step waits for."""
    hat, session = _session(request, number)
    seen = queries.visible_to(hat).filter(session=session)
    page = paginate(queries.for_list(seen), request)
    trainer = hat.kind == OrganisationKind.ORGANISME
    region = hat.kind == OrganisationKind.REGION
    over = session.state == SessionState.TERMINEE
    lacks: list[str] = []
    if trainer and over:
        lacks = closing.lacks_for_balance(session)
    elif region and session.state == SessionState.BILAN_FAIT:
        lacks = closing.lacks_for_closing(session)
    context: dict[str, Any] = {
        "hat": hat,
        "session": session,
        "page": page,
        "table": table_for(hat.kind, hat.organisation_id, one_session=True).bind(page.rows),
        "steps": _steps(session),
        "is_trainer": trainer,
        "lacks": lacks,
        "may_balance": trainer and over,
        "may_close": region and session.state == SessionState.BILAN_FAIT,
        "endings": queries.endings_due(seen).count() if trainer else 0,
        "free_posts": queries.free_posts(session).count() if trainer or region else 0,
        "standings": _standings(session, hat) if hat.kind != OrganisationKind.VALIDEUR else [],
        "may_step": trainer and session.access_mode == "intention-embauche",
        "events": timeline(session) if trainer or region else [],
        "crumbs": [Crumb("Parcours", reverse("parcours_liste")), Crumb(session.number)],
    }
    return render(request, "stagiaires/parcours/session.html", context)


def _steps(session: Session) -> list[Step]:
    """From the publication to the closing."""
    state = SessionState.PUBLIEE if session.state == SessionState.EN_RECRUTEMENT else session.state
    if state not in ORDER:
        return []
    here = ORDER.index(SessionState(state))
    return [
        Step(str(one.label), "done" if rank < here else "current" if rank == here else "todo")
        for rank, one in enumerate(ORDER)
    ]


def _standings(session: Session, hat: Membership) -> list[dict[str, Any]]:
    """Each intention under the session: what its employer joined and hired. An employer sees his own."""
    rows = queries.intentions_of(session)
    if hat.kind == OrganisationKind.EMPLOYEUR:
        rows = rows.filter(employer=hat.organisation_id)
    return [{"intention": one, "standing": commitments.standing_of(one)} for one in rows]


@organisme
@require_POST
def complete_all(request: HttpRequest, number: str) -> HttpResponse:
    """Those whose last day has passed are done, at their day."""
    hat, session = _session(request, number)
    rows: list[Parcours] = list(queries.endings_due(queries.visible_to(hat).filter(session=session)))
    back = reverse("session_groupe", args=[number])
    return act(
        request, "parcours.achever_tous", back, "Les fins de parcours sont notées.",
        lambda: parcours.complete_all(rows, hat),
    )  # fmt: skip


@organisme
@require_POST
def balance(request: HttpRequest, number: str) -> HttpResponse:
    """The organisme makes the balance."""
    hat, session = _session(request, number)
    back = reverse("session_groupe", args=[number])
    done = "Le bilan est fait : les engagements des employeurs sont constatés."
    return act(request, "session.bilan", back, done, lambda: closing.take_stock(session, hat))


@readers
@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """The Région closes."""
    hat, session = _session(request, number)
    if hat.kind != OrganisationKind.REGION:
        raise Http404
    back = reverse("session_groupe", args=[number])
    return act(request, "session.clore", back, "La session est close.", lambda: closing.close(session, hat))


@organisme
@require_http_methods(["GET", "POST"])
def step_note(request: HttpRequest, number: str) -> HttpResponse:
    """A step that an employer joined (R92)."""
    hat, session = _session(request, number)
    back = reverse("session_groupe", args=[number])
    form = StepForm(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "session.etape") as claim:
                if not claim.done:
                    commitments.note_step(session, said["employer"], said["step"], hat, said["on_date"])
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "L’étape est notée.")
            return redirect(back)
    context = {
        "form": form,
        "session": session,
        "back": back,
        "crumbs": [
            Crumb("Parcours", reverse("parcours_liste")),
            Crumb(session.number, back),
            Crumb("Noter une étape tenue"),
        ],
    }
    return render(request, "stagiaires/parcours/etape.html", context, status=422 if form.errors else 200)
