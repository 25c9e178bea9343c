"""Another way to judge: what a variant changes, and what it leaves alone."""

from datetime import date
from decimal import Decimal

import pytest

from core.rules import Mode, Parameters, Variant, default_parameters, evaluate
from intentions.rules import RULES as INTENTION_RULES
from intentions.rules import IntentionFacts
from sessions.rules import RULES as REQUEST_RULES
from sessions.rules import EntryMode, RequestFacts
from tests.rules.cases import base

INTENTION = IntentionFacts.from_dict(base("intention"))
REQUEST = RequestFacts.from_dict(base("demande"))


def verdicts(ruleset, facts, variant, derogations=()):
    """The verdict under the rules in force, then under the variant."""
    rules, parameters = variant.apply(ruleset, default_parameters())
    return (
        evaluate(ruleset, facts, derogations=derogations).verdict.value,
        evaluate(rules, facts, parameters, derogations).verdict.value,
    )


def test_another_figure():
    facts = INTENTION.with_facts(weekly_hours=Decimal(22), low_hours_reason="boe")
    assert verdicts(INTENTION_RULES, facts, Variant({"weekly_hours_min": 20})) == ("a_instruire", "eligible")


def test_a_rule_left_out():
    facts = INTENTION.with_facts(weekly_hours=Decimal(22), low_hours_reason="boe")
    assert verdicts(INTENTION_RULES, facts, Variant(without=("R32",))) == ("a_instruire", "eligible")


@pytest.mark.parametrize(
    ("exception", "taken", "before"),
    [
        ("R68", {"head_count_case": "groupe_existant", "existing_group": "apprentis"}, "eligible"),
        ("R69", {"head_count_case": "equilibre_financier", "balance_statement": True, "price_unchanged": True},
         "a_instruire"),
        ("R70", {"entry_mode": EntryMode.PERMANENTES}, "eligible"),
        ("R72", {"head_count_case": "complementaire", "complements": "2026-0377", "same_domain": True}, "eligible"),
    ],
)  # fmt: skip
def test_an_exception_that_is_left_out_opens_nothing_any_more(exception, taken, before):
    four = REQUEST.with_facts(seats=3, intentions=REQUEST.intentions[:1], **taken)
    assert verdicts(REQUEST_RULES, four, Variant(without=(exception,))) == (before, "non_eligible")
    dated = Parameters({key: default_parameters().describe(key) for key in default_parameters()},
                       on=date(2026, 11, 3), switches=((exception, ""),))  # fmt: skip
    assert evaluate(REQUEST_RULES.edition(dated), four, dated).verdict.value == "non_eligible"


def test_without_the_minimum_of_the_drajes_five_are_enough():
    animation = REQUEST.with_facts(drajes=True, sector_minimum=8)
    assert verdicts(REQUEST_RULES, animation, Variant(without=("R61",))) == ("non_eligible", "eligible")


def test_another_mode_closes_what_a_derogation_opened():
    facts = INTENTION.with_facts(workplace_departement="35", outside_reason="autre")
    variant = Variant(modes={"R22": Mode.BLOCK})
    assert verdicts(INTENTION_RULES, facts, variant) == ("a_instruire", "non_eligible")
    assert verdicts(INTENTION_RULES, facts, variant, {"R22"}) == ("eligible", "non_eligible")


def test_another_mode_holds_whatever_the_circumstances():
    elsewhere = REQUEST.with_facts(hours_company=None, hours_company_other=Decimal(35))
    assert verdicts(REQUEST_RULES, elsewhere, Variant(modes={"R55": Mode.BLOCK})) == ("eligible", "non_eligible")


def test_an_exception_that_a_rule_no_longer_looks_at():
    alone = REQUEST.with_facts(
        seats=1, entry_mode=EntryMode.PERMANENTES, ends_on=None, intentions=REQUEST.intentions[:1]
    )
    variant = Variant(ignoring={"R67": ("head_count_case", "entry_mode")})
    assert verdicts(REQUEST_RULES, alone, variant) == ("eligible", "non_eligible")


def test_what_a_variant_does_not_name_is_left_as_it_is():
    assert Variant(without=("R69",)).rules_from(INTENTION_RULES) is INTENTION_RULES
    assert Variant(without=("R69",)).parameters_from(default_parameters()).digest == default_parameters().digest
    assert Variant(modes={"R69": Mode.BLOCK}).parameters_from(default_parameters()) is default_parameters()
    assert Variant().apply(REQUEST_RULES, default_parameters()) == (REQUEST_RULES, default_parameters())


def test_rules_judged_otherwise_have_another_hash():
    parameters = default_parameters()
    hashes = {REQUEST_RULES.hash(parameters)}
    for variant in (
        Variant(without=("R69",)),
        Variant(modes={"R69": Mode.BLOCK}),
        Variant(ignoring={"R67": ("entry_mode",)}),
        Variant({"stagiaires_min": 4}),
    ):
        rules, figures = variant.apply(REQUEST_RULES, parameters)
        hashes.add(rules.hash(figures))
    assert len(hashes) == 5


def test_a_variant_travels_as_plain_values():
    variant = Variant({"stagiaires_min": 4}, ("R69",), "Quatre", {"R22": Mode.BLOCK}, {"R67": ("entry_mode",)})
    assert Variant.from_dict(variant.as_dict()) == variant
    assert Variant().as_dict() == {}


def test_a_parameter_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        Variant({"nothing": 1}).apply(REQUEST_RULES, default_parameters())
