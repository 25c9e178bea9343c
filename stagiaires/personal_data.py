"""Everything that the portal holds about one person, for himself: read on a page, or taken away as JSON.

Each table that leads to him is declared in `SOURCES`; a test fails when a table is added and is not. The words that
others wrote of him are his to read (opinions, messages); who they are is said by their organisation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, QuerySet

from core.accounts.models import Membership
from core.journal.models import Event
from stagiaires import models as rooms
from stagiaires.models import Parcours, Positioning, Stagiaire

# What says nothing of the person: keys, secrets, files that are given apart, seals.
LEFT_OUT = {"id", "stagiaire", "parcours", "positioning", "identity_key", "token", "token_hash", "pdf", "content",
            "sha256", "file", "proof", "drawing", "receipt", "takes_place", "link", "opened_by", "composante",
            "sequence", "lock", "pgh_id", "pgh_label", "pgh_obj", "pgh_context"}  # fmt: skip


# Columns that have no French name of their own.
WORDS = {
    "pgh_created_at": "version du",
    "answered_at": "répondu le", "answered_by": "répondu par", "answered_for": "noté par", "at": "le",
    "author": "par", "channel": "par quel moyen", "confirmed_by": "confirmé par", "created_at": "écrit le",
    "created_by": "écrit par", "declared_at": "déclaré le", "declared_by": "déclaré par", "employer": "employeur",
    "half_day": "demi-journée", "hat": "par", "hire_settled_at": "embauche vérifiée le",
    "hire_settled_by": "embauche vérifiée par", "intention": "intention d’embauche", "invited_at": "invité le",
    "key": "référence", "lifted_by": "levée par", "made_at": "fait le", "made_by": "fait par", "meeting": "réunion",
    "method": "manière de signer", "moderated_at": "relu le", "moderated_by": "relu par", "noted_at": "noté le",
    "noted_by": "noté par", "organisme": "organisme", "placed_by": "par", "post": "poste", "presence": "présence",
    "proof_name": "nom du justificatif", "proposed_session": "session proposée",
    "recovery_asked_by": "suite demandée par", "recovery_decided_by": "suite décidée par", "reminded_at": "relancé le",
    "revoked_at": "fermé le", "session": "session", "side": "de", "situation": "situation", "stated_at": "dit le",
    "stated_by": "dit par", "updated_at": "changé le", "updated_by": "changé par", "valideur": "valideur",
    "version": "version", "withdrawal_reason": "motif du retrait", "wrote": "a écrit",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One table: its title, its rows for this person, and which of its columns are left out besides."""

    title: str
    model: Any  # a model class
    path: str  # from the row to the person
    without: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[Any]:
        return [one for one in self.model._meta.concrete_fields if one.name not in LEFT_OUT | self.without]


def _source(title: str, model: type[models.Model], path: str, *without: str) -> Source:
    return Source(title, model, path, frozenset(without))


SOURCES: tuple[Source, ...] = (
    _source("Votre dossier", Stagiaire, "pk", "purged_at"),
    _source("Ce que votre dossier a dit avant", apps.get_model("stagiaires", "StagiaireEvent"), "pgh_obj", "purged_at"),
    _source("Votre situation particulière", rooms.SensitiveFacts, "stagiaire"),
    _source("Qui a lu ou écrit votre situation particulière", rooms.SensitiveReading, "stagiaire"),
    _source("Vos candidatures", Positioning, "stagiaire"),
    _source("Avis donnés sur vos candidatures", rooms.CandidateOpinion, "positioning__stagiaire"),
    _source("Messages sur vos candidatures", rooms.PositioningMessage, "positioning__stagiaire"),
    _source("Convocations", rooms.MeetingInvitation, "positioning__stagiaire"),
    _source("Vos parcours", Parcours, "stagiaire"),
    _source("Vos documents", rooms.ParcoursDocument, "parcours__stagiaire"),
    _source("Vos signatures", rooms.Signature, "parcours__stagiaire"),
    _source("Signatures refusées", rooms.RefusedSignature, "parcours__stagiaire"),
    _source("Vos absences", rooms.Absence, "parcours__stagiaire"),
    _source("Corrections de votre émargement", rooms.AttendanceCorrection, "parcours__stagiaire"),
    _source("Dispenses", rooms.Exemption, "parcours__stagiaire"),
    _source("Vos heures par mois", rooms.MonthHours, "parcours__stagiaire"),
    _source("Points d’étape", rooms.ContactPoint, "parcours__stagiaire"),
    _source("Résultat", rooms.Outcome, "parcours__stagiaire"),
    _source("Vos embauches", rooms.Hire, "parcours__stagiaire"),
    _source("Ce que vous êtes devenu", rooms.Survey, "parcours__stagiaire", "hire"),
    _source("Votre avis", rooms.Opinion, "parcours__stagiaire"),
    _source("Transmissions à d’autres services", rooms.ExternalEvent, "parcours__stagiaire"),
    _source("Vos liens personnels", rooms.PersonalLink, "stagiaire"),
    _source("Vos demandes sur vos données", rooms.DataRequest, "stagiaire"),
    _source("Effacement suspendu", rooms.Hold, "stagiaire"),
)
# Reached through another table: reports of an opinion are their authors'.
ELSEWHERE: tuple[type[models.Model], ...] = (rooms.OpinionReport,)


@dataclass(frozen=True)
class Section:
    """One table as it is read: its rows, each a list of (column in words, value in plain JSON)."""

    title: str
    rows: list[list[tuple[str, Any]]]


def held_on(stagiaire: Stagiaire) -> list[Section]:
    """Every section that has something to say. One query a table, whatever its rows."""
    found = []
    for source in SOURCES:
        columns = source.columns
        related = [one.name for one in columns if one.is_relation]
        # A link to an organisation, a hat, a session says its name: read with the row.
        rows: QuerySet[Any] = source.model.objects.filter(**{source.path: stagiaire.pk})
        if said_by_name := [*related, *_hats(columns)]:  # without a name, `select_related` would follow every link
            rows = rows.select_related(*said_by_name)
        rows = rows.order_by("pk")
        deferred = [one.name for one in source.model._meta.concrete_fields if isinstance(one, models.BinaryField)]
        said = [_row(columns, row) for row in rows.defer(*deferred)]
        if said:
            found.append(Section(source.title, said))
    if lines := _history(stagiaire):
        found.append(Section("Historique", lines))
    return found


def _hats(columns: Iterable[Any]) -> list[str]:
    return [f"{one.name}__organisation" for one in columns if one.is_relation and one.related_model is Membership]


def _row(columns: Iterable[Any], row: Any) -> list[tuple[str, Any]]:
    said = []
    for one in columns:
        value = _value(one, row)
        if value not in (None, ""):
            said.append((label_of(one), value))
    return said


def label_of(column: Any) -> str:
    """The column in French words."""
    label = str(column.verbose_name)
    return WORDS[column.name] if label == column.name.replace("_", " ") else label


def _value(column: Any, row: Any) -> Any:
    if column.is_relation:
        linked = getattr(row, column.name)
        if linked is None:
            return None
        return str(linked.organisation) if isinstance(linked, Membership) else str(linked)
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    value = column.value_from_object(row)
    return str(value) if isinstance(column, models.FileField) else value


def _history(stagiaire: Stagiaire) -> list[list[tuple[str, Any]]]:
    """The lines of the journal about his file, his candidacies and his parcours."""
    mine = Q(subject_type="stagiaire", subject_id=stagiaire.pk)
    for name, rows in (("positioning", stagiaire.positionings), ("parcours", stagiaire.parcours)):
        mine |= Q(subject_type=name, subject_id__in=rows.values("pk"))
    events = Event.objects.filter(mine).select_related("hat__organisation").order_by("at", "pk")
    return [
        [
            (label, value)
            for label, value in (
                ("le", one.at),
                ("quoi", one.label),
                ("motif", one.reason),
                ("par", str(one.hat.organisation) if one.hat else ""),
            )
            if value
        ]
        for one in events
    ]


def as_json(stagiaire: Stagiaire) -> str:
    """The same, for a machine: {title: [{column: value}]}."""
    content = {section.title: [dict(row) for row in section.rows] for section in held_on(stagiaire)}
    return DjangoJSONEncoder(ensure_ascii=False, indent=2).encode(content)
