"""Where each rule of the register stands: checked by a predicate, declared with its screen, or nothing yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.rulebook.registry import machine_checked
from core.rules import Mode, RuleText, rule_texts


class Standing(StrEnum):
    """How the portal holds a rule."""

    CHECKED = "checked"
    DECLARED = "declared"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        return {
            "checked": "vérifiée par le portail",
            "declared": "déclarée, avec l’écran où elle se lit",
            "nothing": "ni vérifiée, ni déclarée",
        }[self.value]


@dataclass(frozen=True)
class Coverage:
    """The rules of one mode by standing, each list in the order of the register."""

    mode: Mode
    rules: Mapping[Standing, tuple[str, ...]]

    def count(self, standing: Standing) -> int:
        return len(self.rules[standing])


def standing_of(text: RuleText, checked: Mapping[str, object]) -> Standing:
    """`checked`: the ids for which a room has a predicate (`registry.machine_checked`)."""
    if text.id in checked:
        return Standing.CHECKED
    return Standing.DECLARED if text.shown else Standing.NOTHING


def coverage() -> tuple[Coverage, ...]:
    """One line per mode, in the order of the modes."""
    checked = machine_checked()
    return tuple(
        Coverage(
            mode,
            {
                standing: tuple(
                    text.id
                    for text in rule_texts().values()
                    if text.mode is mode and standing_of(text, checked) is standing
                )
                for standing in Standing
            },
        )
        for mode in Mode
    )
