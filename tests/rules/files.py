"""Random files of any subject, worked out from its dataclass of facts: a new fact is covered as it is declared.

Each fact has a small pool of values: unknown, empty, each member of a list, each side of each parameter, and what the
file of the case table says. Hypothesis draws from the pools (`files`, `near_files`); so does a seeded generator where
many files are wanted fast (`random_files`).
"""

import dataclasses
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st

from core.rulebook.registry import rulesets
from core.rules import Facts, Many, Mode, RuleSet, default_parameters
from tests.rules.cases import base

TODAY = date(2026, 11, 3)
DAYS = (-400, -90, -1, 0, 1, 7, 29, 30, 31, 59, 60, 61, 92, 365)


@cache
def base_file(subject: str) -> Facts:
    """The file of the case table for this subject; an empty file when it has none."""
    facts = rulesets()[subject].facts
    try:
        return facts.from_dict(base(subject))
    except KeyError:
        return facts()


@cache
def derogable(subject: str) -> tuple[str, ...]:
    """The rules for which the Région may grant a derogation."""
    return tuple(rule.id for rule in rulesets()[subject].rules if rule.mode is Mode.DEROGATION)


@cache
def _figures() -> tuple[int, ...]:
    given = (default_parameters()[key] for key in default_parameters())
    limits = {int(value) for value in given if isinstance(value, int | Decimal) and not isinstance(value, bool)}
    return tuple(sorted({-1, 0, 1, 2, 3, 9, 100_000} | {limit + step for limit in limits for step in (-1, 0, 1)}))


@cache
def _words() -> tuple[str, ...]:
    given = (default_parameters()[key] for key in default_parameters())
    listed = {text for value in given if isinstance(value, tuple) for text in value}
    return ("", "a", "b", "35", "2A", *sorted(listed))


def _values(kind: Any, about: Any) -> list[Any]:
    """Values of one kind, unknown left out. `about` is what the file of the case table says of this fact."""
    if isinstance(kind, Many):
        items = _values(kind.of, about[0] if about else None)
        if kind.of is str:
            items = [*items, *(about or ()), *(rule for subject in rulesets() for rule in derogable(subject))]
        rng = random.Random(f"{kind.of.__name__}{len(items)}")
        several = [tuple(rng.sample(items, k=min(size, len(items)))) for size in (1, 1, 2, 2, 3, 4) for _ in range(6)]
        return [(), *([about] if about else []), *several]
    if issubclass(kind, Facts):
        rng = random.Random(kind.__name__)
        drawn = [_draw(rng, pools(kind, None)) for _ in range(24)]
        return [*([about] if about is not None else []), *(kind(**values) for values in drawn)]
    if issubclass(kind, Enum):
        return list(kind)
    if kind is bool:
        return [True, False]
    if kind is int:
        return list(_figures())
    if kind is Decimal:
        return [Decimal(figure) for figure in _figures()] + [Decimal("0.5"), Decimal("5.99"), Decimal("23.99")]
    if kind is date:
        days = [TODAY, *([about] if about else [])]
        return [day + timedelta(days=step) for day in days for step in DAYS]
    return [*_words(), *([about] if about else [])]


@cache
def pools(facts: type[Facts], subject: str | None) -> dict[str, list[Any]]:
    """For each fact, the values to draw from; None, unknown, comes first."""
    known = base_file(subject) if subject else facts()
    return {
        field.name: [None, *_values(field.metadata["kind"], getattr(known, field.name))]
        for field in dataclasses.fields(facts)
    }


def _draw(rng: random.Random, pool: dict[str, list[Any]]) -> dict[str, Any]:
    return {name: rng.choice(values) for name, values in pool.items()}


def random_files(ruleset: RuleSet, count: int, seed: int = 7) -> Iterator[tuple[Facts, frozenset[str]]]:
    """`count` files with the derogations granted to them: a third of anything, the others near an éligible file."""
    rng = random.Random(f"{ruleset.subject}{seed}")
    pool = pools(ruleset.facts, ruleset.subject)
    for index in range(count):
        if index % 3 == 0:
            facts = ruleset.facts(**_draw(rng, pool))
        else:
            names = rng.sample(list(pool), k=min(len(pool), rng.choice((1, 2, 2, 3, 4, 6))))
            facts = base_file(ruleset.subject).with_facts(**{name: rng.choice(pool[name]) for name in names})
        yield facts, frozenset(rule for rule in derogable(ruleset.subject) if rng.random() < 0.1)


@cache
def _one_of_each(ruleset: RuleSet) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.sampled_from(values) for name, values in pools(ruleset.facts, ruleset.subject).items()}


@cache  # making a strategy of fifty facts takes longer than drawing from it
def files(ruleset: RuleSet) -> st.SearchStrategy[Facts]:
    """Files of anything; they shrink towards what is unknown."""
    return st.fixed_dictionaries(_one_of_each(ruleset)).map(lambda values: ruleset.facts(**values))


@cache
def near_files(ruleset: RuleSet) -> st.SearchStrategy[Facts]:
    """Files that are éligible but for a few facts: where the search for changes has something to find."""
    each = _one_of_each(ruleset)
    return (
        st.lists(st.sampled_from(list(each)), min_size=1, max_size=4, unique=True)
        .flatmap(lambda names: st.fixed_dictionaries({name: each[name] for name in names}))
        .map(lambda changed: base_file(ruleset.subject).with_facts(**changed))
    )


@cache
def granted(ruleset: RuleSet) -> st.SearchStrategy[frozenset[str]]:
    """Derogations already granted."""
    return (
        st.frozensets(st.sampled_from(derogable(ruleset.subject)), max_size=4)
        if derogable(ruleset.subject)
        else st.just(frozenset())
    )
