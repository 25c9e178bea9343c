"""What the Région may do with a request, and what happens when two people do it at once."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import Membership
from core.journal.models import Event, Notification, OutboxMessage
from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from sessions.enums import DecisionKind, RequestState, SessionState
from sessions.facts import judge_request, judgement_shown
from sessions.models import Coverage, Decision, RequestDerogation, Session, SessionRequest
from sessions.workflow import decisions, requests
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory
from tests.factories.sessions import RequestDerogationFactory, SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db


@pytest.fixture
def decider() -> Membership:
    return hat("region", Role.DECIDEUR)


@pytest.fixture
def gestionnaire(decider: Membership) -> Membership:
    return hat("region", Role.GESTIONNAIRE)


def test_an_authorised_request_becomes_a_session(decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)

    decision = decisions.authorise(asked, decider)

    asked = SessionRequest.objects.get(pk=asked.pk)
    session = Session.objects.get(request=asked)
    assert (asked.state, decision.kind, session.decision) == (
        RequestState.AUTORISEE,
        DecisionKind.AUTORISATION,
        decision,
    )
    assert decision.receipt.verdict == "eligible"
    assert OutboxMessage.objects.filter(topic="session.publier", subject_id=session.pk).exists()
    assert set(Intention.objects.values_list("state", flat=True)) == {IntentionState.COUVERTE}
    assert Notification.objects.filter(kind="demande.decidee", user=asked.created_by.user).exists()


@pytest.mark.parametrize("role", [Role.GESTIONNAIRE, Role.FINANCES, Role.ADMINISTRATEUR])
def test_only_a_decideur_decides(role: str) -> None:
    asked = SessionRequestFactory(in_queue=True)

    with pytest.raises(Refused, match="revient à la Région\u00a0: décideur"):
        decisions.authorise(asked, hat("region", role))
    with pytest.raises(Refused, match="revient à la Région"):
        decisions.refuse(asked, hat("region", role), "Hors sujet")


def test_another_organisation_decides_nothing() -> None:
    asked = SessionRequestFactory(in_queue=True)

    with pytest.raises(Refused):
        decisions.authorise(asked, asked.created_by)


def test_a_derogation_in_the_way_stops_the_authorisation(decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True, place=None, place_name="Atelier neuf", place_reason="Travaux",
                                  place_address="2 rue du Port", place_postcode="44000",
                                  place_commune=CommuneFactory())  # fmt: skip
    row = RequestDerogationFactory(request=asked, rule="R44")

    with pytest.raises(Refused, match="ne peut pas être autorisée"):
        decisions.authorise(asked, decider)
    assert not Session.objects.exists()

    decisions.decide_derogation(row, decider, granted=True, reason="Lieu visité le 3 novembre.")
    decisions.authorise(asked, decider)
    assert Session.objects.get().request == asked


def test_a_derogation_is_decided_once_with_its_reason(decider: Membership) -> None:
    row = RequestDerogationFactory()

    with pytest.raises(Refused, match="motif"):
        decisions.decide_derogation(row, decider, granted=True, reason="  ")
    decisions.decide_derogation(row, decider, granted=False, reason="Le lieu ne convient pas.")

    row.refresh_from_db()
    assert (row.state, row.decided_by) == (RequestDerogation.State.REFUSEE, decider)
    with pytest.raises(Refused, match="déjà refusée"):
        decisions.decide_derogation(row, decider, granted=True, reason="Je change d’avis.")


def test_passing_in_front_of_earlier_requests_asks_for_a_reason(decider: Membership) -> None:
    first = SessionRequestFactory(in_queue=True, sent_at=timezone.now() - timezone.timedelta(days=3))
    second = SessionRequestFactory(in_queue=True)

    with pytest.raises(Refused, match=first.number):
        decisions.authorise(second, decider)
    decision = decisions.authorise(second, decider, overtaking_reason="L’employeur ouvre son atelier le 1er décembre.")

    assert decision.overtaken == [first.number]
    assert Event.objects.get(kind="demande.depassement").internal
    kept = decision.receipt
    assert (kept.facts["overtakes"], kept.facts["overtaking_reason"]) == (1, "motif gardé au journal")
    said = {one["rule"]: one["state"] for one in kept.judgement["findings"]}
    assert (said["R98"], said["R99"]) == ("satisfied", "satisfied")


def test_a_request_given_back_leaves_the_queue_and_says_why(gestionnaire: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)

    decisions.take(asked, gestionnaire)
    decisions.ask_completion(asked, gestionnaire, "Le programme ne dit pas ce que fait le stagiaire en atelier.")

    asked = SessionRequest.objects.get(pk=asked.pk)
    assert (asked.state, asked.assigned_to) == (RequestState.A_COMPLETER, gestionnaire.user)
    assert Decision.objects.get().kind == DecisionKind.COMPLEMENT


def test_a_refusal_frees_the_posts_and_their_employers(decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)

    with pytest.raises(Refused, match="motif"):
        decisions.refuse(asked, decider, "")
    decisions.refuse(asked, decider, "La filière ne correspond pas au lot.")

    asked = SessionRequest.objects.get(pk=asked.pk)
    assert (asked.state, asked.closing_reason) == (RequestState.REFUSEE, "La filière ne correspond pas au lot.")
    assert not Coverage.objects.filter(is_live=True).exists()
    assert set(Intention.objects.values_list("state", flat=True)) == {IntentionState.QUALIFIEE}
    receipt = Receipt.objects.get(subject_type="sessionrequest", act="decision")
    assert Decision.objects.get().receipt == receipt
    # Its posts are gone, but what is shown of it is what was judged that day.
    assert judgement_shown(asked).verdict.value == receipt.verdict != judge_request(asked).verdict.value


def test_what_was_still_asked_is_refused_with_the_request(decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)
    RequestDerogation.objects.create(request=asked, rule="R44", asked_reason="Un atelier plus près")

    decisions.refuse(asked, decider, "La filière ne correspond pas au lot.")

    row = RequestDerogation.objects.get()
    assert (row.state, row.decision_reason) == ("refusee", "La filière ne correspond pas au lot.")


def test_a_file_is_handed_to_a_colleague_and_to_nobody_else(gestionnaire: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)
    colleague = hat("region", Role.DECIDEUR, name="Autre service")
    colleague.organisation = gestionnaire.organisation
    colleague.save()

    decisions.assign(asked, gestionnaire, colleague.user)
    assert SessionRequest.objects.get(pk=asked.pk).assigned_to == colleague.user
    with pytest.raises(Refused, match="gestionnaire ou à un décideur"):
        decisions.assign(asked, gestionnaire, asked.created_by.user)


@pytest.mark.django_db(transaction=True)
def test_two_people_deciding_at_once_one_wins_and_the_other_is_told() -> None:
    with transaction.atomic():
        asked = SessionRequestFactory(in_queue=True)
    hats = [hat("region", Role.DECIDEUR), hat("region", Role.DECIDEUR)]
    told: list[str] = []
    start = threading.Barrier(2)

    def decide(index: int) -> None:
        start.wait()
        try:
            if index:
                decisions.refuse(asked, hats[index], "Hors du lot.")
            else:
                decisions.authorise(asked, hats[index])
        except Refused as refusal:
            told.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[index]) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Decision.objects.count() == 1
    assert len(told) == 1
    assert "Entre-temps" in told[0]


def test_a_suspended_session_keeps_its_posts_and_comes_back(decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)
    decisions.authorise(asked, decider)

    decisions.suspend(asked, decider, "L’atelier est en travaux.")
    session = Session.objects.get()
    assert (session.state, session.withdrawal_reason) == (SessionState.SUSPENDUE, "L’atelier est en travaux.")
    assert Coverage.objects.filter(is_live=True).count() == asked.seats

    decisions.resume(asked, decider)
    assert OutboxMessage.objects.filter(topic="session.publier").count() == 2
    with pytest.raises(Refused, match=r"terme|n’est pas suspendue|Entre-temps"):
        decisions.resume(SessionRequestFactory(in_queue=True), decider)


def test_a_cancelled_session_frees_its_posts(decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)
    decisions.authorise(asked, decider)

    decisions.cancel(asked, decider, "L’employeur ferme son site.")

    assert Session.objects.get().state == SessionState.ANNULEE
    assert SessionRequest.objects.get(pk=asked.pk).state == RequestState.RETIREE
    assert not Coverage.objects.filter(is_live=True).exists()
    assert set(Intention.objects.values_list("state", flat=True)) == {IntentionState.QUALIFIEE}


def test_a_derogation_of_an_employer_is_asked_once_on_his_intention(decider: Membership) -> None:
    intention = waiting_intention(5, contract_type="cdd", contract_months=4, short_contract_reason="saisonnier")
    asked = SessionRequestFactory(complete=True, posts=list(intention.posts.all()))

    requests.send(asked, asked.created_by)

    assert not RequestDerogation.objects.exists()
    with pytest.raises(Refused, match="ne peut pas être autorisée"):
        decisions.authorise(asked, decider)
    intentions_workflow.decide_derogation(
        intention.derogations.get(), granted=True, reason="Saison constatée chaque année.", hat=decider
    )
    assert decisions.authorise(asked, decider).receipt.verdict == "eligible"
