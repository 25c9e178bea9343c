"""What is wrong with an invoice before it is sent. Most of it is what the validators of the standard let pass.

Sources: arts. D2192-2 and R2192-10 CCP, art. 242 nonies A of annex II CGI, EN 16931 (BR-CO-10 to 15), the limits of
Chorus Pro (XP Z12-012, annex A, BR-FR-CPRO-02 to 44). Each fault is one sentence for the person who can mend it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from stdnum import bic, iban
from stdnum.fr import siret, tva

from invoices.document.content import BY_SIREN, BY_SIRET, CREDIT_NOTE, INVOICE, Content, Party, totals
from orders.money import amount

NUMBER_MAX, REFERENCE_MAX, NAME_MAX, IBAN_MAX, QUANTITY_DECIMALS = 20, 50, 99, 27, 4
PROCESSES = frozenset({"S1", "S3", "A1", "A9"})  # BT-23: services, and the older codes of Chorus
LEGAL_IDS = frozenset({BY_SIREN, BY_SIRET})
RATES = frozenset({Decimal(0), Decimal("2.1"), Decimal("5.5"), Decimal(10), Decimal(20)})
NOTES = {"AAB": "l’escompte", "PMT": "l’indemnité de recouvrement", "PMD": "les pénalités de retard"}


@dataclass(frozen=True)
class Fault:
    """`code` names the check for ever; `line` counts from 1 where one line is at fault."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True)
class Required:
    """What the payer asks for (settings of the Région)."""

    service_code: bool = True
    order_number: bool = True
    contract_number: bool = True


Found = Iterator[tuple[str, str]]


def faults(invoice: Content, required: Required = Required()) -> list[Fault]:
    """Every fault, in the order in which one reads an invoice. Empty: it may be sent."""
    found = [Fault(code, message) for check in _CHECKS for code, message in check(invoice)]
    found += [Fault(code, message) for code, message in _references(invoice, required)]
    return found + _lines(invoice)


def _number(invoice: Content) -> Found:
    number = invoice.number
    if not number:
        yield "number_missing", "La facture n’a pas de numéro."
    elif len(number) > NUMBER_MAX:
        yield "number_long", f"Le numéro « {number} » compte {len(number)} caractères : {NUMBER_MAX} au plus."
    elif number != number.strip() or not all(sign.isascii() and (sign.isalnum() or sign in "-_/") for sign in number):
        yield "number_signs", f"Le numéro « {number} » porte d’autres signes que des lettres, chiffres, - _ ou /."


def _kind(invoice: Content) -> Found:
    if invoice.kind not in (INVOICE, CREDIT_NOTE):
        yield "kind", "Ce n’est ni une facture (380) ni un avoir (381)."
    if invoice.kind == CREDIT_NOTE and invoice.corrects is None:
        yield "credit_note_of_nothing", "Un avoir nomme la facture qu’il corrige."
    if invoice.kind == INVOICE and invoice.corrects is not None:
        yield "invoice_corrects", "Une facture émise ne se corrige que par un avoir, puis une nouvelle facture."
    if invoice.process not in PROCESSES:
        yield "process", f"« {invoice.process} » n’est pas un cadre de facturation connu."
    if invoice.legal_id not in LEGAL_IDS:
        yield "legal_id", f"« {invoice.legal_id} » n’est pas une façon connue d’identifier les parties."
    if invoice.currency != "EUR":
        yield "currency", "Une facture à la Région est en euros."


def _dates(invoice: Content) -> Found:
    if invoice.due_on is None and not invoice.terms.strip():
        yield "due_missing", "La facture ne dit ni son échéance ni ses conditions de paiement."
    if invoice.due_on is not None and invoice.due_on < invoice.issued_on:
        yield "due_before", "L’échéance précède la date de la facture."
    same_month = (invoice.starts_on.year, invoice.starts_on.month) == (invoice.ends_on.year, invoice.ends_on.month)
    if not same_month or invoice.starts_on > invoice.ends_on:
        yield "month", "Une facture porte sur un mois, et un seul (R121)."
    if invoice.issued_on < invoice.starts_on:
        yield "issued_before", "La facture est datée d’avant le mois qu’elle facture."
    if invoice.corrects is not None and invoice.corrects.issued_on > invoice.issued_on:
        yield "corrects_later", "L’avoir est daté d’avant la facture qu’il corrige."


def _party(party: Party, who: str, name: str) -> Found:
    if not party.siret:
        yield f"{name}_siret_missing", f"{who} n’a pas de SIRET."
    elif not siret.is_valid(party.siret):
        yield f"{name}_siret", f"Le SIRET « {party.siret} » n’existe pas ({who.lower()})."
    if not party.name.strip():
        yield f"{name}_name", f"{who} n’a pas de nom."
    elif len(party.name) > NAME_MAX:
        yield f"{name}_name_long", f"{who} a un nom de plus de {NAME_MAX} caractères."
    if not (party.postcode.strip() and party.city.strip()):
        yield f"{name}_address", f"{who} n’a pas d’adresse complète."
    if party.vat_number and not tva.is_valid(party.vat_number):
        yield f"{name}_vat_number", f"Le numéro de TVA « {party.vat_number} » n’existe pas ({who.lower()})."
    elif party.vat_number and party.siret and not party.vat_number.replace(" ", "").endswith(party.siren):
        yield f"{name}_vat_other", f"Le numéro de TVA n’est pas celui du SIRET ({who.lower()})."


def _parties(invoice: Content) -> Found:
    yield from _party(invoice.seller, "Le vendeur", "seller")
    yield from _party(invoice.buyer, "L’acheteur", "buyer")
    if invoice.seller.siret and invoice.seller.siret == invoice.buyer.siret:
        yield "same_parties", "Le vendeur et l’acheteur sont les mêmes."


def _bank(invoice: Content) -> Found:
    if not iban.is_valid(invoice.iban):
        yield "iban", "L’IBAN est faux : recopiez-le d’après votre relevé d’identité bancaire."
    elif len(invoice.iban.replace(" ", "")) > IBAN_MAX:
        yield "iban_long", f"L’IBAN compte plus de {IBAN_MAX} signes : Chorus Pro n’en prend pas davantage."
    if invoice.bic and not bic.is_valid(invoice.bic):
        yield "bic", "Le BIC est faux : il compte 8 ou 11 signes."


def _vat(invoice: Content) -> Found:
    if invoice.vat.rate not in RATES:
        yield "vat_rate", f"{invoice.vat.rate} % n’est pas un taux de TVA en vigueur."
    if invoice.vat.exempt and not invoice.vat.attestation:
        yield "vat_attestation", "L’exonération repose sur l’attestation de l’organisme (cerfa 3511), qui manque."
    if not invoice.vat.exempt and not invoice.seller.vat_number:
        yield "vat_number_missing", "Qui facture la TVA porte son numéro de TVA."


def _amounts(invoice: Content) -> Found:
    if not invoice.lines:
        yield "no_line", "La facture n’a pas de ligne."
    net, tax, total = totals(invoice.lines, invoice.vat)
    if invoice.net != net:
        yield "net", f"Le total hors taxes n’est pas la somme des lignes ({net} €)."
    if invoice.tax != tax:
        yield "tax", f"La TVA n’est pas celle du total hors taxes ({tax} €)."
    if invoice.total != invoice.net + invoice.tax:
        yield "total", f"Le total n’est pas le hors taxes et la TVA ensemble ({total} €)."
    if invoice.total < 0:
        yield "negative", "Le total est négatif : les heures reprises passent par un avoir."


def _notes(invoice: Content) -> Found:
    said = {code for code, words in invoice.notes if words.strip()}
    for code, what in NOTES.items():
        if code not in said:
            yield f"note_{code.lower()}", f"La mention sur {what} manque."


def _references(invoice: Content, required: Required) -> Found:
    asked = (
        ("service_code", invoice.service_code, required.service_code, "le code service de la Région"),
        ("order_number", invoice.order_number, required.order_number, "le numéro du bon de commande"),
        ("contract_number", invoice.contract_number, required.contract_number, "le numéro du marché"),
    )
    for code, value, wanted, name in asked:
        if wanted and not value.strip():
            yield f"{code}_missing", f"Il manque {name}."
        if len(value) > REFERENCE_MAX:
            yield f"{code}_long", f"« {value[:20]}… » est trop long : {REFERENCE_MAX} caractères au plus pour {name}."


def _lines(invoice: Content) -> list[Fault]:
    found: list[Fault] = []
    seen: set[tuple[str, str]] = set()
    for rank, line in enumerate(invoice.lines, start=1):
        key = (line.composante, line.adjusts)
        checks = (
            ("line_amount", line.amount != amount(line.quantity, line.price), "n’est pas les heures par le prix"),
            ("line_price", line.price <= 0, "a un prix nul ou négatif : ce sont les heures qui se reprennent"),
            ("line_unit", line.unit != "HUR", "n’est pas comptée en heures-stagiaires (P01)"),
            ("line_decimals", _decimals(line.quantity) > QUANTITY_DECIMALS, "a plus de quatre décimales"),
            ("line_empty", line.quantity == 0, "ne compte aucune heure"),
            ("line_free", not line.composante, "n’est pas une composante du bon de commande (R125)"),
            ("line_title", not line.title.strip(), "n’a pas d’intitulé"),
            ("line_twice", key in seen, "reprend une composante déjà facturée plus haut"),
            ("line_back", line.quantity < 0 and not line.adjusts, "reprend des heures sans dire de quel mois"),
            ("line_dates", line.starts_on > line.ends_on, "finit avant de commencer"),
            (
                "line_month",
                not line.adjusts and not (invoice.starts_on <= line.starts_on and line.ends_on <= invoice.ends_on),
                "sort du mois facturé",
            ),
        )
        found += [Fault(code, f"La ligne {rank} {words}.", rank) for code, wrong, words in checks if wrong]
        seen.add(key)
    return found


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else QUANTITY_DECIMALS + 1


_CHECKS: tuple[Callable[[Content], Found], ...] = (_number, _kind, _dates, _parties, _bank, _vat, _amounts, _notes)
