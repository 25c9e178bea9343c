"""The decision engine. Pure: it imports neither the framework nor any application.

A room declares its facts (a frozen dataclass of ``fact()`` fields), then its rules in a ``Rulebook``:
the id of the register, the facts that the predicate reads, what is said when the rule is kept or
broken, the remedies. ``RuleSet.gather`` puts the books of a subject together and ``evaluate`` gives
the ``Judgement``. The sentences, modes, sources and quotations stand in ``texts/*.toml``; a rule
that has no predicate yet stands there all the same.

Where to look: ``facts`` (what is judged) · ``engine`` (rules, rule sets, ``evaluate``) · ``judgement``
(what comes out) · ``changes`` (the smallest changes) · ``parameters`` (dated figures) · ``catalogue``
and ``cases`` (the texts and the table of cases, as data) · ``variants`` and ``comparison`` (what if, and
what flips) · ``reading``, ``schema`` and ``links`` (facts from outside) · ``faq`` (questions with their
scenarios) · ``vocabulary`` and ``french`` (the few words that all of it is made of).
"""

from .catalogue import (
    Citation,
    Contradiction,
    Document,
    Place,
    RuleText,
    contradictions,
    default_parameters,
    documents,
    rule_texts,
)
from .changes import Change, ChangeSet, WayOut, change, edit
from .engine import Rule, Rulebook, RuleSet, evaluate
from .facts import Facts, Many, UnknownFactError, fact
from .judgement import Finding, Judgement, MissingFact
from .parameters import Parameter, Parameters
from .variants import Variant
from .vocabulary import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Audience,
    Mode,
    Outcome,
    State,
    Verdict,
    unknown,
    unsatisfied,
)

__all__ = [
    "NOT_APPLICABLE",
    "SATISFIED",
    "UNSATISFIED",
    "Actor",
    "Audience",
    "Change",
    "ChangeSet",
    "Citation",
    "Contradiction",
    "Document",
    "Facts",
    "Finding",
    "Judgement",
    "Many",
    "MissingFact",
    "Mode",
    "Outcome",
    "Parameter",
    "Parameters",
    "Place",
    "Rule",
    "RuleSet",
    "RuleText",
    "Rulebook",
    "State",
    "UnknownFactError",
    "Variant",
    "Verdict",
    "WayOut",
    "change",
    "contradictions",
    "default_parameters",
    "documents",
    "edit",
    "evaluate",
    "fact",
    "rule_texts",
    "unknown",
    "unsatisfied",
]
