"""The words that the searchable lists use, and the known word that a mistyped one means."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from core.reference.enums import Vocabulary
from core.reference.models import Word

# Where each vocabulary finds its words; the names of tables are ours, never a person's.
SOURCES = {
    Vocabulary.COMMUNES: "SELECT search || aliases AS text FROM reference_commune WHERE retired_on IS NULL",
    Vocabulary.METIERS: (
        "SELECT search AS text FROM reference_appellation WHERE retired_on IS NULL "
        "UNION ALL SELECT search FROM reference_metier WHERE retired_on IS NULL"
    ),
    Vocabulary.CERTIFICATIONS: "SELECT search AS text FROM reference_certification WHERE retired_on IS NULL",
}
GATHER = """
    INSERT INTO reference_word (vocabulary, word, uses)
    SELECT %s, word, count(*)
      FROM (SELECT unnest(string_to_array(text, ' ')) AS word FROM (LABELS) AS labels) AS words
     WHERE word ~ '^[a-z]{3,60}$' GROUP BY word
"""


@transaction.atomic
def refresh(vocabulary: Vocabulary) -> None:
    """Gather the words of a list again, after it changed."""
    Word.objects.filter(vocabulary=vocabulary).delete()
    with connection.cursor() as cursor:
        cursor.execute(GATHER.replace("LABELS", SOURCES[vocabulary]), [vocabulary.value])


def respell(vocabulary: Vocabulary, words: Sequence[str]) -> list[str]:
    """Each word as the list spells it: itself when a known word begins so, else the nearest known one, else itself.

    The database proposes by shared letters, the number of typing slips decides, then the commonest word.
    """
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"vocabulary": vocabulary.value, "words": list(words)})
        rows = cursor.fetchall()
    return [word if known or not near else _nearest(word, near) for word, known, near in rows]


CANDIDATES = """
    SELECT typed.word,
           EXISTS (SELECT FROM reference_word AS known
                    WHERE known.vocabulary = %(vocabulary)s AND known.word LIKE typed.word || '%%'),
           ARRAY(SELECT known.word FROM reference_word AS known
                  WHERE known.vocabulary = %(vocabulary)s
                    AND (known.word %% typed.word OR known.word LIKE left(typed.word, 2) || '%%')
                  ORDER BY similarity(known.word, typed.word) DESC, known.uses DESC, known.word LIMIT 12)
      FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed (word, place) ORDER BY typed.place
"""


def _nearest(word: str, near: Sequence[str]) -> str:
    """The first of the words with the fewest slips; the word itself when all are too far."""
    slips = {candidate: _slips(word, candidate) for candidate in near}
    best = min(near, key=lambda candidate: slips[candidate])
    return best if slips[best] <= 1 + len(word) // 5 else word


def _slips(typed: str, meant: str) -> int:
    """How many letters were added, forgotten, changed, or swapped with their neighbour."""
    before: list[int] = []
    line = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        older, before, line = before, line, [i]
        for j, other in enumerate(meant, start=1):
            cost = min(before[j] + 1, line[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            line.append(cost)
    return line[-1]
