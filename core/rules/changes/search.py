"""The search for the smallest sets of changes.

Only the rules that read a changed fact are judged again, and obstacles that cannot influence each other are solved
apart, so that the search stays within a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from operator import attrgetter
from typing import TYPE_CHECKING

from core.rules.vocabulary import Mode, Outcome, State

from .declared import Change, ChangeSet, grant

if TYPE_CHECKING:
    from core.rules.engine import RuleSet
    from core.rules.facts import Facts
    from core.rules.parameters import Parameters

MAX_SIZE = 6
MAX_SETS = 12
MAX_NODES = 400

Offer = tuple[Change, frozenset[int]]
"""A change that a rule offers, and the positions of the rules that it concerns."""


class _Node:
    """A file after some changes: its facts, what is granted, what the rules say of it, what still stands in the way.

    ``outcomes`` and ``obstacles`` are told by the position of the rule in its rule set. ``offered`` keeps what each
    rule offers for these facts: files that only a granted derogation parts share it.
    """

    __slots__ = ("derogations", "facts", "obstacles", "offered", "outcomes", "steps")

    def __init__(
        self,
        facts: Facts,
        derogations: frozenset[str],
        outcomes: list[Outcome],
        obstacles: frozenset[int],
        steps: tuple[Change, ...],
        offered: dict[int, list[Offer]],
    ) -> None:
        self.facts = facts
        self.derogations = derogations
        self.outcomes = outcomes
        self.obstacles = obstacles
        self.offered = offered
        self.steps = steps


class _Search:
    """Breadth first: all sets of one change, then of two, until one size is enough."""

    def __init__(
        self,
        ruleset: RuleSet,
        parameters: Parameters,
        facts: Facts,
        derogations: frozenset[str],
        outcomes: list[Outcome],
    ) -> None:
        self.ruleset = ruleset
        self.parameters = parameters
        self.start = _Node(facts, derogations, outcomes, self.standing(ruleset.deciding, outcomes, derogations), (), {})

    def standing(self, among: Iterable[int], outcomes: list[Outcome], derogations: frozenset[str]) -> frozenset[int]:
        """The rules, among these, that keep the file from éligible by what they say."""
        unsatisfied = State.UNSATISFIED
        return frozenset(
            [p for p in among if outcomes[p].state is unsatisfied and self.stands(p, outcomes[p], derogations)]
        )

    def stands(self, position: int, outcome: Outcome, derogations: frozenset[str]) -> bool:
        rule = self.ruleset.rules[position]
        mode = outcome.mode or rule.mode
        return mode is Mode.BLOCK or (mode is Mode.DEROGATION and rule.id not in derogations)

    def concerned(self, step: Change) -> frozenset[int]:
        """The rules that this change can move; what the others say stays as it is."""
        return self.ruleset.itself[step.derogation] if step.derogation else self.ruleset.readers[step.touches]

    def after(self, node: _Node, step: Change, concerned: frozenset[int]) -> _Node:
        """The file once this change is made: only the rules that it concerns are judged again."""
        facts, derogations, outcomes, offered = node.facts, node.derogations, node.outcomes, node.offered
        if step.derogation:
            derogations = derogations | {step.derogation}
        else:
            facts, outcomes, offered = step.apply(facts), outcomes.copy(), {}
            checks, parameters = self.ruleset.checks, self.parameters
            for position in concerned:
                outcomes[position] = checks[position](facts, parameters)
        obstacles = node.obstacles - concerned | self.standing(concerned, outcomes, derogations)
        return _Node(facts, derogations, outcomes, obstacles, (*node.steps, step), offered)

    def remedies(self, node: _Node, position: int) -> list[Offer]:
        """What the rule offers for this file, worked out once, with the rules that each change concerns."""
        offered = node.offered.get(position)
        if offered is None:
            rule = self.ruleset.rules[position]
            steps = list(rule.remedies(node.facts, self.parameters)) if rule.remedies else []
            if (node.outcomes[position].mode or rule.mode) is Mode.DEROGATION:
                steps.append(grant(rule))
            offered = node.offered[position] = [(step, self.concerned(step)) for step in steps]
        return offered

    def candidates(self, node: _Node, obstacles: list[int]) -> Iterator[Offer]:
        """Remedies that may lift the first obstacle, whichever obstacle offers them.

        Every set that leads to éligible holds one of them, so that no other branch is needed.
        """
        first = obstacles[0]
        taken = {slot for step in node.steps for slot in step.slots}
        for position in obstacles:
            for step, concerned in self.remedies(node, position):
                if first in concerned and taken.isdisjoint(step.slots):
                    yield step, concerned

    def solve(self, mine: frozenset[int]) -> list[ChangeSet]:
        """The smallest sets of changes that lift the obstacles ``mine`` and raise no other.

        A change that does not concern every obstacle left cannot be the last one: what it does is only worked out
        when no set of its size is found.
        """
        elsewhere = self.start.obstacles - mine
        level = [(self.start, sorted(mine), frozenset[Change]())]
        tried: set[frozenset[Change]] = set()
        while level and len(level[0][0].steps) < MAX_SIZE and len(tried) < MAX_NODES:
            found = []
            further: list[tuple[_Node | None, _Node, Offer, frozenset[Change]]] = []
            for node, obstacles, made in level:
                for step, concerned in self.candidates(node, obstacles):
                    path = made | {step}
                    if path in tried:  # the same changes, offered twice or in another order
                        continue
                    tried.add(path)
                    child = self.after(node, step, concerned) if concerned.issuperset(obstacles) else None
                    if child is None or not elsewhere.issuperset(child.obstacles):
                        further.append((child, node, (step, concerned), path))
                    elif len(path) == 1 or self.is_irreducible(child.steps, mine):
                        found.append(child)
            if found:
                return [ChangeSet(child.steps) for child in found if self.passes_gates(child)]
            level = []
            for known, node, (step, concerned), path in further:
                child = known or self.after(node, step, concerned)
                level.append((child, sorted(child.obstacles - elsewhere), path))
        return []

    def is_irreducible(self, steps: tuple[Change, ...], mine: frozenset[int]) -> bool:
        """True when no single change can be left out.

        Sets made of remedies offered at the start need no such check: a smaller one would have
        been found before.
        """
        offered = {step for position in mine for step, _ in self.remedies(self.start, position)}
        if offered.issuperset(steps):
            return True
        elsewhere = self.start.obstacles - mine
        for left_out in range(len(steps)):
            node = self.start
            for index, step in enumerate(steps):
                if index != left_out:
                    node = self.after(node, step, self.concerned(step))
            if elsewhere.issuperset(node.obstacles):
                return False
        return True

    def passes_gates(self, node: _Node) -> bool:
        """True when what these changes make leaves the gates open, as they are at the start."""
        gates = {position for step in node.steps for position in self.ruleset.gates_reading[step.touches]}
        checks, parameters = self.ruleset.checks, self.parameters
        return not any(checks[position](node.facts, parameters).state is State.UNSATISFIED for position in gates)


@dataclass(frozen=True)
class WayOut:
    """What can be done about obstacles that hang together, and about nothing else."""

    rules: tuple[str, ...]
    sets: tuple[ChangeSet, ...]


def ways_out(
    ruleset: RuleSet,
    facts: Facts,
    parameters: Parameters,
    derogations: frozenset[str],
    outcomes: Iterable[Outcome],
) -> tuple[WayOut, ...]:
    """Return, for each group of linked obstacles, the smallest sets of changes that lift it.

    A group without any set can only be met by another project: no change makes it éligible. A
    closed gate (an incomplete request) leaves nothing to search: first complete, then change.
    """
    outcomes = list(outcomes)
    closed = [p for p in ruleset.gates if outcomes[p].state is State.UNSATISFIED]
    result = [WayOut((ruleset.rules[p].id,), ()) for p in closed]
    search = _Search(ruleset, parameters, facts, derogations, outcomes)
    for group in _groups(search):
        found = [] if closed else search.solve(frozenset(group))
        sets = sorted(found, key=attrgetter("order"))
        result.append(WayOut(tuple(ruleset.rules[p].id for p in group), tuple(sets)))
    return tuple(result)


def smallest_changes(ways: tuple[WayOut, ...]) -> tuple[ChangeSet, ...]:
    """Combine the ways out into the smallest sets that make the whole file éligible.

    At most MAX_SETS, those that can be acted on first; empty when there is no way.
    """
    if not ways or any(not way.sets for way in ways):
        return ()
    each = [[(*found.order, found.changes) for found in way.sets[:MAX_SETS]] for way in ways]
    columns = zip(*(zip(*sets, strict=True) for sets in each), strict=True)
    lasts, ranks, derogations, parted = (product(*column) for column in columns)
    numbered = range(MAX_SETS * MAX_SETS)  # no further; and two that are worth the same stay in this order
    combined = zip(map(max, lasts), map(sum, ranks), map(sum, derogations), numbered, parted, strict=False)
    return tuple(
        ChangeSet(tuple(sorted(chain.from_iterable(parts), key=attrgetter("actor.rank"))))
        for *_, parts in sorted(combined)[:MAX_SETS]
    )


def _groups(search: _Search) -> list[list[int]]:
    """Part the obstacles into groups that share no rule that their remedies could move."""
    groups: list[tuple[set[int], list[int]]] = []
    for position in sorted(search.start.obstacles):
        reach = {position}
        for _, concerned in search.remedies(search.start, position):
            reach |= concerned
        members = [position]
        apart = []
        for other_reach, other_members in groups:
            if other_reach & reach:
                reach |= other_reach
                members = other_members + members
            else:
                apart.append((other_reach, other_members))
        groups = [*apart, (reach, members)]
    return [sorted(members) for _, members in groups]
