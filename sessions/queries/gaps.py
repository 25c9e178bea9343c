"""What a request must still say so that the session, once authorised, can be published as it stands.

The list of R100 is short; the published sheet needs more. Asking for it now spares the organisme a second round.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from sessions.enums import RequestState
from sessions.models import Quarantine, SessionRequest
from sessions.publication.checks import LABELS, TEXT_LIMITS, Problem, check, check_names
from sessions.publication.sheet import SessionSheet
from sessions.publication.text import clean
from sessions.sheets import private_names, provisional, sheet_of


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


def sheet_faults(request: SessionRequest) -> list[Gap]:
    """What would keep the session out of the catalogue, were the request authorised as it stands.

    The same checks as at the publication: an address, a SIRET, a text that names an employer. Nothing for a
    request that no session can be made of yet: `gaps_of` and R100 say first what it lacks.
    """
    session = provisional(request)
    if session is None:
        return []
    sheet = sheet_of(session)
    problems = check(sheet, timezone.localdate())
    if not problems:
        problems = check_names(sheet, private_names(session))
    found: dict[str, Gap] = {}
    for problem in problems:
        message = _addressed(problem, sheet)
        found.setdefault(message, Gap(problem.field, message))
    return list(found.values())


def _addressed(problem: Problem, sheet: SessionSheet) -> str:
    """The message, in the words of the organisme that asks: its own page, or that of its mandataire."""
    other = sheet.responsible != sheet.trainer
    responsible = f"de {sheet.responsible.name}, mandataire du lot" if other else "de votre organisme"
    return problem.message_fr.replace("de l’organisme responsable", responsible).replace(
        "de l’organisme formateur", "de votre organisme"
    )


def is_of_mandataire(gap: Gap, request: SessionRequest) -> bool:
    """Whether another organisation than the asker must put this fault right."""
    return gap.fact == "responsible" and "mandataire du lot" in gap.label


def quarantine_of(request: SessionRequest) -> Quarantine | None:
    """What keeps the authorised session of this request out of the catalogue, if something does."""
    if request.state != RequestState.AUTORISEE:
        return None
    return Quarantine.objects.filter(session__request=request).first()


def _counted(request: SessionRequest) -> tuple[Decimal, Decimal]:
    """The two sums that are published."""
    return request.hours_training, request.hours_in_company
