"""One engine behind four doors: the same file gets the same answer from the desk, the simulator, the service, a replay.

Ten thousand random files go through the functions behind the doors; two hundred of them through the web and the
database themselves.
"""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.rulebook.parameters import Editions
from core.rulebook.receipts import issue
from core.rulebook.replay import Judge, Stored, rejudge
from core.rules import Facts, Judgement, Verdict
from intentions.rules import judge as judge_intention
from sessions.rules import judge as judge_request
from simulateur.subjects import SUBJECTS
from simulateur.verdicts import as_answer, simulation
from tests.factories.accounts import OrganisationFactory
from tests.rules.cases import RULESETS
from tests.rules.files import random_files

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 3)
FILES = 5_000  # of each of the two subjects that the desk decides
SAMPLE = 100
DESKS = {"intention": judge_intention, "demande": judge_request}
EVERY_DESK = pytest.mark.parametrize("subject", DESKS)


def said(judgement: Judgement) -> dict[str, Any]:
    """All that a door may answer: verdict, rules, what is missing, changes, and the rules it was judged by."""
    return {
        "verdict": judgement.verdict.value,
        "rules": [(f.id, f.state.value, f.mode.value, f.granted) for f in judgement.findings],
        "missing": [fact.field for fact in judgement.missing],
        "changes": [[(step.actor.value, step.sentence) for step in found.changes] for found in judgement.changes],
        "ruleset": judgement.ruleset_hash,
    }


def answered(answer: dict[str, Any]) -> dict[str, Any]:
    """The same, read from the JSON of the service."""
    return {
        "verdict": answer["verdict"],
        "rules": [(r["regle"], r["etat"], r["mode"], r["derogation_accordee"]) for r in answer["regles"]],
        "missing": [one["fait"] for one in answer["manquants"]],
        "changes": [[(step["acteur"], step["phrase"]) for step in one["etapes"]] for one in answer["changements"]],
        "ruleset": answer["jeu_de_regles"],
    }


def at_the_desk(subject: str, facts: Facts, granted: frozenset[str], editions: Editions) -> Judgement:
    return DESKS[subject](facts, editions.on(DAY), granted)


def as_stored(judgement: Judgement) -> Stored:
    """What a receipt of this judgement keeps, as the replay reads it."""
    parameters = {name: str(value) for name, value in judgement.parameters.items()}
    return Stored(
        id=0,
        subject_type="",
        subject_id=0,
        judged_as=judgement.ruleset.subject,
        day=DAY,
        facts=json.dumps(judgement.facts.as_dict()),
        parameters=json.dumps(parameters),
        derogations=json.dumps(sorted(judgement.derogations)),
        verdict=judgement.verdict.value,
        outcome="",
        ruleset_hash=judgement.ruleset_hash,
    )


@EVERY_DESK
def test_ten_thousand_files_get_one_answer(subject):
    editions = Editions()
    replay = Judge(editions=editions)
    verdicts = set()
    for facts, granted in random_files(RULESETS[subject], FILES):
        desk = at_the_desk(subject, facts, granted, editions)
        expected = said(desk)
        sent = json.loads(json.dumps(facts.as_dict()))
        simulated = simulation(subject, sent, DAY, derogations=granted, editions=editions)
        assert said(simulated.judgement) == expected, facts
        assert answered(as_answer(simulated)) == expected, facts
        assert said(replay.judge(as_stored(desk))) == expected, facts
        verdicts.add(desk.verdict)
    assert len(verdicts) == 3


@EVERY_DESK
def test_the_service_answers_over_the_web_like_the_desk(subject, client: Client, settings):
    settings.API_REQUESTS_PER_MINUTE = 100_000
    editions = Editions()
    for facts, granted in random_files(RULESETS[subject], SAMPLE, seed=11):
        body = {"sujet": subject, "faits": facts.as_dict(), "derogations": sorted(granted), "jour": DAY.isoformat()}
        response = client.post("/api/v1/simulations/", json.dumps(body), content_type="application/json")
        assert response.status_code == 200, response.content
        assert answered(response.json()) == said(at_the_desk(subject, facts, granted, editions)), facts


@EVERY_DESK
def test_the_page_of_a_result_judges_like_the_desk(subject, client: Client):
    editions = Editions()
    shown = []
    for facts, _ in random_files(RULESETS[subject], SAMPLE // 5, seed=13):
        found = simulation(subject, facts.as_dict(), DAY, editions=editions)
        if found.link:
            desk = DESKS[subject](facts, editions.today())
            page = client.get(found.link)
            assert page.context["ruleset_hash"] == desk.ruleset_hash
            assert page.context["refused"] is (desk.verdict is Verdict.NON_ELIGIBLE), facts
            shown.append(desk.verdict)
    assert len(set(shown)) > 1


@EVERY_DESK
def test_a_receipt_is_judged_again_like_the_desk(subject):
    editions = Editions()
    organisation = OrganisationFactory()
    for facts, granted in random_files(RULESETS[subject], SAMPLE, seed=17):
        desk = at_the_desk(subject, facts, granted, editions)
        assert said(rejudge(issue(organisation, "essai", desk))) == said(desk), facts


def test_every_subject_of_the_simulator_is_judged_by_a_registered_rule_set():
    assert {code: subject.ruleset for code, subject in SUBJECTS.items()} == {code: RULESETS[code] for code in SUBJECTS}
