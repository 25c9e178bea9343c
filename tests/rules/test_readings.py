"""The other reading of each contradiction: how the engine judges under it, and a file that shows it."""

import pytest

from core.rulebook.registry import rulesets
from core.rules import Verdict, contradictions, default_parameters, evaluate, rule_texts
from core.rules.cases import base
from core.rules.comparison import compare, variant_of, witness_facts

READINGS = [
    pytest.param(contradiction, reading, id=f"{contradiction.id}-{number}")
    for contradiction in contradictions().values()
    for number, reading in enumerate(contradiction.readings, 1)
]
EXPRESSED = [param for param in READINGS if param.values[1].variant]
# Only what is announced moves: these readings change no verdict.
ANNOUNCED_ONLY = {"K5", "K14", "K22"}


@pytest.mark.parametrize(("contradiction", "reading"), READINGS)
def test_a_reading_is_in_force_or_is_computed_or_says_why_no_verdict_moves(contradiction, reading):
    assert reading.in_force or reading.variant or reading.note
    assert bool(reading.variant) == bool(reading.witness)
    assert not (reading.in_force and reading.variant)
    assert all(citation.quotation for citation in reading.citations)
    assert contradiction.by


@pytest.mark.parametrize(("contradiction", "reading"), EXPRESSED)
def test_the_machine_form_of_a_reading_names_what_exists(contradiction, reading):
    variant = variant_of(reading)
    judged = {rule.id for ruleset in rulesets().values() for rule in ruleset.rules}
    assert variant.rules <= judged & set(rule_texts())
    variant.parameters_from(default_parameters())
    facts = {name for ruleset in rulesets().values() for name in ruleset.facts.__dataclass_fields__}
    assert {name for names in variant.ignoring.values() for name in names} <= facts


@pytest.mark.parametrize(("contradiction", "reading"), EXPRESSED)
def test_the_witness_of_a_reading_is_judged_otherwise_under_it(contradiction, reading):
    ruleset = rulesets()[reading.witness.subject]
    shown = compare(ruleset, witness_facts(reading.witness, ruleset), default_parameters(), variant_of(reading))
    assert shown.flips is (contradiction.id not in ANNOUNCED_ONLY), shown.after.findings
    assert shown.shifts
    assert shown.before.is_complete
    assert reading.witness.sentence.endswith(".")


@pytest.mark.parametrize(("contradiction", "reading"), EXPRESSED)
def test_the_witness_differs_from_its_starting_file_by_what_the_contradiction_is_about(contradiction, reading):
    ruleset = rulesets()[reading.witness.subject]
    shown = compare(ruleset, witness_facts(reading.witness, ruleset), default_parameters(), variant_of(reading))
    moved = {shift.rule for shift in shown.shifts}
    assert moved & (set(contradiction.rules) | variant_of(reading).rules)


@pytest.mark.parametrize("subject", sorted({param.values[1].witness.subject for param in EXPRESSED}))
def test_the_starting_file_is_eligible_under_every_reading(subject):
    ruleset = rulesets()[subject]
    facts = ruleset.facts.from_dict(base(subject))
    assert evaluate(ruleset, facts).missing == ()
    for param in EXPRESSED:
        shown = compare(ruleset, facts, default_parameters(), variant_of(param.values[1]))
        assert shown.before.verdict is shown.after.verdict is Verdict.ELIGIBLE, param.id
