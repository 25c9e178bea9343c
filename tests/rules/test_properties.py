"""What holds of every file of every subject, whatever is known of it and whichever rules are declared tomorrow."""

from functools import cache
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.rulebook.registry import rulesets
from core.rules import Audience, Change, ChangeSet, Judgement, RuleSet, Verdict, evaluate
from core.rules.changes import grant
from tests.rules.cases import all_cases
from tests.rules.files import derogable, files, granted, near_files

EFFORT = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
EVERY_SUBJECT = pytest.mark.parametrize("ruleset", rulesets().values(), ids=rulesets())


@cache
def any_file(ruleset: RuleSet):
    return near_files(ruleset) | files(ruleset)


def remedies_of(judgement: Judgement) -> list[Change]:
    """Every remedy that the rules in the way offer for this file, the grants of derogations included."""
    offered: dict[Change, None] = {}
    for finding in (*judgement.blocking, *judgement.to_decide):
        if finding.rule.remedies:
            offered.update(dict.fromkeys(finding.rule.remedies(judgement.facts, judgement.parameters)))
        if finding.is_to_decide:
            offered[grant(finding.rule)] = None
    return list(offered)


def after(judgement: Judgement, steps: tuple[Change, ...]) -> Judgement:
    """The file judged anew once these changes are made."""
    made = ChangeSet(steps)
    return evaluate(
        judgement.ruleset, made.apply(judgement.facts), judgement.parameters, judgement.derogations | made.derogations
    )


def prove(judgement: Judgement) -> None:
    """Each proposed set leads to éligible, and no part of it does."""
    for found in judgement.changes:
        assert after(judgement, found.changes).verdict is Verdict.ELIGIBLE, (judgement.findings, found)
        whole = len(found.changes)
        for size in range(whole) if whole <= 4 else (whole - 1,):
            for part in combinations(found.changes, size):
                assert after(judgement, part).verdict is not Verdict.ELIGIBLE, (found, part)
    assert len({len(found.changes) for found in judgement.changes}) <= 1


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_whatever_is_known_the_file_is_judged_and_explained(ruleset, data):
    judgement = evaluate(ruleset, data.draw(files(ruleset)), derogations=data.draw(granted(ruleset)))
    for audience in Audience:
        said = judgement.as_dict(audience)
        assert said["verdict"] == judgement.verdict.value
        assert all(finding["message"] and finding["citations"] for finding in said["findings"])


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_the_same_file_is_judged_the_same_even_after_a_journey_as_json(ruleset, data):
    facts, given_before = data.draw(any_file(ruleset)), data.draw(granted(ruleset))
    first = evaluate(ruleset, facts, derogations=given_before).as_dict()
    assert evaluate(ruleset, facts, derogations=given_before).as_dict() == first
    again = ruleset.facts.from_dict(facts.as_dict())
    assert again == facts
    assert evaluate(ruleset, again, derogations=given_before).as_dict() == first


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_one_more_lawful_derogation_never_worsens_a_verdict(ruleset, data):
    facts, given_before = data.draw(any_file(ruleset)), data.draw(granted(ruleset))
    before = evaluate(ruleset, facts, derogations=given_before).verdict
    for rule_id in derogable(ruleset.subject):
        with_one_more = evaluate(ruleset, facts, derogations=given_before | {rule_id}).verdict
        assert with_one_more.rank <= before.rank, rule_id


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_every_proposed_change_does_what_it_says(ruleset, data):
    facts, given_before = data.draw(any_file(ruleset)), data.draw(granted(ruleset))
    prove(evaluate(ruleset, facts, derogations=given_before))


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.subject}-{case.id}")
def test_every_change_proposed_for_a_case_does_what_it_says(case):
    prove(case.judge())


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_no_smaller_set_exists_among_all_the_remedies(ruleset, data):
    """All sets of all remedies, smaller than what is proposed, tried one by one."""
    judgement = evaluate(ruleset, data.draw(near_files(ruleset)), derogations=data.draw(granted(ruleset)))
    if judgement.verdict is Verdict.ELIGIBLE:
        return  # most files of a subject whose rules rarely decide: drawing others instead would be too slow
    size = len(judgement.changes[0].changes) if judgement.changes else 3
    for smaller in range(1, min(size, 4)):
        for steps in combinations(remedies_of(judgement), smaller):
            slots = [slot for step in steps for slot in step.slots]
            if len(slots) == len(set(slots)):
                assert after(judgement, steps).verdict is not Verdict.ELIGIBLE, steps


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_a_change_reads_no_fact_but_those_that_it_writes(ruleset, data):
    """What is proposed is written once for all the sets that share it: it must not hang on other changes."""
    judgement = evaluate(ruleset, data.draw(any_file(ruleset)))
    facts = judgement.facts
    for step in remedies_of(judgement):
        updates = step.resolve(facts)
        assert updates.keys() <= step.facts
        assert step.resolve(type(facts)(**{name: getattr(facts, name) for name in step.facts})) == updates, step


@EVERY_SUBJECT
@EFFORT
@given(data=st.data())
def test_what_is_already_eligible_needs_no_change(ruleset, data):
    judgement = evaluate(ruleset, data.draw(any_file(ruleset)), derogations=data.draw(granted(ruleset)))
    if judgement.verdict is Verdict.ELIGIBLE:
        assert judgement.changes == ()
        assert judgement.ways_out == ()
