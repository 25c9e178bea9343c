"""A file of Kairos or Ouiform: looked at row by row, then proposed by the one door that candidacies have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.reference.text import normalise
from core.ui import spreadsheets
from sessions.models import Session
from sessions.queries import catalogue
from stagiaires import people_list
from stagiaires.exchanges.positionings import BY_SLUG
from stagiaires.exchanges.shape import bare
from stagiaires.people_list import ListLine
from stagiaires.queries import positionings as queries
from stagiaires.workflow import lists
from stagiaires.workflow.lists import ERROR, Looked

MOST = 300
SESSION, CARIF = "session", "carif"
# What is taken from a file, by the source of its column; the rest is known and not taken (states, dates, decisions).
TAKEN = {
    "personne.ft_identifier": "ft_identifier", "personne.last_name": "last_name", "personne.first_name": "first_name",
    "personne.birth_on": "birth_on", "contact.email": "email", "contact.phone": "phone", "session.numero": SESSION,
    "session.carif": CARIF, "note": "note",
}  # fmt: skip


def _names() -> dict[str, tuple[str, ...]]:
    """What each answer may be called: our own lists of persons, then each format and the other names that it knows."""
    found = dict(people_list.COLUMNS)
    for shape in BY_SLUG.values():
        for column in shape.columns:
            if answer := TAKEN.get(column.source):
                found[answer] = (*found.get(answer, ()), column.name, *column.aliases)
    return found


COLUMNS = _names()
_LEFT = {
    normalise(name)
    for shape in BY_SLUG.values()
    for column in shape.columns
    if column.source not in TAKEN
    for name in (column.name, *column.aliases)
}
NEEDED = (*people_list.NEEDED, SESSION)


@dataclass(frozen=True)
class Sheet:
    """A file as it came: its titles, its rows, and what becomes of each column."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]
    found: Mapping[str, int]

    @property
    def ignored(self) -> list[str]:
        """Columns of the format that are not taken: the portal says them, and does not take them from elsewhere."""
        return [name for name in self._others() if normalise(name) in _LEFT]

    @property
    def unknown(self) -> list[str]:
        own = (spreadsheets.REASON, spreadsheets.LINE)
        return [name for name in self._others() if normalise(name) not in _LEFT and name not in own]

    def _others(self) -> list[str]:
        return [name for at, name in enumerate(self.headers) if at not in self.found.values()]

    def as_text(self) -> str:
        """The same cells to paste, so that a row is corrected in place."""
        rows = [self.headers, *(cells for _, cells in self.rows)]
        return "\n".join("\t".join(" ".join(cell.split()) for cell in cells) for cells in rows)


@dataclass(frozen=True)
class Seen:
    """What would become of one row."""

    looked: Looked
    session: Session | None
    number: str


def read(file: IO[bytes], size: int) -> Sheet:
    """Open a file, whichever of the formats it follows. Raises Refused, in French."""
    headers, rows = spreadsheets.read(file, size, "positionnement")
    found = people_list.columns_of(headers, COLUMNS)
    lacking = [COLUMNS[name][0] for name in NEEDED if name not in found and not (name == SESSION and CARIF in found)]
    if lacking:
        raise Refused(
            "La première ligne porte les titres des colonnes. Il manque : "
            f"{', '.join(f'« {title} »' for title in lacking)}."
        )
    if len(rows) > MOST:
        raise Refused(f"Ce fichier compte {len(rows)} lignes : envoyez-en {MOST} au plus à la fois.")
    return Sheet(headers, rows, found)


def look(sheet: Sheet, hat: Membership) -> list[Seen]:
    """What would become of each row, in their order. Two queries for the sessions, four more for each of them."""
    lines = [(line, _values(sheet, cells)) for line, cells in sheet.rows]
    by_number = _sessions([values for _, values in lines], hat)
    seen: dict[int, Seen] = {}
    groups: dict[int, list[ListLine]] = {}
    sessions: dict[int, Session] = {}
    for line, values in lines:
        number = values.get(SESSION, "") or values.get(CARIF, "")
        session = by_number.get(number.upper())
        said = ListLine(line, {name: value for name, value in values.items() if name not in (SESSION, CARIF)})
        if session is None:
            why = f"Aucune session « {number} » au catalogue." if number else "Dites le numéro de la session."
            seen[line] = Seen(Looked(said, ERROR, (why,)), None, number)
            continue
        sessions[session.pk] = session
        groups.setdefault(session.pk, []).append(said)
    for pk, people in groups.items():
        session = sessions[pk]
        closed = _closed(session, hat)
        looked = [Looked(one, ERROR, (closed,)) for one in people] if closed else lists.look(session, people)
        seen |= {one.line.line: Seen(one, session, session.number) for one in looked}
    return [seen[line] for line, _ in lines]


def propose(sheet: Sheet, hat: Membership) -> tuple[int, list[Seen]]:
    """Propose every row that passes, session by session, in the caller's transaction. Returns how many, and the others.

    A row is proposed as `lists.propose_all` does: same checks, same news, no other path.
    """
    done, left = 0, []
    groups: dict[int, list[Seen]] = {}
    for one in look(sheet, hat):
        if one.session is not None and one.looked.passes:
            groups.setdefault(one.session.pk, []).append(one)
        else:
            left.append(one)
    for people in groups.values():
        session = people[0].session
        if session is None:
            continue
        count, aside = lists.propose_all(session, [one.looked.line for one in people], hat)
        done += count
        left += [Seen(one, session, session.number) for one in aside]
    return done, sorted(left, key=lambda one: one.looked.line.line)


def to_correct(sheet: Sheet, seen: Sequence[Seen]) -> IO[bytes]:
    """The rows that cannot be proposed, as they came, each with its reason."""
    cells = dict(sheet.rows)
    wrong = [one for one in seen if one.looked.status == ERROR]
    return spreadsheets.to_correct(
        sheet.headers, [(one.looked.line.line, cells[one.looked.line.line], one.looked.reasons) for one in wrong]
    )


def _values(sheet: Sheet, cells: Sequence[str]) -> dict[str, str]:
    values = {name: bare(cells[at]) for name, at in sheet.found.items()}
    return {name: people_list.READERS.get(name, str)(value) for name, value in values.items()}


def _sessions(rows: Sequence[Mapping[str, str]], hat: Membership) -> dict[str, Session]:
    """The sessions of the catalogue that the rows name, by our number or by the Cariforef's."""
    numbers = {row.get(name, "").upper() for row in rows for name in (SESSION, CARIF)} - {""}
    shown = catalogue.public().select_related("organisme", "commune", "request", "lot")
    if hat.kind == OrganisationKind.ORGANISME:
        shown = shown.filter(organisme=hat.organisation_id)
    found = {one.carif_number.upper(): one for one in shown.filter(carif_number__in=numbers).exclude(carif_number="")}
    return found | {one.number: one for one in shown.filter(number__in=numbers)}


def _closed(session: Session, hat: Membership) -> str:
    own = hat.kind == OrganisationKind.ORGANISME
    return queries.why_closed(session, brought_by_organisme=own) or ("" if own else queries.conflict(session, hat.user))
