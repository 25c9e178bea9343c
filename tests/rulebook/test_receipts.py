"""Receipts say what was judged, and nothing can be slipped into their chain."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.rulebook import parameters
from core.rulebook.controls import walk
from core.rulebook.models import Parameter, Receipt
from core.rulebook.receipts import issue, last_receipt
from intentions.rules import IntentionFacts, judge
from tests.factories.accounts import OrganisationFactory, hat

pytestmark = pytest.mark.django_db

SHORT = IntentionFacts(contract_type="cdd", contract_months=4, weekly_hours=Decimal(30))


def test_a_receipt_keeps_the_ground_of_the_verdict() -> None:
    region, subject = hat("region"), OrganisationFactory()
    judgement = judge(SHORT)

    receipt = issue(subject, "essai", judgement, hat=region)

    assert (receipt.verdict, receipt.ruleset_hash) == (judgement.verdict.value, judgement.ruleset_hash)
    assert receipt.author == region.user
    assert last_receipt(subject) == receipt


def test_what_was_kept_judges_the_same_again() -> None:
    receipt = issue(OrganisationFactory(), "essai", judge(SHORT))
    receipt.refresh_from_db()

    again = judge(IntentionFacts.from_dict(receipt.facts), derogations=frozenset(receipt.derogations))

    assert again.verdict.value == receipt.verdict
    assert again.ruleset_hash == receipt.ruleset_hash


def test_each_receipt_holds_the_one_before() -> None:
    first, second = (issue(OrganisationFactory(), "essai", judge(SHORT)) for _ in range(2))

    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert walk().broken is None


def test_a_receipt_is_never_rewritten() -> None:
    receipt = issue(OrganisationFactory(), "essai", judge(SHORT))

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(verdict="eligible")


def test_the_region_may_date_another_figure() -> None:
    Parameter.objects.create(
        name="weekly_hours_min", value="20", period=DateRange(date(2027, 1, 1), None), reason="Délibération"
    )

    assert parameters.current(date(2026, 12, 31))["weekly_hours_min"] == 24
    assert parameters.current(date(2027, 1, 1))["weekly_hours_min"] == 20
