"""The lists of candidacies, and the page of one."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.states import Move
from core.journal.timeline import timeline
from core.ui.filters import FORMATS
from core.ui.french import jour, moment
from core.ui.pagination import paginate
from core.ui.parts import Fact, Message
from core.ui.tables import export_response
from sessions.models import Session
from stagiaires.enums import PositioningMove, PositioningState, Side
from stagiaires.forms.positionings import FilterForm, OpinionForm, TextForm
from stagiaires.models import Positioning
from stagiaires.queries import meetings as meeting_queries
from stagiaires.queries import people as people_queries
from stagiaires.queries import positionings as queries
from stagiaires.rules.terms import Step
from stagiaires.views.around import crumbs_of, readers, seen, session_crumbs
from stagiaires.views.tables import state_badge, table_for
from stagiaires.workflow import referents

MESSAGE_IDS = "message_%s"  # the page holds another form with a text


def _filtered(positionings: QuerySet[Positioning], form: FilterForm, kind: str) -> QuerySet[Positioning]:
    """What the address asks. An employer knows candidates by a short name: a family name finds nobody for him."""
    if not form.is_valid():
        return positionings
    said = form.cleaned_data
    for word in said["q"].split()[:3]:
        wanted = Q(session__number__iexact=word) | Q(stagiaire__first_name__unaccent__icontains=word)
        if kind != OrganisationKind.EMPLOYEUR:
            wanted |= Q(stagiaire__last_name__unaccent__icontains=word)
        positionings = positionings.filter(wanted)
    if said["etat"]:
        positionings = positionings.filter(state=said["etat"])
    if said["suivi"]:
        positionings = positionings.filter(state__in=PositioningState.waiting())
    if said["suivi"] == "retard":
        positionings = positionings.filter(answer_due_on__lt=timezone.localdate())
    return positionings


@readers
@require_GET
def positioning_list(request: HttpRequest) -> HttpResponse:
    """Every candidacy that this hat follows or answers, those that wait the longest first."""
    hat = hat_of(request)
    form = FilterForm(request.GET, kind=hat.kind)
    mine = queries.visible_to(hat)
    page = paginate(queries.for_list(_filtered(mine, form, hat.kind)), request)
    context = {
        "hat": hat,
        "form": form,
        "page": page,
        "table": table_for(hat.kind).bind(page.rows),
        "exports": _exports(request),
        "total": page.total_text("candidature"),
        "filtered": any(request.GET.get(name) for name in ("q", "etat", "suivi")),
    }
    return render(request, "stagiaires/positionnement/liste.html", context)


@readers
@require_GET
def positioning_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same candidacies in a file, under the same filters; of one session with `session`. No sensitive fact."""
    hat = hat_of(request)
    mine = queries.visible_to(hat)
    if number := request.GET.get("session", ""):
        mine = mine.filter(session=get_object_or_404(queries.sessions_visible_to(hat), number=number))
    if fmt not in dict(FORMATS):
        raise Http404
    rows = queries.for_list(_filtered(mine, FilterForm(request.GET, kind=hat.kind), hat.kind))
    return export_response(table_for(hat.kind), rows, "candidatures", fmt)


def _exports(request: HttpRequest, session: str = "") -> list[tuple[str, str]]:
    """What leads to the files, the filters of the page kept."""
    kept = {name: request.GET[name] for name in ("q", "etat", "suivi") if request.GET.get(name)}
    asked = urlencode(kept | ({"session": session} if session else {}))
    return [
        (label, reverse("positionnements_export", args=[fmt]) + (f"?{asked}" if asked else ""))
        for fmt, label in FORMATS
    ]


@readers
@require_GET
def session_candidates(request: HttpRequest, number: str) -> HttpResponse:
    """The candidates of one session, its meetings, its referent: what recruiting it is made of."""
    hat = hat_of(request)
    rows = queries.sessions_visible_to(hat).select_related("organisme", "commune", "metier", "lot")
    session: Session = get_object_or_404(rows, number=number)
    form = FilterForm(request.GET, kind=hat.kind)
    mine = queries.visible_to(hat).filter(session=session)
    page = paginate(queries.for_list(_filtered(mine, form, hat.kind)), request)
    is_trainer = session.organisme_id == hat.organisation_id
    refused = list(queries.refused_by_employers(session).select_related("stagiaire")[:20]) if is_trainer else []
    context = {
        "hat": hat,
        "session": session,
        "form": form,
        "page": page,
        "table": table_for(hat.kind, one_session=True).bind(page.rows),
        "exports": _exports(request, number),
        "total": page.total_text("candidature"),
        "counts": queries.counts(mine, for_valideur=hat.kind != OrganisationKind.ORGANISME),
        "filtered": any(request.GET.get(name) for name in ("q", "etat", "suivi")),
        "meetings": meeting_queries.of_session(session, hat),
        "employers": queries.employers_of(session) if hat.kind != OrganisationKind.VALIDEUR else [],
        "referent": queries.referent_of(session),
        "may_name": referents.may_name(session, hat),
        "is_trainer": is_trainer,
        "may_propose": (hat.kind == OrganisationKind.VALIDEUR or is_trainer)
        and not queries.why_closed(session, brought_by_organisme=is_trainer),
        "refused": refused,
        "crumbs": session_crumbs(session, "")[:1] + session_crumbs(session, session.number)[2:],
    }
    return render(request, "stagiaires/positionnement/session.html", context)


# ---- one candidacy


@readers
@require_GET
def positioning_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One candidacy: who, where it stands, what each says of it, and what this hat may do now."""
    hat, positioning = seen(request, pk)
    return render(request, "stagiaires/positionnement/candidature.html", detail(hat, positioning))


def detail(
    hat: Membership,
    positioning: Positioning,
    *,
    opinion: OpinionForm | None = None,
    message: TextForm | None = None,
) -> dict[str, Any]:
    """What the page of a candidacy shows to this hat."""
    is_employer = hat.kind == OrganisationKind.EMPLOYEUR
    whole = not is_employer and people_queries.reads_whole(hat, positioning.stagiaire)
    acts = acts_of(hat, positioning)
    return {
        "hat": hat,
        "positioning": positioning,
        "session": positioning.session,
        "name": positioning.stagiaire.short_name if is_employer else str(positioning.stagiaire),
        "badge": state_badge(positioning, hat.kind),
        "facts": _facts(hat, positioning, whole=whole),
        "is_employer": is_employer,
        "acts": acts,
        "admission": reverse("admission", args=[positioning.pk]) if acts["admit"] else "",
        "opinions": _opinions(hat, positioning),
        "opinion_form": opinion or (OpinionForm() if acts["opine"] else None),
        "thread": [] if is_employer else _thread(hat, positioning),
        "message_form": message or TextForm(auto_id=MESSAGE_IDS),
        "may_write": hat.organisation_id in (positioning.valideur_id, positioning.session.organisme_id)
        and positioning.valideur_id is not None,
        "meetings": meeting_queries.of_positioning(positioning, hat),
        "sees_person": not is_employer,
        "events": [] if is_employer else timeline(positioning),
        "crumbs": crumbs_of(positioning),
    }


def acts_of(hat: Membership, positioning: Positioning, *, in_any_state: bool = False) -> dict[str, bool]:
    """What this hat may do to the candidacy as it stands; `in_any_state`: what is its to do, now or not."""
    trainer = positioning.session.organisme_id == hat.organisation_id
    owner = positioning.valideur_id == hat.organisation_id or (positioning.valideur_id is None and trainer)
    state = positioning.state
    opens = in_any_state or state in (*PositioningState.waiting(), PositioningState.ABSENT)

    def answers(move: Move) -> bool:
        return trainer and (in_any_state or state in move.sources)

    return {
        "convoke": answers(PositioningMove.CONVOQUER),
        "wait": answers(PositioningMove.METTRE_EN_ATTENTE),
        "admit": answers(PositioningMove.ADMETTRE),
        "refuse": answers(PositioningMove.REFUSER),
        "absent": answers(PositioningMove.NOTER_ABSENT),
        "withdraw": owner and opens,
        "resume": owner and state in PositioningMove.REPRENDRE.sources,
        "hand": positioning.valideur_id == hat.organisation_id and (in_any_state or state != PositioningState.RETIRE),
        "opine": opens
        and (
            hat.kind == OrganisationKind.EMPLOYEUR
            or (hat.kind == OrganisationKind.VALIDEUR and positioning.valideur_id == hat.organisation_id)
        ),
    }


def _facts(hat: Membership, positioning: Positioning, *, whole: bool) -> list[Fact]:
    """What this hat reads of the candidate. An employer: the project and the presentation, never how to reach him."""
    facts = []
    person = positioning.stagiaire
    if hat.kind != OrganisationKind.EMPLOYEUR:
        born = jour(person.birth_on, weekday=False) if person.birth_on else ""
        facts.append(Fact("Date de naissance", born))
        email = positioning.contact_email or (person.email if whole else "")
        phone = positioning.contact_phone or (person.phone if whole else "")
        facts.append(Fact("À joindre", " · ".join(part for part in (phone, email) if part)))
        if whole:
            facts.append(Fact("Niveau d’études", person.get_level_display() if person.level else "", rule="R77"))
            facts.append(Fact("Inscription", _registration(positioning), rule="R75"))
        facts.append(Fact("Proposée par", positioning.valideur or "L’organisme lui-même"))
        facts.append(Fact("Suivie par", positioning.advisor.user))
    facts.append(Fact("Projet", positioning.get_project_display() if positioning.project else "", rule="R37"))
    if positioning.previous_step:
        facts.append(Fact("Ce qui précède", Step(positioning.previous_step).label, rule="R82"))
    if positioning.brought_intention:
        facts.append(Fact("Intention d’embauche", "Apportée par la personne", rule="R14"))
    if positioning.appointment_at and positioning.state == PositioningState.CONVOQUE:
        when = moment(timezone.localtime(positioning.appointment_at))
        facts.append(Fact("Rendez-vous", f"{when}, {positioning.appointment_place}"))
    return facts


def _registration(positioning: Positioning) -> str:
    person = positioning.stagiaire
    number = f"France Travail {person.ft_identifier}" if person.ft_identifier else ""
    return " · ".join(part for part in (number, person.get_category_display() if person.category else "") if part)


def _opinions(hat: Membership, positioning: Positioning) -> list[dict[str, Any]]:
    """The opinions kept: all of them for those who answer and watch; one's own side's for the others."""
    said = positioning.opinions.select_related("author__user", "author__organisation").order_by("-created_at", "-id")
    if hat.kind in (OrganisationKind.EMPLOYEUR, OrganisationKind.VALIDEUR):
        said = said.filter(author__organisation=hat.organisation_id)
    return [
        {
            "who": row.author.organisation,
            "side": Side(row.side).label,
            "favourable": row.favourable,
            "text": row.text,
            "at": row.created_at,
        }
        for row in said
    ]


def _thread(hat: Membership, positioning: Positioning) -> list[Message]:
    said = positioning.messages.select_related("author__organisation").order_by("created_at", "id")
    return [
        Message(
            author=str(row.author.organisation),
            when=row.created_at,
            text=row.text,
            mine=row.author.organisation_id == hat.organisation_id,
        )
        for row in said
    ]
