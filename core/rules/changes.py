"""The smallest changes that would make a file éligible, found by search and proven by re-judging.

Each rule that is not satisfied offers remedies. The search keeps the smallest sets of remedies
after which nothing blocks and nothing is left to decide. Only the rules that read a changed fact
are judged again, and obstacles that cannot influence each other are solved apart, so that the
search stays within a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from .facts import encode
from .french import typography
from .vocabulary import Actor, Mode, Outcome, State

if TYPE_CHECKING:
    from .engine import Rule, RuleSet
    from .facts import Facts
    from .parameters import Parameters

MAX_SIZE = 6
MAX_SETS = 12
MAX_NODES = 400


Edit = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Change:
    """One thing that one actor can do: new values for facts, or a derogation to grant.

    ``updates`` are fixed values. An ``edit`` works out the new values from the facts as they are
    when it is applied (attach one more intention, whatever else changes); ``touches`` then names
    the facts that it writes, and two changes of the same ``slots`` are never made together.
    ``choices`` lists the other values that would do as well as the first one.
    """

    actor: Actor
    sentence: str
    updates: tuple[tuple[str, Any], ...] = ()
    derogation: str = ""
    touches: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    edit: Edit | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        return "derogation" if self.derogation else "fact"

    @property
    def field_name(self) -> str:
        """The main fact that changes, empty for a derogation."""
        return self.touches[0] if self.touches else ""

    @property
    def value(self) -> Any:
        """The new value of the main fact, when it does not depend on the others."""
        return self.updates[0][1] if self.updates else None

    def resolve(self, facts: Facts) -> dict[str, Any]:
        """The new values, for these facts."""
        return self.edit(facts) if self.edit else dict(self.updates)

    def apply(self, facts: Facts) -> Facts:
        """The facts once the change is made (a derogation is not a fact)."""
        updates = self.resolve(facts)
        return facts.with_facts(**updates) if updates else facts

    def as_dict(self, updates: Mapping[str, Any]) -> dict[str, Any]:
        """The change as JSON values, with the new values that :meth:`resolve` gave."""
        return {
            "actor": self.actor.value,
            "kind": self.kind,
            "sentence": self.sentence,
            "updates": {name: encode(value) for name, value in updates.items()},
            "derogation": self.derogation,
        }


@dataclass(frozen=True)
class ChangeSet:
    """Changes that, made together, lead to éligible."""

    changes: tuple[Change, ...]

    @property
    def derogations(self) -> frozenset[str]:
        return frozenset(step.derogation for step in self.changes if step.derogation)

    @property
    def actors(self) -> tuple[Actor, ...]:
        return tuple(sorted({step.actor for step in self.changes}, key=lambda actor: actor.rank))

    @property
    def last_actor(self) -> Actor:
        """The one whom the others must wait for."""
        return self.actors[-1]

    def apply(self, facts: Facts) -> Facts:
        """Return the facts once every change is made (derogations are not facts)."""
        for step in self.changes:
            facts = step.apply(facts)
        return facts

    def as_dict(self, facts: Facts) -> dict[str, Any]:
        """The changes one after the other, with the values that they give to ``facts``."""
        return as_dicts((self,), facts)[0]


def as_dicts(sets: Iterable[ChangeSet], facts: Facts) -> list[dict[str, Any]]:
    """Each set as JSON values. What several sets share is written once: they may hold the same dictionaries.

    A change whose values depend on the facts is shared by the sets that make the same changes before it.
    """
    known: dict[tuple[int, ...], tuple[dict[str, Any], dict[str, Any]]] = {}
    written = []
    for found in sets:
        path: tuple[int, ...] = ()
        made: dict[str, Any] = {}
        steps = []
        for step in found.changes:
            path = (*path, id(step))
            key = path if step.edit else path[-1:]
            if key not in known:
                updates = step.edit(facts.with_facts(**made)) if step.edit else dict(step.updates)
                known[key] = (step.as_dict(updates), updates)
            said, updates = known[key]
            made.update(updates)
            steps.append(said)
        written.append({"changes": steps})
    return written


def change(actor: Actor, sentence: str, *, choices: tuple[Any, ...] = (), **updates: Any) -> Change:
    """Declare a change of facts: ``change(EMPLOYEUR, "Porter le CDD à 6 mois.", months=6)``."""
    names = tuple(updates)
    return Change(actor, typography(sentence), tuple(updates.items()), touches=names, slots=names, choices=choices)


def edit(actor: Actor, sentence: str, how: Edit, *, touches: tuple[str, ...], slots: tuple[str, ...]) -> Change:
    """Declare a change whose values depend on the facts at the time it is made."""
    return Change(actor, typography(sentence), touches=touches, slots=slots, edit=how)


def grant(rule: Rule) -> Change:
    """The change that the Région makes by granting the derogation of a rule."""
    return _granted(rule.id, rule.grant_sentence)


@lru_cache(maxsize=512)
def _granted(rule_id: str, sentence: str) -> Change:
    return Change(Actor.REGION, sentence, derogation=rule_id)


class _Node:
    """A file after some changes: its facts, what is granted, what the deciding rules say, what still stands in the way.

    ``outcomes`` and ``obstacles`` are told by the position of the rule in its rule set.
    """

    __slots__ = ("derogations", "facts", "obstacles", "outcomes", "steps")

    def __init__(
        self,
        facts: Facts,
        derogations: frozenset[str],
        outcomes: dict[int, Outcome],
        obstacles: frozenset[int],
        steps: tuple[Change, ...] = (),
    ) -> None:
        self.facts = facts
        self.derogations = derogations
        self.outcomes = outcomes
        self.obstacles = obstacles
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
        deciding = {position: outcomes[position] for position in ruleset.deciding}
        standing = (p for p, outcome in deciding.items() if self.stands(p, outcome, derogations))
        self.start = _Node(facts, derogations, deciding, frozenset(standing))
        self._offered_first: dict[int, list[Change]] = {}

    def stands(self, position: int, outcome: Outcome, derogations: frozenset[str]) -> bool:
        """True when what this rule says keeps the file from éligible."""
        if outcome.state is not State.UNSATISFIED:
            return False
        rule = self.ruleset.rules[position]
        mode = outcome.mode or rule.mode
        return mode is Mode.BLOCK or (mode is Mode.DEROGATION and rule.id not in derogations)

    def after(self, node: _Node, step: Change) -> _Node:
        """The file once this change is made: only the rules that it concerns are judged again."""
        steps = (*node.steps, step)
        if step.derogation:
            derogations = node.derogations | {step.derogation}
            left = frozenset(p for p in node.obstacles if self.stands(p, node.outcomes[p], derogations))
            return _Node(node.facts, derogations, node.outcomes, left, steps)
        facts = step.apply(node.facts)
        outcomes = node.outcomes.copy()
        obstacles = set(node.obstacles)
        checks, parameters = self.ruleset.checks, self.parameters
        for position in self.ruleset.readers(step.touches):
            outcome = outcomes[position] = checks[position](facts, parameters)
            if self.stands(position, outcome, node.derogations):
                obstacles.add(position)
            else:
                obstacles.discard(position)
        return _Node(facts, node.derogations, outcomes, frozenset(obstacles), steps)

    def remedies(self, node: _Node, position: int) -> list[Change]:
        """What the rule offers for this file; asked several times of the file as it stands, worked out once."""
        if node is not self.start:
            return self._offered(node, position)
        if position not in self._offered_first:
            self._offered_first[position] = self._offered(node, position)
        return self._offered_first[position]

    def _offered(self, node: _Node, position: int) -> list[Change]:
        rule = self.ruleset.rules[position]
        offered = list(rule.remedies(node.facts, self.parameters)) if rule.remedies else []
        if (node.outcomes[position].mode or rule.mode) is Mode.DEROGATION:
            offered.append(grant(rule))
        return offered

    def candidates(self, node: _Node, obstacles: list[int]) -> Iterator[Change]:
        """Remedies that may lift the first obstacle, whichever obstacle offers them.

        Every set that leads to éligible holds one of them, so that no other branch is needed.
        """
        first = obstacles[0]
        first_id, readers = self.ruleset.rules[first].id, self.ruleset.readers
        taken = {slot for step in node.steps for slot in step.slots}
        seen = set()
        for position in obstacles:
            for step in self.remedies(node, position):
                concerns = step.derogation == first_id or first in readers(step.touches)
                if concerns and taken.isdisjoint(step.slots) and step not in seen:
                    seen.add(step)
                    yield step

    def solve(self, mine: frozenset[int]) -> list[tuple[Change, ...]]:
        """The smallest sets of changes that lift the obstacles ``mine`` and raise no other."""
        elsewhere = self.start.obstacles - mine
        level = [(self.start, sorted(mine), frozenset[Change]())]
        tried: set[frozenset[Change]] = set()
        while level and len(level[0][0].steps) < MAX_SIZE and len(tried) < MAX_NODES:
            found = []
            following = []
            for node, obstacles, made in level:
                for step in self.candidates(node, obstacles):
                    path = made | {step}
                    if path in tried:  # the same changes in another order
                        continue
                    tried.add(path)
                    child = self.after(node, step)
                    left = child.obstacles - elsewhere
                    if left:
                        following.append((child, sorted(left), path))
                    elif len(path) == 1 or self.is_irreducible(child.steps, mine):
                        found.append(child.steps)
            if found:
                return [steps for steps in found if self.passes_gates(steps)]
            level = following
        return []

    def is_irreducible(self, steps: tuple[Change, ...], mine: frozenset[int]) -> bool:
        """True when no single change can be left out.

        Sets made of remedies offered at the start need no such check: a smaller one would have
        been found before.
        """
        offered = [step for position in mine for step in self.remedies(self.start, position)]
        if all(step in offered for step in steps):
            return True
        elsewhere = self.start.obstacles - mine
        for left_out in range(len(steps)):
            node = self.start
            for index, step in enumerate(steps):
                if index != left_out:
                    node = self.after(node, step)
            if elsewhere.issuperset(node.obstacles):
                return False
        return True

    def passes_gates(self, steps: tuple[Change, ...]) -> bool:
        if not self.ruleset.gates or all(step.derogation for step in steps):
            return True
        facts = ChangeSet(steps).apply(self.start.facts)
        return not any(
            self.ruleset.checks[position](facts, self.parameters).state is State.UNSATISFIED
            for position in self.ruleset.gates
        )


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
        steps = () if closed else search.solve(frozenset(group))
        sets = sorted((ChangeSet(found) for found in steps), key=_order)
        result.append(WayOut(tuple(ruleset.rules[p].id for p in group), tuple(sets)))
    return tuple(result)


def smallest_changes(ways: tuple[WayOut, ...]) -> tuple[ChangeSet, ...]:
    """Combine the ways out into the smallest sets that make the whole file éligible.

    At most MAX_SETS, those that can be acted on first; empty when there is no way.
    """
    if not ways or any(not way.sets for way in ways):
        return ()
    each = [[(_order(found), found) for found in way.sets[:MAX_SETS]] for way in ways]
    combined = [
        (max(last), sum(ranks), sum(derogations), parts)
        for orders, parts in (zip(*chosen, strict=True) for chosen in islice(product(*each), MAX_SETS * MAX_SETS))
        for last, ranks, derogations in (zip(*orders, strict=True),)
    ]
    combined.sort(key=lambda row: row[:3])
    return tuple(
        ChangeSet(tuple(sorted((step for part in parts for step in part.changes), key=lambda step: step.actor.rank)))
        for *_, parts in combined[:MAX_SETS]
    )


def _order(found: ChangeSet) -> tuple[int, int, int]:
    """Who can act first comes first; a derogation comes after what needs none."""
    ranks = [step.actor.rank for step in found.changes]
    return (max(ranks), sum(ranks), sum(1 for step in found.changes if step.derogation))


def _groups(search: _Search) -> list[list[int]]:
    """Part the obstacles into groups that share no rule that their remedies could move."""
    groups: list[tuple[set[int], list[int]]] = []
    for position in sorted(search.start.obstacles):
        reach = {position}
        for step in search.remedies(search.start, position):
            reach.update(search.ruleset.readers(step.touches))
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


Remedies = Callable[[Any, "Parameters"], Iterable[Change]]
