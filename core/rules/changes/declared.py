"""What somebody can do about a rule that is not satisfied: one change, and a set of them made together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from core.rules.facts import encode
from core.rules.french import typography
from core.rules.vocabulary import Actor

if TYPE_CHECKING:
    from core.rules.engine import Rule
    from core.rules.facts import Facts
    from core.rules.parameters import Parameters

Edit = Callable[[Any], dict[str, Any]]


@dataclass(slots=True)
class Change:
    """One thing that one actor can do: new values for facts, or a derogation to grant.

    ``updates`` are fixed values. An ``edit`` works out the new values from the facts as they are
    when it is applied (attach one more intention, whatever else changes); ``touches`` then names
    the facts that it writes, and two changes of the same ``slots`` are never made together.
    ``choices`` lists the other values that would do as well as the first one. A change never changes itself: it is
    not declared frozen because a verdict makes fifty of them, and each would take four times as long.
    """

    actor: Actor
    sentence: str
    updates: tuple[tuple[str, Any], ...] = ()
    derogation: str = ""
    touches: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    edit: Edit | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash(self.sentence)  # changes are looked up by the hundred, and two of one sentence are rare

    @property
    def kind(self) -> str:
        return "derogation" if self.derogation else "fact"

    @property
    def field_name(self) -> str:
        """The main fact that changes, empty for a derogation."""
        return self.touches[0] if self.touches else ""

    @property
    def facts(self) -> frozenset[str]:
        """The facts that change, by their own names."""
        return _facts_of(self.touches)

    @property
    def value(self) -> Any:
        """The new value of the main fact, when it does not depend on the others."""
        return self.updates[0][1] if self.updates else None

    def resolve(self, facts: Facts) -> dict[str, Any]:
        """The new values, for these facts."""
        return self.edit(facts) if self.edit else dict(self.updates)

    def apply(self, facts: Facts) -> Facts:
        """The facts once the change is made (a derogation is not a fact)."""
        return facts.with_facts(**self.resolve(facts))

    def as_dict(self, updates: Mapping[str, Any]) -> dict[str, Any]:
        """The change as JSON values, with the new values that :meth:`resolve` gave."""
        return {
            "actor": str(self.actor),
            "kind": self.kind,
            "sentence": self.sentence,
            "updates": {name: encode(value) for name, value in updates.items()},
            "derogation": self.derogation,
        }


@dataclass(frozen=True)
class ChangeSet:
    """Changes that, made together, lead to éligible."""

    changes: tuple[Change, ...]

    @cached_property
    def order(self) -> tuple[int, int, int]:
        """Who can act first comes first; a derogation comes after what needs none."""
        ranks = [step.actor.rank for step in self.changes]
        return (max(ranks), sum(ranks), sum([bool(step.derogation) for step in self.changes]))

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

    An edit gives other values after other changes of the facts that it reads, and after these alone.
    """
    sets = tuple(sets)
    steps = {id(step): step for found in sets for step in found.changes}
    edited = {fact for step in steps.values() if step.edit for fact in step.facts}
    moving = {key for key, step in steps.items() if not edited.isdisjoint(step.facts)}
    plain = {key: step.as_dict(dict(step.updates)) for key, step in steps.items() if key not in moving}
    known: dict[tuple[int, ...], tuple[dict[str, Any], Facts]] = {(): ({}, facts)}
    written = []
    for found in sets:
        path: tuple[int, ...] = ()
        said = []
        for step in found.changes:
            key = id(step)
            if key in moving:
                before, path = path, (*path, key)
                if path not in known:
                    current = known[before][1]
                    updates = step.resolve(current)
                    known[path] = (step.as_dict(updates), current.with_facts(**updates))
                said.append(known[path][0])
            else:
                said.append(plain[key])
        written.append({"changes": said})
    return written


def change(actor: Actor, sentence: str, *, choices: tuple[Any, ...] = (), **updates: Any) -> Change:
    """Declare a change of facts: ``change(EMPLOYEUR, "Porter le CDD à 6 mois.", months=6)``."""
    names = tuple(updates)
    return Change(actor, typography(sentence), tuple(updates.items()), touches=names, slots=names, choices=choices)


def edit(actor: Actor, sentence: str, how: Edit, *, touches: tuple[str, ...], slots: tuple[str, ...]) -> Change:
    """Declare a change whose values depend on the facts at the time it is made: those that it ``touches``, no other."""
    return Change(actor, typography(sentence), touches=touches, slots=slots, edit=how)


@lru_cache(maxsize=512)
def _facts_of(touches: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in touches)


def grant(rule: Rule) -> Change:
    """The change that the Région makes by granting the derogation of a rule."""
    return _granted(rule.id, rule.grant_sentence)


@lru_cache(maxsize=512)
def _granted(rule_id: str, sentence: str) -> Change:
    return Change(Actor.REGION, sentence, derogation=rule_id)


Remedies = Callable[[Any, "Parameters"], Iterable[Change]]
