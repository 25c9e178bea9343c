"""Letters of decision: what the Région decided, why, on which text, and what can be done next; sealed once written.

A room registers, for its files, who composes the head of a letter (addressee, object, decision). All that was judged
or decided is read on the receipt, which never changes: its facts, its reasons and quotations, the ways out, and what
the act itself said (`told`). The file may go its way meanwhile: the letter says what was decided that day.
`core.rulebook.receipts.issue` promises the letter with the receipt; the worker writes it, or whoever asks first.
"""

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import segno
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.events import subject_of
from core.journal.models import OutboxMessage
from core.journal.outbox import enqueue, handles
from core.rulebook.examples import told_value
from core.rulebook.models import Letter, LetterText, Receipt
from core.rulebook.registry import rulesets
from core.rules import Actor, Mode, State, rule_texts
from core.ui.french import jour, majuscule, moment, typo

TOPIC = "lettre.ecrire"
CODE_LENGTH = 16
# Nothing here stands for the law: until the Région has written its own words, the letter says that they lack.
NO_APPEAL_TEXT = (
    "[À compléter par la Région : voies et délais de recours.] En attendant, le service de la Région qui suit votre "
    "dossier vous dira comment contester cette décision, et jusqu’à quand."
)


@dataclass(frozen=True)
class Derogation:
    """One derogation decided by the Région, with its reason."""

    rule: str
    label: str
    granted: bool
    reason: str
    on: str


def derogation(rule: str, granted: bool, reason: str, at: datetime | None) -> Derogation:
    """A decided derogation in the words of the letter."""
    on = jour(timezone.localdate(at), weekday=False) if at else ""
    return Derogation(rule, _asked(rule), granted, reason, on)


def _asked(rule: str) -> str:
    """What granting a derogation means, in the rule's own words (« Viser l’ouverture sous l’effectif minimum »)."""
    found = (ruleset.by_id[rule].grant_sentence for ruleset in rulesets().values() if rule in ruleset.by_id)
    return next(filter(None, found), rule_texts()[rule].sentence).rstrip(".")


def told(*, by: str, reason: str = "", derogations: Iterable[Derogation] = (), **more: Any) -> dict[str, Any]:
    """What the letter of an act says and no rule reads, to be kept on its receipt.

    Args:
        by: the sentence that says who acts (`decided_by`).
        more: plain values that the room's own composer reads (`kept`).
    """
    return {"by": by, "reason": reason, "derogations": [asdict(one) for one in derogations], **more}


def kept(receipt: Receipt) -> dict[str, Any]:
    """What `told` gave to a receipt; empty for one that was kept without it."""
    found: dict[str, Any] = receipt.judgement.get("told", {})
    return found


def decided_by(hat: Membership, what: str = "Décision prise") -> str:
    """« Décision prise par Camille Durand, décideur de la Région. »"""
    return f"{what} par {hat.user}, {hat.get_role_display().lower()} de la Région."


@dataclass(frozen=True)
class Line:
    """One of the facts that were judged, in words: « Places », « 8 »."""

    label: str
    value: str


@dataclass(frozen=True)
class Head:
    """What only the room of the file knows: to whom, on what, what was decided, what was looked at, what comes next."""

    title: str
    about: str
    addressee: list[str]
    decision: str
    decided_on: str
    decided_by: str
    reason: str = ""
    examined: list[Line] = field(default_factory=list)
    derogations: list[Derogation] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)
    reconsider: bool = True


@dataclass(frozen=True)
class Reason:
    """A rule as the letter says it: what it finds in this file, the passage, where it stands."""

    rule: str
    message: str
    quotation: str
    source: str


@dataclass(frozen=True)
class Link:
    """A letter on the page of its file: where it is, or that it is still to be written."""

    url: str
    at: datetime
    title: str
    is_written: bool


def facts_of(receipt: Receipt, names: Iterable[str]) -> Any:
    """These facts as the receipt keeps them: what was judged, whatever the file says now. None when not known."""
    found = {name: receipt.facts[name] for name in names if name in receipt.facts}
    return rulesets()[receipt.judgement["subject"]].facts.from_dict(found)


def examined(receipt: Receipt, labels: Mapping[str, str]) -> list[Line]:
    """Those of these facts that were known, under these labels."""
    facts = facts_of(receipt, labels)
    return [Line(label, told_value(facts, name)) for name, label in labels.items() if getattr(facts, name) is not None]


def head_of(receipt: Receipt, *, title: str, about: str, addressee: list[str], decision: str, **more: Any) -> Head:
    """A head whose day, author, reason and derogations are those that the receipt keeps."""
    said = kept(receipt)
    return Head(
        title=title,
        about=about,
        addressee=addressee,
        decision=decision,
        decided_on=jour(timezone.localdate(receipt.at), weekday=False),
        decided_by=said.get("by", "Décision prise par la Région."),
        reason=said.get("reason", ""),
        derogations=[Derogation(**one) for one in said.get("derogations", ())],
        **more,
    )


Composer = Callable[[Receipt], Head | None]
_composers: dict[tuple[str, str], Composer] = {}


def register(subject_type: str, acts: Iterable[str], composer: Composer) -> None:
    """Say who composes the letters of these acts on these files (called in a room's `AppConfig.ready`)."""
    _composers.update({(subject_type, act): composer for act in acts})


def is_due(receipt: Receipt) -> bool:
    """Whether this receipt is of an act that a letter explains."""
    return (receipt.subject_type, receipt.act) in _composers


def promise(receipt: Receipt) -> None:
    """Promise the letter of a receipt that has one, in the transaction of the act."""
    if is_due(receipt):
        enqueue(TOPIC, receipt, 1)


def links_of(*subjects: models.Model, url_of: Callable[[int], str]) -> list[Link]:
    """The letters of files, the latest first, those still to be written included. One query, without the PDFs.

    `url_of` gives the address of the letter of a receipt, for whoever reads the page.
    """
    rows = Receipt.objects.filter(_explained(subjects)).order_by("-id").values_list("pk", "at", "letter__title")
    return [
        Link(url_of(pk), timezone.localtime(at), title or "Lettre de la décision", bool(title))
        for pk, at, title in rows
    ]


def receipt_of(pk: int, *subjects: models.Model) -> Receipt | None:
    """One of the receipts of these files that a letter explains."""
    return Receipt.objects.filter(_explained(subjects), pk=pk).first()


def _explained(subjects: Iterable[models.Model]) -> models.Q:
    """The receipts of these files, for the acts that a letter explains."""
    which = models.Q(pk__in=())
    for subject_type, subject_id in map(subject_of, subjects):
        acts = [act for kind, act in _composers if kind == subject_type]
        which |= models.Q(subject_type=subject_type, subject_id=subject_id, act__in=acts)
    return which


def write(receipt: Receipt) -> Letter | None:
    """The letter of a receipt, written now if it was not yet; None when its room has nothing to say of it.

    Whatever happens meanwhile, the letter that was written first stays: two who ask at once get the same one.
    """
    with transaction.atomic():
        locked = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
        known = Letter.objects.filter(receipt=locked).first()
        if known or not is_due(locked):
            return known
        head = _composers[locked.subject_type, locked.act](locked)
        if head is None:
            return None
        content = content_of(locked, head)
        pdf = pdf_of(content)
        return Letter.objects.create(
            receipt=locked,
            title=head.title[:300],
            content=content,
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
        )


@handles(TOPIC)
def write_promised(message: OutboxMessage) -> str:
    """Work of the outbox: write the letter promised with a receipt."""
    letter = write(Receipt.objects.get(pk=message.subject_id))
    return f"Lettre {letter.sha256[:12]}" if letter else "Rien à écrire"


def content_of(receipt: Receipt, head: Head) -> dict[str, Any]:
    """Everything that the letter says, as plain values: kept beside the file, enough to make it again."""
    day = timezone.localdate(receipt.at)
    appeal, is_default = appeal_text(day)
    found = receipt.judgement["findings"]
    return {
        "head": asdict(head),
        "obstacles": [_reason(one) for one in found if _stands_in_the_way(one)],
        "granted": [_reason(one) for one in found if one["granted"] and one["state"] == State.UNSATISFIED],
        "warnings": [_reason(one) for one in found if one["state"] == State.UNSATISFIED and one["mode"] == Mode.WARN],
        "kept": [_reason(one) for one in found if one["state"] == State.SATISFIED and Mode(one["mode"]).decides],
        "ways": _ways(receipt, {one.rule for one in head.derogations if not one.granted}) if head.reconsider else [],
        "next_steps": [_step(said) for said in head.next_steps],
        "appeal": appeal,
        "appeal_is_default": is_default,
        "receipt": {
            "number": receipt.pk,
            "at": moment(timezone.localtime(receipt.at)),
            "hash": receipt.hash,
            "ruleset": receipt.ruleset_hash,
            "url": verification_url(receipt),
        },
    }


def pdf_of(content: dict[str, Any]) -> bytes:
    """The file of a letter. The same content always gives the same bytes."""
    from core.ui.pdf import render_pdf  # its library takes half a second to load: only who writes letters pays it

    qr = segno.make(content["receipt"]["url"], error="m")
    return render_pdf("rulebook/lettre.html", {**content, "qr": qr.svg_data_uri(scale=4, border=1)}, "css/lettre.css")


def appeal_text(day: date) -> tuple[str, bool]:
    """The ways and delays of appeal that hold on a day, and True when the Région has not written them yet."""
    text = LetterText.objects.filter(valid_from__lte=day).order_by("-valid_from", "-id").first()
    return (text.body, False) if text else (NO_APPEAL_TEXT, True)


def code_of(receipt: Receipt) -> str:
    """The short code by which anyone checks that a receipt exists."""
    return receipt.hash[:CODE_LENGTH]


def verification_url(receipt: Receipt) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("recu_verifier", args=[code_of(receipt)])


def _stands_in_the_way(one: dict[str, Any]) -> bool:
    return one["state"] == State.UNSATISFIED and Mode(one["mode"]).decides and not one["granted"]


def _step(said: str) -> dict[str, str]:
    """« L’organisme : compléter la demande » as an actor and what he does."""
    actor, colon, sentence = said.partition(" : ")
    actor, sentence = (actor, majuscule(sentence)) if colon else ("", said)
    return {"actor": actor, "sentence": typo(sentence)}


def _reason(one: dict[str, Any]) -> dict[str, str]:
    quoted = next((c for c in one["citations"] if c["quotation"]), one["citations"][0])
    return asdict(Reason(one["rule"], one["message"], quoted["quotation"], quoted["reference"]))


def _ways(receipt: Receipt, refused: Container[str]) -> list[dict[str, Any]]:
    """The smallest changes that would have led to éligible, each with who can make it; no derogation just refused."""
    open_ways = (
        found["changes"]
        for found in receipt.judgement["changes"]
        if not any(step["derogation"] in refused for step in found["changes"])
    )
    return [
        {"steps": [{"actor": Actor(step["actor"]).label, "sentence": step["sentence"]} for step in steps]}
        for steps in islice(open_ways, 6)
    ]
