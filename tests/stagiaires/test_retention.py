"""The retention clock: once the delays have passed, nothing in the database names the person; sums stay exact."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from core.journal.models import Erasure
from core.rulebook.controls import walk
from core.rulebook.models import Receipt
from core.rulebook.replay import replay
from orders import proof
from orders.models import HoursDone
from stagiaires.facts import SAID, for_receipt
from stagiaires.models import Absence, MonthHours, PaperSheet, Parcours, Positioning, Stagiaire
from stagiaires.queries import attendance
from stagiaires.queries import retention as due
from stagiaires.queries.retention import cutoff
from stagiaires.rules import AdmissionFacts
from stagiaires.workflow import months, retention
from tests.factories.stagiaires import PositioningFactory
from tests.stagiaires.retention_world import DAY, lived, written_in

pytestmark = pytest.mark.django_db
LATER = dt.date(2040, 1, 1)
# Columns of the room in which nobody writes about a person: codes, numbers of ours, hashes, what a session is called.
SILENT = {
    *("token_hash", "sha256", "key", "identity_key", "ft_identifier", "postcode", "phone", "contact_phone"),
    *("subject", "room", "kind", "place", "agreed", "cancellation_reason", "content", "payload", "secret", "remote_id"),
    *("part", "delivery", "name"),
}
KEPT_WORDS = {  # what is said of a session, an intention or a partner, not of a person
    *("stagiaires_informationmeeting", "stagiaires_commitmentanswer", "stagiaires_milestone"),
    "stagiaires_exchangesender",
}


@pytest.fixture
def person(time_machine, settings, tmp_path) -> Parcours:
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(timezone.make_aware(dt.datetime.combine(DAY, dt.time(10))))
    return lived()


def books(one: Parcours) -> list[Any]:
    """The sums that money rests on, and what proves them."""
    hours = MonthHours.objects.filter(parcours=one).order_by("pk")
    return [
        list(hours.values_list("hours", "hours_company", "hours_absent", "hours_justified")),
        list(HoursDone.objects.order_by("pk").values_list("version", "hours")),
        [(lock.sha256, months.is_whole(lock)) for lock in one.session.month_locks.order_by("version")],
        [line.presence for line in attendance.lines(parcours=[one.pk])],
        list(proof.disagreements()),
        walk().broken,
        replay().differences,
        Receipt.objects.count(),
        one.session.month_locks.count(),
    ]


def test_once_the_delays_have_passed_the_name_stands_nowhere_and_every_sum_is_the_same(person):
    before = written_in()
    _everything_was_tried(before)
    sums, files = books(person), [Absence.objects.get().proof.name, PaperSheet.objects.get().file.name]
    assert all(default_storage.exists(name) for name in files)
    assert retention.purge(dt.date(2028, 1, 2)) == 1  # the sensitive facts, six months after the end
    assert retention.purge(LATER, batch=1) > 20  # by the smallest steps
    assert written_in() == set()
    assert not any(default_storage.exists(name) for name in files)
    assert books(person) == sums
    assert retention.purge(LATER) == 0
    # What is counted stays: the parcours, its dates, that the absence was justified.
    assert (Absence.objects.get().reason, Absence.objects.get().has_proof) == ("maladie", False)
    assert Stagiaire.objects.get(pk=person.stagiaire_id).purged_at is not None
    assert Parcours.objects.get().state == "acheve"
    assert str(Stagiaire.objects.get(pk=person.stagiaire_id)) == "Personne dont le dossier est effacé"
    lines = Erasure.objects.order_by("pk")
    assert {one.setting for one in retention.CATEGORIES} - {line.setting for line in lines} == {
        "retention_never_admitted_months",  # he did enter
        "retention_sign_in_months",  # his link went with him
    }


def _everything_was_tried(found: set[tuple[str, str]]) -> None:
    """The test is worth what it writes: each free text of the room holds the name, or is known to hold none."""
    silent = []
    for model in apps.get_app_config("stagiaires").get_models():
        table = model._meta.db_table
        if hasattr(model, "pgh_tracked_model") or table in KEPT_WORDS:
            continue
        for field in model._meta.concrete_fields:
            free = isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
            if free and not field.choices and field.column not in SILENT and (table, field.column) not in found:
                silent.append(f"{table}.{field.column}")
    assert silent == []
    history = {table for table, _ in found if table.endswith("event")}
    assert history >= {"stagiaires_stagiaireevent", "stagiaires_absenceevent", "stagiaires_monthlockevent"}


def test_each_delay_runs_from_its_own_end(capsys):
    """The one who never entered is forgotten two years after; the words of his candidacy before."""
    candidate = PositioningFactory(note="À rappeler")
    Positioning.objects.filter(pk=candidate.pk).update(
        state="retire", closing_reason="Autre projet", answered_at=timezone.now()
    )
    today = timezone.localdate()

    def counts(months_later: int) -> tuple[int, int]:
        year, month = divmod(today.month - 1 + months_later, 12)
        on = dt.date(today.year + year, month + 1, 28)
        return due.candidacies(cutoff(18, on)).count(), due.people_never_admitted(cutoff(24, on)).count()

    assert [counts(n) for n in (17, 19, 23, 25)] == [(0, 0), (1, 0), (1, 0), (1, 1)]
    call_command("conservation", "--le", f"{today.year + 3}-01-01")
    assert "Personnes jamais entrées, 24 mois" in capsys.readouterr().out
    assert cutoff(6, dt.date(2027, 8, 31)) == dt.date(2027, 2, 28)


def test_a_receipt_keeps_on_which_side_of_the_entry_a_day_falls_and_not_the_day():
    entry = dt.date(2027, 3, 1)
    facts = AdmissionFacts(
        entry_on=entry, work_permit_until=dt.date(2029, 5, 6), siae_contract_end=dt.date(2026, 1, 2), proposal="Mots"
    )
    kept = for_receipt(facts)
    assert (kept.work_permit_until, kept.siae_contract_end, kept.proposal) == (entry, dt.date(2027, 2, 28), SAID)
    early = for_receipt(facts.with_facts(work_permit_until=dt.date(2027, 2, 1), siae_contract_end=entry))
    assert (early.work_permit_until, early.siae_contract_end) == (dt.date(2027, 2, 28), entry)
