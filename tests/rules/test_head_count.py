"""Fewer than five: the order of the decision and the lawful routes."""

import pytest

from core.rules import Actor, default_parameters
from sessions.rules import (
    AttachedIntention,
    RequestFacts,
    RouteStatus,
    completeness,
    head_count,
    head_count_routes,
    total_hours,
)
from tests.rules.cases import base

GOOD = RequestFacts.from_dict(base("demande"))
PARAMETERS = default_parameters()
FOUR = {"seats": 4, "intentions": (AttachedIntention(posts=4, posts_free=4),)}
BALANCE = {"head_count_case": "equilibre_financier", "balance_statement": True, "price_unchanged": True}
GROUP = {"head_count_case": "groupe_existant", "existing_group": "apprentis"}
COMPLEMENT = {"head_count_case": "complementaire", "complements": "2026-0377", "same_domain": True}
PERMANENT = {"entry_mode": "entrees_permanentes"}


@pytest.mark.parametrize(
    ("changed", "rule", "minimum"),
    [
        ({}, "R67", 5),
        (FOUR, "R67", 5),
        ({**FOUR, **PERMANENT}, "R70", 1),
        ({**FOUR, **PERMANENT, **GROUP}, "R70", 1),
        ({**FOUR, **GROUP}, "R68", 1),
        ({**FOUR, **COMPLEMENT}, "R72", 1),
        ({**FOUR, **BALANCE}, "R69", 1),
        ({**BALANCE}, "R67", 5),
        ({**FOUR, **PERMANENT, "drajes": True, "sector_minimum": 8}, "R61", 8),
    ],
)
def test_the_decision_keeps_its_order(changed, rule, minimum):
    found = head_count(GOOD.with_facts(**changed), PARAMETERS)
    assert (found.rule, found.minimum) == (rule, minimum)


def routes(**changed):
    return {route.code: route for route in head_count_routes(GOOD.with_facts(**changed))}


def test_five_routes_in_the_order_of_the_register():
    assert list(routes(**FOUR)) == ["completer", "groupe_existant", "permanentes", "complementaire", "equilibre"]


def test_what_lacks_to_complete_the_group():
    assert routes(**FOUR)["completer"].needs == "1\u00a0poste compatible de plus"
    assert routes()["completer"].status is RouteStatus.CHOSEN


def test_the_route_taken_is_marked():
    assert routes(**FOUR, **GROUP)["groupe_existant"].status is RouteStatus.CHOSEN
    assert routes(**FOUR, **BALANCE)["equilibre"].status is RouteStatus.CHOSEN


def test_routes_that_the_file_closes():
    assert routes(**FOUR, same_domain=False)["complementaire"].status is RouteStatus.CLOSED
    assert routes(**FOUR, price_unchanged=False)["equilibre"].status is RouteStatus.CLOSED
    assert routes(seats=1, intentions=())["permanentes"].status is RouteStatus.CLOSED


def test_who_acts_on_each_route():
    found = routes(**FOUR)
    assert found["completer"].actors == (Actor.ORGANISME,)
    assert found["equilibre"].actors == (Actor.ORGANISME, Actor.REGION)


def test_no_route_under_the_minimum_of_the_drajes():
    assert head_count_routes(GOOD.with_facts(drajes=True, sector_minimum=8)) == ()


def missing(**changed):
    return [found.field for found in completeness(GOOD.with_facts(**changed))]


def test_a_complete_request_lacks_nothing():
    assert missing() == []


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"objective": ""}, ["objective"]),
        ({"aim": "rncp_complet"}, ["certification_code"]),
        ({"aim": "sans_certification", "certification_code": None}, []),
        ({"ends_on": None}, ["ends_on"]),
        ({"ends_on": None, **PERMANENT}, []),
        ({"intentions": ()}, ["intentions"]),
        ({"intentions": (), "access_mode": "socle", "hours_company": None}, []),
        ({"head_count_case": "groupe_existant"}, ["existing_group"]),
        ({"organisme_role": "cotraitant"}, ["mandataire_informed"]),
        ({"organisme_role": "sous_traitant"}, ["group_cannot", "mandataire_agrees"]),
        ({"hours_centre": None, "hours_distance": 20}, []),
        ({"hours_company": None}, ["hours_company"]),
        ({"hours_company": None, "hours_company_other": 35}, []),
    ],
)
def test_what_a_request_lacks(changed, fields):
    assert missing(**changed) == fields


def test_hours_of_one_stagiaire():
    assert total_hours(GOOD) == 370
    assert total_hours(RequestFacts()) == 0
