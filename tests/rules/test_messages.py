"""The words of a verdict follow the facts of the file."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.rules import Verdict
from core.rules.french import count, day, listing, number, typography, words
from intentions.rules import IntentionFacts
from intentions.rules import judge as judge_intention
from sessions.rules import AttachedIntention, RequestFacts
from sessions.rules import judge as judge_request
from tests.rules.cases import base

INTENTION = IntentionFacts.from_dict(base("intention"))
REQUEST = RequestFacts.from_dict(base("demande"))


def message(facts, rule_id, audience="organisme"):
    judge = judge_intention if isinstance(facts, IntentionFacts) else judge_request
    finding = judge(facts).finding(rule_id)
    assert finding is not None
    return finding.message(audience).replace("\u00a0", " ")


def test_a_reason_outside_health_is_decided_higher_up():
    low = INTENTION.with_facts(weekly_hours=Decimal(20), low_hours_reason="autre")
    assert message(low, "R32").endswith("une autre raison se décide à un niveau supérieur.")
    boe = low.with_facts(low_hours_reason="boe")
    assert message(boe, "R32").endswith("notamment pour la santé ou l’obligation d’emploi.")


def test_low_hours_ask_for_their_reason_once():
    asked = judge_intention(INTENTION.with_facts(weekly_hours=Decimal(20)))
    assert [fact.field for fact in asked.missing] == ["low_hours_reason"]
    assert judge_intention(INTENTION.with_facts(weekly_hours=Decimal(20), low_hours_reason="boe")).missing == ()


def test_what_lacks_in_the_commitment():
    assert "reste incomplète" in message(INTENTION.with_facts(commitment=False), "R04")
    assert "Une seule suffit" in message(INTENTION.with_facts(milestones=()), "R04")


def test_a_subcontractor_learns_who_must_ask_for_another_territory():
    away = REQUEST.with_facts(training_departement="53")
    assert message(away, "R43").endswith("(85 et 49). La Région étudie la demande.")
    assert "doit venir du mandataire" in message(away.with_facts(organisme_role="sous_traitant"), "R43")


def test_the_reason_of_a_refused_qualiopi():
    expired = REQUEST.with_facts(qualiopi_until=date(2026, 11, 2))
    assert message(expired, "R115") == "La certification Qualiopi de l’organisme a pris fin le 2 novembre 2026."
    never = REQUEST.with_facts(qualiopi_certified=False, qualiopi_until=None)
    assert message(never, "R115") == "L’organisme doit être certifié Qualiopi."


def test_why_an_organisme_may_not_ask():
    assert message(REQUEST.with_facts(lot_active=False), "R112") == "Ce lot n’est pas en cours à cette date."
    assert "sous-traitance" in message(REQUEST.with_facts(organisme_role="aucun"), "R112")


def test_giving_posts_back_keeps_places_and_posts_together():
    twice = REQUEST.with_facts(seats=8, intentions=(AttachedIntention(posts=8, posts_free=5),))
    back = next(
        found for found in judge_request(twice).changes if found.changes[0].sentence.startswith("Laisser")
    ).apply(twice)
    assert (back.seats, back.posts_covered, back.intentions[0].posts) == (5, 5, 5)


def test_informations_and_warnings_stand_apart():
    judgement = judge_request(REQUEST.with_facts(today=date(2027, 1, 15), training_departement="49"))
    assert [finding.id for finding in judgement.informations] == ["R101"]
    assert [finding.id for finding in judgement.warnings] == ["R57"]
    assert judgement.verdict is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2027, 1, 20), "Le démarrage est prévu dans 12 jours."),
        (date(2027, 1, 31), "Le démarrage est prévu demain."),
        (date(2027, 2, 1), "Le démarrage est prévu aujourd’hui."),
        (date(2027, 2, 2), "Le jour prévu pour le démarrage est passé."),
    ],
)
def test_how_soon_a_session_starts_is_said_in_words(today, said):
    assert message(REQUEST.with_facts(today=today), "R101").startswith(said)


def test_one_stagiaire_may_open_at_the_balance():
    one = REQUEST.with_facts(
        seats=1,
        intentions=(AttachedIntention(posts=1),),
        head_count_case="equilibre_financier",
        balance_statement=True,
        price_unchanged=True,
    )
    assert judge_request(one).verdict is Verdict.A_INSTRUIRE
    assert judge_request(one.with_facts(seats=0)).verdict is Verdict.NON_ELIGIBLE


def test_five_open_whatever_is_still_to_be_said_of_the_group():
    judgement = judge_request(REQUEST.with_facts(head_count_case="groupe_existant"))
    finding = judgement.finding("R67")
    assert finding is not None
    assert finding.is_satisfied


def test_a_settled_derogation_leaves_the_others_waiting():
    waiting = AttachedIntention(verdict=Verdict.A_INSTRUIRE, pending=("R31", "R32"), posts=5)
    facts = REQUEST.with_facts(intentions=(waiting,))
    judgement = judge_request(facts)
    assert [finding.id for finding in judgement.to_decide] == ["R31", "R32"]
    both = judgement.changes[0].apply(facts)
    assert both.intentions == (replace(waiting, verdict=Verdict.ELIGIBLE, pending=()),)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (typography("l'été : « oui » à 24 h"), "l’été\u00a0: «\u00a0oui\u00a0» à 24\u00a0h"),
        (number(Decimal("22.50")), "22,5"),
        (number(10000), "10\u00a0000"),
        (number(Decimal(10)), "10"),
        (words(6), "six"),
        (words(12), "12"),
        (count(1, "poste"), "1 poste"),
        (count(Decimal("1.5"), "poste"), "1,5 poste"),
        (count(2, "poste"), "2 postes"),
        (day(date(2027, 2, 1)), "1er février 2027"),
        (listing(["a"]), "a"),
        (listing(["a", "b", "c"]), "a, b et c"),
    ],
)
def test_french(given, expected):
    assert given == expected
