"""The register of rules is public, complete and findable."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from core.rulebook.models import Parameter
from core.rules import contradictions, default_parameters, rule_texts

pytestmark = pytest.mark.django_db


def test_every_rule_has_its_place(client: Client) -> None:
    page = client.get("/regles/").content.decode()

    assert [rule_id for rule_id in rule_texts() if f'id="{rule_id}"' not in page] == []


def test_words_find_rules_with_or_without_accents(client: Client) -> None:
    page = client.get("/regles/", {"q": "derogation saisonnier"}).content.decode()

    assert 'id="R31"' in page
    assert 'id="R115"' not in page


def test_an_empty_search_says_what_to_try(client: Client) -> None:
    assert "Aucune règle ne contient ces mots" in client.get("/regles/", {"q": "zzz"}).content.decode()


def test_a_strange_filter_is_ignored(client: Client) -> None:
    assert 'id="R01"' in client.get("/regles/", {"mode": "%00'"}).content.decode()


def test_every_contradiction_shows_its_readings(client: Client) -> None:
    page = client.get("/regles/contradictions/").content.decode()

    assert [key for key in contradictions() if f'id="{key}"' not in page] == []


def test_thresholds_are_published(client: Client) -> None:
    page = client.get("/regles/parametres/").content.decode()

    assert all(found.short_label in page for found in map(default_parameters().describe, default_parameters()))
    assert "44, 49, 53, 72 et 85" in page


def test_a_threshold_that_the_region_has_dated_is_published_with_its_source(client: Client) -> None:
    Parameter.objects.create(
        name="weekly_hours_min",
        value="20",
        period=DateRange(date(2026, 1, 5), None),
        source="Délibération d’essai",
        reason="Essai",
    )

    page = client.get("/regles/parametres/").content.decode()

    assert "20\u00a0heures par semaine" in page
    assert "05/01/2026" in page
    assert "Délibération d’essai" in page
