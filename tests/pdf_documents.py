"""One file of each sort that the portal seals, made from what a document says, without a database."""

from __future__ import annotations

from functools import cache
from typing import Any

from core.rulebook import letters
from orders import documents
from orders.models import Avenant, BonDeCommande

_PARTY = {"name": "Ateliers de la Chézine", "siret": "00000001800010", "address": "12, quai de la Chézine"}


def _line(number: int, hours: str = "500.00") -> dict[str, Any]:
    return {
        "composante": f"C2027-{number:04d}", "session": "S2027-0001", "kind": "Sur intention d’embauche",
        "title": "Soudage à l’arc", "organisme": "Ateliers de la Chézine", "places": 5, "hours_each": "100.00",
        "starts_on": "2027-01-11", "ends_on": "2027-03-26", "hours": hours, "price": "9.35", "amount": "4675.00",
    }  # fmt: skip


def order_content(lines: int = 2) -> dict[str, Any]:
    """What an order of so many lines says."""
    return {
        "marche": "2023-1E1F", "marche_title": "Formations des demandeurs d’emploi", "lot": 1,
        "lot_title": "Inter-industrie, Loire-Atlantique", "buyer": _PARTY, "addressee": _PARTY, "date": "2027-01-04",
        "number": "2023-1E1F-BC-0001", "title": "Sessions de janvier", "note": "Facturation au service fait.",
        "lines": [_line(number) for number in range(1, lines + 1)], "total_hours": "1000.00",
        "total_amount": "9350.00",
    }  # fmt: skip


@cache
def order_file(lines: int = 2) -> bytes:
    return documents.render(BonDeCommande(pk=1, content=order_content(lines)))


@cache
def avenant_file() -> bytes:
    """One line less, one more, and places that go from one to the other."""
    said = order_content() | {
        "order": "2023-1E1F-BC-0001", "number": 1, "reason": "Deux stagiaires changent de groupe",
        "before": [_line(1), _line(2), _line(3)], "lines": [_line(1, "300.00"), _line(2, "700.00")],
        "total_hours_before": "1500.00", "total_amount_before": "14025.00",
        "operations": [
            {"kind": "Transférer des heures", "composante": "C2027-0001", "other": "C2027-0002", "hours": "200.00",
             "places": 2},
            {"kind": "Retirer une composante", "composante": "C2027-0003", "other": "", "hours": "", "places": None},
        ],
    }  # fmt: skip
    return documents.render(Avenant(order=BonDeCommande(pk=1), content=said))


@cache
def letter_file() -> bytes:
    """A refusal with a reason, a passage and a way out."""
    reason = {"rule": "R31", "message": "Un CDD de trois mois.", "quotation": "CDI ou CDD", "source": "FAQ, ligne 1"}
    head = letters.Head(
        title="Refus de votre demande", about="Demande D2027-0001", addressee=["Ateliers de la Chézine", "Nantes"],
        decision="La Région refuse cette demande.", decided_on="4 janvier 2027", decided_by="Nadia Benali",
        reason="Le besoin n’est pas établi.",
    )  # fmt: skip
    receipt = {"number": 1, "at": "le 4 janvier", "hash": "0" * 64, "ruleset": "1" * 64}
    said = {
        "head": head.__dict__, "obstacles": [reason], "granted": [], "warnings": [], "kept": [],
        "ways": [{"steps": [{"actor": "L’employeur", "sentence": "Porter le contrat à six mois."}]}],
        "appeal": "Deux mois.", "appeal_is_default": False,
        "receipt": receipt | {"url": "http://localhost/recus/0000000000000000/"},
    }  # fmt: skip
    return letters.pdf_of(said)
