"""The smallest changes as people read them. What holds of every file stands in `test_properties.py`."""

from decimal import Decimal

from core.rules import Verdict, evaluate
from intentions.rules import RULES as INTENTION_RULES
from intentions.rules import EmployerKind, IntentionFacts
from sessions.rules import AttachedIntention, RequestFacts
from sessions.rules import judge as judge_request
from tests.rules.cases import base

GOOD = RequestFacts.from_dict(base("demande"))


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
