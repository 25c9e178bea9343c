"""Judge again what was judged: from a receipt alone, by the rules of its day, or under a variant of them.

A receipt holds the facts, the figures and the derogations; the day that it names says which rules were in force.
Many receipts are compared without decoding what they said: the database keeps a fingerprint of it (`Receipt.outcome`).
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import InvalidOperation
from multiprocessing import get_context
from typing import Any, NamedTuple

from django.db import connection

from core.rulebook import workers
from core.rulebook.models import Receipt
from core.rulebook.parameters import Editions, read
from core.rulebook.registry import rulesets
from core.rules import Facts, Judgement, Parameters, RuleSet, UnknownFactError, Variant, default_parameters, evaluate

_DAY = "coalesce(judged_on, (at AT TIME ZONE 'Europe/Paris')::date)"
_COLUMNS = (
    f"id, subject_type, subject_id, judged_as, {_DAY}, facts::text, parameters::text, derogations::text, verdict, "
    "outcome, ruleset_hash"
)
CHUNK = 2_000
SMALL = 5_000  # below this, starting a process takes longer than judging
RANGES = 8  # per process, so that none waits long for the other
UNREADABLE = (UnknownFactError, ValueError, KeyError, TypeError, InvalidOperation)


class Stored(NamedTuple):
    """A receipt as the replay reads it: JSON left as text until it is needed."""

    id: int
    subject_type: str
    subject_id: int
    judged_as: str
    day: date
    facts: str
    parameters: str
    derogations: str
    verdict: str
    outcome: str
    ruleset_hash: str


@dataclass(frozen=True)
class Difference:
    """A receipt that does not judge the same again. `rules`: the ids of what speaks otherwise."""

    receipt: int
    subject_type: str
    subject_id: int
    act: str
    before: str
    after: str
    hash_then: str
    hash_now: str
    rules: tuple[str, ...]
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Replayed:
    """What came of a range of receipts. `renamed`: how many carry the name of another rule set, with one outcome."""

    count: int
    differences: tuple[Difference, ...]
    renamed: int = 0

    def __add__(self, other: "Replayed") -> "Replayed":
        return Replayed(self.count + other.count, self.differences + other.differences, self.renamed + other.renamed)


class Judge:
    """Judges receipts; what many of them share (rules of a day, figures) is put together once."""

    def __init__(self, variant: Variant | None = None, editions: Editions | None = None) -> None:
        self.variant = variant
        self.editions = editions or Editions()
        self._figures: dict[tuple[str, date], Parameters] = {}
        self._grounds: dict[tuple[str, str, date], tuple[RuleSet, Parameters]] = {}
        self._hashes: dict[tuple[int, int], str] = {}

    def facts_of(self, stored: Stored) -> Facts:
        """Raises one of `UNREADABLE` when these facts are not those of the rules any more."""
        return rulesets()[stored.judged_as].facts.from_dict(json.loads(stored.facts))

    def judge(self, stored: Stored, facts: Facts | None = None) -> Judgement:
        """The judgement on this receipt, or on these facts instead of its own."""
        rules, figures = self._ground(stored)
        derogations = () if stored.derogations == "[]" else json.loads(stored.derogations)
        return evaluate(rules, facts or self.facts_of(stored), figures, derogations)

    def hash_of(self, judgement: Judgement) -> str:
        """The name of the rules and figures that judged, worked out once for all that share them."""
        key = (id(judgement.ruleset), id(judgement.parameters))
        if key not in self._hashes:
            self._hashes[key] = judgement.ruleset_hash
        return self._hashes[key]

    def _ground(self, stored: Stored) -> tuple[RuleSet, Parameters]:
        key = (stored.judged_as, stored.parameters, stored.day)
        ground = self._grounds.get(key)
        if ground is None:
            figures = self._figures.get(key[1:])
            if figures is None:
                edition = self.editions.on(stored.day)
                figures = self._figures[key[1:]] = as_kept(json.loads(stored.parameters), edition)
            rules = rulesets()[stored.judged_as].edition(figures)
            ground = (rules, figures) if self.variant is None else self.variant.apply(rules, figures)
            self._grounds[key] = ground
        return ground


def rejudge(receipt: Receipt, variant: Variant | None = None) -> Judgement:
    """Judge a receipt again, by the rules of its day and the figures that it keeps, or under a variant of these.

    Raises UnknownFactError or ValueError when its facts can no longer be read.
    """
    return Judge(variant).judge(next(stored([receipt.pk])))


def fingerprint(judgement: Judgement) -> str:
    """What the rules said, sentences left out: equal to `Receipt.outcome` when they say the same again."""
    found = judgement.findings
    said = [finding.rule.id for finding in found]
    said += [finding.outcome.state.value for finding in found]
    said += [finding.mode.value for finding in found]
    granted = [finding.granted for finding in found]
    return hashlib.md5(json.dumps([*said, *granted], ensure_ascii=False).encode(), usedforsecurity=False).hexdigest()


def as_kept(kept: Mapping[str, str], edition: Parameters) -> Parameters:
    """The figures of a receipt: those of the edition of its day, unless it says another value."""
    values = {name: _kept_value(text, default_parameters()[name]) for name, text in kept.items() if name in edition}
    other = {name: value for name, value in values.items() if value != edition[name]}
    return edition.with_values(**other) if other else edition


def _kept_value(text: str, like: Any) -> Any:
    """The first receipts wrote lists and yes-or-no the way Python does."""
    if isinstance(like, tuple) and text.startswith("("):
        return tuple(ast.literal_eval(text))
    if isinstance(like, bool) and text in ("True", "False"):
        return text == "True"
    return read(text, like)


def stored(ids: Iterable[int]) -> Iterator[Stored]:
    """These receipts, as the replay reads them."""
    return _rows(f"SELECT {_COLUMNS} FROM rulebook_receipt WHERE id = ANY(%s) ORDER BY id", [list(ids)])  # noqa: S608


def latest_of(subject_type: str, after: int, limit: int) -> list[Stored]:
    """The decisions that stand today on the files of a kind, beyond an id: each file's last receipt by each rule set.

    A file may be judged as two things: an intention, then what became of it. One does not hide the other.
    """
    return list(
        _rows(
            f"SELECT {_COLUMNS} FROM rulebook_receipt r WHERE subject_type = %s AND id > %s AND NOT EXISTS ("  # noqa: S608
            "SELECT 1 FROM rulebook_receipt later WHERE later.subject_type = r.subject_type "
            "AND later.subject_id = r.subject_id AND later.judged_as = r.judged_as AND later.id > r.id) "
            "ORDER BY id LIMIT %s",
            [subject_type, after, limit],
        )
    )


def _rows(sql: str, values: list[Any]) -> Iterator[Stored]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from map(Stored._make, rows)


def replay(*, processes: int = 1) -> Replayed:
    """Judge every receipt again and compare. Several processes share the ranges of ids; each has its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM rulebook_receipt")
        first, last = cursor.fetchone()
    if first is None:
        return Replayed(0, ())
    if processes == 1 or last - first < SMALL:
        return replay_range(first, last)
    step = max(1, (last - first) // (processes * RANGES) + 1)
    ranges = [(start, min(start + step - 1, last)) for start in range(first, last + 1, step)]
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=workers.begin, initargs=(workers.address(),)
    ) as pool:
        return sum(pool.map(workers.replay_range, *zip(*ranges, strict=True)), Replayed(0, ()))


def replay_range(first: int, last: int) -> Replayed:
    """Judge the receipts of a range of ids again."""
    judge, count, renamed, found = Judge(), 0, 0, []
    for start in range(first, last + 1, CHUNK):
        end = min(start + CHUNK - 1, last)
        for one in _rows(
            f"SELECT {_COLUMNS} FROM rulebook_receipt WHERE id BETWEEN %s AND %s ORDER BY id",  # noqa: S608
            [start, end],
        ):
            count += 1
            try:
                again = judge.judge(one)
            except UNREADABLE as error:
                found.append(_unreadable(one, error))
                continue
            if again.verdict.value != one.verdict or fingerprint(again) != one.outcome:
                found.append(_difference(one, again))
            elif judge.hash_of(again) != one.ruleset_hash:
                renamed += 1
    return Replayed(count, tuple(found), renamed)


def _difference(one: Stored, again: Judgement) -> Difference:
    receipt = Receipt.objects.get(pk=one.id)
    before = {said["rule"]: (said["state"], said["mode"], said["granted"]) for said in receipt.judgement["findings"]}
    after = {finding.id: (finding.state.value, finding.mode.value, finding.granted) for finding in again.findings}
    rules = tuple(rule for rule in {**before, **after} if before.get(rule) != after.get(rule))
    return Difference(
        one.id, one.subject_type, one.subject_id, receipt.act, one.verdict, again.verdict.value, one.ruleset_hash,
        again.ruleset_hash, rules,
    )  # fmt: skip


def _unreadable(one: Stored, error: Exception) -> Difference:
    act = Receipt.objects.values_list("act", flat=True).get(pk=one.id)
    return Difference(
        one.id, one.subject_type, one.subject_id, act, one.verdict, "", one.ruleset_hash, "", (),
        problem=f"Ses faits ne se lisent plus\u00a0: {error}",
    )  # fmt: skip
