"""Each rule of the first floor, on each side of its threshold, from the table of cases."""

import re

import pytest

from core.rules import Mode, State, documents, evaluate
from tests.rules.cases import RULESETS, Case, all_cases, base

FIRST_FLOOR = [
    f"R{number:02d}"
    for first, last in (
        (1, 5), (10, 12), (20, 26), (29, 37), (41, 44), (54, 56), (61, 61), (67, 72), (98, 103), (112, 117)
    )
    for number in range(first, last + 1)
]  # fmt: skip
RULES = {rule.id: rule for ruleset in RULESETS.values() for rule in ruleset.rules}


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.subject}-{case.id}")
def test_case(case: Case):
    judgement = case.judge()
    finding = judgement.finding(case.rule)
    state = finding.state if finding else State.NOT_APPLICABLE
    assert (state.value, judgement.verdict.value) == (case.state, case.verdict), judgement.findings
    if case.asks is not None:
        assert (finding.outcome.missing if finding else ()) == case.asks


@pytest.mark.parametrize("subject", RULESETS)
def test_the_base_file_is_eligible_and_complete(subject):
    judgement = evaluate(RULESETS[subject], RULESETS[subject].facts.from_dict(base(subject)))
    assert judgement.verdict.label == "éligible"
    assert judgement.missing == ()
    assert judgement.changes == ()


@pytest.mark.parametrize("rule_id", FIRST_FLOOR)
def test_first_floor_rule_is_proven_on_both_sides(rule_id):
    cases = [case for case in all_cases() if case.rule == rule_id]
    states = {case.state for case in cases}
    mode = RULES[rule_id].mode
    if mode is Mode.AUTHORISE:
        assert "satisfied" in states
        assert "unsatisfied" not in states
    elif mode is Mode.INFORM:
        assert "satisfied" in states
        assert len(states) > 1
    else:
        lifted = any(rule_id in case.derogations and case.verdict == "eligible" for case in cases)
        assert "unsatisfied" in states
        assert "satisfied" in states or lifted


@pytest.mark.parametrize("rule_id", sorted(rule.id for rule in RULES.values() if not rule.mode.decides))
def test_rules_that_do_not_decide_never_change_a_verdict(rule_id):
    for case in all_cases():
        judgement = case.judge()
        without = evaluate(case.ruleset.without(rule_id), case.facts, derogations=case.derogations)
        assert judgement.verdict is without.verdict, case.id


def test_an_authorisation_never_finds_fault():
    for case in all_cases():
        for finding in case.judge().findings:
            if finding.rule.mode is Mode.AUTHORISE:
                assert finding.is_satisfied, (case.id, finding)


def test_every_case_cites_lines_of_its_rule_or_of_its_document():
    for case in all_cases():
        match = re.fullmatch(r"(F0|S1|F2|P3):(\d+)(-\d+)?", case.source)
        assert match, case.id
        assert match[1] in documents()
