"""Searching the catalogue in words: how a session is indexed, and what the words of a search mean.

Both sides are put in lower case without accents before PostgreSQL's French stemming sees them, so that accents
never matter. A word that no session contains is compared with the words of the catalogue (never with the sessions
themselves, which would cost a second at scale).
"""

import re
from dataclasses import dataclass
from functools import reduce
from operator import add

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value

from core.reference.models import Appellation
from core.reference.text import normalise
from sessions.models import Session
from sessions.publication.sheet import SessionSheet

CONFIG = "french"
MAX_TYPED = 200  # characters of a search that are heard
MAX_WORDS = 8
MAX_WORD = 40
MIN_CORRECTED = 4  # letters: a shorter word is near to everything
LIKENESS = 0.35  # trigram similarity from which a word is taken for a misspelling of another
FAINT = frozenset(
    normalise(
        "a au aux avec ce ces cette d dans de des du elle en est et il ils j je l la le les leur leurs lui m ma mais "
        "me mes mon n ne ni nos notre nous on ou par pas pour qu que qui s sa sans se ses son sous sur t ta te tes "
        "ton tu un une vers vos votre vous y formation formations session sessions stage metier metiers"
    ).split()
)
CODE = re.compile(r"\b(rncp|rs)\s*(\d{2,6})\b")


@dataclass(frozen=True)
class Search:
    """What a search means. `query`: for `to_tsquery`, empty when nothing was asked. `corrected`: the words as
    they were understood, when that differs from what was typed."""

    query: str = ""
    corrected: str = ""


def texts_of(session: Session, sheet: SessionSheet) -> dict[str, str]:
    """What is searched of a session, by weight: A what it is, B the job, C who, where and which title, D the rest."""
    certification = " ".join(
        f"{ref.title} {ref.rncp} {ref.rncp.removeprefix('RNCP')} {ref.rs} {ref.rs.removeprefix('RS')}"
        for ref in sheet.certifications
    )
    commune = session.commune
    metier = session.metier
    titles = (
        " ".join(
            Appellation.objects.filter(metier=metier, retired_on=None).values_list("title", flat=True).order_by("code")
        )
        if metier
        else ""
    )
    return {
        "A": normalise(sheet.title),
        "B": normalise(f"{metier.title} {metier.code} {titles}") if metier else "",
        "C": normalise(
            f"{certification} {sheet.trainer.name} {sheet.responsible.name} {commune.name} "
            f"{' '.join(commune.former_names)} {sheet.place.address.postcode} {session.departement.name} "
            f"{session.filiere.name} {session.number}"
        ),
        "D": normalise(f"{sheet.objective} {sheet.content} {' '.join(block.title for block in sheet.blocks)}"),
    }


def index(session: Session, texts: dict[str, str]) -> list[str]:
    """Write the session's search vector and make its words known. Returns these words."""
    parts = [SearchVector(Value(text), config=CONFIG, weight=weight) for weight, text in texts.items()]
    Session.objects.filter(pk=session.pk).update(search_vector=reduce(add, parts))
    words = sorted(
        {
            word
            for text in texts.values()
            for word in text.split()
            if MIN_CORRECTED <= len(word) <= MAX_WORD and not word.isdigit() and word not in FAINT
        }
    )
    learn(words)
    return words


def learn(words: list[str]) -> None:
    """Add words to the list that misspellings are compared with, in one order so that two writers never block
    each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO training_sessions_catalogueword (word, stem)
            SELECT word, coalesce((ts_lexize('french_stem', word))[1], word) FROM unnest(%s::text[]) AS word
            ORDER BY word ON CONFLICT (word) DO NOTHING
            """,
            [words],
        )


def forget_unused() -> int:
    """Drop the words that no published session contains any more. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM training_sessions_catalogueword known WHERE NOT EXISTS (
                SELECT 1 FROM (SELECT DISTINCT unnest(words) AS word FROM training_sessions_publicationrecord) used
                WHERE used.word = known.word)
            """
        )
        return int(cursor.rowcount)


def understand(typed: str) -> Search:
    """What the words of a search mean: each must be there; one query, whatever their number.

    A word known as it is (or by its stem) is asked as such, the beginning of a word as a beginning, any other as
    the nearest word of the catalogue. A word near to nothing is kept: the answer is then honestly empty.
    """
    text = CODE.sub(r"\1\2", normalise(typed[:MAX_TYPED]))
    words = [word[:MAX_WORD] for word in dict.fromkeys(text.split())]
    meant = [word for word in words if word not in FAINT][:MAX_WORDS]
    if not meant:
        return Search()
    found = _look_up([word for word in meant if len(word) >= MIN_CORRECTED and not word.isdigit()])
    parts: list[str] = []
    read: list[str] = []
    for word in meant:
        known, longer, near = found.get(word, (True, False, None))
        if known or (near is None and not longer):
            parts.append(word)
            read.append(word)
        elif longer:
            parts.append(f"{word}:*")
            read.append(word)
        else:
            parts.append(str(near))
            read.append(str(near))
    # Figures may be the beginning of a postcode or of a code; a short last word is perhaps not finished.
    parts = [
        f"{part}:*" if part.isdigit() or (len(part) < MIN_CORRECTED and part == parts[-1]) else part for part in parts
    ]
    return Search(" & ".join(parts), " ".join(read) if read != meant else "")


def _look_up(words: list[str]) -> dict[str, tuple[bool, bool, str | None]]:
    """For each word: whether the catalogue has it, whether it begins one, and the nearest one."""
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT typed,
                EXISTS (SELECT 1 FROM training_sessions_catalogueword
                        WHERE stem = coalesce((ts_lexize('french_stem', typed))[1], typed)),
                EXISTS (SELECT 1 FROM training_sessions_catalogueword WHERE word LIKE typed || '%%'),
                (SELECT word FROM training_sessions_catalogueword WHERE word %% typed AND similarity(word, typed) >= %s
                 ORDER BY similarity(word, typed) DESC, word LIMIT 1)
            FROM unnest(%s::text[]) AS typed
            """,
            [LIKENESS, words],
        )
        return {typed: (known, longer, near) for typed, known, longer, near in cursor.fetchall()}
