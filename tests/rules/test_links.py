"""A file carried by a link: whole and unchanged, or told apart; facts of strangers read with their limits."""

import dataclasses
import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import Facts, Verdict, evaluate
from core.rules.links import BrokenLink, fingerprint, read_link, write_facts, write_result
from core.rules.reading import MAX_ITEMS, MAX_TEXT, read_facts
from core.rules.schema import schema_of
from intentions.aids import RULES as AIDS
from intentions.rules import RULES as INTENTION
from intentions.rules import ContractType, IntentionFacts
from sessions.rules import RULES as REQUEST
from sessions.rules import RequestFacts
from tests.rules.files import files, random_files

DAY = date(2026, 11, 3)
RULESETS = pytest.mark.parametrize("ruleset", [INTENTION, REQUEST, AIDS], ids=lambda one: one.subject)


@RULESETS
def test_what_goes_into_a_link_comes_out_of_it(ruleset):
    for facts, _derogations in random_files(ruleset, 40, seed=3):
        judgement = evaluate(ruleset, facts)
        carried = read_link(write_result(judgement, DAY))
        assert (carried.subject, carried.day, carried.verdict) == (ruleset.subject, DAY, judgement.verdict)
        assert carried.ruleset == ruleset.digest[:12]
        assert {rule: said.state for rule, said in carried.said.items()} == {f.id: f.state for f in judgement.findings}
        reading = read_facts(ruleset.facts, carried.facts)
        assert (reading.facts, reading.problems, reading.unknown) == (facts, (), ())


def test_a_link_stays_short_enough_for_an_e_mail():
    facts = IntentionFacts.from_dict(
        {"employer_kind": "prive", "job_title": "Soudeur", "posts": 2, "contract_type": "cdd", "contract_months": "4"}
    )
    assert len(write_result(evaluate(INTENTION, facts), DAY)) < 500


def test_a_link_cut_or_changed_anywhere_is_told_apart():
    text = write_result(evaluate(INTENTION, IntentionFacts(contract_type=ContractType.CDI)), DAY)
    rng = random.Random(5)
    for position in range(len(text)):
        with pytest.raises(BrokenLink):
            read_link(text[:position])
        sign = rng.choice([sign for sign in "Ab9-_.z" if sign != text[position]])
        with pytest.raises(BrokenLink):
            read_link(text[:position] + sign + text[position + 1 :])


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(BrokenLink):
        read_link(text)
    with pytest.raises(BrokenLink):
        read_link(f"1.{text}..{text}")


def test_a_well_sealed_link_that_says_nonsense_is_refused():
    from core.rules.links import _sealed

    for content in (
        {"s": "intention"},
        {"s": "intention", "f": {}, "d": "hier"},
        {"s": "intention", "f": {}, "d": 3},
        {"s": "intention", "f": {}, "d": "2026-11-03", "v": "parfait"},
        {"s": "intention", "f": {}, "d": "2026-11-03", "x": 1},
        ["s"],
        {"s": "intention", "f": {"job_title": "a" * 50_000}, "d": "2026-11-03"},
    ):
        with pytest.raises(BrokenLink):
            read_link(_sealed(content, ""))
    deep: list = []
    for _ in range(900):
        deep = [deep]
    assert read_link(_sealed({"s": "intention", "f": deep, "d": "2026-11-03"}, "")).facts  # refused by the reader below
    assert read_facts(IntentionFacts, deep).problems


def test_another_version_says_so():
    with pytest.raises(BrokenLink, match="autre version"):
        read_link("2" + write_facts("intention", IntentionFacts(), DAY)[1:])


def test_a_rule_in_another_mode_has_another_fingerprint():
    from core.rules import Mode
    from core.rules.variants import Variant

    milder = Variant(modes={"R31": Mode.WARN}).rules_from(INTENTION).by_id["R31"]
    assert fingerprint(milder) != fingerprint(INTENTION.by_id["R31"])
    assert len({fingerprint(rule) for rule in INTENTION.rules}) == len(INTENTION.rules)


# ---- facts of strangers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("posts", "deux"),
        ("posts", 2.5),
        ("posts", True),
        ("posts", 10**30),
        ("posts", "2"),
        ("weekly_hours", "NaN"),
        ("weekly_hours", float("inf")),
        ("weekly_hours", "1e999999"),
        ("weekly_hours", [35]),
        ("weekly_hours", 1e-9),
        ("commitment", "oui"),
        ("commitment", 1),
        ("contract_type", "CDI"),
        ("contract_type", ["cdi"]),
        ("wished_start", "2026-02-30"),
        ("wished_start", "20260301"),
        ("wished_start", "9999-01-01"),
        ("wished_start", 20260301),
        ("milestones", "stage"),
        ("milestones", ["stage", "repas"]),
        ("milestones", ["stage"] * (MAX_ITEMS + 1)),
        ("job_title", "a" * (MAX_TEXT + 1)),
        ("job_title", "nul\x00"),
        ("job_title", "demi \ud83d"),
        ("job_title", {"a": 1}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_words(name, value):
    reading = read_facts(IntentionFacts, {name: value, "origin": "employeur"})
    assert [problem.path.split("[")[0] for problem in reading.problems] == [name]
    assert reading.problems[0].message.endswith(".")
    assert reading.facts == IntentionFacts.from_dict({"origin": "employeur"})


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("posts", 2, 2),
        ("posts", 2.0, 2),
        ("weekly_hours", 22.5, Decimal("22.5")),
        ("weekly_hours", "22.50", Decimal("22.50")),
        ("contract_type", "cdi", ContractType.CDI),
        ("wished_start", "2027-03-01", date(2027, 3, 1)),
        ("posts", None, None),
    ],
)
def test_a_value_of_the_right_kind_is_read(name, value, read):
    reading = read_facts(IntentionFacts, {name: value})
    assert (getattr(reading.facts, name), reading.problems) == (read, ())


def test_a_name_that_is_no_fact_is_set_aside_with_the_one_it_may_mean():
    reading = read_facts(IntentionFacts, {"contract_month": 6, "zzz": 1})
    assert [(one.path, one.close_to) for one in reading.unknown] == [("contract_month", "contract_months"), ("zzz", "")]
    assert reading.problems == ()


def test_facts_within_facts_are_read_and_their_faults_located():
    reading = read_facts(RequestFacts, {"intentions": [{"posts": 2}, {"posts": "x"}, 3]})
    assert [problem.path for problem in reading.problems] == ["intentions[1].posts", "intentions[2]"]


@RULESETS
@given(data=st.data())
def test_every_file_that_the_rules_know_can_be_read_from_outside(ruleset, data):
    facts = data.draw(files(ruleset))
    reading = read_facts(ruleset.facts, facts.as_dict())
    assert (reading.facts, reading.problems) == (facts, ())


# ---- the schema


@RULESETS
def test_the_schema_names_every_fact_with_its_french_label(ruleset):
    schema = schema_of(ruleset.facts, identifier="x", title="t")
    fields = {field.name: field for field in dataclasses.fields(ruleset.facts)}
    assert list(schema["properties"]) == list(fields)
    for name, said in schema["properties"].items():
        about = fields[name].metadata
        assert said["title"].lower() == about["label"].lower()
        assert said.get("x-unite", "") == about["unit"]
        assert {"type", "anyOf"} & set(said)


def test_a_fact_that_is_declared_tomorrow_is_published_and_read():
    from core.rules import fact

    @dataclasses.dataclass(frozen=True)
    class Tomorrow(Facts):
        verdict: Verdict | None = fact("le verdict", Verdict)

    assert schema_of(Tomorrow)["properties"]["verdict"]["enum"] == [one.value for one in Verdict]
    assert read_facts(Tomorrow, {"verdict": "eligible"}).facts.verdict is Verdict.ELIGIBLE
