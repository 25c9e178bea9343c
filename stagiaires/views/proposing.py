"""A valideur (or the organisme itself) positions a person on a session: one, or a whole list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import pluriel
from sessions.models import Session
from sessions.queries import catalogue
from stagiaires import people_list
from stagiaires.forms.people import PersonForm
from stagiaires.forms.positionings import CandidacyForm, PastedListForm
from stagiaires.models import Stagiaire
from stagiaires.people_list import ListLine
from stagiaires.queries import people as people_queries
from stagiaires.queries import positionings as queries
from stagiaires.views.around import must, posted, proposers, session_crumbs
from stagiaires.workflow import lists, people, positionings

FOUND = 8


def _session(request: HttpRequest, number: str) -> tuple[Membership, Session]:
    """A session of the catalogue; an organisme proposes on its own alone."""
    hat = hat_of(request)
    rows = catalogue.with_card(catalogue.public()).select_related("request", "metier", "lot", "publication")
    session = get_object_or_404(rows, number=number)
    must(hat.kind == OrganisationKind.VALIDEUR or session.organisme_id == hat.organisation_id)
    return hat, session


def _closed(request: HttpRequest, hat: Membership, session: Session) -> HttpResponse | None:
    """The page that says why nobody can be proposed, and where else; None when somebody can."""
    own = hat.kind == OrganisationKind.ORGANISME
    closed = queries.why_closed(session, brought_by_organisme=own)
    conflict = "" if own or closed else queries.conflict(session, hat.user)
    if not closed and not conflict:
        return None
    context = {
        "session": session,
        "why": closed or conflict,
        "neighbours": queries.neighbours(session) if closed else [],
        "crumbs": session_crumbs(session, "Proposer une personne")[:1],
    }
    return render(request, "stagiaires/positionnement/ferme.html", context)


@proposers
@require_http_methods(["GET", "POST"])
def position(request: HttpRequest, number: str) -> HttpResponse:
    """One person on this session: someone already followed (`?personne=`), or a person to describe."""
    hat, session = _session(request, number)
    if closed := _closed(request, hat, session):
        return closed
    chosen = _chosen(request, hat)
    person = PersonForm(posted(request)) if chosen is None else None
    candidacy = CandidacyForm(posted(request))
    if request.method == "POST" and candidacy.is_valid() & (person is None or person.is_valid()):
        try:
            return _propose(request, hat, session, chosen, person, candidacy)
        except people.Doubt as doubt:
            candidacy.offer_homonym()
            candidacy.add_error("homonym", doubt.message)
        except Refused as refused:
            (person or candidacy).add_error(None, refused.message)
    context = {
        "session": session,
        "person": person,
        "candidacy": candidacy,
        "chosen": chosen,
        "found": [] if chosen or request.method == "POST" else _search(request, hat),
        "q": request.GET.get("q", "")[:100],
        "prerequisites": session.request.prerequisites,
        "referent": queries.referent_of(session),
        "crumbs": [*session_crumbs(session, "Proposer une personne")[::2]],
    }
    return render(request, "stagiaires/positionnement/nouveau.html", context, status=422 if candidacy.is_bound else 200)


def _propose(
    request: HttpRequest,
    hat: Membership,
    session: Session,
    chosen: Stagiaire | None,
    person: PersonForm | None,
    candidacy: CandidacyForm,
) -> HttpResponse:
    values: dict[str, Any] = {**candidacy.cleaned_data}
    known = False
    with once(request, "positionnement.proposer") as claim:
        if claim.done:
            return redirect(claim.location)
        if chosen is not None:
            made = positionings.propose_known(session, chosen, values, hat)
        else:
            assert person is not None  # noqa: S101 one of the two is given
            values |= person.cleaned_data
            made, known = positionings.propose(session, values, hat, homonym=values["homonym"])
        claim.keep(reverse("positionnement_detail", args=[made.pk]))
    if known:
        messages.info(request, f"{people.KNOWN} Votre candidature lui est rattachée, sans vous montrer son dossier.")
    messages.success(request, "La candidature est proposée : l’organisme vous répondra ici.")
    return redirect(claim.location)


def _chosen(request: HttpRequest, hat: Membership) -> Stagiaire | None:
    """The person already followed that the address names, if this hat sees him."""
    asked = request.GET.get("personne", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return get_object_or_404(people_queries.visible_to(hat).filter(purged_at=None), pk=asked)


def _search(request: HttpRequest, hat: Membership) -> list[Stagiaire]:
    """Among the persons that this hat follows: those whose name holds the words, or the last ones written."""
    rows = people_queries.visible_to(hat).filter(purged_at=None)
    for word in request.GET.get("q", "")[:100].split()[:3]:
        rows = rows.filter(last_name__unaccent__icontains=word) | rows.filter(first_name__unaccent__icontains=word)
    return list(rows.order_by("-created_at", "-id")[:FOUND])


@proposers
@require_http_methods(["GET", "POST"])
def position_list(request: HttpRequest, number: str) -> HttpResponse:
    """A pasted list: looked at line by line, corrected in place, then proposed. Nothing is kept before that."""
    hat, session = _session(request, number)
    if closed := _closed(request, hat, session):
        return closed
    form = PastedListForm(posted(request), request.FILES or None)
    looked: list[lists.Looked] = []
    if request.method == "POST" and form.is_valid():
        try:
            lines = _lines(form)
            if "confirmer" in request.POST:
                lines = _confirm(request, hat, session, lines)
                if not lines:
                    return redirect("session_candidats", session.number)
            looked = lists.look(session, lines)
        except Refused as refused:
            form.add_error("file" if form.sent else "text", refused.message)
        else:
            form = PastedListForm(initial={"text": people_list.as_text(lines)})
    context = {
        "session": session,
        "form": form,
        "looked": looked,
        "passing": sum(one.passes for one in looked),
        "most": people_list.MAX_LINES,
        "titles": [names[0] for names in people_list.COLUMNS.values()],
        "crumbs": [*session_crumbs(session, "Proposer une liste")[::2]],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "stagiaires/positionnement/liste_collee.html", context, status=status)


def _lines(form: PastedListForm) -> list[ListLine]:
    file = form.sent
    if file is not None:
        return people_list.read_file(file, file.size or 0)
    return people_list.read_text(form.cleaned_data["text"])


def _confirm(request: HttpRequest, hat: Membership, session: Session, lines: list[ListLine]) -> list[ListLine]:
    """Propose what passes. Returns the lines left aside, numbered anew: they are to be corrected and sent again."""
    with once(request, "positionnement.liste") as claim:
        if claim.done:
            return []
        done, left = lists.propose_all(session, lines, hat)
        if not done:
            raise Refused("Aucune ligne de cette liste ne peut être proposée : corrigez-la, puis vérifiez de nouveau.")
        claim.keep(reverse("session_candidats", args=[session.number]))
    proposed = pluriel(done, "personne est proposée", "personnes sont proposées")
    messages.success(request, f"{proposed} : l’organisme vous répondra pour chacune.")
    if not left:
        return []
    aside = pluriel(len(left), "ligne est laissée de côté", "lignes sont laissées de côté")
    messages.warning(request, f"{aside} : corrigez ici ce qui doit l’être, ou laissez-les.")
    return people_list.read_text(people_list.as_text([one.line for one in left]))
