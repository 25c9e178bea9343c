"""The smallest changes: each proposed set leads to éligible, and nothing smaller does."""

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.rules import ChangeSet, Verdict, evaluate
from intentions.rules import RULES as INTENTION_RULES
from intentions.rules import (
    ContractType,
    EmployerKind,
    IntentionFacts,
    LowHoursReason,
    Milestone,
    Origin,
    OutsideReason,
    ShortContractReason,
    StatementKind,
)
from sessions.rules import RULES as REQUEST_RULES
from sessions.rules import AccessMode, Aim, AttachedIntention, EntryMode, HeadCountCase, LotRole, Modality, RequestFacts
from sessions.rules import judge as judge_request
from tests.rules.cases import all_cases, base

EFFORT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def maybe(strategy):
    return st.none() | strategy


flags = maybe(st.booleans())
hours = maybe(st.decimals(0, 60, places=2, allow_nan=False, allow_infinity=False))
days = maybe(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
words = maybe(st.sampled_from(["", "a", "b"]))

intentions = st.builds(
    IntentionFacts,
    origin=maybe(st.sampled_from(Origin)),
    need_from_survey=flags,
    employer_named=flags,
    guarantor_named=flags,
    employer_kind=maybe(st.sampled_from(EmployerKind)),
    headcount=maybe(st.integers(0, 100_000)),
    workplace_departement=maybe(st.sampled_from(["44", "85", "35", "2A", ""])),
    outside_reason=maybe(st.sampled_from(OutsideReason)),
    sector_has_lot=flags,
    job_title=words,
    posts=maybe(st.integers(-1, 9)),
    post_is_new=flags,
    wished_start=days,
    hire_date=days,
    training_end=days,
    contract_type=maybe(st.sampled_from(ContractType)),
    contract_months=maybe(st.integers(0, 36)),
    short_contract_reason=maybe(st.sampled_from(ShortContractReason)),
    weekly_hours=hours,
    low_hours_reason=maybe(st.sampled_from(LowHoursReason)),
    written_statement=flags,
    statement_kind=maybe(st.sampled_from(StatementKind)),
    statement_signed_on=days,
    commitment=flags,
    milestones=maybe(st.lists(st.sampled_from(Milestone), unique=True).map(tuple)),
    other_engaged_organisme=flags,
)

attached = st.builds(
    AttachedIntention,
    employer=words,
    verdict=maybe(st.sampled_from(Verdict)),
    pending=maybe(st.lists(st.sampled_from(["R22", "R31", "R32", "K24"]), unique=True, max_size=2).map(tuple)),
    engaged_elsewhere=flags,
    departement=maybe(st.sampled_from(["44", "85"])),
    posts=maybe(st.integers(0, 6)),
    posts_free=maybe(st.integers(0, 6)),
    distance_km=hours,
)

anything = {
    "today": days,
    "lot": words,
    "lot_active": flags,
    "organisme_role": maybe(st.sampled_from(LotRole)),
    "group_cannot": flags,
    "mandataire_agrees": flags,
    "subcontractor_admitted_by": maybe(st.sampled_from(LotRole)),
    "mandataire_informed": flags,
    "qualiopi_certified": flags,
    "qualiopi_until": days,
    "order_addressee": maybe(st.sampled_from(LotRole)),
    "access_mode": maybe(st.sampled_from(AccessMode)),
    "submitting": flags,
    "intentions": maybe(st.lists(attached, max_size=4).map(tuple)),
    "title": words,
    "objective": words,
    "aim": maybe(st.sampled_from(Aim)),
    "certification_code": words,
    "certifications": maybe(st.integers(0, 3)),
    "lot_filiere": words,
    "training_filiere": words,
    "on_ao_list": flags,
    "specific_need": words,
    "mandatory_refused": flags,
    "intermittence": flags,
    "drajes": flags,
    "sector_minimum": maybe(st.integers(0, 10)),
    "licence_module": flags,
    "employer_opinion": flags,
    "modalities": maybe(st.lists(st.sampled_from(Modality), unique=True).map(tuple)),
    "hours_centre": hours,
    "hours_distance": hours,
    "hours_refresher": hours,
    "hours_company": hours,
    "hours_company_other": hours,
    "entry_mode": maybe(st.sampled_from(EntryMode)),
    "starts_on": days,
    "ends_on": days,
    "training_departement": maybe(st.sampled_from(["44", "85", "35"])),
    "lot_departements": maybe(st.sampled_from([(), ("85",), ("44", "85")])),
    "place": words,
    "place_known": flags,
    "place_reason": words,
    "seats": maybe(st.integers(0, 12)),
    "composantes": maybe(st.integers(0, 6)),
    "head_count_case": maybe(st.sampled_from(HeadCountCase)),
    "existing_group": words,
    "complements": words,
    "same_domain": flags,
    "balance_statement": flags,
    "price_unchanged": flags,
    "authorised": flags,
    "decided_by_agent": flags,
    "published": flags,
    "overtakes": maybe(st.integers(0, 3)),
    "overtaking_reason": words,
}
requests = st.builds(RequestFacts, **anything)

# A file that is éligible but for one to three facts: where the search has something to find.
GOOD = RequestFacts.from_dict(base("demande"))
SETTLED = {"submitting", "today"}
near_requests = st.dictionaries(
    st.sampled_from(sorted(set(anything) - SETTLED)), st.none(), min_size=1, max_size=3
).flatmap(
    lambda names: st.fixed_dictionaries({name: anything[name] for name in names}).map(
        lambda changed: GOOD.with_facts(**changed)
    )
)

DEROGABLE = sorted({"R22", "R31", "R32", "R42", "R43", "R44", "R55", "R59", "R62", "R69", "K24"})
derogations = st.frozensets(st.sampled_from(DEROGABLE), max_size=4)


def prove(ruleset, facts, granted=frozenset()):
    """Check each proposed set: it leads to éligible, and it does so by the whole of itself alone."""
    judgement = evaluate(ruleset, facts, derogations=granted)
    for found in judgement.changes:
        after = evaluate(ruleset, found.apply(facts), derogations=granted | found.derogations)
        assert after.verdict is Verdict.ELIGIBLE, (judgement.findings, found)
        whole = len(found.changes)
        for size in range(whole) if whole <= 4 else (whole - 1,):
            for part in combinations(found.changes, size):
                less = ChangeSet(part)
                still = evaluate(ruleset, less.apply(facts), derogations=granted | less.derogations)
                assert still.verdict is not Verdict.ELIGIBLE, (found, less)
    assert len({len(found.changes) for found in judgement.changes}) <= 1
    return judgement


@EFFORT
@given(intentions, derogations)
def test_an_intention_is_judged_whatever_is_known_of_it(facts, granted):
    judgement = prove(INTENTION_RULES, facts, granted)
    assert judgement.as_dict()["verdict"] == judgement.verdict.value


@EFFORT
@given(requests, derogations)
def test_a_request_is_judged_whatever_is_known_of_it(facts, granted):
    judgement = judge_request(facts, derogations=granted)
    assert judgement.as_dict("organisme")["verdict"] == judgement.verdict.value


@settings(EFFORT, max_examples=120)
@given(near_requests | requests, derogations)
def test_changes_of_a_request_are_proven(facts, granted):
    prove(REQUEST_RULES, facts, granted)


@EFFORT
@given(intentions | near_requests, derogations, st.sampled_from(DEROGABLE))
def test_one_more_derogation_never_worsens_a_verdict(facts, granted, more):
    ruleset = INTENTION_RULES if isinstance(facts, IntentionFacts) else REQUEST_RULES
    before = evaluate(ruleset, facts, derogations=granted)
    after = evaluate(ruleset, facts, derogations=granted | {more})
    assert after.verdict.rank <= before.verdict.rank


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.subject}-{case.id}")
def test_changes_of_the_cases_are_proven(case):
    prove(case.ruleset, case.facts, case.derogations)


def brute_force(ruleset, facts, judgement, largest):
    """Size of the smallest set among all remedies that the unsatisfied rules offer, or None."""
    from core.rules.changes import grant

    pool = []
    for finding in (*judgement.blocking, *judgement.to_decide):
        rule = finding.rule
        pool += list(rule.remedies(facts, judgement.parameters)) if rule.remedies else []
        pool += [grant(rule)] if finding.is_to_decide else []
    for size in range(1, largest + 1):
        for steps in combinations(dict.fromkeys(pool), size):
            slots = [slot for step in steps for slot in step.slots]
            found = ChangeSet(steps)
            if len(slots) == len(set(slots)):
                after = evaluate(ruleset, found.apply(facts), derogations=found.derogations)
                if after.verdict is Verdict.ELIGIBLE:
                    return size
    return None


@settings(EFFORT, max_examples=60)
@given(near_requests)
def test_no_smaller_set_exists_among_all_remedies(facts):
    judgement = judge_request(facts)
    if judgement.changes:
        size = len(judgement.changes[0].changes)
        if size > 1:
            assert brute_force(REQUEST_RULES, facts, judgement, size - 1) is None
    elif judgement.verdict is not Verdict.ELIGIBLE:
        assert brute_force(REQUEST_RULES, facts, judgement, 2) is None


def test_two_obstacles_are_lifted_by_the_organisme_and_the_employer():
    facts = GOOD.with_facts(
        seats=4,
        intentions=(
            AttachedIntention(employer="Conserverie", verdict=Verdict.A_INSTRUIRE, pending=("R31",), posts=1),
            AttachedIntention(employer="Biscuiterie", verdict=Verdict.ELIGIBLE, posts=3),
        ),
    )
    judgement = judge_request(facts)
    assert judgement.verdict is Verdict.NON_ELIGIBLE
    assert [way.rules for way in judgement.ways_out] == [("R31",), ("R67",)]
    sentences = [step.sentence for step in judgement.changes[0].changes]
    assert sentences == [
        "Conserverie\u00a0: porter le contrat à six mois.",
        "Rattacher un poste compatible de plus, pour 5\u00a0places.",
    ]


def test_a_structure_d_insertion_has_no_way_out():
    facts = IntentionFacts.from_dict(base("intention")).with_facts(employer_kind=EmployerKind.SIAE)
    judgement = evaluate(INTENTION_RULES, facts)
    assert judgement.changes == ()
    assert [(way.rules, way.sets) for way in judgement.ways_out] == [(("R24",), ())]


def test_an_incomplete_request_is_first_completed():
    facts = GOOD.with_facts(objective=None, submitting=True, hours_company=Decimal(0))
    judgement = judge_request(facts)
    assert judgement.changes == ()
    assert judgement.ways_out[0].rules == ("R100",)
