"""The service: facts in, verdict out; whatever is sent, an answer in words and never a failure."""

import json
from datetime import date
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.rulebook.models import Parameter
from core.rules import evaluate
from core.rules.cases import base
from core.rules.reading import MAX_NUMBER
from intentions.facts import facts_of, judge_intention
from simulateur.examples import EXAMPLES
from simulateur.openapi import document
from simulateur.subjects import SUBJECTS
from simulateur.verdicts import Unreadable, simulate
from simulateur.views.api import MAX_BODY
from tests.factories.intentions import filed
from tests.rules.files import random_files

pytestmark = pytest.mark.django_db
EFFORT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000


def post(body: Any, *, raw: bytes | None = None, content_type: str = "application/json", **extra: Any):
    client = Client(enforce_csrf_checks=True, raise_request_exception=True)
    data = raw if raw is not None else json.dumps(body)
    return client.post(reverse("api_simulations"), data, content_type=content_type, **extra)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.title)
def test_the_examples_of_the_page_are_true(example):
    answer = post(example.body)
    assert answer.status_code == example.status
    said = answer.json()
    for member, value in example.says.items():
        if isinstance(value, dict):
            assert value.items() <= said[member].items()
        else:
            assert said[member] == value


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_service_says_what_the_engine_says(subject):
    ruleset = SUBJECTS[subject].ruleset
    for facts, derogations in random_files(ruleset, 40, seed=11):
        found = post({"sujet": subject, "faits": facts.as_dict(), "derogations": sorted(derogations)}).json()
        said = evaluate(ruleset, facts, derogations=derogations).as_dict()
        assert (found["verdict"], found["complet"]) == (said["verdict"], said["complete"])
        assert [one["fait"] for one in found["manquants"]] == [one["field"] for one in said["missing"]]
        assert [(one["regle"], one["etat"]) for one in found["regles"]] == [
            (one["rule"], one["state"]) for one in said["findings"]
        ]
        assert [[step["faits"] for step in one["etapes"]] for one in found["changements"]] == [
            [step["updates"] for step in one["changes"]] for one in said["changes"]
        ]


def test_the_service_says_what_the_desk_says_of_a_filed_intention():
    intention = filed()
    judged = judge_intention(intention)
    found = simulate("intention", facts_of(intention).as_dict())
    assert found["verdict"] == judged.verdict.value
    assert found["jeu_de_regles"] == judged.ruleset_hash


def test_one_simulation_asks_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        post(EXAMPLES[0].body)


def test_a_day_is_judged_by_its_own_figures():
    Parameter.objects.create(name="months_min", value="3", period=(date(2027, 6, 1), None), reason="Essai")
    body = EXAMPLES[0].body
    assert post(body).json()["verdict"] == "a_instruire"
    later = post({**body, "jour": "2027-06-01"}).json()
    assert (later["verdict"], later["jour"]) == ("eligible", "2027-06-01")
    assert later["jeu_de_regles"] != post(body).json()["jeu_de_regles"]


def test_under_five_each_route_says_its_passage_and_what_to_provide():
    facts = base("demande") | {"seats": 3, "posts_covered": 3}
    routes = post({"sujet": "demande", "faits": facts}).json()["voies"]

    assert {route["voie"] for route in routes} >= {"completer", "permanentes", "equilibre"}
    for route in routes:
        assert route["a_fournir"]
        assert all(one["passage"] and one["reference"] for one in route["citations"])
        assert route["citations"]


def test_a_granted_derogation_counts():
    assert post({**EXAMPLES[0].body, "derogations": ["R31"]}).json()["verdict"] == "eligible"


@pytest.mark.parametrize("rule", ["R01", "R99999"])
def test_a_derogation_from_a_rule_that_takes_none_is_refused_in_words(rule):
    answer = post({"sujet": "intention", "faits": base("intention"), "derogations": [rule]})
    assert answer.status_code == 422
    assert "à laquelle on déroge" in answer.content.decode()


def test_the_link_of_an_answer_opens_its_page(client):
    found = post(EXAMPLES[0].body).json()
    page = client.get(found["lien"])
    assert page.status_code == 200
    assert page.context["since"].unchanged


def test_names_that_are_no_facts_are_set_aside_and_said():
    found = post({"sujet": "intention", "faits": {"contrat": "cdi"}, "fait": {}}).json()
    assert {one["nom"] for one in found["ignores"]} == {"contrat", "fait"}


def test_the_fact_that_was_meant_is_looked_for_a_few_times_only():
    found = post({"sujet": "intention", "faits": {f"weekly_hour{n}": 1 for n in range(2_000)}}).json()
    assert len(found["ignores"]) == 2_000
    assert [bool(one["proche_de"]) for one in found["ignores"][:21]] == [True] * 20 + [False]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "sujet"),
        ({"sujet": "lot"}, "sujet"),
        ({"sujet": ["intention"]}, "sujet"),
        ({"sujet": "intention", "faits": []}, ""),
        ({"sujet": "intention", "faits": {"posts": "x"}}, "posts"),
        ({"sujet": "intention", "derogations": "R31"}, "derogations"),
        ({"sujet": "intention", "derogations": ["R999"]}, "derogations"),
        ({"sujet": "intention", "derogations": ["R31"] * 50}, "derogations"),
        ({"sujet": "intention", "jour": "demain"}, "jour"),
        ({"sujet": "intention", "jour": "1999-01-01"}, "jour"),
        ({"sujet": "intention", "jour": 3}, "jour"),
        (["intention"], ""),
        (None, ""),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(body, where):
    answer = post(body)
    assert answer.status_code == 422
    assert [one["fait"] for one in answer.json()["problemes"]] == [where]
    assert answer.json()["problemes"][0]["message"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"sujet": NaN}', 400),
        (b'{"sujet": Infinity}', 400),
        (b"\xff\xfe{}", 400),
        ('{"sujet": "é"}'.encode("latin-1"), 400),
        ("{}".encode("utf-16"), 400),
        (b"[" * 60_000, 400),
        (b'{"a":' * 10_000, 400),
        (b'{"sujet": "intention", "faits": {"posts": ' + b"9" * 5_000 + b"}}", 400),
        (b'{"sujet": "intention", "faits": {"weekly_hours": 1e400}}', 422),
        (b'{"sujet": "intention", "faits": {"job_title": "\\ud800"}}', 422),
        (b'{"sujet": "intention", "faits": {"\\ud800\\u0000": 1}}', 200),
        (b'{"sujet": "intention", "\\ud800": 1}', 200),
        (b'{"sujet": "intention", "derogations": ["\\ud800"]}', 422),
        (b" " * (MAX_BODY + 1), 413),
        (b'{"sujet": "intention", "faits": {"contract_type": "cdi", "contract_type": "cdd"}}', 200),
    ],
    ids=range(17),
)
def test_hostile_bodies(raw, status):
    answer = post(None, raw=raw)
    assert answer.status_code == status
    json.loads(answer.content.decode("utf-8"))


def test_other_ways_to_ask():
    assert post({}, content_type="text/plain").status_code == 415
    assert post({}, content_type="application/json; charset=utf-16").status_code == 400
    client = Client()
    for method in ("get", "put", "patch", "delete", "options"):
        assert getattr(client, method)(reverse("api_simulations")).status_code == 405
    answer = post(EXAMPLES[0].body, headers={"Origin": "https://ailleurs.test"})
    assert "Access-Control-Allow-Origin" not in answer
    assert not answer.cookies


def test_too_many_requests_from_one_address_wait(settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    codes = [post(EXAMPLES[0].body).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    refused = post(EXAMPLES[0].body)
    assert refused["Retry-After"] == "60"
    assert post(EXAMPLES[0].body, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_behind_a_proxy_each_visitor_has_his_own_count(settings):
    settings.API_REQUESTS_PER_MINUTE = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    asked = [
        post(EXAMPLES[0].body, headers={"X-Forwarded-For": f"1.2.3.4, 192.0.2.{n}"}).status_code for n in (1, 2, 1)
    ]
    assert asked == [200, 200, 429]


def test_without_a_cache_nobody_is_refused(settings, monkeypatch):
    from redis.exceptions import ConnectionError as Unreachable

    from core.accounts import throttle

    def fall(*_args: Any, **_kwargs: Any) -> None:
        raise Unreachable

    monkeypatch.setattr(throttle.cache, "add", fall)
    settings.API_REQUESTS_PER_MINUTE = 0
    assert post(EXAMPLES[0].body).status_code == 200


# ---- fuzzing


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema allows, and for one in five whatever else."""
    allowed = _allowed(schema)
    return st.integers(0, 4).flatmap(lambda draw: ANYTHING if draw == 0 else allowed)


def _allowed(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "anyOf" in schema:
        return st.one_of([_allowed(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema["type"]
    if kind == "object":
        return st.fixed_dictionaries({}, optional={name: values(one) for name, one in schema["properties"].items()})
    if kind == "array":
        return st.lists(values(schema["items"]), max_size=4)
    if schema.get("format") == "date":
        return st.dates(date(2024, 1, 1), date(2030, 1, 1)).map(lambda day: day.isoformat())
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if kind == "number":
        return st.floats(-MAX_NUMBER, MAX_NUMBER, allow_nan=False)
    return {
        "string": st.text(max_size=30),
        "integer": st.integers(schema.get("minimum", 0), schema.get("maximum", 10)),
        "boolean": st.booleans(),
    }[kind]


@cache  # making these strategies takes longer than drawing from them
def _suggested(subject: str) -> st.SearchStrategy[Any]:
    return _allowed(Client().get(reverse("api_schema", args=[subject])).json())


@pytest.mark.parametrize("subject", SUBJECTS)
@EFFORT
@given(data=st.data())
def test_whatever_the_schema_suggests_there_is_an_answer(subject, data):
    facts = data.draw(_suggested(subject))
    answer = post({"sujet": subject, "faits": facts})
    assert answer.status_code in (200, 422)
    said = answer.json()
    assert said["verdict"] if answer.status_code == 200 else said["problemes"]


@EFFORT
@given(raw=st.binary(max_size=300))
def test_whatever_the_octets_there_is_an_answer(raw):
    assert post(None, raw=raw).status_code in (400, 422)


# ---- what is published


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_schema_of_each_subject_is_published(client, subject):
    answer = client.get(reverse("api_schema", args=[subject]))
    assert answer["Content-Type"] == "application/schema+json"
    schema = answer.json()
    assert schema["$schema"].endswith("2020-12/schema")
    assert set(schema["properties"]) == set(SUBJECTS[subject].facts.__dataclass_fields__)
    assert client.get(reverse("api_schema", args=["nulle-part"])).status_code == 404


def test_the_openapi_document_describes_what_is_answered(client):
    described = client.get(reverse("api_openapi")).json()
    assert described["openapi"] == "3.1.0"
    assert described == json.loads(json.dumps(document("http://testserver")))
    assert reverse("api_simulations") in described["paths"]
    refs = set(_refs(described))
    assert refs == {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    answer_schema = described["components"]["schemas"]["Reponse"]
    for example in EXAMPLES:
        if example.status == 200:
            said = post(example.body).json()
            assert set(answer_schema["required"]) <= set(said) <= set(answer_schema["properties"])
            for listed in ("regles", "voies"):
                for one in said.get(listed, []):
                    assert set(one) == set(answer_schema["properties"][listed]["items"]["properties"])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_derogations_that_are_published_are_those_that_are_taken(client, subject):
    described = client.get(reverse("api_openapi")).json()["components"]["schemas"]["Demande"]["oneOf"]
    asked = next(one["properties"] for one in described if one["properties"]["sujet"]["const"] == subject)
    offered = asked["derogations"].get("items", {}).get("enum", [])
    assert len(offered) <= asked["derogations"]["maxItems"]
    for rule in SUBJECTS[subject].ruleset.by_id:
        status = post({"sujet": subject, "derogations": [rule]}).status_code
        assert status == (200 if rule in offered else 422), rule


def _refs(node: Any):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _refs(value)
    elif isinstance(node, list):
        for one in node:
            yield from _refs(one)


def test_the_page_names_every_fact_and_shows_every_example(client):
    body = client.get(reverse("api")).content.decode()
    for subject in SUBJECTS.values():
        for name in subject.facts.__dataclass_fields__:
            assert f"<code>{name}</code>" in body
    assert all(example.title in body for example in EXAMPLES)


def test_the_plain_function_answers_the_same_and_names_the_problems():
    found = simulate("intention", EXAMPLES[0].body["faits"], timezone.localdate())
    assert found == post(EXAMPLES[0].body).json()
    with pytest.raises(Unreadable) as caught:
        simulate("nulle-part", {})
    assert caught.value.problems[0].path == "sujet"
