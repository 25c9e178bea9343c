"""The tables of the organisation's side, declared once for the screen and for the files."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.rules import Verdict
from core.ui import html
from core.ui.french import depuis, jour_abrege, nombre, pluriel
from core.ui.tables import Column, Table
from sessions.enums import RequestState
from sessions.models import SessionRequest
from sessions.queries.requests import WaitingIntention

SELECTED = SafeString(" selected")
STATE_TONES = {
    RequestState.BROUILLON: "line",
    RequestState.ENVOYEE: "doute",
    RequestState.COMPLETE: "info",
    RequestState.EN_INSTRUCTION: "info",
    RequestState.A_COMPLETER: "doute",
    RequestState.AUTORISEE: "ok",
    RequestState.REFUSEE: "non",
    RequestState.RETIREE: "line",
    RequestState.A_REEXAMINER: "doute",
}
VERDICTS = {
    Verdict.ELIGIBLE: ("Éligible", "ok"),
    Verdict.A_INSTRUIRE: ("À instruire", "doute"),
    Verdict.NON_ELIGIBLE: ("Non éligible", "non"),
}


def state_badge(request: SessionRequest) -> SafeString:
    """The state in the asker's words, with its shape."""
    state = RequestState(request.state)
    return html.badge(str(state.label), STATE_TONES[state])


def verdict_badge(value: str) -> SafeString:
    """The verdict kept with a file; nothing when it was never judged."""
    if not value:
        return SafeString("")
    label, tone = VERDICTS[Verdict(value)]
    return html.badge(label, tone)


def _site(request: SessionRequest) -> str:
    commune = request.place.commune if request.place else request.place_commune
    return commune.name if commune else ""


def _seats(request: SessionRequest) -> SafeString:
    seats, posts = request.seats or 0, request.posts_held  # type: ignore[attr-defined]
    if request.is_socle or not posts:
        return format_html("{}", nombre(seats) if seats else "")
    words = f"{pluriel(posts, 'poste rattaché', 'postes rattachés')}, {pluriel(seats, 'place')}"
    missing = max(seats - posts, 0)
    drawn = html.pips(min(posts, seats) if seats else posts, posts, missing=missing, shape="square", label=words)
    return format_html('<span class="pips num">{}<span>{}</span></span>', drawn, nombre(seats) if seats else "")


REQUESTS = Table(
    caption="Vos demandes de session",
    columns=[
        Column(
            "intitule",
            "Session demandée",
            value=lambda r: r.title or "Session à décrire",
            link=lambda r: reverse("demande_detail", args=[r.pk]),
        ),
        Column(
            "numero", "Numéro", value="number", show=lambda r: format_html('<span class="nb">{}</span>', r.number or "")
        ),
        Column("lot", "Lot", value=lambda r: f"Lot\u00a0{r.lot.number}" if r.lot else ""),
        Column("lieu", "Lieu", value=_site),
        Column("debut", "Début", value="starts_on", kind="date"),
        Column("places", "Places", value="seats", show=_seats),
        Column("etat", "État", value=lambda r: r.get_state_display(), show=state_badge),
        Column(
            "verdict",
            "Verdict",
            value=lambda r: VERDICTS[Verdict(r.verdict)][0] if r.verdict else "",
            show=lambda r: verdict_badge(r.verdict),
        ),
    ],
    flag=lambda r: r.alert,
)

EXPORT = Table(
    caption="Demandes de session",
    columns=[
        *[column for column in REQUESTS.columns if column.key != "places"],
        Column("places_fichier", "Places", value="seats", kind="integer"),
        Column("postes", "Postes rattachés", value="posts_held", kind="integer"),
        Column("heures", "Heures par stagiaire", value="hours_total", kind="hours"),
        Column("fin", "Fin", value="ends_on", kind="date"),
        Column("envoi", "Envoyée le", value="sent_at", kind="moment"),
        Column("rang", "Complète le", value="completed_at", kind="moment"),
        Column("decision", "Décidée le", value="decided_at", kind="moment"),
    ],
)


def _job(row: WaitingIntention) -> SafeString:
    intention = row.intention
    badge = (
        html.badge("Déjà engagée avec vous" if row.is_engaged else "Par vous", "acc")
        if (row.is_mine or row.is_engaged)
        else ""
    )
    return format_html("{} {}", intention.job_title or intention.metier or "Poste à préciser", badge)


def _posts(row: WaitingIntention) -> SafeString:
    words = f"{pluriel(row.free, 'poste libre', 'postes libres')} sur {row.open}"
    return format_html(
        '<span class="pips num">{}<span>{} sur {}</span></span>',
        html.pips(row.free, row.open, shape="square", label=words),
        row.free,
        row.open,
    )


def _contract(row: WaitingIntention) -> str:
    intention = row.intention
    parts = [intention.get_contract_type_display()]
    if intention.contract_months:
        parts[0] += f" de {pluriel(intention.contract_months, 'mois', 'mois')}"
    if intention.weekly_hours:
        parts.append(f"{nombre(intention.weekly_hours)}\u00a0h")
    return ", ".join(part for part in parts if part)


def _choose(row: WaitingIntention) -> SafeString:
    """How many of the free posts to attach. A select: every value in it is right."""
    return format_html(
        '<select class="in short" name="postes-{}" aria-label="Postes à rattacher, {}">{}</select>',
        row.intention.pk,
        f"{row.intention.employer}, {row.intention.job_title}",
        _options(row),
    )


def _options(row: WaitingIntention) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((n, SELECTED if n == row.chosen else "", n) for n in range(row.free + 1)),
    )


def _since(row: WaitingIntention) -> str:
    filed: Any = row.intention.filed_at
    return depuis(timezone.localtime(filed), timezone.localtime()) if filed else ""


def _distance(row: WaitingIntention) -> str:
    return f"{nombre(row.distance, 0)}\u00a0km" if row.distance is not None else ""


def _wished(row: WaitingIntention) -> str:
    day = row.intention.training_start_wished
    return jour_abrege(day) if day else ""


WAITING = Table(
    caption="Intentions qui attendent",
    columns=[
        Column(
            "employeur",
            "Employeur",
            value="intention.employer",
            link=lambda row: reverse("intention_detail", args=[row.intention.pk]),
        ),
        Column("poste", "Poste", show=_job),
        Column("contrat", "Contrat", value=_contract),
        Column("lieu", "Lieu de travail", value="intention.workplace_commune.name"),
        Column("distance", "Distance", value=_distance),
        Column("debut", "Formation souhaitée", value=_wished),
        Column("depuis", "Déposée", value=_since),
        Column("verdict", "Verdict", show=lambda row: verdict_badge(row.intention.verdict)),
        Column("postes", "Postes", show=_posts),
        Column("choix", "Postes à rattacher", show=_choose),
    ],
)
