"""Which rule sets the rooms judge with, and what they say of the files that these judge.

The rooms register both at start-up: the register page and the replay of the receipts read them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.rules import RuleSet, Verdict

_rulesets: dict[str, RuleSet] = {}
_files: dict[str, "FileKind"] = {}


@dataclass(frozen=True)
class FileLine:
    """One file in a list: how it is named, where it stands, whose it is (ids of organisations)."""

    reference: str
    label: str
    url: str
    organisations: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Moved:
    """How a file that others stand on would be judged under a proposed change."""

    verdict: Verdict
    pending: tuple[str, ...]


@dataclass(frozen=True)
class FileKind:
    """What a room tells of the files whose receipts it issues.

    `subject_type` is their name in the journal. `live` are the organisations whose files wait for a decision.
    `find` gives the ids of files by their reference, `stands_on` the references that facts name, and `follow` the
    facts once those files are judged otherwise. `judged_as`: by which rule set, for files that others stand on.
    """

    subject_type: str
    describe: Callable[[Collection[int]], dict[int, FileLine]]
    live: Callable[[], set[int]]
    find: Callable[[Collection[str]], dict[str, int]] = lambda _references: {}
    stands_on: Callable[[Any], Collection[str]] = lambda _facts: ()
    follow: Callable[[Any, Mapping[str, Moved]], Any] = lambda facts, _moved: facts
    hours: Callable[[Any], Decimal] = lambda _facts: Decimal(0)
    judged_as: str = ""


def register_files(kind: FileKind) -> None:
    """Make a kind of files known (called in `AppConfig.ready`, the files that others stand on first)."""
    _files[kind.subject_type] = kind


def file_kinds() -> dict[str, FileKind]:
    """Every kind of files, those that others stand on first."""
    return dict(_files)


def register(ruleset: RuleSet) -> None:
    """Make a room's rule set known (called in its `AppConfig.ready`)."""
    _rulesets[ruleset.subject] = ruleset


def rulesets() -> dict[str, RuleSet]:
    """Every rule set that a room has made known, by subject."""
    return dict(_rulesets)


def machine_checked() -> dict[str, list[str]]:
    """Rule id → subjects for which a predicate decides it."""
    found: dict[str, list[str]] = {}
    for subject, ruleset in _rulesets.items():
        for rule in ruleset.rules:
            found.setdefault(rule.id, []).append(subject)
    return found
