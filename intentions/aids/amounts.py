"""How much: each step of the sum, with the passage that it rests on (R127-R130). Euros, to the cent.

The texts say « jusqu’à 400 heures de formation financées »: hours beyond are not financed, and do not refuse the aid.
They do not say whether the two bonuses add up, nor whether they lift the ceilings (open question Q8): both are dated
parameters, whose source says that they are a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.rules import Citation, Parameters, rule_texts
from core.rules.french import number, to_the_cent, typography

from .facts import AidFacts, AidKind

CENT = Decimal("0.01")
_RATE = {AidKind.FORMATION: "aid_formation", AidKind.TUTORAT: "aid_tutorat", AidKind.AFEST: "aid_afest"}
_BY_HOUR = {
    AidKind.FORMATION: "jusqu’à 15 € par heure de formation",
    AidKind.TUTORAT: "5 €/heure",
    AidKind.AFEST: "15 €/heure",
}
_CEILING = {
    AidKind.FORMATION: "Jusqu’à 4 200 € pour une formation délivrée par un organisme de formation certifié Qualiopi",
    AidKind.TUTORAT: "Jusqu’à 2 000 € pour une formation tutorée",
    AidKind.AFEST: "jusqu’à 6 000 € (15 €/heure) pour l’Afest",
}
_BY_COST = "dans la limite de 70% maximum des coûts pédagogiques"
_RULE = {AidKind.FORMATION: "R128", AidKind.TUTORAT: "R129", AidKind.AFEST: "R129"}


@dataclass(frozen=True)
class AmountLine:
    """One step: its words, what it gives in euros, the rule, the passage and the very words of it that say so.

    ``parameters`` name the figures read.
    """

    label: str
    euros: Decimal
    rule: str
    citation: Citation
    quotation: str
    parameters: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Amount:
    """The aid in euros, and the steps that lead to it."""

    euros: Decimal
    lines: tuple[AmountLine, ...]
    financed_hours: Decimal


def amount(facts: AidFacts, parameters: Parameters) -> Amount | None:
    """What the aid would be, whether or not its conditions are met; None while a figure is missing or makes no sum."""
    if facts.aid is None or facts.training_hours is None or facts.training_hours <= 0:
        return None
    if facts.aid is AidKind.FORMATION and (facts.teaching_cost is None or facts.teaching_cost < 0):
        return None
    lines: list[AmountLine] = []
    hours = min(facts.training_hours, Decimal(parameters["aid_hours_max"]))
    limits = _limits(facts, parameters, hours, lines)
    before = min(limits)
    share = bonus_share(facts, parameters)
    after = before if not share else _with_bonus(facts, parameters, before, share, limits, lines)
    return Amount(_cents(after), tuple(lines), hours)


def _limits(facts: AidFacts, parameters: Parameters, hours: Decimal, lines: list[AmountLine]) -> tuple[Decimal, ...]:
    """The hours at their rate, then each ceiling: the aid is the smallest of them."""
    assert facts.aid is not None  # noqa: S101 checked by the caller
    key, rule = _RATE[facts.aid], _RULE[facts.aid]
    rate, ceiling = Decimal(parameters[f"{key}_rate"]), Decimal(parameters[f"{key}_max"])
    beyond = (facts.training_hours or hours) - hours
    note = f"{number(beyond)} h au-delà de {number(hours)} h ne sont pas financées." if beyond > 0 else ""
    by_hours = hours * rate
    text = f"{number(hours)} h à {number(rate)} € de l'heure"
    figures = (f"{key}_rate", "aid_hours_max")
    lines.append(_line(text, by_hours, rule, _BY_HOUR[facts.aid], parameters=figures, note=note))
    limits = [by_hours]
    if facts.aid is AidKind.FORMATION:
        cost, percent = facts.teaching_cost or Decimal(0), Decimal(parameters["aid_formation_cost_share"])
        by_cost = cost * percent / 100
        lines.append(
            _line(
                f"Au plus {number(percent)} % des {to_the_cent(cost)} € de coûts pédagogiques",
                by_cost,
                rule,
                _BY_COST,
                parameters=("aid_formation_cost_share",),
            )
        )
        limits.append(by_cost)
    lines.append(_line("Plafond de l'aide", ceiling, rule, _CEILING[facts.aid], parameters=(f"{key}_max",)))
    limits.append(ceiling)
    return tuple(limits)


def bonus_share(facts: AidFacts, parameters: Parameters) -> Decimal:
    """By how much the person's situation raises the aid: 1 for +100 %, 0.5 for +50 %, 0 for nothing (R130)."""
    given = [
        Decimal(parameters[key]) / 100
        for key, holds in (("aid_bonus_disabled", facts.disabled), ("aid_bonus_senior", facts.senior))
        if holds
    ]
    if not given:
        return Decimal(0)
    return sum(given, Decimal(0)) if parameters["aid_bonuses_add_up"] else max(given)


def _with_bonus(
    facts: AidFacts,
    parameters: Parameters,
    before: Decimal,
    share: Decimal,
    limits: tuple[Decimal, ...],
    lines: list[AmountLine],
) -> Decimal:
    raised = before * (1 + share)
    keys = ["aid_bonus_disabled"] * bool(facts.disabled) + ["aid_bonus_senior"] * bool(facts.senior)
    note = ""
    if len(keys) == 2:
        keys.append("aid_bonuses_add_up")
        note = "Les textes ne disent pas si les deux bonifications s'ajoutent."
    lines.append(_line(f"Bonification de {number(share * 100)} %", raised, "R130", parameters=tuple(keys), note=note))
    top = None
    if not parameters["aid_bonus_lifts_ceilings"]:
        top = min(limits[1:])
    elif facts.aid is AidKind.FORMATION:
        top = (facts.teaching_cost or Decimal(0)) * Decimal(parameters["aid_cost_share_with_bonus"]) / 100
    if top is None or raised <= top:
        return raised
    lines.append(
        _line(
            "L'aide bonifiée ne dépasse pas ce montant",
            top,
            "R130",
            parameters=("aid_bonus_lifts_ceilings", "aid_cost_share_with_bonus"),
            note="Choix du portail : les textes ne disent pas ce que la bonification fait des plafonds.",
        )
    )
    return top


def _line(
    label: str, euros: Decimal, rule: str, quotation: str = "", *, parameters: tuple[str, ...], note: str = ""
) -> AmountLine:
    citation = rule_texts()[rule].citation
    return AmountLine(
        typography(label),
        _cents(euros),
        rule,
        citation,
        quotation or citation.quotation,
        parameters,
        typography(note),
    )


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)
