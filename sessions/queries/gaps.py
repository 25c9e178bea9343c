"""What a request must still say so that the session, once authorised, can be published as it stands.

The list of R100 is short; the published sheet needs more. Asking for it now spares the organisme a second round.
"""

from dataclasses import dataclass
from decimal import Decimal

from sessions.models import SessionRequest
from sessions.publication.checks import LABELS, TEXT_LIMITS
from sessions.publication.text import clean


@dataclass(frozen=True)
class Gap:
    """`fact` names the answer as the steps of the form do; `label` and `hint` are shown."""

    fact: str
    label: str
    hint: str = ""


def gaps_of(request: SessionRequest) -> list[Gap]:
    """Lacks of the published sheet that the asker can make good himself, in the order of the form."""
    texts = ("expected_results", "content", "rhythm")
    gaps = [Gap(name, LABELS[name]) for name in texts if len(clean(getattr(request, name))) < TEXT_LIMITS[name][0]]
    if not request.formacodes:
        gaps.append(Gap("formacodes", "le Formacode principal", "Cinq chiffres ; il classe la session au catalogue."))
    if request.metier_id is None:
        gaps.append(Gap("metier", "le métier visé"))
    if request.ends_on is None:
        gaps.append(Gap("ends_on", "la fin de la session", "Pour des entrées permanentes, la fin de la période."))
    if any(hours != hours.to_integral_value() for hours in _counted(request)):
        gaps.append(
            Gap("hours", "des heures entières", "Le flux national ne prend ni minutes ni demi-heures : arrondissez.")
        )
    if request.place_id is None and request.place_name and not (request.place_address and request.place_postcode):
        gaps.append(Gap("place", "l’adresse et le code postal du lieu"))
    return gaps


def _counted(request: SessionRequest) -> tuple[Decimal, Decimal]:
    """The two sums that are published."""
    return request.hours_training, request.hours_in_company
