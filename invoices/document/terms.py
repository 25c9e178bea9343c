"""What an invoice says of its payment, in the figures of its day. The law wants each of these words on it.

Sources: art. L441-9 and D441-5 of the Code de commerce, R2192-10, R2192-31 and D2192-35 of the Code de la commande
publique. The codes are those of UNTDID 4451.
"""

from core.ui.french import nombre, pluriel
from invoices.clock import Figures


def terms(figures: Figures) -> str:
    """BT-20."""
    days = pluriel(figures.days, "jour")
    return (
        f"Paiement à {days} à compter de la mise à disposition de la facture, ou des prestations si elles la suivent."
    )


def notes(figures: Figures) -> tuple[tuple[str, str], ...]:
    """BG-1: discount, indemnity, interest."""
    points = pluriel(figures.points, "point")
    return (
        ("AAB", "Pas d’escompte pour paiement anticipé."),
        (
            "PMT",
            f"Indemnité forfaitaire de recouvrement en cas de retard : {nombre(figures.indemnity)} €.",
        ),
        (
            "PMD",
            f"Intérêts moratoires en cas de retard : taux de la Banque centrale européenne majoré de {points}.",
        ),
    )
