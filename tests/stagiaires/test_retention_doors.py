"""What is sealed opens to the retention clock alone, a dispute stops it, and its page says what it does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.journal import events
from core.journal.models import Erasure, Event
from core.journal.refusals import Refused
from stagiaires.models import Absence, HalfDay, Hold, MonthLock, SensitiveReading, Signature, Stagiaire
from stagiaires.workflow import retention
from tests.factories.accounts import hat
from tests.factories.stagiaires import HalfDayFactory, PositioningFactory, member_of, parcours

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 3, 2)
LATER = dt.date(2040, 1, 1)
PAGE = 34  # queries: one for each sort of data, and those of any page


def test_what_is_sealed_opens_to_the_clock_alone():
    """Without its line in the journal, nothing gives way; with it, only the columns that are named."""
    one = parcours()
    keeper, half_day = member_of(one.organisme), HalfDayFactory(session=one.session)
    Signature.objects.create(half_day=half_day, parcours=one, method="code", signed_at=timezone.now(), drawing="1,2")
    Absence.objects.create(half_day=half_day, parcours=one, reason="maladie", note="Grippe", stated_by=keeper)
    SensitiveReading.objects.create(stagiaire=one.stagiaire, hat=keeper, purpose="Admission")
    month = half_day.on_date.replace(day=1)
    MonthLock.objects.create(session=one.session, month=month, content={}, sha256="0" * 64, locked_by=keeper)
    line = events.record(one, "essai", "Essai", hat=keeper, reason="Mot")
    for row, change in (
        (line, {"reason": ""}),
        (Absence.objects.get(), {"note": ""}),
        (Signature.objects.get(), {"drawing": ""}),
    ):
        with pytest.raises(Exception, match=r"Cannot update|is locked"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        SensitiveReading.objects.all().delete()
    forged = Erasure.objects.create(setting="essai", what="essai", before=DAY, rows=1, transaction=1)
    forged.refresh_from_db()
    assert forged.transaction != 1  # the database says which transaction it is
    Event.objects.filter(pk=line.pk).update(reason="")
    for row, change in (
        (line, {"label": "Autre chose"}),
        (Absence.objects.get(), {"hours": Decimal(1)}),
        (Signature.objects.get(), {"method": "papier"}),
    ):
        with pytest.raises(Exception, match=r"Cannot update|is locked"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Signature.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_door_closes_with_the_transaction_that_opened_it():
    line = events.record(hat("region").organisation, "essai", "Essai", reason="Mot")
    with transaction.atomic():
        Erasure.objects.create(setting="essai", what="essai", before=DAY, rows=1)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Event.objects.filter(pk=line.pk).update(reason="")


def test_a_dispute_suspends_the_clock_until_it_is_lifted():
    """Of the people of the session, and of nobody else."""
    admin, one, other = hat("region", role=Role.ADMINISTRATEUR), parcours(exit_note="Déménage"), PositioningFactory()
    half_day = HalfDayFactory(session=one.session, trainer="Anne Le Goff")
    Absence.objects.create(half_day=half_day, parcours=one, reason="maladie", note="Grippe")
    with pytest.raises(Refused, match="Dites pourquoi"):
        retention.hold(admin, " ", stagiaire=one.stagiaire)
    with pytest.raises(Refused, match="administrateur"):
        retention.hold(hat("region"), "Recours", stagiaire=one.stagiaire)
    held = retention.hold(admin, "Recours devant le tribunal", session=one.session)
    with pytest.raises(Refused, match="déjà suspendu"):
        retention.hold(admin, "Encore", session=one.session)

    def left() -> list[str]:
        names = Stagiaire.objects.filter(pk__in=[one.stagiaire_id, other.stagiaire_id]).order_by("pk")
        words = (Absence.objects.get().note, type(one).objects.get(pk=one.pk).exit_note, HalfDay.objects.get().trainer)
        return [*names.values_list("first_name", flat=True), *words]

    first = one.stagiaire.first_name
    retention.purge(LATER)
    assert left() == [first, "", "Grippe", "Déménage", "Anne Le Goff"]
    retention.lift(held, admin, "Jugement rendu")
    with pytest.raises(Refused, match="déjà levée"):
        retention.lift(held, admin, "Encore")
    retention.purge(LATER)
    assert left() == ["", "", "", "", ""]


def test_the_administrator_sees_what_will_go_and_suspends_it(client, django_assert_num_queries):
    """The page costs the same with one line and with three; a dispute is placed and lifted from it."""
    admin = hat("region", role=Role.ADMINISTRATEUR)
    client.force_login(admin.user)
    candidate = PositioningFactory()
    page, soon = reverse("conservation"), (timezone.localdate() + dt.timedelta(days=1500)).isoformat()
    _erased(1)
    client.get(page)
    with django_assert_num_queries(PAGE):
        client.get(page)
    _erased(2)
    with django_assert_num_queries(PAGE):
        shown = client.get(page, {"le": soon}).content.decode()
    assert "coordonnées, présentation, messages et avis" in shown
    assert "feuilles photographiées" in shown
    asked = {"subject": "S2020-9999", "reason": "Recours"}
    answer = client.post(reverse("conservation_suspendre"), asked)
    assert "Aucun dossier ne porte ce numéro" in answer.content.decode()
    for subject in (str(candidate.stagiaire_id), candidate.session.number.lower()):
        answer = client.post(reverse("conservation_suspendre"), asked | {"subject": subject})
        assert answer.status_code == 302
    again = client.post(reverse("conservation_suspendre"), asked | {"subject": candidate.session.number})
    assert "déjà suspendu" in again.content.decode()
    held = Hold.objects.get(session=candidate.session)
    assert f"Session {candidate.session.number}" in client.get(page).content.decode()
    client.post(reverse("conservation_lever", args=[held.pk]), {"reason": "Affaire close"})
    held.refresh_from_db()
    assert held.lifted_by == admin
    assert client.get(reverse("conservation_lever", args=[held.pk])).status_code == 404
    told = b"".join(client.get(reverse("conservation_journal", args=["csv"]))).decode()
    assert told.count("feuilles photographiées") == 3


def _erased(times: int) -> None:
    for _ in range(times):
        Erasure.objects.create(
            setting="retention_attendance_months", what="feuilles photographiées", before=DAY, rows=2
        )
