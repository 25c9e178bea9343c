"""Nothing of the rules can be broken unnoticed: for each mutant, a case of the table fails."""

import pytest

from core.rulebook.registry import rulesets
from tests.rules import mutations
from tests.rules.cases import all_cases


def survivors(mutants):
    return [mutant.name for mutant in mutants if mutant.survives()]


def test_the_table_of_cases_holds_as_it_is():
    whole = mutations.Mutant("nothing broken", all_cases(), mutations.as_it_is)
    assert whole.survives()


@pytest.mark.parametrize("subject", rulesets())
def test_a_rule_that_says_the_contrary_or_keeps_silent_is_noticed(subject):
    mutants = mutations.of_rules(rulesets()[subject])
    assert len(mutants) == 2 * len(rulesets()[subject].rules)
    assert survivors(mutants) == []


def test_a_parameter_that_moves_by_one_is_noticed():
    mutants = mutations.of_parameters()
    assert mutants
    assert survivors(mutants) == []


def test_an_altered_line_is_noticed():
    mutants = mutations.of_lines()
    assert mutants
    assert survivors(mutants) == []
