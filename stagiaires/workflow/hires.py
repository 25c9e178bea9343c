"""A job after the training: declared by whoever knows, confirmed by the employer, counted for his intention (R93)."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.accounts.queries import active_hats
from core.journal.refusals import Refused, lost_race
from core.ui.french import jour
from intentions.models import Intention
from orders.workflow.people import members_of
from stagiaires.enums import HireContract, ParcoursState
from stagiaires.models import Hire, Parcours
from stagiaires.parcours_notices import HireConfirmed, HireToConfirm
from stagiaires.queries import parcours as queries
from stagiaires.workflow import acts, commitments
from stagiaires.workflow.positionings import followers

WHEN = (ParcoursState.EN_COURS, ParcoursState.SUSPENDU, *queries.OVER)


def may_declare(parcours: Parcours, hat: Membership) -> bool:
    """The organisme, the valideur who follows the person, an employer of the session."""
    match hat.kind:
        case OrganisationKind.ORGANISME:
            return parcours.organisme_id == hat.organisation_id
        case OrganisationKind.VALIDEUR:
            return parcours.positioning.valideur_id == hat.organisation_id
        case OrganisationKind.EMPLOYEUR:
            return queries.intentions_of(parcours.session).filter(employer=hat.organisation_id).exists()
    return False


def may_confirm(hire: Hire, hat: Membership) -> bool:
    """The employer himself; the Région in his place when nobody wears his hat."""
    if hat.organisation_id == hire.employer_id:
        return True
    return acts.may_agree(hat) and not active_hats(organisation=hire.employer_id).exists()


def may_withdraw(hire: Hire, parcours: Parcours, hat: Membership) -> bool:
    """Who declared it, the organisme, the employer: one of them says that it is not so."""
    said = hire.declared_by.organisation_id if hire.declared_by else None
    return hat.organisation_id in (said, hire.employer_id, parcours.organisme_id)


def declare(
    parcours: Parcours,
    hat: Membership,
    *,
    employer: Organisation | None = None,
    employer_name: str = "",
    contract: str,
    starts_on: date,
    months: int | None = None,
    weekly_hours: Decimal | None = None,
) -> Hire:
    """Say that the person is hired: by `employer`, or by one who has no account here (`employer_name`).

    An employer declares for himself, and has then confirmed. When he has an intention under the session, the hire
    honours it. Raises Refused for another hat, before the entry, or when this hire is declared already.
    """
    if hat.kind == OrganisationKind.EMPLOYEUR:
        employer, employer_name = hat.organisation, ""
    if employer is None and not employer_name.strip():
        raise Refused("Dites qui embauche.")
    if contract in (HireContract.CDD, HireContract.INTERIM) and not months:
        raise Refused("Dites la durée de ce contrat, en mois.")
    with transaction.atomic():
        held = acts.hold(parcours, WHEN)
        if not may_declare(held, hat):
            raise Refused("L’organisme, le valideur ou l’employeur déclare une embauche.")
        if starts_on < held.starts_on:
            raise Refused("L’embauche commence après l’entrée en formation.")
        intention = commitments.intention_honoured(held, employer)
        confirmed = employer is not None and hat.organisation_id == employer.pk
        with lost_race({"hire_said_once": "Cette embauche est déjà déclarée."}):
            made = Hire.objects.create(
                parcours=held, employer=employer, employer_name=employer_name.strip(), intention=intention,
                committed=intention is not None, contract=contract, months=months, weekly_hours=weekly_hours,
                starts_on=starts_on, declared_by=hat, confirmed_by=hat if confirmed else None,
                confirmed_at=timezone.now() if confirmed else None,
            )  # fmt: skip
        acts.note(held, "embauche", _label(made, "déclarée"), hat)
        if confirmed:
            _count(made, hat)
        elif employer is not None:
            text = f"{held.session.title} ({held.session.number}) : une embauche chez vous est déclarée, confirmez-la"
            acts.tell(HireToConfirm, members_of(employer), held, text, once=str(made.pk))
    return made


def confirm(hire: Hire, hat: Membership) -> Hire:
    """The employer says that it is true; his intention is counted again."""
    with transaction.atomic():
        held = _hold(hire)
        if not may_confirm(held, hat):
            raise Refused("L’employeur confirme l’embauche.")
        if held.confirmed_at is not None:
            return held
        held.confirmed_by, held.confirmed_at = hat, timezone.now()
        held.save(update_fields=["confirmed_by", "confirmed_at"])
        acts.note(held.parcours, "embauche_confirmee", _label(held, "confirmée"), hat)
        _count(held, hat)
    return held


def withdraw(hire: Hire, hat: Membership, reason: str) -> Hire:
    """It was said by mistake, or the employer says that it is not so. What rested on it is counted again."""
    if not reason.strip():
        raise Refused("Dites pourquoi cette embauche est retirée.")
    with transaction.atomic():
        held = _hold(hire)
        if not may_withdraw(held, held.parcours, hat):
            raise Refused("Qui a déclaré l’embauche, l’organisme ou l’employeur la retire.")
        held.withdrawn_at, held.withdrawal_reason = timezone.now(), reason.strip()[:300]
        held.save(update_fields=["withdrawn_at", "withdrawal_reason"])
        acts.note(held.parcours, "embauche_retiree", _label(held, "retirée"), hat, reason.strip())
        _count(held, hat)
    return held


def _hold(hire: Hire) -> Hire:
    parcours = acts.hold(hire.parcours)
    rows = Hire.objects.select_for_update(of=("self",)).select_related("employer", "intention", "declared_by")
    held = rows.get(pk=hire.pk)
    if held.withdrawn_at is not None:
        raise Refused("Cette embauche est déjà retirée.")
    held.parcours = parcours
    return held


def _label(hire: Hire, word: str) -> str:
    """The person is not named, nor an employer without an account: his name, a person's perhaps, is for a time, and
    this line stays.
    """
    where = f"chez {hire.employer}" if hire.employer else "chez un autre employeur"
    return f"Embauche {word} : {hire.get_contract_display()} {where}, le {jour(hire.starts_on, weekday=False)}"


def _count(hire: Hire, hat: Membership) -> None:
    """Tell those who follow the person, and bring the intention to what its hires establish now."""
    parcours = hire.parcours
    word = "retirée" if hire.withdrawn_at else "confirmée"
    text = f"{parcours.session.title} ({parcours.session.number}) : une embauche est {word}"
    people: dict[int, Membership] = {
        one.pk: one for one in (*members_of(parcours.organisme), *followers(parcours.positioning)) if one.pk != hat.pk
    }
    acts.tell(HireConfirmed, people.values(), parcours, text, once=f"{hire.pk}:{word}")
    for intention in _concerned(hire):
        commitments.settle(intention, hat)


def _concerned(hire: Hire) -> list[Intention]:
    post = hire.parcours.post
    found = {one.pk: one for one in (hire.intention, post.intention if post else None) if one is not None}
    return [found[pk] for pk in sorted(found)]
