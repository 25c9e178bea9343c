"""Verdicts: what one costs with its citations and its changes, and ten rules beside another engine."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import zen
from bench.rows import Row
from core.rulebook.registry import rulesets
from core.rules import RuleSet, evaluate
from tests.rules.files import random_files

FILES = 10_000  # of each subject, a third of them of anything at all
TEN_FILES = 2_000
ROUNDS = 3


def all_rows() -> list[Row]:
    return [*(_explained(ruleset) for ruleset in rulesets().values()), *_ten_rules()]


def _explained(ruleset: RuleSet) -> Row:
    """From the facts to the JSON of the whole judgement: findings, citations, smallest changes.

    Computing time of the thread: what others do on the machine does not count.
    """
    times = []
    for facts, granted in random_files(ruleset, FILES):
        fresh = ruleset.facts.from_dict(facts.as_dict())  # nothing worked out beforehand
        start = time.thread_time()
        evaluate(ruleset, fresh, derogations=granted).as_dict()
        times.append((time.thread_time() - start) * 1000)
    cuts = statistics.quantiles(times, n=100)
    said = f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms"
    return (f"Verdict cité et expliqué : {ruleset.subject} ({len(ruleset.rules)} règles)", said, "—", "—")


def _ten_rules() -> list[Row]:
    """The same ten rules on the same plain values, ours against zen-engine, which explains nothing."""
    stored = [facts.as_dict() for facts, _ in random_files(zen.TEN_RULES, TEN_FILES)]
    plain = [zen.plain_values(zen.TEN_RULES.facts.from_dict(values)) for values in stored]

    def verdict(values: dict[str, Any]) -> object:
        return evaluate(zen.TEN_RULES, zen.TEN_RULES.facts.from_dict(values)).verdict

    def explained(values: dict[str, Any]) -> object:
        return evaluate(zen.TEN_RULES, zen.TEN_RULES.facts.from_dict(values)).as_dict()

    rows = []
    for label, ours, theirs in (
        ("Dix règles, verdict seul ; plancher : zen-engine, graphe", verdict, zen.graph()),
        ("Dix règles, cité et expliqué ; plancher : zen-engine, graphe, verdict seul", explained, zen.graph()),
        ("Dix règles, verdict seul ; plancher : zen-engine, expressions compilées", verdict, zen.expressions()),
    ):
        pairs = [(_rate(ours, stored), _rate(theirs, plain)) for _ in range(ROUNDS)]  # turn by turn
        mine, low = (statistics.median(side) for side in zip(*pairs, strict=True))
        rows.append((label, f"{mine:.0f}/s", f"{low:.0f}/s", f"{mine / low:.2f}"))
    return rows


def _rate(decide: Callable[[dict[str, Any]], object], files: list[dict[str, Any]]) -> float:
    """Files per second of computing time, whichever threads the engine works with."""
    start = time.process_time()
    for values in files:
        decide(values)
    return len(files) / (time.process_time() - start)
