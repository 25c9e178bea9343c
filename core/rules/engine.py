"""The decision engine: rules are declared, facts come in, a judgement comes out.

It knows no application, no database and no request. The same engine serves the simulator, the
forms as they are filled, the decision desk and the replay of a receipt: same facts, same rules,
same parameters, same verdict.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from .catalogue import RuleText, default_parameters, rule_texts
from .changes import Remedies
from .facts import Facts
from .french import typography
from .judgement import Judgement
from .parameters import Parameters
from .vocabulary import Audience, Mode, Outcome

Check = Callable[[Any, Parameters], Outcome]
Sentence = str | Callable[[Any, Parameters], str]


@dataclass(frozen=True)
class Rule:
    """A rule of the register with its predicate.

    ``reads`` names every fact that the predicate looks at: a test holds it to that, because the
    search for the smallest changes relies on it. A dotted name (``intentions.pending``) is one facet
    of a fact that holds many things. ``kept`` and ``broken`` are the messages; a
    mapping gives one per audience, ``"*"`` being the one for all others.
    """

    id: str
    text: RuleText
    reads: frozenset[str]
    check: Check
    kept: Mapping[str, Sentence]
    broken: Mapping[str, Sentence]
    remedies: Remedies | None = None
    grant_sentence: str = ""
    gate: bool = False

    @cached_property
    def mode(self) -> Mode:
        return self.text.mode

    @property
    def decides(self) -> bool:
        """True when the rule can change a verdict."""
        return self.text.mode.decides

    def concerned_by(self, name: str) -> bool:
        """True when the predicate reads this fact, one of its facets, or the whole that it is of."""
        return any(read == name or read.startswith(f"{name}.") or name.startswith(f"{read}.") for read in self.reads)

    def say(self, kept: bool, facts: Facts, parameters: Parameters, audience: Audience) -> str:
        sentences = self.kept if kept else self.broken
        sentence = sentences.get(audience) or sentences.get("*") or self.text.sentence
        if callable(sentence):
            return typography(sentence(facts, parameters))
        return sentence


def _sentences(given: Sentence | Mapping[str, Sentence] | None) -> dict[str, Sentence]:
    if given is None:
        return {}
    by_audience = dict(given) if isinstance(given, Mapping) else {"*": given}
    return {
        audience: typography(sentence) if isinstance(sentence, str) else sentence
        for audience, sentence in by_audience.items()
    }


class Rulebook:
    """Collects rules as they are declared; ``RuleSet.gather`` puts books together."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.rules: list[Rule] = []

    def rule(
        self,
        rule_id: str,
        *,
        reads: Iterable[str],
        kept: Sentence | Mapping[str, Sentence] | None = None,
        broken: Sentence | Mapping[str, Sentence] | None = None,
        remedies: Remedies | None = None,
        grant: str = "",
        gate: bool = False,
    ) -> Callable[[Check], Check]:
        """Declare the predicate of a rule.

        ``grant`` is the sentence by which the Région grants the derogation (mode D). A ``gate``
        only says that something has not been given yet, so that no remedy can lift it. Raises
        KeyError when the register has no rule of that id, ValueError when it is declared twice.
        """

        def declare(check: Check) -> Check:
            if any(rule.id == rule_id for rule in self.rules):
                raise ValueError(f"{rule_id} is declared twice for {self.subject}")
            self.rules.append(
                Rule(
                    id=rule_id,
                    text=rule_texts()[rule_id],
                    reads=frozenset(reads),
                    check=check,
                    kept=_sentences(kept),
                    broken=_sentences(broken),
                    remedies=remedies,
                    grant_sentence=typography(grant or "Accorder la dérogation demandée."),
                    gate=gate,
                )
            )
            return check

        return declare


class _Readers(dict[tuple[str, ...], frozenset[int]]):
    """Positions of the rules that read one of these facts, worked out the first time that they are asked."""

    def __init__(self, rules: tuple[Rule, ...], positions: tuple[int, ...]) -> None:
        super().__init__()
        self._among = [(position, rules[position]) for position in positions]

    def __missing__(self, names: tuple[str, ...]) -> frozenset[int]:
        found = frozenset(p for p, rule in self._among if any(rule.concerned_by(name) for name in names))
        self[names] = found
        return found


class RuleSet:
    """The rules that judge one kind of file, in the order of the register."""

    def __init__(self, subject: str, facts: type[Facts], rules: tuple[Rule, ...]) -> None:
        self.subject = subject
        self.facts = facts
        self.rules = rules
        self.checks = tuple(rule.check for rule in rules)
        self.by_id = {rule.id: rule for rule in rules}
        self.deciding = tuple(i for i, rule in enumerate(rules) if rule.decides and not rule.gate)
        self.gates = tuple(i for i, rule in enumerate(rules) if rule.decides and rule.gate)
        self.itself = {rule.id: frozenset((i,)) for i, rule in enumerate(rules)}
        self.readers = _Readers(rules, self.deciding)
        self.gates_reading = _Readers(rules, self.gates)
        self._editions: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], RuleSet] = {}

    def at(self, day: date) -> RuleSet:
        """The rules in force on a day."""
        return RuleSet(self.subject, self.facts, tuple(r for r in self.rules if r.text.in_force(day)))

    def edition(self, parameters: Parameters) -> RuleSet:
        """The rules that go with these figures: in force on their day, as the Région has switched them since.

        These same rules when the figures are of no day. The set of a day is made once: it reads files to be named.
        """
        if parameters.on is None:
            return self
        in_force = tuple(rule.id for rule in self.rules if rule.text.in_force(parameters.on))
        key = (in_force, parameters.switches)
        found = self._editions.get(key)
        if found is None:
            found = self if len(in_force) == len(self.rules) else self.at(parameters.on)
            for rule_id, mode in parameters.switches:
                found = found.switched(rule_id, Mode(mode) if mode else None)
            self._editions[key] = found
        return found

    def switched(self, rule_id: str, mode: Mode | None) -> RuleSet:
        """The same rules, one of them in another mode, or left out (None)."""
        from .variants import Variant  # a variant is made of these rules

        without, modes = ((rule_id,), {}) if mode is None else ((), {rule_id: mode})
        return Variant(without=without, modes=modes).rules_from(self)

    def without(self, *rule_ids: str) -> RuleSet:
        """The same rules without some of them (what would change if a rule fell away)."""
        return RuleSet(self.subject, self.facts, tuple(r for r in self.rules if r.id not in rule_ids))

    @classmethod
    def gather(cls, subject: str, facts: type[Facts], *books: Rulebook) -> RuleSet:
        """Gather the rules of several books in the order of the register."""
        order = {rule_id: index for index, rule_id in enumerate(rule_texts())}
        rules = [rule for book in books for rule in book.rules]
        if len({rule.id for rule in rules}) != len(rules):
            raise ValueError(f"a rule is declared twice for {subject}")
        return cls(subject, facts, tuple(sorted(rules, key=lambda rule: order[rule.id])))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over ids, modes, texts and predicates (blank and comment lines left out)."""
        parts = [self.subject]
        for rule in self.rules:
            parts.append(repr(rule.text.as_dict()))
            parts.append(",".join(sorted(rule.reads)))
        files = {file for rule in self.rules for file in _files_of(rule.check.__module__)}
        parts.extend(_code_of(file) for file in sorted(files))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def hash(self, parameters: Parameters) -> str:
        """SHA-256 that names these rules with these parameters: kept on every receipt."""
        return hashlib.sha256(f"{self.digest}:{parameters.digest}".encode()).hexdigest()


def _files_of(module_name: str) -> list[Path]:
    """The file of a predicate and, in a package of rules, all that it may lean on there."""
    path = Path(inspect.getfile(sys.modules[module_name]))
    return list(path.parent.glob("*.py")) if path.parent.name == "rules" else [path]


def _code_of(path: Path) -> str:
    """The code of a file without blank lines and comment lines."""
    lines = (line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def evaluate(
    ruleset: RuleSet,
    facts: Facts,
    parameters: Parameters | None = None,
    derogations: Iterable[str] = frozenset(),
) -> Judgement:
    """Judge a file on what is known of it.

    ``derogations`` are the ids of the rules for which the Région has granted one. Never raises on
    a missing fact: what is missing is said in ``Judgement.missing``.
    """
    if parameters is None:
        parameters = default_parameters()
    outcomes = [check(facts, parameters) for check in ruleset.checks]
    return Judgement(ruleset, facts, parameters, frozenset(derogations), outcomes)
