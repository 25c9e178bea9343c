"""The public catalogue: search, one session, its dates for a calendar, the organisations that train."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from core.ui.french import NBSP, jour, pluriel
from core.ui.pagination import paginate
from core.ui.parts import Chip, Crumb, Fact
from sessions.enums import AccessMode, Aim, EntryMode, Pathway, SessionState, Teaching
from sessions.forms.catalogue import CERTIFYING, CatalogueForm
from sessions.models import Session
from sessions.queries import catalogue
from sessions.views.below import below
from sessions.views.cards import lines

FIELDS_TEMPLATE = "sessions/catalogue/parts/fields.html"
FIELDS = ("pres_de", "rayon", "metier", "territoire", "certifiante", "certification", "du", "au", "places", "organisme")


@dataclass(frozen=True)
class Choice:
    """One box of a facet; `count` is None where there are too many sessions to count."""

    value: str
    label: str
    checked: bool
    count: int | None
    id: str


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]
    folded: bool = False


@login_not_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """`/catalogue/`: one view for the page and for the results that htmx takes from it."""
    form = CatalogueForm(request.GET)
    asked = form.asked()
    found = catalogue.find(asked)
    totals = catalogue.figures(asked, found)
    page = paginate(found.sessions, request, counted=None if totals is None else totals[""][""])
    facets = _facets(form, asked, totals)
    chips = _chips(request, form)
    context = {
        "form": form,
        "page": page,
        "lines": lines(page.rows),
        "facets": facets,
        "fields": _fields(form),
        "count_ids": ",".join(f"#{choice.id}" for facet in facets for choice in facet.choices),
        "chips": chips,
        "corrected": found.search.corrected,
        "loosen": _loosen(request) if not page.rows else [],
        "today": timezone.localdate(),
        "clear": reverse("catalogue"),
        "by_distance": asked.near,
        "sort": asked.sort,
    }
    return render(request, "sessions/catalogue/list.html", context)


def _fields(form: CatalogueForm) -> SafeString:
    """The filters below the facets. While nothing is asked of them they are the same for all, and drawn once."""
    if any(name.removesuffix("-code") in FIELDS for name in form.data):
        return render_to_string(FIELDS_TEMPLATE, {"form": form})
    return _untouched_fields(tuple(form.options["territoires"]), stand_in=form.stand_in)


@lru_cache(maxsize=1)
def _untouched_fields(territoires: tuple[tuple[str, str], ...], *, stand_in: bool) -> SafeString:
    """The official lists are the arguments, so that another list is another drawing."""
    form = CatalogueForm(QueryDict())
    return render_to_string(FIELDS_TEMPLATE, {"form": form})


def _facets(form: CatalogueForm, asked: catalogue.Asked, totals: catalogue.Figures | None) -> list[Facet]:
    options = form.options

    def facet(name: str, field: str, label: str, choices: Iterable[tuple[str, Any]], *, folded: bool = False) -> Facet:
        chosen = getattr(asked, name)
        rows = [
            Choice(
                value,
                str(text),
                value in chosen,
                totals[name][value] if totals is not None else None,
                f"n-{field}-{value}",
            )
            for value, text in choices
        ]
        if folded and totals is not None:
            rows = [row for row in rows if row.checked or row.count] or rows
        return Facet(field, label, rows, folded and not chosen)

    return [
        facet("departements", "departement", "Département", options["departements"]),
        facet("access_modes", "acces", "Mode d’accès", AccessMode.choices),
        facet("teachings", "modalite", "Enseignement", Teaching.choices),
        facet("filieres", "filiere", "Secteur", options["filieres"]),
    ]


def _without(request: HttpRequest, name: str, value: str | None = None) -> str:
    """The address less one filter, back on the first page."""
    query = request.GET.copy()
    query.pop("page", None)
    kept = [one for one in query.getlist(name) if value is not None and one != value]
    query.setlist(name, kept)
    if not kept:
        query.pop(name, None)
        query.pop(f"{name}-code", None)
    return f"{reverse('catalogue')}?{query.urlencode()}" if query else reverse("catalogue")


def _chips(request: HttpRequest, form: CatalogueForm) -> list[Chip]:
    """The filters in force, each with the address that takes it away."""
    cleaned = form.cleaned_data
    chips = [
        Chip(str(label), _without(request, name, str(value)))
        for name in ("departement", "filiere", "acces", "modalite")
        for value, label in form.fields[name].choices  # type: ignore[attr-defined]
        if value in (cleaned.get(name) or ())
    ]
    single = {
        "q": f"«{NBSP}{cleaned.get('q')}{NBSP}»",
        "territoire": dict(form.fields["territoire"].choices).get(cleaned.get("territoire") or ""),  # type: ignore[attr-defined]
        "metier": str(cleaned.get("metier")),
        "certifiante": dict(CERTIFYING).get(cleaned.get("certifiante") or ""),
        "certification": cleaned.get("certification"),
        "du": f"À partir du {_day(cleaned.get('du'))}",
        "au": f"Au plus tard le {_day(cleaned.get('au'))}",
        "places": "Avec des places libres",
        "pres_de": f"À {cleaned.get('rayon') or catalogue.DEFAULT_RADIUS}{NBSP}km de {cleaned.get('pres_de')}",
        "organisme": _organisme_name(cleaned.get("organisme")),
    }
    chips += [Chip(str(label), _without(request, name)) for name, label in single.items() if cleaned.get(name)]
    return chips


def _day(value: date | None) -> str:
    return jour(value, weekday=False) if value else ""


def _organisme_name(pk: int | None) -> str:
    if not pk:
        return ""
    found = catalogue.prestataires().filter(pk=pk).first()
    return found.name if found else f"Organisme {pk}"


LOOSEN = {
    "q": "Chercher avec d’autres mots",
    "pres_de": "Ne plus tenir compte de la distance",
    "places": "Voir aussi les sessions complètes",
    "metier": "Tous les métiers",
    "certification": "Toutes les certifications",
    "certifiante": "Avec ou sans certification",
    "du": "Quelle que soit la date de début",
    "au": "Quelle que soit la date de fin de recherche",
    "territoire": "Tous les territoires",
    "departement": "Tous les départements",
    "filiere": "Tous les secteurs",
    "acces": "Tous les modes d’accès",
    "modalite": "Sur place comme à distance",
    "organisme": "Tous les organismes",
}


def _loosen(request: HttpRequest) -> list[Chip]:
    """When nothing answers: what may be let go, one filter at a time."""
    return [Chip(label, _without(request, name)) for name, label in LOOSEN.items() if request.GET.get(name)]


# --- One session ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """What a room above adds beside the sheet: a sentence, and the address where one goes on."""

    text: str
    url: str = ""
    action: str = ""
    rule: str = ""


SheetTeller = Callable[[HttpRequest, Session], list[Beside]]
_tellers: list[SheetTeller] = []


def register_beside(teller: SheetTeller) -> None:
    """Let a room above say, beside a session's sheet, what the hat worn may do about it."""
    if teller not in _tellers:
        _tellers.append(teller)


@login_not_required
@require_safe
def session_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """`/catalogue/<number>/`: all that is public of a session; 410 when it was withdrawn or is over."""
    session = catalogue.sheet_or_none(number)
    if session is None:
        return _gone(request, number)
    card = getattr(session, "publication", None)
    if card is None:
        raise Http404
    shown, beside = card.card, [part for teller in _tellers for part in teller(request, session)]
    context = {
        "session": session,
        "card": shown,
        "left": session.places_left,
        "is_open": session.places_left > 0 and session.enter_until >= timezone.localdate(),
        "facts": _facts(session, shown),
        "dates": _dates(session, shown),
        "access": ACCESS[AccessMode(session.access_mode)],
        "contact": shown["contact"],
        "trainer": shown["trainer"],
        "responsible": shown["responsible"] if shown["responsible"]["number"] != shown["trainer"]["number"] else None,
        "crumbs": [
            Crumb("Trouver une session", reverse("catalogue")),
            Crumb(session.filiere.name, f"{reverse('catalogue')}?filiere={session.filiere_id}"),
            Crumb(session.commune.name),
        ],
        "canonical": shown["url"],
        "beside": beside,
        "is_guided": any(part.url for part in beside),
        "below": below(session.organisme_id, session.pk),
    }
    return render(request, "sessions/catalogue/sheet.html", context)


ACCESS = {
    AccessMode.INTENTION: (
        "Session sur intention d’embauche",
        (
            "Des employeurs ont écrit à la Région qu’ils veulent recruter au terme de cette session. Il y a autant de "
            "places que de postes. Vous entrez par un conseiller du Réseau pour l’emploi ; l’organisme et les "
            "employeurs vous rencontrent, puis l’organisme vous répond."
        ),
    ),
    AccessMode.SOCLE: (
        "Session socle",
        (
            "La session est ouverte aux demandeurs d’emploi sans qu’un employeur se soit engagé d’avance. Vous entrez "
            "par un conseiller du Réseau pour l’emploi, ou en vous adressant à l’organisme."
        ),
    ),
}
GONE = {
    SessionState.ANNULEE: ("Cette session est annulée", "Elle n’aura pas lieu."),
    SessionState.SUSPENDUE: (
        "Cette session est suspendue",
        "La Région ou l’organisme doit encore régler un point. Elle reviendra peut-être au catalogue.",
    ),
}
OVER = ("Cette session est terminée", "On ne peut plus y entrer.")


def _gone(request: HttpRequest, number: str) -> HttpResponse:
    """What to say of a number that meant a session once; a number that never did is a page that does not exist."""
    session = catalogue.withdrawn_or_none(number)
    if session is None:
        raise Http404
    title, text = GONE.get(SessionState(session.state), OVER)
    similar = f"{reverse('catalogue')}?filiere={session.filiere_id}&departement={session.departement_id}"
    context = {"title": title, "text": text, "session": session, "similar": similar}
    return render(request, "sessions/catalogue/gone.html", context, status=410)


def _facts(session: Session, card: dict[str, Any]) -> list[Fact]:
    place = card["place"]
    where = ", ".join(
        part for part in (place["denomination"], *place["lines"], f"{place['postcode']} {place['city']}") if part
    )
    level = f", niveau {card['level_out']}" if card["level_out"] else ""
    aim = Aim(card["aim"]).label
    facts = [
        Fact("Vise", f"{aim}{level}"),
        *[
            Fact("Certification", f"{row['title']} ({row['rs'] or 'RNCP' + row['rncp']})")
            for row in card["certifications"]
        ],
        *[Fact("Bloc de compétences", f"{block['title']} ({block['code']})") for block in card["blocks"]],
        Fact("Durée", _duration(card)),
        Fact("Rythme", card["rhythm"]),
        Fact("Entrées", EntryMode(card["entry_mode"]).label),
        Fact("Enseignement", Teaching(card["teaching"]).label),
        Fact("Parcours", Pathway(card["pathway"]).label),
        Fact("Lieu", where),
        Fact("Coût", "Aucun, ni pour la personne ni pour l’employeur"),
    ]
    named = {"Moyens": "pedagogy", "Accessibilité": "accessibility", "Restauration": "catering",
             "Hébergement": "lodging", "Venir": "transport"}  # fmt: skip
    facts += [Fact(label, card[name]) for label, name in named.items() if card[name]]
    return facts


def _duration(card: dict[str, Any]) -> str:
    parts = [f"{pluriel(card['hours_centre'], 'heure')} en formation"]
    if card["hours_company"]:
        parts.append(f"{pluriel(card['hours_company'], 'heure')} en entreprise")
    return f"{' et '.join(parts)}{NBSP}; ajustée à chaque personne, {pluriel(card['hours_total'], 'heure')} au plus"


@dataclass(frozen=True)
class Dated:
    day: date
    text: str


def _dates(session: Session, card: dict[str, Any]) -> list[Dated]:
    """The days that count, in order."""
    permanent = session.entry_mode == EntryMode.PERMANENTES
    rows = [
        Dated(session.starts_on, "Premières entrées" if permanent else "Entrée en formation"),
        Dated(session.ends_on, "Dernière entrée" if permanent else "Fin de la session"),
    ]
    if card["registration_end"]:
        rows.append(Dated(date.fromisoformat(card["registration_end"]), "Dernier jour pour s’inscrire"))
    for meeting in card["meetings"]:
        hour = f", {int(meeting['start'][:2])}{NBSP}h{NBSP}{meeting['start'][3:]}" if meeting["start"] else ""
        rows.append(Dated(date.fromisoformat(meeting["day"]), f"Réunion d’information{hour}"))
    return sorted(rows, key=lambda row: row.day)


@login_not_required
@require_safe
def session_calendar(request: HttpRequest, number: str) -> HttpResponse:
    """`/catalogue/<number>/dates.ics`: the session and its information meetings, for a diary."""
    session = catalogue.sheet_or_none(number)
    if session is None or not hasattr(session, "publication"):
        raise Http404
    card = session.publication.card
    place = card["place"]
    where = ", ".join(
        part for part in (place["denomination"], *place["lines"], place["postcode"] + " " + place["city"]) if part
    )
    calendar = Calendar()
    calendar.add("prodid", "-//1 emploi = 1 formation//catalogue//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    training = _event(f"session-{number}", session, card, where, session.title)
    training.add("dtstart", session.starts_on)
    training.add("dtend", session.ends_on + timedelta(days=1))  # the end of an all-day event is the day after
    calendar.add_component(training)
    for rank, meeting in enumerate(card["meetings"], start=1):
        day = date.fromisoformat(meeting["day"])
        event = _event(f"reunion-{rank}-{number}", session, card, where, f"Réunion d’information : {session.title}")
        if meeting["start"]:
            start = timezone.make_aware(datetime.combine(day, time.fromisoformat(meeting["start"])))
            event.add("dtstart", start)
            event.add("dtend", start + timedelta(hours=2))
        else:
            event.add("dtstart", day)
            event.add("dtend", day + timedelta(days=1))
        calendar.add_component(event)
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}.ics"'
    return response


def _event(uid: str, session: Session, card: dict[str, Any], where: str, title: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@1emploi1formation")
    event.add("dtstamp", session.modified_at)
    event.add("summary", title)
    event.add("location", where)
    event.add("url", card["url"])
    return event
