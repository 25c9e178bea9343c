"""The amount of an aid after the hire, on each side of every ceiling, and the words that each line rests on."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.rules import default_parameters, evaluate
from intentions.aids import RULES, AidFacts, AidKind, amount

SOURCE = Path(__file__).parents[2].parent / "shared" / "seeds" / "001_7f923ebb35ece35e.txt"
FIGURES = default_parameters()


def aid(kind: str, hours: str, cost: str | None = None, **more):
    given = {"aid": kind, "training_hours": hours, "teaching_cost": cost, **more}
    return AidFacts.from_dict({name: value for name, value in given.items() if value is not None})


@pytest.mark.parametrize(
    ("kind", "hours", "cost", "euros"),
    [
        # 15 € an hour, then 70 % of the cost, then 4 200 €
        ("formation", "100", "5000", "1500"),
        ("formation", "100", "2143", "1500"),
        ("formation", "100", "2142", "1499.40"),
        ("formation", "280", "6000", "4200"),
        ("formation", "279", "6000", "4185"),
        ("formation", "281", "10000", "4200"),
        ("formation", "400", "6000", "4200"),
        ("formation", "400", "5999", "4199.30"),
        ("formation", "33.33", "9999", "499.95"),
        ("formation", "100", "0", "0"),
        # 5 € an hour, 2 000 €: the ceiling is that of 400 hours
        ("tutorat", "399", None, "1995"),
        ("tutorat", "400", None, "2000"),
        ("tutorat", "401", None, "2000"),
        # 15 € an hour, 6 000 €
        ("afest", "399", None, "5985"),
        ("afest", "400", None, "6000"),
        ("afest", "401", None, "6000"),
    ],
)
def test_the_amount_on_each_side_of_its_ceilings(kind, hours, cost, euros):
    assert amount(aid(kind, hours, cost), FIGURES).euros == Decimal(euros)


def test_hours_beyond_four_hundred_are_not_financed_and_do_not_refuse():
    found = amount(aid("tutorat", "450"), FIGURES.with_values(aid_tutorat_max=9_999))
    assert (found.financed_hours, found.euros) == (400, 2000)
    assert "50\u00a0h au-delà de 400\u00a0h" in found.lines[0].note


@pytest.mark.parametrize(
    ("more", "euros"),
    [
        ({}, "500"),
        ({"senior": True}, "750"),
        ({"disabled": True}, "1000"),
        ({"disabled": True, "senior": True}, "1000"),
        ({"disabled": False, "senior": False}, "500"),
    ],
)
def test_the_bonuses(more, euros):
    assert amount(aid("tutorat", "100", **more), FIGURES).euros == Decimal(euros)


def test_open_questions_are_dated_parameters():
    both = aid("tutorat", "100", disabled=True, senior=True)
    assert amount(both, FIGURES.with_values(aid_bonuses_add_up=True)).euros == 1250
    capped = aid("afest", "400", disabled=True)
    assert amount(capped, FIGURES).euros == 12_000
    assert amount(capped, FIGURES.with_values(aid_bonus_lifts_ceilings=False)).euros == 6000
    training = aid("formation", "400", "5000", disabled=True)
    assert amount(training, FIGURES).euros == 5000, "une aide ne paie pas plus que ce qui est dépensé"
    assert amount(training, FIGURES.with_values(aid_cost_share_with_bonus=120)).euros == 6000
    for key in ("aid_bonuses_add_up", "aid_bonus_lifts_ceilings", "aid_cost_share_with_bonus"):
        assert FIGURES.describe(key).source.startswith("choix")


def test_the_lines_lead_to_the_amount():
    found = amount(aid("formation", "400", "5000", senior=True), FIGURES)
    assert [line.euros for line in found.lines] == [6000, 3500, 4200, 5250, 5000]
    assert "des 5\u00a0000\u00a0€ de" in found.lines[1].label
    assert "des 4\u00a0000,50\u00a0€ de" in amount(aid("formation", "400", "4000.5"), FIGURES).lines[1].label
    assert [line.rule for line in found.lines] == ["R128", "R128", "R128", "R130", "R130"]
    assert all(line.parameters and set(line.parameters) <= set(FIGURES) for line in found.lines)


@pytest.mark.parametrize(
    "facts",
    [AidFacts(), aid("formation", "100"), aid("tutorat", "0"), aid("tutorat", "-5"), aid("formation", "10", "-1")],
)
def test_no_amount_without_its_figures(facts):
    assert amount(facts, FIGURES) is None


def test_every_line_quotes_words_that_the_source_says():
    if not SOURCE.exists():
        pytest.skip("the source documents are not beside the project")
    text = "".join(SOURCE.read_text().split()).replace("’", "'")
    for kind in AidKind:
        for line in amount(aid(kind, "450", "9000", disabled=True, senior=True), FIGURES).lines:
            assert "".join(line.quotation.split()).replace("’", "'") in text, line.label


def test_the_sentence_of_a_rule_says_the_amount():
    judged = evaluate(RULES, aid("tutorat", "100", own_trainer=True))
    assert "Elle serait de 500\u00a0€" in judged.finding("R129").message()
