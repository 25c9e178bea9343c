"""The FAQs as data: every question is there, quotes its text, and its examples are judged as its answer says."""

import re

import pytest

from core.rules import Verdict, default_parameters, rule_texts
from core.rules.faq import MAX_QUOTATION, Coverage, Question, Said, Scenario, questions, run
from tests.rules.cases import RULESETS, all_cases
from tests.rules.test_register import SOURCES, _plain

ALL = list(questions().values())
SCENARIOS = [(question, scenario) for question in ALL for scenario in question.scenarios]
CHECKED = {rule.id for ruleset in RULESETS.values() for rule in ruleset.rules}


def test_both_faqs_are_there():
    assert [sum(q.citation.document.code == code for q in ALL) for code in ("F0", "F2")] == [107, 27]


@pytest.mark.parametrize(
    ("question", "scenario"), SCENARIOS, ids=[f"{q.slug}-{n}" for n, (q, _) in enumerate(SCENARIOS)]
)
def test_the_engine_says_what_the_answer_says(question: Question, scenario: Scenario):
    result = run(scenario, RULESETS[scenario.subject])
    assert (result.judgement.verdict, result.said) == (scenario.verdict, scenario.findings)
    assert {rule for rule, _ in scenario.findings} & set(rule_texts())


def test_a_changed_threshold_belies_the_answer():
    scenario = questions()["vingt-quatre-heures"].scenarios[1]
    assert scenario.title.startswith("CDI de 20")
    result = run(scenario, RULESETS["intention"], default_parameters().with_values(weekly_hours_min=20))
    assert (result.holds, result.judgement.verdict, result.said) == (False, Verdict.ELIGIBLE, (("R32", Said.KEPT),))


def test_every_question_has_examples_or_says_for_itself_why_not():
    assert [q.slug for q in ALL if q.coverage(CHECKED) is Coverage.NOTHING] == []
    assert [q.slug for q in ALL if bool(q.scenarios) == bool(q.information)] == []
    reasons = [q.information for q in ALL if q.information]
    assert len(reasons) == len(set(reasons))


def test_an_example_tests_a_rule_of_its_question():
    for question in ALL:
        tested = {rule for scenario in question.scenarios for rule, _ in scenario.findings}
        assert not question.scenarios or tested & set(question.rules), question.slug
        assert all(scenario.findings for scenario in question.scenarios), question.slug


def test_every_checked_rule_that_a_question_names_is_tested_somewhere():
    named = {rule for question in ALL for rule in question.rules} & CHECKED
    tested = {rule for _, scenario in SCENARIOS for rule, _ in scenario.findings} | {case.rule for case in all_cases()}
    assert named - tested == set()


def test_quotations_are_short():
    assert {q.slug: len(q.citation.quotation) for q in ALL if len(q.citation.quotation) > MAX_QUOTATION} == {}


def test_answers_are_written_in_plain_typographic_french():
    for question in ALL:
        written = " ".join([question.question, question.answer, *(s.title for s in question.scenarios)])
        assert "'" not in written, question.slug
        assert "\u202f" not in written, question.slug
        assert question.answer.endswith("."), question.slug
        assert question.question.endswith("?"), question.slug


def test_contradictory_passages_are_named():
    assert [c.id for c in questions()["intention-autre-region"].contradictions] == ["K1"]
    assert [c.id for c in questions()["apres-une-poec"].contradictions] == ["K26"]


def _lines(code: str) -> list[str]:
    path = SOURCES / next(q.citation.document.file for q in ALL if q.citation.document.code == code)
    if not path.exists():
        pytest.skip("the source documents are not beside the project")
    return path.read_text().split("\n")


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.slug)
def test_the_passage_stands_in_the_text(question: Question):
    lines = _lines(question.citation.document.code)
    passage = _plain("".join(lines[question.citation.first_line - 1 : question.citation.last_line]))
    assert _plain(question.citation.quotation) in passage


def test_no_question_of_the_dated_faq_is_forgotten():
    lines = _lines("F0")
    answers = [n for n, line in enumerate(lines, 1) if line.startswith(("⇒", "□"))]
    mine = [q for q in ALL if q.citation.document.code == "F0"]
    assert [n for n in answers if sum(q.citation.first_line == n for q in mine) != 1] == []
    # One question of the text lost the arrow before its answer.
    assert [q.slug for q in mine if q.citation.first_line not in answers] == ["orienter-depuis-prepa"]
    assert all(lines[q.asked[0] - 1].strip() for q in mine)


def test_no_question_of_the_employers_is_forgotten():
    asking = {n for n, line in enumerate(_lines("F2"), 1) if re.search(r"\?\s*$", line)}
    mine = [q for q in ALL if q.citation.document.code == "F2"]
    asked = {n for q in mine for n in range(q.asked[0], q.asked[1] + 1)}
    assert asking - asked == set()
