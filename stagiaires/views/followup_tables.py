"""The lists of the follow-up, declared once for the screen and for the files."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.accounts.models import Membership
from core.ui import html
from core.ui.french import mois, pourcent
from core.ui.tables import Column, Empty, Table
from stagiaires.enums import OpinionState
from stagiaires.models import Opinion, Survey
from stagiaires.queries.figures import Group

EMPTY = Empty(
    "Personne n’est encore à suivre", "Trois mois après la fin d’un parcours, la personne dit ce qu’elle devient."
)
FILTERED = Empty("Aucun suivi ne répond à ces filtres", "Ôtez un filtre pour en voir davantage.", "?",
                 "Ôter les filtres")  # fmt: skip


def state_of(survey: Survey) -> tuple[str, str]:
    """Where the question stands, in words, and its tone."""
    if survey.answered_at:
        return f"Répondu : {survey.get_situation_display().lower()}", "ok"
    if survey.parcours.stagiaire.no_contact_at:
        return "Ne veut plus être contacté", "line"
    if survey.asked_at is None:
        return "À demander", "info"
    if survey.reminders:
        return "Relancé", "doute"
    return "Demandé", "info"


def phone_of(survey: Survey, hat: Membership) -> str:
    """As this hat's organisation wrote it: another's file of the same person stays unseen."""
    person = survey.parcours.stagiaire
    own = person.created_by.organisation_id == hat.organisation_id
    return survey.parcours.positioning.contact_phone or (person.phone if own else "")


def _page(survey: Survey) -> str:
    return reverse("suivi_detail", args=[survey.pk])


SURVEYS = Table(
    "Suivi après la formation",
    [
        Column("personne", "Personne", value="parcours.stagiaire", link=_page),
        Column("session", "Session", value=lambda one: f"{one.parcours.session.title} ({one.parcours.session.number})"),
        Column("terme", "Après la fin", value=lambda one: f"{one.term}\u00a0mois"),
        Column("le", "Échéance", value="due_on", kind="date"),
        Column("etat", "État", value=lambda one: state_of(one)[0], show=lambda one: html.badge(*state_of(one))),
        Column("appele", "Appelée le", value="called_at", kind="date"),
        Column("suivie", "Suivie par", value="parcours.positioning.advisor.user"),
    ],
)

UNNAMED = "Une de vos sessions"
OPINION_TONES = {OpinionState.DEPOSE: "doute", OpinionState.PUBLIE: "ok", OpinionState.ECARTE: "line"}


def mean_of(opinion: Opinion) -> Any:
    return sum((opinion.welcome, opinion.content, opinion.trainers, opinion.means, opinion.support)) / 5


def ended(opinion: Opinion) -> str:
    """The month of the session's end: the person's own last day would tell too much."""
    return mois(opinion.parcours.session.ends_on)


def session_of(opinion: Opinion) -> str:
    """« Soudeur (S2026-0001) », where so many have said something that it tells nobody's."""
    session = opinion.parcours.session
    return f"{session.title} ({session.number})" if opinion.names_session else UNNAMED  # type: ignore[attr-defined]


def opinion_state(opinion: Opinion) -> SafeString:
    badge = html.badge(opinion.get_state_display(), OPINION_TONES[OpinionState(opinion.state)])
    reported = html.badge("Signalé", "non") if getattr(opinion, "is_reported", False) else ""
    return format_html("{} {}", badge, reported)


def opinions_table(*, for_region: bool) -> Table:
    """No name, no date of the person; the Région reads the state, the organisme whether it has answered."""
    columns = [
        Column(
            "session",
            "Session",
            value=session_of,
            link=lambda one: reverse("avis_detail", args=[one.pk]),
        ),
        Column("finie", "Finie en", value=lambda one: ended(one) if one.names_session else ""),
        Column("note", "Note", value=mean_of, kind="number"),
        Column("texte", "Avis", value="text", on_screen=False),
    ]
    if for_region:
        columns.insert(1, Column("organisme", "Organisme", value="parcours.organisme"))
        columns.append(Column("etat", "État", value=lambda one: one.get_state_display(), show=opinion_state))
    columns.append(Column("reponse", "Réponse de l’organisme", value=lambda one: bool(one.answer), kind="bool"))
    return Table("Avis des stagiaires", columns)


# --- The figures

SMALL = "moins de {}"
FIGURES = (
    ("left", "Sorties", ""),
    ("answered", "Réponses", "left"),
    ("employed", "En emploi", "answered"),
    ("lasting", "En emploi durable", "left"),
    ("linked", "En lien avec la formation", "employed"),
    ("training", "En formation", "answered"),
    ("looking", "En recherche", "answered"),
)


def figures_table(label: str, least: int) -> Table:
    """Counts, and beside each its share; what is hidden is said so on screen, and named in the files."""
    hidden = html.badge(SMALL.format(least), "line")
    columns = [Column("groupe", label, value="name")]
    for name, words, whole in FIGURES:
        columns.append(Column(name, words, value=_count(name), kind="integer", show=_shown(name, whole, hidden)))
        if whole:
            part = Column(f"part_{name}", f"{words} (part)", value=_share(name, whole), kind="share", on_screen=False)
            columns.append(part)
    columns.append(Column("masques", "Masqués", value=lambda row: ", ".join(_names(row)), on_screen=False))
    return Table("Insertion", columns)


def _count(name: str) -> Callable[[Group], int | None]:
    return lambda row: row.counts[name]


def _share(name: str, whole: str) -> Callable[[Group], Decimal | None]:
    return lambda row: row.share(name, whole)


def _names(row: Group) -> list[str]:
    words = {name: label.lower() for name, label, _ in FIGURES}
    return [words[name] for name in row.hidden]


def _shown(name: str, whole: str, hidden: SafeString) -> Callable[[Group], SafeString]:
    """The count, or its share with the count beside it; a word when it is too small to be told."""

    def show(row: Group) -> SafeString:
        count = row.counts[name]
        if count is None:
            return hidden
        share = row.share(name, whole) if whole else None
        if share is None:
            return format_html("{}", count)
        return format_html('<span><b>{}</b> <span class="soft sm">({})</span></span>', pourcent(share), count)

    return show
