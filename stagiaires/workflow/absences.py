"""Not there, or not all the time: stated with a reason and its proof. What was written is put right, with a trace."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from stagiaires.enums import HalfDayState
from stagiaires.models import Absence, AttendanceCorrection, HalfDay, Parcours
from stagiaires.queries import attendance
from stagiaires.workflow.half_days import Opener, lock, must_be_unlocked, must_teach


def state_absence(
    half_day: HalfDay,
    parcours: Parcours,
    opener: Opener,
    *,
    reason: str,
    hours: Decimal | None = None,
    note: str = "",
    proof: UploadedFile | None = None,
) -> Absence:
    """Say that one was away: all the half-day, or `hours` of it. Said again, it replaces what was said.

    Raises Refused: not expected there, month locked, more hours than the half-day has.
    """
    with transaction.atomic():
        row = lock(half_day)
        must_be_unlocked(row)
        if row.state == HalfDayState.ANNULEE or attendance.line_of(row, parcours) is None:
            raise Refused("Cette personne n’est pas attendue sur cette demi-journée.")
        if hours is not None and hours > row.hours:
            raise Refused("L’absence est plus longue que la demi-journée.")
        said: dict[str, Any] = {
            "reason": reason,
            "hours": hours,
            "note": note.strip(),
            "stated_by": opener.hat,
            "link": opener.link,
        }
        if proof is not None:
            said |= {"proof": proof, "proof_name": (proof.name or "")[:200]}
        made, _ = Absence.objects.update_or_create(half_day=row, parcours=parcours, defaults=said)
        detail = {"parcours": parcours.pk, **opener.written}
        events.record(row, "absence.declaree", "Absence déclarée", hat=opener.hat, detail=detail)
    return made


def state_absences(
    half_days: Iterable[HalfDay], parcours: Parcours, opener: Opener, *, reason: str, note: str = "",
    proof: UploadedFile | None = None,
) -> int:  # fmt: skip
    """The same absence over several half-days; those that are signed or corrected are left as they are."""
    made = 0
    with transaction.atomic():
        rows = {one.pk: one for one in half_days}
        for line in attendance.lines(half_days=rows, parcours=[parcours.pk]):
            if line.token is None and line.correction is None:
                state_absence(rows[line.half_day], parcours, opener, reason=reason, note=note, proof=proof)
                made += 1
    return made


def correct(
    half_day: HalfDay, parcours: Parcours, hat: Membership, *, hours: Decimal, reason: str
) -> AttendanceCorrection:
    """The organisme puts right what is written: the hours done (0: not there), and why. The former word is kept.

    A correction made after the delay of a forgotten signature is flagged. Raises Refused: not its session, month
    locked, half-day to come, more hours than the half-day has, no reason.
    """
    must_teach(half_day.session, hat)
    if not reason.strip():
        raise Refused("Dites pourquoi l’émargement est corrigé.")
    with transaction.atomic():
        row = lock(half_day)
        must_be_unlocked(row)
        line = attendance.line_of(row, parcours)
        if line is None or row.state == HalfDayState.ANNULEE:
            raise Refused("Cette personne n’est pas attendue sur cette demi-journée.")
        if not 0 <= hours <= row.hours:
            raise Refused("Les heures faites ne passent pas celles de la demi-journée.")
        opening, now = attendance.opening_of(row, locked=False), timezone.now()
        if now < opening.starts_at:
            raise Refused("Cette demi-journée n’a pas commencé.")
        made = AttendanceCorrection.objects.create(
            half_day=row,
            parcours=parcours,
            was=line.said,
            present=hours > 0,
            hours=hours,
            reason=reason.strip(),
            late=now > opening.forgotten_until(attendance.limits()),
            made_by=hat,
        )
        events.record(
            row, "emargement.corrige", "Émargement corrigé", hat=hat,
            detail={"parcours": parcours.pk, "correction": made.pk},
        )  # fmt: skip
    return made
