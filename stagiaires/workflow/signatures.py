"""Signatures as phones send them: few statements, one insert for the whole queue, an answer for each.

The phone makes the `token`; said again, it is answered the same and counted once. Every answer is final but the
absence of one: what no server has answered stays in the phone and is sent again. The rules of a conflict are written
down in `docs/emargement.md`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.journal import events
from core.journal.refusals import Refused
from stagiaires.enums import HalfDayState, SignatureMethod, SignatureRefusal
from stagiaires.models import AttendanceCorrection, HalfDay, PaperSheet, Parcours, RefusedSignature
from stagiaires.queries import attendance
from stagiaires.rules.presence import Limits, Opening, Verdict, judge_signature
from stagiaires.workflow.half_days import LOCKED, Opener, lock, must_be_unlocked, opened_by_phone

MOST = 200  # signatures in one sending
MOST_STROKES = 4_000  # characters of a drawing
TAKEN, SIGNED_BEFORE, NOT_EXPECTED, REFUSED = "prise", "deja_signee", "pas_attendue", "refusee"
REMEDIES = {
    SignatureRefusal.MOIS_VERROUILLE: "L’organisme peut rouvrir le mois, puis la corriger.",
    SignatureRefusal.CLOSE: "Déclarez l’oubli, avec son motif, jusqu’à demain midi.",
    SignatureRefusal.ANNULEE: "Cette demi-journée n’a plus lieu.",
    SignatureRefusal.HORS_JOUR: "Mettez ce téléphone à l’heure, puis déclarez l’oubli avec son motif.",
}


@dataclass(frozen=True)
class Said:
    """One signature as a phone says it; moments are aware."""

    token: UUID
    parcours: int
    signed_at: datetime
    method: str = SignatureMethod.FORMATEUR
    drawing: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of it: one of the four words above, flagged `late` or not, with what to do when it is refused."""

    token: UUID
    status: str
    late: bool = False
    cause: str = ""

    @property
    def text(self) -> str:
        """In French, as the phone shows it."""
        if self.status == REFUSED:
            cause = SignatureRefusal(self.cause)
            return f"{cause.label}. {REMEDIES[cause]}"
        return {TAKEN: "", SIGNED_BEFORE: "Déjà signée.", NOT_EXPECTED: "Cette personne n’est pas attendue ici."}[
            self.status
        ]


_FIND = """
SELECT h.session_id, h.on_date, h.starts_at, h.ends_at, h.state, h.closed_at,
       EXISTS (SELECT 1 FROM stagiaires_monthlock l WHERE l.session_id = h.session_id
               AND l.month = date_trunc('month', h.on_date)::date AND l.state IN ('verrouille', 'confirme'))
FROM stagiaires_halfday h WHERE h.id = %s
"""
_INSERT = """
INSERT INTO stagiaires_signature
    (token, half_day_id, parcours_id, method, signed_at, received_at, late, drawing, opened_by_id, link_id)
SELECT u.token, %s, u.parcours, u.method, u.signed_at, %s, u.late, u.drawing, %s, %s
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[], %s::boolean[], %s::text[])
     AS u(token, parcours, method, signed_at, late, drawing)
JOIN stagiaires_parcours p ON p.id = u.parcours AND p.session_id = %s AND p.state <> 'annule'
WHERE %s BETWEEN p.starts_on AND COALESCE(p.left_on, p.ends_on)
  AND NOT EXISTS (SELECT 1 FROM stagiaires_exemption e WHERE e.half_day_id = %s AND e.parcours_id = p.id)
ORDER BY u.parcours
ON CONFLICT DO NOTHING
RETURNING token
"""
_KNOWN = "SELECT parcours_id, token, late FROM stagiaires_signature WHERE half_day_id = %s AND parcours_id = ANY(%s)"


def take(
    half_day: int,
    said: Sequence[Said],
    opener: Opener,
    *,
    now: datetime | None = None,
    sent_at: datetime | None = None,
) -> list[Answer]:
    """Keep what can be kept of a sending, all of one half-day; an answer for each, in the same order.

    Committed when it returns (outside any transaction of the caller): what is answered is never lost. Three statements
    when all goes well, whatever the number of signatures. Raises HalfDay.DoesNotExist.
    """
    now = now or timezone.now()
    found = _opening(half_day)
    if found is None:
        raise HalfDay.DoesNotExist
    session, opening = found
    limits = recent_limits()
    verdicts = [
        judge_signature(
            opening,
            limits,
            signed_at=one.signed_at,
            received_at=now,
            sent_at=sent_at,
            on_paper=one.method == SignatureMethod.PAPIER,
        )
        for one in said
    ]
    judged = dict(zip((one.token for one in said), verdicts, strict=True))
    good = [one for one in said if not judged[one.token].refused]
    if good and opening.state == HalfDayState.PREVUE and good[0].method != SignatureMethod.PAPIER:
        with transaction.atomic():
            opened_by_phone(HalfDay(pk=half_day), opener, min(one.signed_at for one in good))
    try:
        kept = _insert(half_day, session, opening, good, judged, opener, now)
    except IntegrityError as error:
        if "is locked" not in str(error):
            raise
        # The month was sealed between the two statements: nothing of this sending is in it.
        judged = {token: Verdict(SignatureRefusal.MOIS_VERROUILLE) for token in judged}
        kept = set()
    answers = [
        Answer(one.token, TAKEN, judged[one.token].late)
        if one.token in kept
        else Answer(one.token, REFUSED, cause=judged[one.token].refused)
        for one in said
    ]
    return _looked_again(half_day, said, answers)


def _opening(half_day: int) -> tuple[int, Opening] | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [half_day])
        row = cursor.fetchone()
    if row is None:
        return None
    session, on_date, starts, ends, state, closed_at, locked = row

    def at(when: object) -> datetime:
        return timezone.make_aware(datetime.combine(on_date, when))  # type: ignore[arg-type]

    return session, Opening(at(starts), at(ends), state, locked, closed_at)


def _insert(
    half_day: int,
    session: int,
    opening: Opening,
    good: Sequence[Said],
    judged: dict[UUID, Verdict],
    opener: Opener,
    now: datetime,
) -> set[UUID]:
    if not good:
        return set()
    hat, link = (opener.hat.pk if opener.hat else None), (opener.link.pk if opener.link else None)
    columns: list[Any] = [
        [one.token for one in good],
        [one.parcours for one in good],
        [str(one.method) for one in good],
        [one.signed_at for one in good],
        [judged[one.token].late for one in good],
        [one.drawing[:MOST_STROKES] for one in good],
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        day = opening.starts_at.date()
        cursor.execute(_INSERT, [half_day, now, hat, link, *columns, session, day, half_day])
        return {row[0] for row in cursor.fetchall()}


def _looked_again(half_day: int, said: Sequence[Said], answers: list[Answer]) -> list[Answer]:
    """What was not inserted: known under its token, signed before under another, or not expected there."""
    doubtful = [one for one, answer in zip(said, answers, strict=True) if answer.status != TAKEN]
    if not doubtful:
        return answers
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [half_day, [one.parcours for one in doubtful]])
        known = {parcours: (token, late) for parcours, token, late in cursor.fetchall()}
    settled: list[Answer] = []
    for one, answer in zip(said, answers, strict=True):
        if answer.status == TAKEN:
            settled.append(answer)
        elif one.parcours in known:
            token, late = known[one.parcours]
            # Whatever became of the half-day since, what was taken stays taken, and is said so.
            settled.append(Answer(one.token, TAKEN, late) if token == one.token else Answer(one.token, SIGNED_BEFORE))
        else:
            settled.append(answer if answer.cause else replace(answer, status=NOT_EXPECTED))
    _keep_refused(half_day, said, settled)
    return settled


def _keep_refused(half_day: int, said: Sequence[Said], answers: Sequence[Answer]) -> None:
    """What is refused is kept beside, for the correction that it may call."""
    refused = {one.token: one.cause for one in answers if one.status == REFUSED}
    rows = [one for one in said if one.token in refused]
    if not rows:
        return
    people = set(Parcours.objects.filter(pk__in=[one.parcours for one in rows]).values_list("pk", flat=True))
    RefusedSignature.objects.bulk_create(
        [
            RefusedSignature(
                token=one.token,
                half_day_id=half_day,
                parcours_id=one.parcours,
                signed_at=one.signed_at,
                cause=refused[one.token],
            )
            for one in rows
            if one.parcours in people
        ],
        ignore_conflicts=True,
    )


_known_limits: tuple[float, Limits] | None = None


def recent_limits() -> Limits:
    """The delays as read a minute ago at most: a dated figure need not be read for each signature."""
    global _known_limits
    if _known_limits is None or time.monotonic() - _known_limits[0] > 60:
        _known_limits = time.monotonic(), attendance.limits()
    return _known_limits[1]


# --- On paper, and what was forgotten


def take_paper(half_day: HalfDay, tokens: dict[int, UUID], opener: Opener) -> list[Answer]:
    """The trainer ticks who signed the sheet that he sent: {parcours: token}. Raises Refused without a sheet.

    The half-day is closed by it: whoever has not signed then is missing.
    """
    with transaction.atomic():
        row = lock(half_day)
        must_be_unlocked(row)
        if row.state == HalfDayState.ANNULEE:
            raise Refused(REMEDIES[SignatureRefusal.ANNULEE])
        opening = attendance.opening_of(row, locked=False)
        if opening.starts_at > timezone.now():
            raise Refused("Cette demi-journée n’a pas commencé.")
        if not PaperSheet.objects.filter(half_day=row).exists():
            raise Refused("Joignez d’abord la photographie de la feuille signée.")
        paper = [Said(token, parcours, opening.starts_at, SignatureMethod.PAPIER) for parcours, token in tokens.items()]
        answers = take(row.pk, paper, opener)
        if row.state != HalfDayState.CLOSE:
            row.closed_at = timezone.now()
            row.clore()
            row.save(update_fields=["closed_at", "state"])
        taken = sum(one.status == TAKEN for one in answers)
        events.record(
            row,
            "demi_journee.papier",
            f"Feuille signée sur papier : {taken} signature{'s' if taken > 1 else ''}",
            hat=opener.hat,
            detail=opener.written,
        )
    return answers


def declare_forgotten(half_day: HalfDay, parcours: Parcours, reason: str, opener: Opener) -> AttendanceCorrection:
    """Somebody was there and forgot to sign: said with its reason, until the next day at noon.

    Raises Refused: later (the organisme corrects then), before the half-day has begun, signed or corrected already.
    """
    if not reason.strip():
        raise Refused("Dites pourquoi la signature manque.")
    with transaction.atomic():
        row = lock(half_day)
        must_be_unlocked(row)
        opening, limits, now = attendance.opening_of(row, locked=False), attendance.limits(), timezone.now()
        if now < opening.starts_at:
            raise Refused("Cette demi-journée n’a pas commencé.")
        if now > opening.forgotten_until(limits):
            raise Refused("Il est trop tard pour déclarer un oubli : l’organisme peut encore corriger, avec un motif.")
        line = attendance.line_of(row, parcours)
        if line is None or row.state == HalfDayState.ANNULEE:
            raise Refused("Cette personne n’est pas attendue sur cette demi-journée.")
        if line.correction is not None:
            raise Refused("L’émargement de cette personne est déjà déclaré ou corrigé : l’organisme seul le change.")
        if line.signed_at is not None:
            raise Refused("Cette personne a déjà signé.")
        made = AttendanceCorrection.objects.create(
            half_day=row,
            parcours=parcours,
            was=line.said,
            present=True,
            hours=row.hours,
            reason=reason.strip(),
            made_by=opener.hat,
            link=opener.link,
        )
        detail = {"parcours": parcours.pk, **opener.written}
        events.record(row, "signature.oubliee", "Signature oubliée, déclarée", hat=opener.hat, detail=detail)
    return made


__all__ = ["LOCKED", "Answer", "Said", "declare_forgotten", "take", "take_paper"]
