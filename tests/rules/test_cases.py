"""Each rule of the first floor, on each side of its threshold, from the table of cases."""

import re
from functools import cache

import pytest

from core.rules import Facts, Mode, State, Verdict, evaluate, rule_texts
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


# Cases whose answer stands in the passage of another rule, where the two meet: that rule.
BESIDE = {
    ("commande", "P01-heures-de-groupe"): "R123",
    ("facture", "P01-heures-stagiaires"): "R123",
    ("demande", "R11-socle"): "R01",
    ("admission", "R12-sans-financement-de-la-region"): "R73",
    ("admission", "R12-session-du-socle"): "R01",
    ("intention", "R20-siae-ecartee-par-r24"): "R24",
    ("intention", "R22-loire-atlantique"): "R23",
    ("intention", "R22-sarthe"): "R23",
    ("intention", "R31-interim-cinq-mois"): "R34",
    ("demande", "R67-limite-permanentes-cinq-places"): "R70",
    ("demande", "R67-limite-permanentes-sans-intention"): "R70",
    ("demande", "R67-limite-permanentes-sans-intention-connue"): "R70",
    ("demande", "R71-composantes-en-entrees-permanentes"): "R70",
    ("aide", "R127-cdi-interimaire-aide-inconnue"): "R128",
    ("aide", "R127-cdi-interimaire-formation"): "R128",
    ("aide", "R127-cdi-interimaire-tutorat"): "R128",
}


def test_a_case_cites_lines_that_its_rule_rests_on():
    strangers = []
    for case in all_cases():
        match = re.fullmatch(r"(F0|S1|F2|P3):(\d+)(?:-(\d+))?", case.source)
        assert match, case.id
        first, last = int(match[2]), int(match[3] or match[2])
        rules = {case.rule, BESIDE.get((case.subject, case.id), case.rule)}
        cited = [citation for rule in rules for citation in rule_texts()[rule].citations]
        if not any(c.document.code == match[1] and c.first_line <= last and first <= c.last_line for c in cited):
            strangers.append((case.subject, case.id, case.source))
    assert strangers == []
    assert BESIDE.keys() <= {(case.subject, case.id) for case in all_cases()}
