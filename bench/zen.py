"""Ten rules of an intention, decided by zen-engine: a verdict without explanation, beside which ours is measured.

The same ten rules, the same files, the same states and the same verdict: a test holds both to that.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import zen

from core.rules import Facts, Mode, RuleSet, default_parameters
from intentions.rules import RULES
from intentions.rules.terms import FIXED_TERM, NAMED_CONTRACTS, SELF_EMPLOYED, WEEKLY_HOURS_TESTED

TEN = ("R02", "R04", "R10", "R22", "R24", "R31", "R32", "R36", "R37", "K24")
TEN_RULES = RuleSet(RULES.subject, RULES.facts, tuple(RULES.by_id[rule_id] for rule_id in TEN))
Verdict = dict[str, str]


def _expressions() -> dict[str, str]:
    """Each rule in zen's language, then the verdict of the ten."""
    figures = default_parameters()

    def listed(values: Any) -> str:
        return json.dumps(sorted(str(value) for value in values))

    kept_if = "{unknown} ? 'unknown' : ({kept} ? 'satisfied' : 'unsatisfied')".format
    within = "contract_type in {among} ? ({then}) : 'not_applicable'".format
    rules = {
        "R02": "written_statement == null ? 'unknown' : (not written_statement ? 'unsatisfied' : "
        "(statement_kind == 'en_ligne' and statement_signed_on == null ? 'unknown' : 'satisfied'))",
        "R04": "commitment == false or (milestones != null and len(milestones) == 0) ? 'unsatisfied' : "
        "(commitment == null or milestones == null ? 'unknown' : 'satisfied')",
        "R10": kept_if(unknown="other_engaged_organisme == null", kept="not other_engaged_organisme"),
        "R22": kept_if(
            unknown="workplace_departement == null", kept=f"workplace_departement in {listed(figures['departements'])}"
        ),
        "R24": kept_if(unknown="employer_kind == null", kept="employer_kind != 'siae'"),
        "R31": within(
            among=listed(FIXED_TERM),
            then=kept_if(unknown="contract_months == null", kept=f"contract_months >= {figures['months_min']}"),
        ),
        "R32": within(
            among=listed(WEEKLY_HOURS_TESTED),
            then=kept_if(unknown="weekly_hours == null", kept=f"weekly_hours >= {figures['weekly_hours_min']}"),
        ),
        "R36": kept_if(unknown="contract_type == null", kept="contract_type != 'cie'"),
        "R37": kept_if(unknown="contract_type == null", kept=f"contract_type not in {listed(SELF_EMPLOYED)}"),
        "K24": kept_if(unknown="contract_type == null", kept=f"contract_type in {listed(NAMED_CONTRACTS)}"),
    }

    def broken(mode: Mode) -> str:
        return " or ".join(f"$.{rule.id} == 'unsatisfied'" for rule in TEN_RULES.rules if rule.mode is mode)

    verdict = f"{broken(Mode.BLOCK)} ? 'non_eligible' : ({broken(Mode.DEROGATION)} ? 'a_instruire' : 'eligible')"
    return {**rules, "verdict": verdict}


def graph() -> Callable[[dict[str, Any]], Verdict]:
    """The ten rules as a decision graph, made ready: plain values in, the state of each rule and the verdict out."""
    written = [{"id": name, "key": name, "value": value} for name, value in _expressions().items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "facts"},
        {"id": "ten", "type": "expressionNode", "name": "ten", "content": {"expressions": written}},
        {"id": "out", "type": "outputNode", "name": "verdict"},
    ]
    edges = [{"id": "a", "sourceId": "in", "targetId": "ten"}, {"id": "b", "sourceId": "ten", "targetId": "out"}]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    ready = zen.ZenEngine().create_decision(content)
    return lambda plain: ready.evaluate(plain)["result"]


def expressions() -> Callable[[dict[str, Any]], Verdict]:
    """The same as two compiled expressions, the rules then their verdict: zen without its graph, at its fastest."""
    written = _expressions()
    verdict = zen.compile_expression(written.pop("verdict").replace("$.", ""))
    rules = zen.compile_expression("{" + ", ".join(f"{name}: {value}" for name, value in written.items()) + "}")

    def decide(plain: dict[str, Any]) -> Verdict:
        said: Verdict = rules.evaluate(plain)
        return {**said, "verdict": verdict.evaluate(said)}

    return decide


def plain_values(facts: Facts) -> dict[str, Any]:
    """Facts as zen reads them: JSON values, numbers as numbers."""
    return {
        name: float(value) if isinstance(getattr(facts, name), Decimal) else value
        for name, value in facts.as_dict().items()
    }
