"""Which rule sets the rooms judge with. The rooms register theirs at start-up; the register page reads them."""

from core.rules import RuleSet

_rulesets: dict[str, RuleSet] = {}


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
