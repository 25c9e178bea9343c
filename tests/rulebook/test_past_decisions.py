"""Past decisions under the other reading of a contradiction: counted by a task, shown with its date."""

from html import unescape

import pytest
from django.test import Client

from core.rulebook.models import ReadingCount
from core.rulebook.past import count_readings
from core.rulebook.receipts import issue
from core.rules.cases import base
from intentions.rules import IntentionFacts, judge
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db

HERE = IntentionFacts.from_dict(base("intention"))
RENNES = HERE.with_facts(workplace_departement="35", outside_reason="bassin_frontalier")


def count_of(key: str, reading: int) -> ReadingCount:
    return ReadingCount.objects.get(contradiction=key, reading=reading)


def test_each_file_counts_once_by_what_was_last_judged() -> None:
    moved, settled = OrganisationFactory(), OrganisationFactory()
    for facts in (HERE, RENNES):
        issue(moved, "essai", judge(facts))
    issue(settled, "essai", judge(HERE))

    assert count_readings() == 2
    assert count_of("K1", 2).judged == 2
    assert count_of("K1", 2).flips == [{"before": "a_instruire", "after": "non_eligible", "count": 1}]
    assert count_of("K13", 2).flips == []


def test_a_derogation_that_was_granted_falls_under_the_stricter_reading() -> None:
    issue(OrganisationFactory(), "essai", judge(RENNES, derogations={"R22"}))

    count_readings()

    assert count_of("K1", 2).flips == [{"before": "eligible", "after": "non_eligible", "count": 1}]


def test_a_count_takes_the_place_of_the_one_before(client: Client) -> None:
    count_readings()
    issue(OrganisationFactory(), "essai", judge(RENNES))
    count_readings()

    page = unescape(client.get("/regles/contradictions/K1/").content.decode()).replace("\u00a0", " ")
    assert "Dossiers déposés ou décidés : 1 sur 1 change de verdict" in page
    assert "Compté le" in page
