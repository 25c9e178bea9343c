"""The engine itself: verdicts, what is missing, receipts, audiences, purity."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.rules import Actor, Rulebook, RuleSet, UnknownFactError, Verdict, default_parameters, evaluate, rule_texts
from core.rules.engine import Rule
from intentions.rules import RULES, ContractType, IntentionFacts, judge
from sessions.rules import RULES as REQUEST_RULES
from tests.rules.cases import RULESETS, all_cases, base


def intention(**changed: object) -> IntentionFacts:
    facts = IntentionFacts.from_dict(base("intention"))
    return facts.with_facts(**changed)


SHORT = {"contract_type": ContractType.CDD, "contract_months": Decimal(4), "short_contract_reason": "saisonnier"}


def test_an_empty_file_is_judged_without_raising_and_says_what_is_missing():
    judgement = judge(IntentionFacts())
    assert judgement.blocking == ()
    assert judgement.to_decide == ()
    assert not judgement.is_complete
    assert {"contract_type", "employer_kind", "workplace_departement", "written_statement"} <= {
        fact.field for fact in judgement.missing
    }


def test_what_the_portal_finds_out_by_itself_is_never_asked():
    assert "other_engaged_organisme" not in {fact.field for fact in judge(IntentionFacts()).missing}


def test_a_derogation_asks_for_its_reason():
    judgement = judge(intention(contract_type="cdd", contract_months=4))
    assert [fact.field for fact in judgement.missing] == ["short_contract_reason"]
    assert judgement.missing[0].label == "la raison d’un contrat court"
    abroad = intention(workplace_departement="35")
    assert [fact.field for fact in judge(abroad).missing] == ["outside_reason"]
    assert judge(abroad.with_facts(outside_reason="autre")).missing == ()


def test_two_derogations_are_decided_apart():
    facts = intention(**SHORT, weekly_hours=Decimal(20), low_hours_reason="boe")
    assert [finding.id for finding in judge(facts).to_decide] == ["R31", "R32"]
    one = judge(facts, derogations={"R31"})
    assert one.verdict is Verdict.A_INSTRUIRE
    assert [finding.id for finding in one.granted] == ["R31"]
    assert judge(facts, derogations={"R31", "R32"}).verdict is Verdict.ELIGIBLE


def test_a_derogation_never_lifts_a_block():
    assert judge(intention(contract_type="cie"), derogations={"R36"}).verdict is Verdict.NON_ELIGIBLE


def test_the_message_speaks_to_its_reader_with_the_figures_of_the_file():
    finding = judge(intention(**SHORT)).finding("R31")
    assert finding is not None
    ending = " est de 4\u00a0mois. En dessous de six, la Région décide au cas par cas."
    assert finding.message("employeur") == "Votre CDD" + ending
    assert finding.message("region") == "Le CDD" + ending
    assert finding.citation.quotation.startswith("Pour les CDD de moins de six mois")


def test_parameters_are_an_argument():
    facts = intention(weekly_hours=Decimal(20), low_hours_reason="boe")
    assert judge(facts).verdict is Verdict.A_INSTRUIRE
    lower = default_parameters().with_values(weekly_hours_min=20)
    assert judge(facts, lower).verdict is Verdict.ELIGIBLE
    with pytest.raises(KeyError):
        lower.with_values(unknown_threshold=1)


def test_facts_go_through_a_receipt_and_back():
    for case in all_cases():
        facts = case.facts
        assert type(facts).from_dict(facts.as_dict()) == facts, case.id


def test_a_stored_file_with_an_unknown_fact_is_refused():
    with pytest.raises(UnknownFactError, match="colour"):
        IntentionFacts.from_dict({"colour": "blue"})


def test_a_judgement_replays_identically():
    for case in all_cases():
        stored = case.judge().as_dict()
        again = evaluate(case.ruleset, type(case.facts).from_dict(stored["facts"]), derogations=stored["derogations"])
        assert again.as_dict() == stored, case.id


def test_the_hash_names_rules_and_parameters():
    parameters = default_parameters()
    assert RULES.hash(parameters) == RULES.hash(default_parameters().with_values())
    assert RULES.hash(parameters) != RULES.hash(parameters.with_values(weekly_hours_min=20))
    assert RULES.hash(parameters) != RULES.without("R31").hash(parameters)
    assert RULES.hash(parameters) != REQUEST_RULES.hash(parameters)


def test_the_hash_is_the_same_in_another_process():
    code = "from intentions.rules import RULES; print(RULES.digest)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == RULES.digest


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", ["core.rules", "intentions.rules", "orders.rules", "sessions.rules"])
def test_rules_import_without_the_framework(module):
    code = f"import sys, {module}; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_rules_in_force_on_a_day():
    assert RULES.at(date(2024, 1, 1)).rules == RULES.rules
    assert RULES.at(date(2023, 12, 31)).rules == ()


def test_a_rule_is_declared_once_and_exists_in_the_register():
    book = Rulebook("essai")
    book.rule("R20", reads=())(lambda facts, parameters: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(ValueError, match="twice"):
        book.rule("R20", reads=())(lambda facts, parameters: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(KeyError):
        book.rule("R999", reads=())(lambda facts, parameters: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(ValueError, match="twice"):
        RuleSet.gather("essai", IntentionFacts, book, book)


class Watched:
    """Facts that note what is read of them."""

    def __init__(self, facts, known):
        self._facts, self._known, self.read = facts, known, set()

    def __getattr__(self, name):
        if name in self._known:
            self.read.add(name)
            return getattr(self._facts, name)
        owned = getattr(type(self._facts), name)
        return owned.fget(self) if isinstance(owned, property) else owned.__get__(self)

    def once(self, key, work):
        return work()


ALL_RULES = [(ruleset, rule) for ruleset in RULESETS.values() for rule in ruleset.rules]


@pytest.mark.parametrize(("ruleset", "rule"), ALL_RULES, ids=[f"{s.subject}-{r.id}" for s, r in ALL_RULES])
def test_a_predicate_reads_only_what_it_declares(ruleset: RuleSet, rule: Rule):
    known = set(ruleset.facts.__dataclass_fields__)
    declared = {name.split(".")[0] for name in rule.reads}
    assert declared <= known
    for case in all_cases():
        if case.ruleset is ruleset:
            watched = Watched(case.facts, known)
            assert rule.check(watched, default_parameters()) == rule.check(case.facts, default_parameters())
            assert watched.read <= declared, case.id


def test_every_rule_has_something_to_say():
    for case in all_cases():
        for finding in case.judge().findings:
            for audience in ("employeur", "organisme", "region", "valideur"):
                message = finding.message(audience)
                assert message.endswith("."), (case.id, finding.id, message)
                assert "None" not in message, (case.id, finding.id, message)
                assert "'" not in message, (case.id, finding.id, message)
                assert "Enum" not in message
                assert message != rule_texts()[finding.id].sentence, f"{finding.id} has no message of its own"


def test_the_first_change_is_the_one_who_can_act_first():
    judgement = judge(intention(**SHORT))
    first = judgement.changes[0].changes[0]
    assert (first.actor, first.field_name, first.value) == (Actor.EMPLOYEUR, "contract_months", 6)
    assert first.sentence == "Porter le CDD à 6\u00a0mois, soit 2\u00a0mois de plus."
