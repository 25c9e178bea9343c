"""What the portal asks of Chorus Pro, and the three ways in which it may not get it.

An answer that fails is always one of three, since what may be done next depends on nothing else: refused for good,
not received (try again), or lost (it may have been received: look for it before anything else).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ChorusError(Exception):
    """Chorus Pro did not do what was asked. `words`: one French sentence for whoever reads it; `code`: its own."""

    def __init__(self, words: str, code: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class RefusedForGood(ChorusError):
    """Nothing was taken, and the same thing sent again would be refused again."""


class TryAgain(ChorusError):
    """Nothing was taken, for sure: the same thing may be sent again.

    `after`: seconds that Chorus Pro asks to wait, if it says so. `ours`: the portal's own settings are at fault.
    """

    def __init__(self, words: str, code: str = "", *, after: int | None = None, ours: bool = False) -> None:
        super().__init__(words, code)
        self.after = after
        self.ours = ours


class AnswerLost(ChorusError):
    """It may have been taken, or not. Only a search says which."""


class FlowState(StrEnum):
    """What becomes of a file that was deposited, before its invoice exists on Chorus Pro."""

    EN_COURS = "en_cours"
    INTEGRE = "integre"
    REJETE = "rejete"


@dataclass(frozen=True)
class Report:
    """`code` is Chorus Pro's own word (« IN_INTEGRE »), `errors` its sentences, as they came."""

    state: FlowState
    code: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """An invoice that Chorus Pro knows. `flow` is empty when it was not deposited as a file."""

    identifier: int
    flow: str
    status: str
    comment: str = ""


@dataclass(frozen=True)
class Told:
    """One status in the history of an invoice, with its moment."""

    status: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Call:
    """One call, as it is kept for whoever watches the exchange. `outcome` is one of `Outcome`."""

    act: str
    outcome: str
    words: str
    milliseconds: int


class Outcome(StrEnum):
    FAIT = "fait"
    REFUSE = "refuse"
    A_REESSAYER = "a_reessayer"
    PERDUE = "perdue"

    @classmethod
    def of(cls, error: ChorusError) -> "Outcome":
        if isinstance(error, RefusedForGood):
            return cls.REFUSE
        return cls.PERDUE if isinstance(error, AnswerLost) else cls.A_REESSAYER


class ChorusPro(Protocol):
    """Every method raises RuntimeError inside a transaction, and one of the three errors when it fails.

    Those that only read never raise AnswerLost: a question may be asked again.
    """

    def deposit(self, name: str, content: bytes) -> str:
        """Deposit a Factur-X file under a name (≤ 50 characters); returns the number of its flow."""

    def report(self, flow: str) -> Report:
        """What became of a flow."""

    def find(self, number: str, siret: str, flow: str = "") -> Found | None:
        """The invoice of this number and supplier; of several, the one of `flow`, else the last. None: unknown."""

    def history(self, identifier: int) -> list[Told]:
        """Every status of an invoice, the oldest first."""
