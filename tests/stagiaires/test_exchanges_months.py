"""The month of attendance for the payer and France Travail: confirmed months alone, versioned, taken away by few."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core.journal.refusals import Refused
from sessions.models import Session
from stagiaires.enums import LockState, Partner
from stagiaires.exchanges.shape import from_csv
from stagiaires.models import (
    Absence,
    ExchangeDownload,
    ExchangeFile,
    MonthHours,
    MonthLock,
    Parcours,
    SensitiveFacts,
    SensitiveReading,
)
from stagiaires.workflow import sensitive
from stagiaires.workflow.exchanges import events, files, months
from stagiaires.workflow.months import seal
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, parcours, under_way

pytestmark = pytest.mark.django_db

MONTH = dt.date(2026, 10, 1)


def sealed(
    session: Session, people: dict[Parcours, list[Decimal]], *, version: int = 1, state: str = "confirme"
) -> Any:
    """A month of two half-days, as the organisme seals it: `people` gives the hours missed on each."""
    keeper = member_of(session.organisme)
    days = [
        session.half_days.filter(on_date=MONTH, part=part).first()
        or HalfDayFactory(session=session, on_date=MONTH, part=part, kind=kind)
        for part, kind in (("matin", "technique"), ("apres_midi", "entreprise"))
    ]
    lines = []
    for one, missed in people.items():
        for day, away in zip(days, missed, strict=True):
            found = Absence.objects.filter(half_day=day, parcours=one).first()
            if away and found is None and state != "rouvert":
                found = Absence.objects.create(half_day=day, parcours=one, reason="maladie", stated_by=keeper)
            lines.append(
                {
                    "half_day": day.pk,
                    "parcours": one.pk,
                    "done": str(day.hours - away),
                    "missed": str(away),
                    "justified": "0",
                    "absence": found.pk if found and away else None,
                }
            )
    content = {
        "session": session.pk,
        "version": version,
        "half_days": [{"id": day.pk, "kind": day.kind} for day in days],
        "lines": lines,
    }
    lock = MonthLock.objects.create(
        session=session, month=MONTH, version=version, content=content, sha256=seal(content), locked_by=keeper,
        state=state,
    )  # fmt: skip
    MonthHours.objects.bulk_create([MonthHours(lock=lock, parcours=one, hours=Decimal(1)) for one in people])
    return lock


def trained(session: Session, allowance: bool | None) -> Parcours:
    """Somebody in training since the first of the month, with what is known of his allowance."""
    keeper = member_of(session.organisme)
    one = under_way(parcours(session, starts_on=MONTH, ends_on=MONTH + dt.timedelta(days=90)), keeper)
    if allowance is not None:
        SensitiveFacts.objects.create(stagiaire=one.stagiaire, allowance=allowance, updated_by=keeper)
    return one


def rows(file: ExchangeFile) -> dict[str, dict[str, str]]:
    return {row["NUMERO_DOSSIER"]: row for row in from_csv(bytes(file.data))}


def test_a_month_is_told_from_confirmed_seals_corrected_and_compared():
    region = hat("region", "finances")
    session, other = published_session(), published_session()
    paid, allowed, waiting = trained(session, False), trained(session, True), trained(other, None)
    with pytest.raises(Refused, match="confirmé"):
        months.prepare(Partner.ASP, MONTH, region)
    half = Decimal("3.50")
    lock = sealed(session, {paid: [half, Decimal(0)], allowed: [Decimal(0), Decimal(0)]})
    sealed(other, {waiting: [Decimal(0), Decimal(0)]}, state="verrouille")

    asp = months.prepare(Partner.ASP, MONTH, region)
    assert list(rows(asp)) == [f"P{paid.pk}"], "ni l’allocataire, ni le mois qui n’est pas confirmé"
    said = rows(asp)[f"P{paid.pk}"]
    assert (said["HEURES_CENTRE"], said["HEURES_ENTREPRISE"], said["HEURES_ABSENCE"]) == ("0,00", "3,50", "3,50")
    assert (said["ABS_MALADIE"], said["ABS_SANS_MOTIF"], said["REGIME_REMUNERATION"]) == ("3,50", "0,00", "RPS")
    assert said["EMPREINTE_MOIS"] == lock.sha256[:12]
    read = SensitiveReading.objects.filter(hat=region)
    assert {one.stagiaire_id for one in read} == {paid.stagiaire_id, allowed.stagiaire_id}
    assert "octobre 2026" in read[0].purpose
    told = months.prepare(Partner.FRANCE_TRAVAIL, MONTH, region)
    assert {row["REGIME_REMUNERATION"] for row in rows(told).values()} == {"RPS", "ARE"}
    with pytest.raises(Refused, match="Rien n’a changé depuis la version 1"):
        months.prepare(Partner.ASP, MONTH, region)

    # Open again: what was said still holds, while the other session is confirmed.
    MonthLock.objects.filter(pk=lock.pk).update(answered_at=lock.locked_at)
    MonthLock.objects.filter(pk=lock.pk).update(state=LockState.ROUVERT, reopening_reason="Une absence oubliée")
    MonthLock.objects.filter(session=other).update(state=LockState.CONFIRME)
    second = months.prepare(Partner.ASP, MONTH, region)
    assert rows(second).keys() == {f"P{paid.pk}", f"P{waiting.pk}"}
    assert rows(second)[f"P{waiting.pk}"]["REGIME_REMUNERATION"] == "NC"
    sealed(session, {paid: [half, half], allowed: [Decimal(0), Decimal(0)]}, version=2)
    third = months.prepare(Partner.ASP, MONTH, region)
    assert third.version == 3
    name, data = files.take(third, "differences", region)
    (changed,) = from_csv(data)
    said = [changed[name] for name in ("MOUVEMENT", "NUMERO_DOSSIER", "HEURES_ENTREPRISE")]
    assert said == ["M", f"P{paid.pk}", "0,00"]
    assert name == "differences-presences-asp-2026-10-v3.csv"


def test_a_month_confirmed_after_the_balance_tells_it_again_once():
    session = published_session()
    one = trained(session, None)
    for state in ("en_cours", "terminee", "bilan_fait"):
        Session.objects.filter(pk=session.pk).update(state=state)
    Parcours.objects.filter(pk=one.pk).update(state="acheve", left_on=one.ends_on)
    events.on_balance(session=session)
    lock = sealed(session, {one: [Decimal(0), Decimal(0)]})
    for _ in range(2):
        events.on_month(lock=lock)
    balances = one.external_events.filter(kind="solde").order_by("version")
    assert [(row.version, row.payload["heures"]["faites"]) for row in balances] == [(1, "0"), (2, "1.00")]


def test_each_takes_away_what_is_his_and_it_is_written_down():
    region, keeper = hat("region", "gestionnaire"), hat("organisme")
    session = published_session()
    one = trained(session, None)
    sealed(session, {one: [Decimal(0), Decimal(0)]})
    made = months.prepare(Partner.ASP, MONTH, region)
    own = member_of(session.organisme)
    assert from_csv(files.take(made, "siennes", own)[1]) == list(rows(made).values())
    with pytest.raises(Refused, match="Aucune ligne"):
        files.take(made, "siennes", keeper)
    with pytest.raises(Refused, match="gestionnaire"):
        files.take(made, "tout", own)
    with pytest.raises(Refused, match="La version d’avant"):
        files.take(made, "differences", region)
    assert [(row.part, row.hat) for row in ExchangeDownload.objects.all()] == [("siennes", own)]
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangeDownload.objects.all().delete()
    with pytest.raises(Refused):
        sensitive.allowances([one.stagiaire_id], hat("region", "decideur"), "Essai")
