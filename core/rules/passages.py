"""Following quotations from one edition of a document to the next: still there, moved, changed, or gone.

The texts of the documents are not shipped with the rules: only short quotations with their lines. A quotation is
looked for in the new text whatever its spaces, line breaks and typography. Where the text of the edition before is
known too, the whole of the lines that were read is followed, so that a figure changed beside a quotation is seen.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .catalogue import Citation, contradictions, rule_texts
from .faq import questions

CHANGED_FROM = 0.6  # as alike as this, a passage is the same one with other words; less, it is gone
SHOWN_FROM = 0.4  # less alike than this, the nearest passage would only mislead
MAX_SHOWN = 400
AROUND = 8  # words by which the nearest stretch is slid to fit best
WRAP = 4  # lines: a sentence of the employers' FAQ stands on every other line
_SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-"})
_CUT = re.compile(r"\[(?:…|\.\.\.)\]")
_WORD = re.compile(r"\S+")


class Fate(StrEnum):
    """What became of a passage in the new edition."""

    GONE = "disparue"
    CHANGED = "changee"
    AROUND = "alentour"
    MOVED = "deplacee"
    SAME = "identique"
    UNKNOWN = "sans_citation"

    @property
    def label(self) -> str:
        return _FATE_LABELS[self]

    @property
    def calls(self) -> bool:
        """True when somebody should read the rule again."""
        return self in (Fate.GONE, Fate.CHANGED, Fate.AROUND)


_FATE_LABELS = {
    Fate.GONE: "disparus",
    Fate.CHANGED: "changés",
    Fate.AROUND: "changés à côté de la citation",
    Fate.MOVED: "déplacés",
    Fate.SAME: "à la même place",
    Fate.UNKNOWN: "sans citation à suivre",
}


@dataclass(frozen=True)
class Cited:
    """One place of a document on which something of ours rests: a rule, an answer, a reading of a contradiction."""

    kind: str
    id: str
    label: str
    citation: Citation


@dataclass(frozen=True)
class Followed:
    """A passage in the new edition. Lines are those of the edition before, then those of the new one."""

    cited: Cited
    fate: Fate
    before: tuple[int, int]
    after: tuple[int, int] | None = None
    expected: str = ""
    nearest: str = ""
    likeness: float = 0.0

    @property
    def diff(self) -> list[tuple[str, str]]:
        """Words kept (« = »), taken out (« - ») and put in (« + »); none for a passage that is gone."""
        return words_diff(self.expected, self.nearest) if self.fate in (Fate.CHANGED, Fate.AROUND) else []


def cited_in(document: str) -> list[Cited]:
    """Everything that rests on a document, rules first."""
    found = [
        Cited("regle", text.id, text.sentence, citation)
        for text in rule_texts().values()
        for citation in text.citations
    ]
    found += [Cited("question", slug, one.question, one.citation) for slug, one in questions().items()]
    found += [
        Cited("contradiction", one.id, reading.statement, citation)
        for one in contradictions().values()
        for reading in one.readings
        for citation in reading.citations
    ]
    return [one for one in found if one.citation.document.code == document]


class Text:
    """A text that can be searched whatever its spaces and typography, with the line of each sign kept."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        signs, starts = [], []
        length = 0
        for line in self.lines:
            starts.append(length)
            plain = _plain(line)
            signs.append(plain)
            length += len(plain)
        self._starts = starts
        self._plain = "".join(signs)
        self._words = [
            (match.group(), number, match.start(), match.end())
            for number, line in enumerate(self.lines, start=1)
            for match in _WORD.finditer(line)
        ]
        self._keys = [_key(word) for word, _, _, _ in self._words]

    def slice(self, first: int, last: int) -> str:
        """The words of some lines, as one paragraph."""
        return " ".join(" ".join(self.lines[first - 1 : last]).split())

    def find(self, quotation: str, near: int = 1) -> tuple[int, int] | None:
        """First and last line of a quotation (« […] » stands for what was cut), the place nearest to a line."""
        parts = [plain for part in _CUT.split(quotation) if (plain := _plain(part))]
        if not parts:
            return None
        places = list(self._places(parts))
        return min(places, key=lambda place: abs(place[0] - near)) if places else None

    def first_missing(self, quotation: str) -> str:
        """The first part of a quotation that the text does not hold; all of it when only their order has changed."""
        parts = [part.strip() for part in _CUT.split(quotation) if part.strip()]
        return next((part for part in parts if _plain(part) not in self._plain), quotation)

    def _places(self, parts: list[str]) -> Iterator[tuple[int, int]]:
        start = self._plain.find(parts[0])
        while start >= 0:
            end, whole = start + len(parts[0]), True
            for part in parts[1:]:
                at = self._plain.find(part, end)
                whole = whole and at >= 0
                end = at + len(part)
            if not whole:
                return
            yield self._line(start), self._line(end - 1)
            start = self._plain.find(parts[0], start + 1)

    def _line(self, position: int) -> int:
        return bisect_right(self._starts, position)

    def nearest(self, quotation: str) -> tuple[str, tuple[int, int], float]:
        """The passage most like a quotation, its lines, and how alike they are (0 to 1).

        The stretch of as many words that shares most of them, in their order.
        """
        wanted = [_key(word) for word in _CUT.sub(" ", quotation).split()]
        if not wanted or not self._words:
            return "", (0, 0), 0.0
        size = min(len(wanted), len(self._words))
        missing = Counter(wanted)
        shared, best, best_at = 0, -1, 0
        for at, key in enumerate(self._keys):
            shared += missing[key] > 0
            missing[key] -= 1
            if at >= size:
                gone = self._keys[at - size]
                missing[gone] += 1
                shared -= missing[gone] > 0
            if at >= size - 1 and shared > best:
                best, best_at = shared, at - size + 1
        # Several stretches may share as many words: the one in the same order is the one.
        around = range(max(best_at - AROUND, 0), min(best_at + AROUND, len(self._keys) - size) + 1)
        likeness, best_at = max(
            (difflib.SequenceMatcher(None, wanted, self._keys[at : at + size], autojunk=False).ratio(), at)
            for at in around
        )
        stretch = self._words[best_at : best_at + size]
        found = " ".join(word for word, _, _, _ in stretch)
        return found[:MAX_SHOWN], (stretch[0][1], stretch[-1][1]), likeness


def follow(new: Text, document: str, old: Text | None = None) -> list[Followed]:
    """Every passage of a document, followed into a new edition; those that call for a reading come first."""
    fates = list(Fate)
    found = [_follow_one(cited, new, old) for cited in cited_in(document)]
    return sorted(found, key=lambda one: fates.index(one.fate))


def _follow_one(cited: Cited, new: Text, old: Text | None) -> Followed:
    citation = cited.citation
    read = (citation.first_line, citation.last_line)
    held = old.find(citation.quotation, read[0]) if old and citation.quotation else None
    if held and not _within(held, read):
        read = held  # the edition before is not the one that the rules were read in: the passage had moved already
    whole = old.slice(*read) if old and read[1] <= len(old.lines) else ""
    sought = citation.quotation or whole
    if not sought:
        return Followed(cited, Fate.UNKNOWN, read)
    after = new.find(sought, (held or read)[0])
    if after is None:
        sought = new.first_missing(sought)
        nearest, lines, likeness = new.nearest(sought)
        fate = Fate.CHANGED if likeness >= CHANGED_FROM else Fate.GONE
        known = likeness >= SHOWN_FROM
        return Followed(
            cited, fate, read, lines if known else None, sought[:MAX_SHOWN], nearest if known else "", likeness
        )
    if whole and new.find(whole, after[0]) is None:
        start = max(after[0] - (held or read)[0] + read[0], 1)
        around = new.slice(start, start + read[1] - read[0])
        return Followed(cited, Fate.AROUND, read, after, whole[:MAX_SHOWN], around[:MAX_SHOWN], 1.0)
    stays = after == held if held else _within(after, read)
    return Followed(cited, Fate.SAME if stays else Fate.MOVED, read, after)


def _within(lines: tuple[int, int], read: tuple[int, int]) -> bool:
    """Whether a quotation begins in the lines that were read, and ends there or where its last words wrap."""
    return read[0] <= lines[0] <= read[1] and lines[1] <= read[1] + WRAP


def words_diff(before: str, after: str) -> list[tuple[str, str]]:
    """From one passage to another, word by word: (« = », « - » or « + », the words)."""
    old, new = before.split(), after.split()
    matcher = difflib.SequenceMatcher(None, [_key(w) for w in old], [_key(w) for w in new], autojunk=False)
    found: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(("=", " ".join(new[j1:j2])))
            continue
        if i2 > i1:
            found.append(("-", " ".join(old[i1:i2])))
        if j2 > j1:
            found.append(("+", " ".join(new[j1:j2])))
    return found


def _plain(text: str) -> str:
    """A text without its spaces, accents of typography and case: what is compared."""
    return re.sub(r"\s|\u00ad|\u200b", "", unicodedata.normalize("NFKC", text).translate(_SIGNS)).casefold()


def _key(word: str) -> str:
    """A word without the punctuation around it, unless it is nothing else."""
    plain = _plain(word)
    return plain.strip(".,;:!?()\"'") or plain
