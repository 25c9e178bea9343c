"""Each rule of the first floor, on each side of its threshold, from the table of cases."""

import re
from functools import cache

import pytest

from core.rules import Facts, Mode, State, Verdict, documents, evaluate
from tests.rules.cases import RULESETS, Case, all_cases, base

CHECKED = [(subject, rule.id) for subject, ruleset in RULESETS.items() for rule in ruleset.rules]
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


@pytest.mark.parametrize(("subject", "rule_id"), CHECKED, ids=[f"{subject}-{rule}" for subject, rule in CHECKED])
def test_every_checked_rule_is_proven_on_both_sides(subject, rule_id):
    cases = [case for case in all_cases() if case.rule == rule_id and case.subject == subject]
    states = {case.state for case in cases}
    mode = RULESETS[subject].by_id[rule_id].mode
    assert len(states) > 1
    if mode is Mode.AUTHORISE:
        assert "unsatisfied" not in states
    if mode in (Mode.AUTHORISE, Mode.INFORM):
        assert "satisfied" in states
    else:
        assert "unsatisfied" in states


@cache
def verdicts() -> dict[str, list[tuple[Case, Facts, Verdict]]]:
    """By subject, each case with its facts and what all the rules say of it."""
    found: dict[str, list[tuple[Case, Facts, Verdict]]] = {subject: [] for subject in RULESETS}
    for case in all_cases():
        found[case.subject].append((case, case.facts, case.judge().verdict))
    return found


@pytest.mark.parametrize("rule_id", sorted(rule.id for rule in RULES.values() if not rule.mode.decides))
def test_rules_that_do_not_decide_never_change_a_verdict(rule_id):
    for subject, judged in verdicts().items():
        without = RULESETS[subject].without(rule_id)
        for case, facts, verdict in judged:
            assert evaluate(without, facts, derogations=case.derogations).verdict is verdict, case.id


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
