"""The way in; the events told to partners, what became of each, and what may be done of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.ui.french import pluriel
from core.ui.html import badge
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.spreadsheets import read as read_sheet
from core.ui.tables import Column, Empty, Table, export_response
from stagiaires import exchange_channel
from stagiaires.enums import ExternalMove, ExternalState, Partner, Sender
from stagiaires.exchange_filters import EventFilter
from stagiaires.exchanges.agora import ANSWERS
from stagiaires.forms import exchanges as asked
from stagiaires.models import ExternalEvent
from stagiaires.queries.exchanges import events as queries
from stagiaires.queries.exchanges import files as file_queries
from stagiaires.views.exchanges.common import TONES, crumbs, form_page, keepers, readers, senders
from stagiaires.workflow.exchanges import answers, files

EMPTY = Empty("Aucun événement", "Chaque admission, entrée, interruption ou sortie en écrit un de lui-même.")
FILTERED = Empty("Aucun événement ne répond à ces filtres", "Ôtez un filtre pour en voir davantage.", "?",
                 "Ôter les filtres")  # fmt: skip


def _where(event: ExternalEvent) -> str:
    """The state in words, more precise than the label while it waits."""
    if event.state == ExternalState.A_ENVOYER:
        return "Dans un fichier à remettre" if event.file_id else "À compléter" if event.answer else "À transmettre"
    if event.state == ExternalState.PAR_AUTRUI:
        if event.sender == Sender.FRANCE_TRAVAIL:
            return "Transmis par France Travail"
        return "Transmis par l’organisme" if event.file_id else "À transmettre par l’organisme"
    return str(event.get_state_display())


def state_badge(event: ExternalEvent) -> Any:
    return badge(_where(event), TONES[ExternalState(event.state)])


def table_for(kind: str) -> Table:
    """The table of this kind of reader. Nobody is named in it, nor in the file that is taken away."""
    columns = [
        Column("evenement", "Événement", value="get_kind_display",
               link=lambda one: reverse("echange_evenement", args=[one.pk])),
        Column("dossier", "Dossier", value=lambda one: f"P{one.parcours_id}"),
        Column("session", "Session", value="parcours.session.number"),
        Column("partenaire", "Partenaire", value="get_partner_display"),
        Column("survenu", "Survenu le", value="happened_on", kind="date"),
        Column("etat", "État", value=_where, show=state_badge),
        Column("reponse", "Réponse, ou ce qui manque", value="answer"),
        Column("version", "Version", value="version", kind="integer", on_screen=False),
        Column("cle", "Clé", value="key", on_screen=False),
        Column("transmis", "Transmis le", value="sent_at", kind="moment", on_screen=False),
    ]  # fmt: skip
    if kind == OrganisationKind.REGION:
        columns.insert(3, Column("organisme", "Organisme", value="parcours.organisme"))
    return Table("Événements", columns, empty=EMPTY)


def _rows(request: HttpRequest) -> tuple[EventFilter, QuerySet[ExternalEvent]]:
    seen = queries.visible_to(hat_of(request))
    bound = EventFilter(request.GET, queryset=seen, request=request)
    return bound, queries.for_list(bound.qs if bound.is_valid() else seen)


@readers
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this hat exchanges, and what waits."""
    hat = hat_of(request)
    keeps = hat.kind in (OrganisationKind.REGION, OrganisationKind.ORGANISME)
    context = {
        "hat": hat,
        "keeps": keeps,
        "is_region": hat.kind == OrganisationKind.REGION,
        "may_send": file_queries.may_send(hat),
        "is_organisme": hat.kind == OrganisationKind.ORGANISME,
        "standings": queries.standings(queries.visible_to(hat)) if keeps else [],
        "files": list(file_queries.for_list(file_queries.made_by(hat))[:10]) if keeps else [],
        "dropped": exchange_channel.is_configured(),
    }
    return render(request, "stagiaires/echanges/accueil.html", context)


@keepers
@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    """Every event that this hat sees, the last first."""
    bound, rows = _rows(request)
    page = paginate(rows, request)
    context = {
        "page": page,
        "table": table_for(hat_of(request).kind).bind(page.rows, empty=FILTERED if bound.active else None),
        "crumbs": crumbs(Crumb("Événements")),
        **bound.head("echange_evenements_export"),
    }
    return render(request, "stagiaires/echanges/evenements.html", context)


@keepers
@require_GET
def event_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows as the screen, without a name."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    return export_response(table_for(hat_of(request).kind), _rows(request)[1], "evenements", fmt)


# ---- one event


@dataclass(frozen=True)
class Act:
    """What may be done of an event: its words, its form, in which states."""

    title: str
    done: str
    states: tuple[str, ...]
    form: Callable[..., forms.Form] | None
    apply: Callable[[ExternalEvent, Membership, dict[str, Any]], Any]
    lead: str = ""


ACTS = {
    "accepter": Act(
        "Noter l’acceptation", "L’événement est accepté.", ExternalMove.ACCEPTER.sources, asked.AcceptForm,
        lambda event, hat, said: answers.accept(event, hat, **said),
    ),
    "refuser": Act(
        "Noter le refus", "Le refus est noté, l’organisme en est prévenu.", ExternalMove.REJETER.sources,
        asked.RefuseForm, lambda event, hat, said: answers.refuse(event, hat, **said),
    ),
    "renvoyer": Act(
        "Transmettre de nouveau", "L’événement attend de nouveau, pour le prochain fichier.",
        ExternalMove.RENVOYER.sources, None, lambda event, hat, _: answers.send_again(event, hat),
    ),
    "confier": Act(
        "Confier le dossier à un autre", "Le dossier est transmis par un autre.", ExternalMove.CONFIER.sources,
        asked.EntrustForm, lambda event, hat, said: answers.entrust(event, hat, **said),
        lead="Ce qui attend de ce dossier, et tout ce qui suivra, ne part plus d’ici : rien n’est dit deux fois.",
    ),
    "reprendre": Act(
        "Reprendre le dossier", "La Région transmet de nouveau ce dossier.", ExternalMove.REPRENDRE.sources,
        asked.ReasonForm, lambda event, hat, said: answers.take_back(event, hat, **said),
        lead="Ce qu’un autre devait transmettre de ce dossier attend de nouveau, pour le prochain fichier. Ce qui lui "
        "a été remis n’est pas redit.",
    ),
}  # fmt: skip


def _find(request: HttpRequest, pk: int) -> ExternalEvent:
    return get_object_or_404(queries.for_page(queries.visible_to(hat_of(request))), pk=pk)


@keepers
@require_GET
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: where it stands, each column as it would leave, what may be done."""
    hat, event = hat_of(request), _find(request, pk)
    said = queries.said(event)
    acts = [
        (act.title, reverse("echange_acte", args=[pk, slug]), act.form is not None)
        for slug, act in ACTS.items()
        if event.state in act.states and file_queries.may_send(hat) and not _leaving(event, slug)
    ]
    context = {
        "event": event,
        "shape": queries.format_of(event),
        "said": said,
        "lacks": [one for one in said if one.lacks] if event.state == ExternalState.A_ENVOYER else [],
        "badge": state_badge(event),
        "facts": _facts(event),
        "acts": acts,
        "events": timeline(event),
        "crumbs": crumbs(Crumb("Événements", reverse("echange_evenements")), Crumb(str(event.get_kind_display()))),
    }
    return render(request, "stagiaires/echanges/evenement.html", context)


def _leaving(event: ExternalEvent, slug: str) -> bool:
    """It is in a file that has not left: it is no time to give it to another."""
    return slug == "confier" and event.state == ExternalState.A_ENVOYER and event.file_id is not None


def _facts(event: ExternalEvent) -> list[Fact]:
    one = event.parcours
    facts = [
        Fact("Dossier", f"P{one.pk}", url=reverse("parcours_detail", args=[one.pk])),
        Fact("Session", f"{one.session.title} ({one.session.number})"),
        Fact("Organisme", one.organisme),
        Fact("Survenu le", event.happened_on),
        Fact("Qui transmet", event.get_sender_display()),
    ]
    if event.file is not None:
        facts.append(Fact("Fichier", event.file.name, url=reverse("echange_fichier", args=[event.file_id])))
    if event.sent_at is not None:
        facts.append(Fact("Transmis le", event.sent_at))
    if event.remote_id:
        facts.append(Fact("Numéro chez le partenaire", event.remote_id))
    return [*facts, Fact("Clé", event.key)]


@senders
@require_http_methods(["GET", "POST"])
def event_act(request: HttpRequest, pk: int, acte: str) -> HttpResponse:
    """One act on one event."""
    event, act = _find(request, pk), ACTS.get(acte)
    if act is None:
        raise Http404
    back = reverse("echange_evenement", args=[pk])
    if request.method == "GET" and (event.state not in act.states or act.form is None):
        return redirect(back)
    form = act.form(request.POST if request.method == "POST" else None) if act.form else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            with once(request, f"echange.{acte}") as claim:
                if not claim.done:
                    act.apply(event, hat_of(request), form.cleaned_data if form else {})
                    claim.keep(back)
        except Refused as refused:
            if form is None:
                messages.error(request, refused.message)
                return redirect(back)
            form.add_error(None, refused.message)
        else:
            messages.success(request, act.done)
            return redirect(back)
    trail = crumbs(Crumb("Événements", reverse("echange_evenements")), Crumb("L’événement", back), Crumb(act.title))
    return form_page(request, form, title=act.title, lead=act.lead, action=act.title, back=back, crumbs=trail)


# ---- many events


@keepers
@require_POST
def prepare(request: HttpRequest, partner: str, sender: str = Sender.REGION) -> HttpResponse:
    """Put in a file what waits for this partner: what the Région tells, or what another was entrusted with."""
    if partner not in (Partner.AGORA, Partner.FRANCE_TRAVAIL) or sender not in Sender.values:
        raise Http404
    if not file_queries.may_prepare(hat_of(request), sender):
        raise Http404
    try:
        with once(request, f"echange.preparer.{partner}") as claim:
            if not claim.done:
                made = files.prepare(Partner(partner), hat_of(request), Sender(sender))
                claim.keep(reverse("echange_fichier", args=[made.pk]))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("echanges")
    messages.success(request, "Le fichier est prêt.")
    return redirect(claim.location)


@senders
@require_http_methods(["GET", "POST"])
def take_answers(request: HttpRequest) -> HttpResponse:
    """The answers of a partner, all at once; the rows left aside are said."""
    form = asked.AnswersForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            headers, rows = read_sheet(sent, sent.size or 0, "réponse")
            if lacking := [name for name in ANSWERS.names[:2] if name not in headers]:
                raise Refused(f"Il manque les colonnes {', '.join(lacking)} : la première ligne porte les titres.")
            cells = [dict.fromkeys(ANSWERS.names, "") | dict(zip(headers, values, strict=False)) for _, values in rows]
            done, left = answers.take_answers(cells, hat_of(request))
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, f"{pluriel(done, 'réponse notée', 'réponses notées')}.")
            for line, why in left[:20]:
                messages.warning(request, f"Ligne {line} : {why}")
            return redirect("echange_evenements")
    back = reverse("echanges")
    trail = crumbs(Crumb("Noter des réponses"))
    lead = "Chaque réponse est notée sur son événement. Un refus revient à l’organisme avec son motif."
    return form_page(
        request, form, title="Noter les réponses d’un partenaire", lead=lead, action="Noter ces réponses", back=back,
        crumbs=trail, multipart=True,
    )  # fmt: skip
