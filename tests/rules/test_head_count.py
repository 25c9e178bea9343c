"""Fewer than five: the order of the decision and the lawful routes."""

import pytest

from core.rules import Actor, ChangeSet, Verdict, default_parameters, rule_texts
from sessions.rules import (
    AttachedIntention,
    RequestFacts,
    RouteStatus,
    completeness,
    head_count,
    head_count_routes,
    judge,
    route_sets,
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


def test_each_route_carries_its_passage_and_what_to_provide():
    found = routes(**FOUR)
    assert all(route.provide and all(citation.quotation for citation in route.citations) for route in found.values())
    assert found["groupe_existant"].citations[0] == rule_texts()["R68"].citation
    assert found["completer"].citations[1].quotation == "Oui, une même formation peut concerner plusieurs employeurs."
    assert found["equilibre"].provide[-1] == "Le visa de la Région"


def test_a_session_of_the_socle_is_asked_no_intention():
    found = routes(seats=4, access_mode="socle", intentions=None)
    assert not any("intention" in what for route in found.values() for what in route.provide)


def ways(facts):
    """For each route, its sets as who acts and what."""
    return {
        code: [[(step.actor.value, step.derogation or step.slots) for step in found.changes] for found in sets]
        for code, sets in route_sets(facts).items()
    }


def test_each_route_is_taken_by_its_own_smallest_changes():
    found = ways(GOOD.with_facts(**FOUR))
    case = ("head_count_case", "existing_group")
    assert found["completer"] == [[("organisme", ("intentions.posts", "seats"))]]
    assert found["groupe_existant"] == [[("organisme", case)]]
    assert found["permanentes"] == [[("organisme", ("entry_mode",))]]
    assert [len(steps) for steps in found["complementaire"]] == [1]
    assert [[step[0] for step in steps] for steps in found["equilibre"]] == [["organisme", "region"]]


def test_a_route_with_something_else_in_the_way_says_all_that_is_needed():
    facts = GOOD.with_facts(**FOUR, licence_module=True)
    found = ways(facts)["groupe_existant"]
    assert [[step[0] for step in steps] for steps in found] == [["organisme", "organisme"], ["organisme", "region"]]


@pytest.mark.parametrize(
    "changed",
    [
        FOUR,
        {**FOUR, "licence_module": True},
        {**FOUR, **GROUP},
        {**FOUR, **BALANCE},
        {**FOUR, "hours_company": 0},
        {"seats": 3, "access_mode": "socle", "intentions": None},
        {"seats": 2, "intentions": (AttachedIntention(verdict="a_instruire", pending=("R31",), posts=2),)},
    ],
)
def test_every_set_of_a_route_is_proven(changed):
    facts = GOOD.with_facts(**changed)
    for sets in route_sets(facts).values():
        for found in sets:
            assert judge(found.apply(facts), derogations=found.derogations).verdict is Verdict.ELIGIBLE
            less = ChangeSet(found.changes[1:])
            assert judge(less.apply(facts), derogations=less.derogations).verdict is not Verdict.ELIGIBLE


def test_what_is_open_already_has_no_route_to_take():
    assert not any(ways(GOOD).values())
    assert route_sets(GOOD.with_facts(drajes=True, sector_minimum=8)) == {}
