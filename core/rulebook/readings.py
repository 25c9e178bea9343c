"""What flips under the other reading of a contradiction: for a witness file, the table of cases, past decisions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from core.rulebook.models import ReadingCount
from core.rulebook.parameters import current
from core.rulebook.registry import rulesets
from core.rules import Contradiction, Parameters, Variant, Verdict, contradictions, default_parameters
from core.rules.cases import cases
from core.rules.catalogue import Reading
from core.rules.comparison import Comparison, compare, variant_of, witness_facts


@dataclass(frozen=True)
class Flip:
    """Files that go from one verdict to another."""

    before: Verdict
    after: Verdict
    count: int


@dataclass(frozen=True)
class Count:
    """How many files were judged twice, and where those went whose verdict is not the same."""

    judged: int
    flips: tuple[Flip, ...]

    @property
    def flipped(self) -> int:
        return sum(flip.count for flip in self.flips)

    @classmethod
    def of(cls, verdicts: Counter[tuple[Verdict, Verdict]]) -> "Count":
        """From the number of files by verdict before and after, the most frequent flip first."""
        moved = (Flip(before, after, count) for (before, after), count in verdicts.items() if before is not after)
        return cls(verdicts.total(), tuple(sorted(moved, key=lambda flip: -flip.count)))

    def as_list(self) -> list[dict[str, Any]]:
        """The flips as JSON values."""
        return [{"before": flip.before.value, "after": flip.after.value, "count": flip.count} for flip in self.flips]

    @classmethod
    def of_row(cls, row: ReadingCount) -> "Count":
        """What was last counted over past decisions."""
        flips = (Flip(Verdict(flip["before"]), Verdict(flip["after"]), flip["count"]) for flip in row.flips)
        return cls(row.judged, tuple(flips))


@dataclass(frozen=True)
class Computed:
    """One reading with what the engine says of it."""

    number: int
    reading: Reading
    witness: Comparison | None
    cases: Count | None
    past: Count | None = None
    counted_at: datetime | None = None
    adopted: bool = False  # the Région has switched every rule and figure that this reading asks for

    @property
    def key(self) -> str:
        return f"lecture-{self.number}"


def names_of(contradiction: Contradiction) -> set[str]:
    """The rules and the figures on which the readings of a contradiction differ."""
    variants = [variant for reading in contradiction.readings if (variant := variant_of(reading))]
    return set(contradiction.rules).union(*(variant.rules | set(variant.parameters) for variant in variants))


def is_adopted(variant: Variant, parameters: Parameters) -> bool:
    """Whether the edition of a day judges as a variant does, by what the Région has dated."""
    if variant.ignoring:  # nothing that the Région dates makes a rule look away from a fact
        return False
    switches = dict(parameters.switches)
    wanted = {rule: mode.value for rule, mode in variant.modes.items()} | dict.fromkeys(variant.without, "")
    figures = variant.parameters_from(parameters)
    return all(switches.get(rule) == mode for rule, mode in wanted.items()) and all(
        parameters[key] == figures[key] for key in variant.parameters
    )


def overruled(found: Iterable[Contradiction], parameters: Parameters) -> set[str]:
    """Ids of the contradictions of which the Région has adopted another reading than that of the texts."""
    return {
        one.id
        for one in found
        for reading in one.readings
        if (variant := variant_of(reading)) and is_adopted(variant, parameters)
    }


def computed(contradiction: Contradiction) -> list[Computed]:
    """The readings of a contradiction, each witness judged now, by today's parameters. Two queries."""
    parameters = current()
    counted = {row.reading: row for row in ReadingCount.objects.filter(contradiction=contradiction.id)}
    found = []
    for number, reading in enumerate(contradiction.readings, 1):
        variant, witness = variant_of(reading), None
        if variant and reading.witness:
            ruleset, adopted = rulesets()[reading.witness.subject], is_adopted(variant, parameters)
            # Beside a reading that the Région has adopted stands that of the texts; beside another, what is in force.
            standing = ruleset if adopted else ruleset.edition(parameters)
            witness = compare(standing, witness_facts(reading.witness, ruleset), parameters, variant)
        row = counted.get(number)
        found.append(
            Computed(
                number=number,
                reading=reading,
                witness=witness,
                cases=flips_of_cases(contradiction.id, number),
                past=Count.of_row(row) if row else None,
                counted_at=row.counted_at if row else None,
                adopted=variant is not None and is_adopted(variant, parameters),
            )
        )
    return found


@cache
def flips_of_cases(contradiction_id: str, number: int) -> Count | None:
    """The whole table of cases under a reading; None when no verdict depends on it.

    The table is written for the texts' own figures and changes with the programme alone: counted once.
    """
    variant = variant_of(contradictions()[contradiction_id].readings[number - 1])
    if variant is None:
        return None
    verdicts: Counter[tuple[Verdict, Verdict]] = Counter()
    for case in cases():
        ruleset = rulesets().get(case.subject)
        if ruleset is not None:
            shown = compare(ruleset, case.facts_for(ruleset), default_parameters(), variant, case.derogations)
            verdicts[shown.before.verdict, shown.after.verdict] += 1
    return Count.of(verdicts)
