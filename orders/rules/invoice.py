"""What an invoice may hold: one a month for an order, every composante of it, at the price of the lot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Facts,
    Many,
    Mode,
    Outcome,
    Parameters,
    Rulebook,
    RuleSet,
    change,
    edit,
    fact,
    unknown,
    unsatisfied,
)
from core.rules.french import count, listing

from .order import Unit

ZERO = Decimal(0)


@dataclass(frozen=True)
class InvoiceLineFacts(Facts):
    """One line: a composante for a month. A line without composante is a free one."""

    composante: str | None = fact("la composante")
    same_order: bool | None = fact("la composante relève-t-elle de ce bon de commande", bool, supplied=True)
    unit: Unit | None = fact("l'unité", Unit)
    price: Decimal | None = fact("le prix de l'heure-stagiaire", Decimal, unit="€")
    lot_price: Decimal | None = fact("le prix du lot à cette date", Decimal, unit="€", supplied=True)


@dataclass(frozen=True)
class InvoiceFacts(Facts):
    """The invoice of one order for one month; None means not known yet."""

    already_invoiced: bool | None = fact("le mois est-il déjà facturé pour ce bon de commande", bool, supplied=True)
    lines: tuple[InvoiceLineFacts, ...] | None = fact("les lignes de la facture", Many(InvoiceLineFacts))
    composantes_left_out: tuple[str, ...] | None = fact(
        "les composantes du bon de commande qui manquent", Many(str), supplied=True
    )
    employer_amount: Decimal | None = fact("le montant demandé à l'employeur", Decimal, unit="€")


book = Rulebook("facture")
Line = InvoiceLineFacts


def _lines(facts: InvoiceFacts, keep: Callable[[Line], bool]) -> list[Line]:
    return [line for line in facts.lines or () if keep(line)]


def _is_free(line: Line) -> bool:
    return not line.composante


def _is_foreign(line: Line) -> bool:
    return bool(line.composante) and line.same_order is False


def _in_other_unit(line: Line) -> bool:
    return line.unit not in (None, Unit.HEURE_STAGIAIRE)


def _off_price(line: Line) -> bool:
    return line.price is not None and line.lot_price is not None and line.price != line.lot_price


def _drop_free_lines(_facts: InvoiceFacts, _parameters: Parameters) -> Iterator[Change]:
    yield edit(
        Actor.ORGANISME,
        "Retirer la ligne qui n'est pas une composante.",
        lambda facts: {"lines": tuple(line for line in facts.lines or () if not _is_free(line))},
        touches=("lines",),
        slots=("lines.free",),
    )


def _with(sentence: str, slot: str, how: Callable[[Line], Line]) -> Change:
    return edit(
        Actor.ORGANISME,
        sentence,
        lambda facts: {"lines": tuple(how(line) for line in facts.lines or ())},
        touches=("lines",),
        slots=(slot,),
    )


@book.rule(
    "P01",
    reads=("lines",),
    kept="La facture se compte en heures-stagiaires.",
    broken="Une ligne n'est pas comptée en heures-stagiaires : c'est la seule unité qui se facture.",
    remedies=lambda f, p: iter(
        (
            _with(
                "Compter chaque ligne en heures-stagiaires.",
                "lines.unit",
                lambda line: line.with_facts(unit=Unit.HEURE_STAGIAIRE),
            ),
        )
    ),
)
def in_stagiaire_hours(facts: InvoiceFacts, _parameters: Parameters) -> Outcome:
    if facts.lines is None:
        return unknown("lines")
    return UNSATISFIED if _lines(facts, _in_other_unit) else SATISFIED


def _whole(facts: InvoiceFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.already_invoiced:
        return  # an invoice already issued is corrected by a credit note, never by a second invoice
    foreign, left_out = _lines(facts, _is_foreign), facts.composantes_left_out
    if foreign and left_out:
        sentence = "Ne garder que les composantes de ce bon de commande, et les reprendre toutes."
    elif foreign:
        sentence = "Retirer les composantes d'un autre bon de commande."
    else:
        sentence = "Reprendre toutes les composantes du bon de commande."

    def apply(current: InvoiceFacts) -> dict[str, object]:
        kept = tuple(line for line in current.lines or () if not _is_foreign(line))
        added = tuple(Line(composante=name, same_order=True) for name in current.composantes_left_out or ())
        return {"lines": (*kept, *added), "composantes_left_out": ()}

    yield edit(
        Actor.ORGANISME,
        sentence,
        apply,
        touches=("lines", "composantes_left_out"),
        slots=("lines.composantes",),
    )


def _not_whole(facts: InvoiceFacts, _parameters: Parameters) -> str:
    if facts.already_invoiced:
        return "Ce mois est déjà facturé pour ce bon de commande : une correction passe par un avoir."
    if foreign := _lines(facts, _is_foreign):
        return f"{count(len(foreign), 'composante')} d'un autre bon de commande : une facture n'en concerne qu'un."
    return f"Il manque {listing(facts.composantes_left_out or ())} : la facture reprend toutes les composantes."


@book.rule(
    "R121",
    reads=("already_invoiced", "lines", "composantes_left_out"),
    kept="Une facture pour le mois, avec toutes les composantes du bon de commande.",
    broken=_not_whole,
    remedies=_whole,
)
def one_a_month(facts: InvoiceFacts, _parameters: Parameters) -> Outcome:
    """One invoice for an order and a month, its composantes all there, and none of another order (K17)."""
    if facts.already_invoiced or facts.composantes_left_out or _lines(facts, _is_foreign):
        return UNSATISFIED
    names = ("already_invoiced", "lines", "composantes_left_out")
    missing = [name for name in names if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


@book.rule(
    "R123",
    reads=("lines",),
    kept="Chaque ligne est au prix du lot.",
    broken=lambda f, p: (
        f"{count(len(_lines(f, _off_price)), 'ligne')} à un autre prix que celui du lot, qui vaut pour toutes les "
        "sessions."
    ),
    remedies=lambda f, p: iter(
        (
            _with(
                "Appliquer le prix du lot à chaque ligne.",
                "lines.price",
                lambda line: line if line.lot_price is None else line.with_facts(price=line.lot_price),
            ),
        )
    ),
)
def price_of_the_lot(facts: InvoiceFacts, _parameters: Parameters) -> Outcome:
    if facts.lines is None:
        return unknown("lines")
    return UNSATISFIED if _lines(facts, _off_price) else SATISFIED


@book.rule(
    "R125",
    reads=("lines",),
    broken="Une ligne n'est pas une composante : un surcoût accepté passe par le prix, jamais par une ligne libre.",
    remedies=_drop_free_lines,
)
def no_free_line(facts: InvoiceFacts, _parameters: Parameters) -> Outcome:
    """The cost of transport is decided before, on the order; here no derogation can be granted."""
    return unsatisfied(mode=Mode.BLOCK) if _lines(facts, _is_free) else NOT_APPLICABLE


@book.rule(
    "R120",
    reads=("employer_amount",),
    kept="Rien n'est demandé à l'employeur.",
    broken="La formation est prise en charge par la Région : rien n'est facturé à l'employeur.",
    remedies=lambda f, p: iter((change(Actor.ORGANISME, "Ne rien facturer à l'employeur.", employer_amount=ZERO),)),
)
def nothing_from_the_employer(facts: InvoiceFacts, _parameters: Parameters) -> Outcome:
    if facts.employer_amount is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.employer_amount <= 0 else UNSATISFIED


INVOICE = RuleSet.gather("facture", InvoiceFacts, book)
