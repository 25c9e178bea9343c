"""Facts in, verdict out: what the pages of the simulator and the service at /api/v1/ both say.

The same engine, the same rules and the same dated figures as the desk: only the facts come from elsewhere. Nothing is
read of any file and nothing is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.rulebook.parameters import Editions
from core.rulebook.registry import rulesets
from core.rules import Audience, ChangeSet, Citation, Facts, Finding, Judgement, Mode, Parameters, RuleSet, evaluate
from core.rules.links import write_result
from core.rules.reading import Problem, UnknownName, printable, read_facts
from intentions.aids import AidFacts, amount
from sessions.rules import RequestFacts, Route, head_count_routes
from simulateur.subjects import SUBJECTS

VERSION = "1"
FIRST_DAY = date(2024, 1, 1)  # no rule is older
MAX_DEROGATIONS = 40  # in one simulation
LONGEST_LINK = 3_000  # signs: a longer address is cut somewhere on its way


class Unreadable(ValueError):
    """What was sent cannot be judged: each problem in words."""

    def __init__(self, problems: Iterable[Problem], unknown: Iterable[UnknownName] = ()) -> None:
        self.problems, self.unknown = tuple(problems), tuple(unknown)
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in self.problems))


@dataclass(frozen=True)
class Simulation:
    """A judgement, the day that it is of, and the names that were no facts."""

    judgement: Judgement
    day: date
    unknown: tuple[UnknownName, ...] = ()

    @cached_property
    def text(self) -> str:
        """The text of the link that carries this simulation."""
        return write_result(self.judgement, self.day)

    @property
    def link(self) -> str:
        """The address of its page; empty when no page shows this subject, or when it is too long for an address."""
        if self.judgement.ruleset.subject not in SUBJECTS or len(self.text) > LONGEST_LINK:
            return ""
        return reverse("simulateur_resultat", args=[self.text])


def judge(subject: str, facts: Facts, parameters: Parameters, derogations: Iterable[str] = frozenset()) -> Judgement:
    """Judge these facts with the edition of the rules that goes with these figures. KeyError for no such subject."""
    return evaluate(rulesets()[subject].edition(parameters), facts, parameters, derogations)


def derogable(ruleset: RuleSet) -> frozenset[str]:
    """The rules from which the Région may grant a derogation."""
    return frozenset(rule.id for rule in ruleset.rules if rule.mode is Mode.DEROGATION)


def simulation(
    subject: str,
    facts: Mapping[str, Any] | Facts,
    on: date | None = None,
    *,
    derogations: Iterable[str] = (),
    editions: Editions | None = None,
) -> Simulation:
    """Judge facts that came from outside, by the edition of a day (today by default). One query.

    Raises:
        Unreadable: values of the wrong kind, an unknown subject, a rule that takes no derogation.
    """
    ruleset = rulesets().get(subject)
    if ruleset is None:
        raise Unreadable([Problem("sujet", f"Choisissez parmi\u00a0: {', '.join(SUBJECTS)}.")])
    day = on or timezone.localdate()
    granted = frozenset(derogations)
    unknown: tuple[UnknownName, ...] = ()
    if not isinstance(facts, Facts):
        reading = read_facts(ruleset.facts, facts)
        problems = list(reading.problems)
        problems += [
            Problem("derogations", f"{printable(rule[:20])} n’est pas une règle de ce sujet à laquelle on déroge.")
            for rule in sorted(granted - derogable(ruleset))
        ]
        if problems:
            raise Unreadable(problems, reading.unknown)
        facts, unknown = reading.facts, reading.unknown
    judgement = judge(subject, facts, (editions or Editions()).on(day), granted)
    return Simulation(judgement, day, unknown)


def simulate(
    subject: str, facts: Mapping[str, Any] | Facts, on: date | None = None, *, derogations: Iterable[str] = ()
) -> dict[str, Any]:
    """The answer of the service, as JSON values: see :func:`as_answer`. Raises Unreadable like :func:`simulation`."""
    return as_answer(simulation(subject, facts, on, derogations=derogations))


def as_answer(found: Simulation) -> dict[str, Any]:
    """A simulation as the service answers it. Keys are French; facts keep the names that receipts give them."""
    judgement = found.judgement
    audience = SUBJECTS[judgement.ruleset.subject].audience if judgement.ruleset.subject in SUBJECTS else "region"
    answer: dict[str, Any] = {
        "version": VERSION,
        "sujet": judgement.ruleset.subject,
        "jour": found.day.isoformat(),
        "verdict": judgement.verdict.value,
        "libelle": judgement.verdict.label,
        "complet": judgement.is_complete,
        "manquants": [{"fait": fact.field, "libelle": fact.label, "aide": fact.hint} for fact in judgement.missing],
        "regles": [_rule(finding, Audience(audience)) for finding in judgement.findings],
        "changements": [_changes(one, judgement.facts) for one in judgement.changes],
        "sans_issue": [list(way.rules) for way in judgement.ways_out if not way.sets],
        "faits": judgement.facts.as_dict(),
        "derogations": sorted(judgement.derogations),
        "ignores": [one.as_dict() for one in found.unknown],
        "jeu_de_regles": judgement.ruleset_hash,
        "parametres": judgement.parameters.digest,
        "lien": found.link,
    }
    if isinstance(judgement.facts, RequestFacts):
        answer["voies"] = [_route(route) for route in routes_of(judgement)]
    if isinstance(judgement.facts, AidFacts):
        answer["montant"] = _amount(judgement.facts, judgement.parameters)
    return answer


def routes_of(judgement: Judgement) -> tuple[Route, ...]:
    """The lawful routes of a request whose group is short; empty for any other file."""
    facts = judgement.facts
    if not isinstance(facts, RequestFacts) or facts.seats is None:
        return ()
    if facts.seats >= judgement.parameters["stagiaires_min"]:
        return ()
    return head_count_routes(facts, judgement.parameters)


def _rule(finding: Finding, audience: Audience) -> dict[str, Any]:
    return {
        "regle": finding.id,
        "mode": finding.mode.value,
        "etat": finding.state.value,
        "derogation_accordee": finding.granted,
        "message": finding.message(audience),
        "manquants": list(finding.outcome.missing),
        "citations": [_citation(citation) for citation in finding.citations],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "document": citation.document.code,
        "reference": citation.reference,
        "premiere_ligne": citation.first_line,
        "derniere_ligne": citation.last_line,
        "passage": citation.quotation,
    }


def _changes(changes: ChangeSet, facts: Facts) -> dict[str, Any]:
    steps = zip(changes.changes, changes.as_dict(facts)["changes"], strict=True)
    return {
        "etapes": [
            {
                "acteur": change.actor.value,
                "qui": change.actor.label,
                "phrase": change.sentence,
                "faits": said["updates"],
                "derogation": change.derogation,
            }
            for change, said in steps
        ]
    }


def _route(route: Route) -> dict[str, Any]:
    return {
        "voie": route.code,
        "regle": route.rule,
        "libelle": route.label,
        "il_faut": route.needs,
        "acteurs": [actor.value for actor in route.actors],
        "etat": route.status.value,
        "note": route.note,
        "a_fournir": list(route.provide),
        "citations": [_citation(citation) for citation in route.citations],
    }


def _amount(facts: AidFacts, parameters: Parameters) -> dict[str, Any] | None:
    found = amount(facts, parameters)
    if found is None:
        return None
    return {
        "euros": str(found.euros),
        "heures_financees": str(found.financed_hours.quantize(Decimal("0.01"))),
        "lignes": [
            {
                "libelle": line.label,
                "euros": str(line.euros),
                "regle": line.rule,
                "passage": line.quotation,
                "reference": line.citation.reference,
                "note": line.note,
            }
            for line in found.lines
        ],
    }
