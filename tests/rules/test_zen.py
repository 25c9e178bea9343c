"""The engine that ours is measured beside decides the same: ten rules, file by file."""

import pytest

from bench.zen import TEN, TEN_RULES, expressions, graph, plain_values
from core.rules import State, evaluate
from tests.rules.files import random_files


@pytest.mark.parametrize("ready", [graph, expressions])
def test_ten_rules_say_the_same_in_both_engines(ready):
    decide = ready()
    verdicts = set()
    for facts, _ in random_files(TEN_RULES, 3000):
        ours = evaluate(TEN_RULES, facts)
        states = dict.fromkeys(TEN, State.NOT_APPLICABLE.value)
        states |= {finding.id: finding.state.value for finding in ours.findings}
        assert decide(plain_values(facts)) == {**states, "verdict": ours.verdict.value}, facts
        verdicts.add(ours.verdict)
    assert len(verdicts) == 3
