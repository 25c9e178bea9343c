"""From a stored intention to the facts that the rules read, and to their verdict.

This is the only bridge between the models and `intentions.rules`: the form, the detail page, the receipt
and the rooms above all judge through it.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils import timezone

from core.accounts.models import Organisation
from core.reference.models import Commune
from core.rulebook.parameters import Editions
from core.rulebook.receipts import last_receipt
from core.rules import Judgement
from intentions.enums import DerogationState, IntentionState
from intentions.letters import VERDICT
from intentions.models import Intention
from intentions.rules import RULES, IntentionFacts, judge
from intentions.rules.terms import (
    ContractType,
    EmployerKind,
    LowHoursReason,
    Milestone,
    Origin,
    OutsideReason,
    ShortContractReason,
    StatementKind,
)

SectorLookup = Callable[[str, str, Commune], bool | None]
_sector_lookup: SectorLookup | None = None


def register_sector_lookup(lookup: SectorLookup) -> None:
    """Let a room that knows the lots say whether one covers a filière (code) in a département (code), there (R27)."""
    global _sector_lookup
    _sector_lookup = lookup


def facts_of(intention: Intention, *, organisme: Organisation | None = None) -> IntentionFacts:
    """What the rules may know of this intention. An unanswered question is None.

    Args:
        organisme: the training organisation that would be engaged, for R10; otherwise the one engaged now.
    """
    employer = intention.employer
    commune = intention.workplace_commune
    return IntentionFacts(
        origin=Origin(intention.origin) if intention.origin else None,
        channel=intention.channel,
        need_from_survey=intention.need_from_survey,
        employer_named=True if employer else None,
        guarantor_named=True if intention.guarantor else None,
        employer_kind=EmployerKind(employer.nature) if employer and employer.nature else None,
        headcount=_headcount(employer),
        workplace_departement=commune.departement_id if commune else None,
        workplace_commune=commune.name if commune else None,
        outside_reason=OutsideReason(intention.outside_reason) if intention.outside_reason else None,
        sector_has_lot=_sector_has_lot(intention),
        job_title=intention.job_title or None,
        rome=intention.metier_id,
        posts=intention.post_count,
        post_is_new=intention.post_is_new,
        wished_start=intention.training_start_wished,
        hire_date=intention.hire_on,
        training_need=intention.training_need or None,
        contract_type=ContractType(intention.contract_type) if intention.contract_type else None,
        contract_months=None if intention.contract_months is None else Decimal(intention.contract_months),
        short_contract_reason=(
            ShortContractReason(intention.short_contract_reason) if intention.short_contract_reason else None
        ),
        weekly_hours=intention.weekly_hours,
        low_hours_reason=LowHoursReason(intention.low_hours_reason) if intention.low_hours_reason else None,
        written_statement=True if intention.statement_text or intention.statement_file else None,
        statement_kind=_statement_kind(intention),
        statement_signed_on=timezone.localdate(signed_at) if (signed_at := intention.statement_signed_at) else None,
        commitment=intention.commitment,
        milestones=tuple(Milestone(m) for m in intention.milestones) if intention.milestones_answered else None,
        other_engaged_organisme=engaged_elsewhere(intention, organisme or intention.engaged_organisme),
    )


def day_of(intention: Intention) -> date:
    """The day whose rules judge this intention: that of its deposit; today as long as it is being written."""
    if intention.filed_at is None or intention.state == IntentionState.BROUILLON:
        return timezone.localdate()
    return timezone.localdate(intention.filed_at)


def judge_intention(
    intention: Intention, *, organisme: Organisation | None = None, editions: Editions | None = None
) -> Judgement:
    """The verdict by the rules of the file's own day, with the derogations granted on it. Two or three queries.

    Args:
        organisme: the training organisation that would be engaged (R10).
        editions: the dated values, when the caller judges several files; otherwise they are read.
    """
    parameters = (editions or Editions()).on(day_of(intention))
    return judge(facts_of(intention, organisme=organisme), parameters, granted_rules(intention))


def granted_rules(intention: Intention) -> list[str]:
    """Ids of the rules for which the Région has granted a derogation that still stands on this intention."""
    if intention.pk is None:
        return []
    granted = [d.rule for d in intention.derogations.all() if d.state == DerogationState.ACCORDEE]
    if granted and intention.state == IntentionState.BROUILLON:
        changed = changed_rules(intention)
        return [rule for rule in granted if rule not in changed]
    return granted


def changed_rules(intention: Intention) -> set[str]:
    """Rules that read a fact which is no more what it was at the last receipt: what was decided on it has fallen.

    The portal's own verdict on a draft decides nothing.
    """
    receipt = last_receipt(intention, but=[VERDICT])
    before = receipt.facts if receipt else {}
    now = facts_of(intention).as_dict()
    return {rule.id for rule in RULES.rules if any(before.get(name) != now.get(name) for name in rule.reads)}


def engaged_elsewhere(intention: Intention, organisme: Organisation | None) -> bool:
    """R10: is this employer bound to another organisation than `organisme` for the same training?

    Consulting several is free, so that without an organisation the answer is no.
    """
    if organisme is None or intention.employer_id is None:
        return False
    return (
        Intention.objects.filter(
            employer=intention.employer_id, training_key=intention.training_key, state__in=IntentionState.bound()
        )
        .exclude(engaged_organisme=organisme)
        .exclude(pk=intention.pk)
        .exists()
    )


def _statement_kind(intention: Intention) -> StatementKind | None:
    if intention.statement_signed_at:
        return StatementKind.EN_LIGNE
    if intention.statement_file:
        return (
            StatementKind.COURRIEL
            if intention.statement_name.lower().endswith((".eml", ".msg"))
            else (StatementKind.FICHIER)
        )
    return StatementKind.COURRIEL if intention.statement_text else None


def _headcount(employer: Organisation | None) -> int | None:
    """The upper end of « 50 à 99 salariés »: only shown, never a condition (R21)."""
    numbers = re.findall(r"\d+", employer.headcount.replace("\u00a0", "")) if employer else []
    return int(numbers[-1]) if numbers else None


def _sector_has_lot(intention: Intention) -> bool | None:
    if _sector_lookup is None or not intention.filiere_id or intention.workplace_commune is None:
        return None
    commune = intention.workplace_commune
    return _sector_lookup(intention.filiere_id, commune.departement_id, commune)
