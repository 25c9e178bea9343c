"""Rules broken on purpose: each mutant must be noticed by the table of cases.

Three kinds. A rule says the contrary of what it finds, or keeps silent. A parameter moves by one. A line that a
predicate runs through is altered: a comparison made strict or loose, an `and` turned into an `or`, a condition taken
the other way round, a figure moved by one.
"""

import __future__

import ast
import copy
import gc
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from types import CodeType, FrameType, FunctionType
from typing import Any

from core.rulebook.registry import rulesets
from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Outcome,
    Parameters,
    RuleSet,
    State,
    default_parameters,
)
from core.rules.engine import Check
from tests.rules.cases import Case, all_cases


@dataclass(frozen=True)
class Mutant:
    """One thing broken: `said` gives what the rule of a case says then, `cases` are those that may notice.

    What the rule says is its state, and what it asks for where the case tells it.
    """

    name: str
    cases: tuple[Case, ...]
    said: Callable[[Case], str]

    def survives(self) -> bool:
        """True when every case goes on as if nothing were broken."""
        return all(self.said(case) == _expected(case) for case in self.cases)


def _told(state: str, asks: tuple[str, ...] | None) -> str:
    return state if asks is None else f"{state} {' '.join(asks)}"


def _expected(case: Case) -> str:
    return _told(case.state, case.asks)


def as_it_is(case: Case) -> str:
    """What the rule of a case says when nothing is broken."""
    return _state(case.ruleset.by_id[case.rule].check, case, default_parameters())


def _state(check: Check, case: Case, parameters: Parameters) -> str:
    try:
        outcome = check(case.facts, parameters)
        return _told(outcome.state.value, None if case.asks is None else outcome.missing)
    except Exception as error:  # noqa: BLE001 a mutant that raises is noticed
        return type(error).__name__


# ---- rules


def _contrary(check: Check) -> Check:
    def mutated(facts: Any, parameters: Parameters) -> Outcome:
        outcome = check(facts, parameters)
        return {State.SATISFIED: UNSATISFIED, State.UNSATISFIED: SATISFIED}.get(outcome.state, outcome)

    return mutated


def _silent(_facts: Any, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE


def of_rules(ruleset: RuleSet) -> list[Mutant]:
    """Each rule says the contrary, then keeps silent."""
    return [
        Mutant(
            f"{ruleset.subject} {rule.id} {how}",
            tuple(case for case in all_cases() if (case.subject, case.rule) == (ruleset.subject, rule.id)),
            lambda case, check=broken: _state(check, case, default_parameters()),
        )
        for rule in ruleset.rules
        for how, broken in (("says the contrary", _contrary(rule.check)), ("keeps silent", _silent))
    ]


# ---- parameters


class _Watched(Parameters):
    """Parameters that remember which of them were read."""

    def __init__(self, given: Parameters) -> None:
        super().__init__({key: given.describe(key) for key in given})
        self.seen: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)


def of_parameters() -> list[Mutant]:
    """Each parameter, one more and one less, in each subject of which a predicate reads it."""
    readers: dict[tuple[str, str], list[Case]] = {}
    for case in all_cases():
        watched = _Watched(default_parameters())
        case.ruleset.by_id[case.rule].check(case.facts, watched)
        for key in watched.seen:
            readers.setdefault((case.subject, key), []).append(case)
    return [
        Mutant(f"{subject} {key}: {how}", tuple(cases), _with(default_parameters().with_values(**{key: value})))
        for (subject, key), cases in readers.items()
        for how, value in _moved(default_parameters()[key])
    ]


def _with(parameters: Parameters) -> Callable[[Case], str]:
    return lambda case: _state(case.ruleset.by_id[case.rule].check, case, parameters)


def _moved(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, bool):
        return [("the contrary", not value)]
    if isinstance(value, int | Decimal):
        return [("one more", value + 1), ("one less", value - 1)]
    if isinstance(value, tuple):
        return [("the first left out", value[1:])]
    return []


# ---- lines


@cache
def _lines() -> dict[CodeType, list[Case]]:
    """Every function of the rules that a predicate runs through, with the cases whose own rule does."""
    found: dict[CodeType, list[Case]] = {}
    ours = {check.__module__ for ruleset in rulesets().values() for check in ruleset.checks}
    rooms = {name if name.endswith(".rules") else name.rpartition(".")[0] for name in ours}

    for case in all_cases():
        facts, seen = case.facts, set()

        def watch(frame: FrameType, event: str, _arg: Any, seen: set[CodeType] = seen) -> None:
            module = frame.f_globals.get("__name__", "")
            if event == "call" and (module in rooms or module.rpartition(".")[0] in rooms):
                seen.add(frame.f_code)

        sys.setprofile(watch)
        try:
            case.ruleset.by_id[case.rule].check(facts, default_parameters())
        finally:
            sys.setprofile(None)
        for code in seen:
            found.setdefault(code, []).append(case)
    return {code: cases for code, cases in found.items() if not code.co_name.startswith("<")}


_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def _alterations(node: ast.AST) -> list[tuple[str, Callable[[], None]]]:
    """What can be altered in a node of the syntax tree, and how to do it in place."""
    if isinstance(node, ast.Compare):
        other = _COMPARISONS[type(node.ops[0])]
        return [(f"{type(node.ops[0]).__name__} becomes {other.__name__}", lambda: node.ops.__setitem__(0, other()))]
    if isinstance(node, ast.BoolOp):
        word = ast.Or if isinstance(node.op, ast.And) else ast.And
        return [(f"{type(node.op).__name__} becomes {word.__name__}", lambda: setattr(node, "op", word()))]
    if isinstance(node, ast.If | ast.IfExp):
        return [("condition reversed", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test)))]
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return [(f"{node.value} becomes {node.value + 1}", lambda: setattr(node, "value", node.value + 1))]
    return []


# Alterations that change nothing of what is said, and why.
EQUIVALENT = {
    # the predicate has already said what is missing
    ("hours_left", "Or becomes And", "if self.lot_maxi is None or self.lot_ordered is None:"),
    # the number of places is known when this line is reached
    (
        "_permanent",
        "0 becomes 1",
        'if facts.intentions is None and (facts.seats or 0) < parameters["stagiaires_min"]:',
    ),
    # neither none nor one is several
    (
        "several_certifications",
        "0 becomes 1",
        "return SATISFIED if (facts.certifications or 0) > 1 else NOT_APPLICABLE",
    ),
    # no entry at all has left before, and one entry alone says the same
    *(
        (
            "disabled_entries",
            how,
            "if not facts.entries or facts.entries < 0 or facts.disabled_entries is None:",
        )
        for how in ("Lt becomes LtE", "0 becomes 1")
    ),
}


def of_lines() -> list[Mutant]:
    """Each comparison, each `and`, each condition and each figure that a predicate runs through, altered alone.

    A mutant is only compiled when it is asked what it says.
    """
    return list(_of_lines())


def _of_lines() -> Iterator[Mutant]:
    functions: dict[CodeType, list[FunctionType]] = {}
    for found in gc.get_objects():
        if type(found) is FunctionType:  # not isinstance: it would wake whatever lazy thing another test has left
            functions.setdefault(found.__code__, []).append(found)
    for code, cases in sorted(_lines().items(), key=lambda item: (item[0].co_filename, item[0].co_firstlineno)):
        source = textwrap.dedent(inspect.getsource(code)).splitlines()
        tree = ast.parse("\n".join(source))
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.decorator_list = []
        module = code.co_filename.rpartition("/rules")[0].rpartition("/")[2]
        for number, node in enumerate(ast.walk(tree)):
            for how, _ in _alterations(node):
                line = source[getattr(node, "lineno", 1) - 1].strip()
                if (code.co_name, how, line) not in EQUIVALENT:
                    name = f"{module} {code.co_name}, column {getattr(node, 'col_offset', 0)}: {how} in « {line} »"
                    altered = partial(_altered, code, tree, number)
                    yield Mutant(name, tuple(cases), _with_code(code, functions[code], altered))


def _altered(code: CodeType, tree: ast.Module, number: int) -> CodeType:
    """The function compiled with one node altered, ready to take the place of its code."""
    altered = copy.deepcopy(tree)
    _alterations(list(ast.walk(altered))[number])[0][1]()
    outer = ast.parse(f"def outer({', '.join(code.co_freevars)}):\n    return {code.co_name}")
    outer.body[0].body.insert(0, altered.body[0])  # type: ignore[attr-defined]
    space: dict[str, Any] = {}
    compiled = compile(ast.fix_missing_locations(outer), code.co_filename, "exec", __future__.annotations.compiler_flag)
    exec(compiled, space)  # noqa: S102 our own code, altered
    made: CodeType = space["outer"](*[None] * len(code.co_freevars)).__code__
    assert made.co_freevars == code.co_freevars
    return made


def _with_code(code: CodeType, functions: list[FunctionType], altered: Callable[[], CodeType]) -> Callable[[Case], str]:
    altered = cache(altered)

    def said(case: Case) -> str:
        for function in functions:
            function.__code__ = altered()
        try:
            told = as_it_is(case)
            return told if told != _expected(case) or case.judge().verdict.value == case.verdict else "another verdict"
        finally:
            for function in functions:
                function.__code__ = code

    return said
