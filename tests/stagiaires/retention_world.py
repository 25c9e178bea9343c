"""Somebody whose name stands wherever anybody can write, and where it stands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from core.accounts.enums import Role
from core.journal import events
from core.journal.models import Notification, OutboxMessage
from stagiaires.models import (
    Absence,
    CandidateOpinion,
    ContactPoint,
    DataRequest,
    ExchangeFile,
    ExternalEvent,
    HalfDay,
    Hold,
    Opinion,
    OpinionReport,
    Outcome,
    PaperSheet,
    Parcours,
    ParcoursDocument,
    PersonalLink,
    Positioning,
    PositioningMessage,
    RefusedSignature,
    Signature,
    Survey,
    TrainerLink,
)
from stagiaires.workflow import absences, hires, months, sensitive
from tests.factories.accounts import hat
from tests.factories.commandes import ordered
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, PositioningFactory, StagiaireFactory, member_of, parcours
from tests.factories.stagiaires import under_way as begun

NAME = "Zélandine"  # borne by nobody else
DAY = dt.date(2027, 3, 2)
TEXTS = ("text", "character varying", "json", "jsonb", "bytea", "USER-DEFINED", "ARRAY", "tsvector", "name")


def written_in() -> set[tuple[str, str]]:
    """Every column of every table of the database, history included, in which the name stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type = ANY(%s) ORDER BY 1, 2",
            [list(TEXTS)],
        )
        columns: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in cursor.fetchall():
            columns.setdefault(table, []).append((column, kind))
        assert len(columns) > 100
        found = set()
        for table, named in columns.items():
            tests = ", ".join(
                f"bool_or(position(convert_to(%s, 'UTF8') in \"{column}\") > 0)"
                if kind == "bytea"
                else f'bool_or(position(%s in "{column}"::text) > 0)'
                for column, kind in named
            )
            cursor.execute(f'SELECT {tests} FROM "{table}"', [NAME] * len(named))  # noqa: S608
            row = cursor.fetchone()
            found |= {(table, column) for (column, _), hit in zip(named, row, strict=True) if hit}
    return found


def lived() -> Parcours:
    """One parcours, over, of that person, on `DAY` at ten: the clock is there, and files go where they may."""
    session = published_session(starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 6, 30))
    keeper, trainer, region = hat("region", role=Role.GESTIONNAIRE), member_of(session.organisme), hat("region")
    advisor = hat("valideur")
    who = StagiaireFactory(
        first_name=NAME, last_name=NAME, birth_name=NAME, email=f"a@{NAME}.test", address=NAME, city=NAME,
        created_by=advisor,
    )  # fmt: skip
    candidate = PositioningFactory(
        session=session, stagiaire=who, advisor=advisor, note=NAME, contact_email=f"b@{NAME}.test",
        appointment_place=NAME,
    )  # fmt: skip
    said = {"work_permit_needed": True, "work_permit_until": dt.date(2029, 1, 1), "accommodations": NAME}
    sensitive.write(who, advisor, f"Entrée de {NAME}", said)
    one = parcours(session, positioning=candidate, exit_note=NAME, other_funder=NAME)
    composante = ordered(session.lot, keeper, {"organisme": session.organisme}).composantes.get()
    Parcours.objects.filter(pk=one.pk).update(composante=composante)
    one = begun(one, trainer)
    _speak_of(candidate, one, trainer)
    _attend(one, trainer, keeper)
    Parcours.objects.filter(pk=one.pk).update(state="acheve", left_on=session.ends_on)
    Outcome.objects.create(
        parcours=one, result="echec", recovery="complement", recovery_words=NAME, recovery_asked_by=trainer,
        recovery_reason=NAME, recovery_agreed=True, recovery_decided_by=region, recovery_decided_at=timezone.now(),
        next_step_reason=NAME, noted_by=trainer,
    )  # fmt: skip
    hire = hires.declare(one, trainer, employer_name=f"Chez {NAME}", contract="cdi", starts_on=session.ends_on)
    hires.withdraw(hire, trainer, f"{NAME} n’a pas signé")
    _follow(one, region)
    return Parcours.objects.get(pk=one.pk)


def _speak_of(candidate: Positioning, one: Parcours, trainer: Any) -> None:
    """Two who write of him, a paper with his name, a point; the first of these candidacies was refused elsewhere."""
    refused = PositioningFactory(stagiaire=candidate.stagiaire, advisor=candidate.advisor)
    Positioning.objects.filter(pk=refused.pk).update(
        state="refuse", refusal_reason="autre", refusal_text=NAME, proposal=NAME, closing_reason=NAME,
        answered_at=timezone.now(), answered_by=member_of(refused.session.organisme),
    )  # fmt: skip
    PositioningMessage.objects.create(positioning=candidate, author=trainer, text=NAME)
    CandidateOpinion.objects.create(positioning=candidate, side="employeur", author=trainer, favourable=True, text=NAME)
    ParcoursDocument.objects.create(
        parcours=one, kind="contrat", content={"name": NAME}, pdf=NAME.encode(), sha256="0" * 64, made_by=trainer
    )
    ContactPoint.objects.create(parcours=one, on_date=DAY, text=NAME, made_by=trainer)
    for subject in (candidate, one, candidate.stagiaire):
        events.record(subject, "essai", "Candidature proposée", hat=trainer, reason=NAME, detail={"was": NAME})
    OutboxMessage.objects.create(
        topic="essai", subject_type="positioning", subject_id=candidate.pk, version="1", payload={"name": NAME},
        answer=NAME, state="fait", due_at=timezone.now(), done_at=timezone.now(),
    )  # fmt: skip
    Notification.objects.create(
        user=trainer.user, hat=trainer, kind="essai", subject_type="parcours", subject_id=one.pk, text=NAME,
        url="/", dedupe_key="1",
    )  # fmt: skip


def _attend(one: Parcours, trainer: Any, keeper: Any) -> None:
    """Three half-days: signed, missed with a proof, corrected; the month sealed and confirmed, its hours booked."""
    link = TrainerLink.objects.create(session=one.session, trainer=NAME, starts_on=DAY, ends_on=DAY, created_by=trainer)
    days = [HalfDayFactory(session=one.session, on_date=DAY - dt.timedelta(days=n), trainer=NAME) for n in range(3)]
    HalfDay.objects.filter(session=one.session).update(state="close")
    Signature.objects.create(half_day=days[0], parcours=one, method="code", signed_at=timezone.now(), drawing=NAME)
    PaperSheet.objects.create(
        half_day=days[0], file=ContentFile(b"image", f"{NAME}.jpg"), file_name=f"{NAME}.jpg", sha256="1" * 64, link=link
    )
    RefusedSignature.objects.create(
        token="5a0e1d1e-0000-4000-8000-000000000001", half_day=days[0], parcours=one, signed_at=timezone.now(),
        cause="close",
    )  # fmt: skip
    Absence.objects.create(
        half_day=days[1], parcours=one, reason="maladie", note=NAME, proof=ContentFile(b"vu", f"{NAME}.pdf"),
        proof_name=f"{NAME}.pdf", stated_by=trainer,
    )  # fmt: skip
    made = absences.correct(days[2], one, trainer, hours=Decimal(2), reason=f"{NAME} est arrivé plus tard")
    type(made).objects.bulk_create(
        [type(made)(half_day=days[2], parcours=one, was=NAME, present=True, hours=2, reason=NAME, made_by=trainer)]
    )
    lock = months.lock_month(one.session, DAY, trainer, note=f"Voir avec {NAME}")
    months.confirm(lock, keeper)
    months.reopen(lock, trainer, f"Oubli de {NAME}")
    again = months.lock_month(one.session, DAY, trainer)
    months.send_back(again, keeper, f"{NAME} ?")
    months.confirm(months.lock_month(one.session, DAY, trainer), keeper)


def _follow(one: Parcours, region: Any) -> None:
    now = timezone.now()
    Survey.objects.create(
        parcours=one, term=3, due_on=dt.date(2027, 9, 30), comment=NAME, employer_name=NAME, hire_dismissal=NAME,
        hire_settled_at=now, hire_settled_by=region,
    )  # fmt: skip
    notes = dict.fromkeys(("welcome", "content", "trainers", "means", "support"), 4)
    opinion = Opinion.objects.create(parcours=one, **notes, text=NAME, moderation_reason=NAME, answer=NAME)
    OpinionReport.objects.create(opinion=opinion, reason="personne", text=NAME)
    DataRequest.objects.create(
        stagiaire=one.stagiaire, kind="rectification", text=NAME, granted=True, answer=NAME, answered_by=region,
        answered_at=now,
    )  # fmt: skip
    PersonalLink.objects.create(stagiaire=one.stagiaire, token_hash="2" * 64, expires_at=now)
    ExchangeFile.objects.create(
        partner="agora", subject="evenements", month=dt.date(2027, 3, 1), name="mars.csv", data=NAME.encode(),
        sha256="3" * 64, rows=1,
    )  # fmt: skip
    ExternalEvent.objects.create(
        key="agora:entree:1", partner="agora", kind="entree", parcours=one, happened_on=DAY, payload={}, answer=NAME
    )
    held = Hold.objects.create(stagiaire=one.stagiaire, reason=NAME, placed_by=region)
    held.lifted_at, held.lifted_by, held.lifting_reason = now, region, NAME
    held.save()
