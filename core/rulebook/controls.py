"""Looks over the receipts: is the chain whole, does each judge the same again? Each look is kept."""

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.rulebook.enums import ControlKind
from core.rulebook.models import Control, Receipt
from core.rulebook.receipts import seal
from core.rulebook.replay import replay

SHOWN = 50  # faults kept with a look; all of them are counted


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold: the receipt, and what does not agree, in French."""

    receipt: int
    what: str
    subject_type: str = ""
    subject_id: int | None = None
    act: str = ""

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Walk:
    """The chain from its first receipt: how many hold, the first that does not, and where it ended."""

    count: int
    broken: Break | None
    last: tuple[int, str] | None


def walk() -> Walk:
    """Follow the chain receipt by receipt, then look whether it still reaches where it ended at the last sound look.

    A receipt taken out of the middle, put in, moved or rewritten breaks a link; the last ones taken off break
    none, which is why the end is kept.
    """
    previous, last, count = "", None, 0
    end = _last_end()
    for receipt in Receipt.objects.order_by("id").iterator(chunk_size=1000):
        if receipt.previous_hash != previous:
            return Walk(count, _break(receipt, _what_precedes(receipt, last)), last)
        if receipt.hash != seal(receipt):
            return Walk(
                count, _break(receipt, "ce qu’il dit ne correspond plus à son empreinte\u00a0: il a été réécrit"), last
            )
        if end is not None and receipt.pk == end[0] and receipt.hash != end[1]:
            return Walk(count, _break(receipt, "son empreinte n’est plus celle du dernier contrôle"), last)
        previous, last, count = receipt.hash, (receipt.pk, receipt.hash), count + 1
    if end is not None and (last is None or last[0] < end[0]):
        gone = "il terminait la chaîne au dernier contrôle et n’y est plus\u00a0: des reçus ont été ôtés de la fin"
        return Walk(count, Break(end[0], gone), last)
    return Walk(count, None, last)


def _what_precedes(receipt: Receipt, last: tuple[int, str] | None) -> str:
    """Why the link does not hold, as far as the other receipts tell."""
    before = f"le reçu {last[0]}" if last else "le début de la chaîne"
    if not receipt.previous_hash:
        return f"il se dit premier de la chaîne alors que {before} le précède\u00a0: il a été ajouté ou déplacé"
    named = Receipt.objects.filter(hash=receipt.previous_hash).values_list("pk", flat=True).first()
    if named is None:
        return f"il suit un reçu qui n’existe plus, et {before} est devant lui\u00a0: un reçu a été ôté ou réécrit"
    return f"il suit le reçu {named} alors que {before} est devant lui\u00a0: un reçu a été ajouté ou déplacé"


def _break(receipt: Receipt, what: str) -> Break:
    return Break(receipt.pk, what, receipt.subject_type, receipt.subject_id, receipt.act)


def _last_end() -> tuple[int, str] | None:
    sound = Control.objects.filter(kind=ControlKind.CHAINE, faults=0).order_by("-at", "-id").first()
    end = sound.detail.get("last") if sound else None
    return (end[0], end[1]) if end else None


def check_chain() -> Control:
    """Walk the chain and keep what was found."""
    start = time.perf_counter()
    walked = walk()
    return Control.objects.create(
        kind=ControlKind.CHAINE,
        seconds=_seconds(start),
        count=walked.count,
        faults=1 if walked.broken else 0,
        detail={"last": walked.last, "faults": [walked.broken.as_dict()] if walked.broken else []},
    )


def check_replay(*, processes: int = 1) -> Control:
    """Judge every receipt again and keep what does not agree."""
    start = time.perf_counter()
    again = replay(processes=processes)
    return Control.objects.create(
        kind=ControlKind.REJEU,
        seconds=_seconds(start),
        count=again.count,
        faults=len(again.differences),
        detail={"renamed": again.renamed, "faults": [one.as_dict() for one in again.differences[:SHOWN]]},
    )


def _seconds(start: float) -> Decimal:
    return Decimal(f"{time.perf_counter() - start:.2f}")
