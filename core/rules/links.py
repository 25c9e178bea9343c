"""A file carried by the text of a link: its facts, the day, the rules it was judged by, what each of them said.

Nothing is stored. The text is compact, versioned, and checked from end to end: one that was cut or altered is told
apart, and so is one from another version. Its facts are then read like any stranger's (``reading``). It is not a
proof (that is what receipts are for), so that it needs no secret and outlives a change of key.

    1.<facts, deflated, base64url>.<rules: id, state, fingerprint>.<check>
"""

from __future__ import annotations

import base64
import hashlib
import inspect
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from .catalogue import RuleText
from .engine import Check, Rule
from .facts import Facts
from .judgement import Judgement
from .vocabulary import State, Verdict

VERSION = "1"
MAX_LINK = 6_000  # signs
MAX_CONTENT = 40_000  # signs once inflated
_STATES = {State.SATISFIED: "s", State.UNSATISFIED: "u", State.UNKNOWN: "k"}
_LETTERS = {letter: state for state, letter in _STATES.items()}
_TRACE = re.compile(r"([A-Z]\d{1,3})([suk])([A-Za-z0-9_-]{3})")
_CONTENT_KEYS = {"s", "f", "d", "h", "p", "v"}


class BrokenLink(ValueError):
    """The text is not a link of ours, or not whole."""


@dataclass(frozen=True)
class Said:
    """What one rule said when the link was made."""

    state: State
    fingerprint: str


@dataclass(frozen=True)
class Carried:
    """What a link carries. ``facts`` are plain values, to be read with ``reading.read_facts``."""

    subject: str
    facts: Mapping[str, Any]
    day: date
    ruleset: str = ""
    parameters: str = ""
    verdict: Verdict | None = None
    said: Mapping[str, Said] | None = None


def write_facts(subject: str, facts: Facts, day: date) -> str:
    """The text of answers on their way: no verdict goes with them."""
    return _sealed({"s": subject, "f": facts.as_dict(), "d": day.isoformat()}, "")


def write_result(judgement: Judgement, day: date) -> str:
    """The text of a result: the facts, and by what they were judged."""
    content = {
        "s": judgement.ruleset.subject,
        "f": judgement.facts.as_dict(),
        "d": day.isoformat(),
        "h": judgement.ruleset.digest[:12],
        "p": judgement.parameters.digest[:12],
        "v": judgement.verdict.value,
    }
    said = "".join(f"{f.rule.id}{_STATES[f.state]}{fingerprint(f.rule)}" for f in judgement.findings)
    return _sealed(content, said)


def read_link(text: str) -> Carried:
    """Read what :func:`write_facts` or :func:`write_result` wrote.

    Raises BrokenLink, with a sentence for the reader, for anything else.
    """
    parts = text.split(".") if len(text) <= MAX_LINK else []
    if len(parts) != 4:
        raise BrokenLink("Ce lien n’est pas complet.")
    if parts[0] != VERSION:
        raise BrokenLink("Ce lien a été fait par une autre version du portail.")
    if _check(".".join(parts[:3])) != parts[3]:
        raise BrokenLink("Ce lien a été coupé ou changé en route.")
    content = _opened(parts[1])
    said = {rule: Said(_LETTERS[state], mark) for rule, state, mark in _TRACE.findall(parts[2])}
    try:
        return Carried(
            subject=str(content["s"]),
            facts=content["f"],
            day=date.fromisoformat(content["d"]),
            ruleset=str(content.get("h", "")),
            parameters=str(content.get("p", "")),
            verdict=Verdict(content["v"]) if "v" in content else None,
            said=said,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLink("Ce lien ne dit pas ce qu’un lien de simulation doit dire.") from error


def fingerprint(rule: Rule) -> str:
    """Three signs that change when the text or the predicate of the rule changes."""
    return _fingerprint(rule.text, rule.reads, rule.check)


@lru_cache(maxsize=2048)
def _fingerprint(text: RuleText, reads: frozenset[str], check: Check) -> str:
    said = "\n".join((repr(text.as_dict()), ",".join(sorted(reads)), inspect.getsource(check)))
    return _text(hashlib.sha256(said.encode()).digest()[:3])[:3]


def _sealed(content: Mapping[str, Any], said: str) -> str:
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    body = f"{VERSION}.{_text(packed)}.{said}"
    return f"{body}.{_check(body)}"


def _opened(packed: str) -> Mapping[str, Any]:
    try:
        inflater = zlib.decompressobj()
        raw = inflater.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MAX_CONTENT)
        if not inflater.eof:
            raise ValueError("too long, or cut")
        content = json.loads(raw)
    except (ValueError, zlib.error, RecursionError) as error:
        raise BrokenLink("Ce lien ne se lit pas.") from error
    if not isinstance(content, dict) or not set(content) <= _CONTENT_KEYS:
        raise BrokenLink("Ce lien ne dit pas ce qu’un lien de simulation doit dire.")
    return content


def _check(body: str) -> str:
    return _text(hashlib.sha256(f"simulation:{body}".encode("utf-8", "replace")).digest()[:6])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
