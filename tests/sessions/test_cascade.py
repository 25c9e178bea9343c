"""An employer leaves a session before its start: it is looked at again, and the Région decides (R18)."""

from decimal import Decimal

import pytest

from core.accounts.models import Membership
from core.journal.refusals import Refused
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from orders import proof
from orders.enums import ComposanteKind, ComposanteState, OperationKind
from orders.models import AvenantOperation, Composante
from orders.queries import composantes_of
from orders.workflow import composantes
from sessions.enums import LossAnswer, LossCause, OfferState, RequestState, SessionState
from sessions.models import CoverageLoss, SessionRequest
from sessions.queries import cascade
from sessions.queries.requests import queue
from sessions.workflow import decisions, offers, reexamination
from tests.factories.accounts import hat
from tests.factories.sessions import waiting_intention
from tests.sessions.steps import again, check_promises, order, standing_on, told, withdraw

pytestmark = pytest.mark.django_db


def test_a_withdrawal_freezes_the_session_in_a_queue_of_its_own_with_what_was_lost(decider: Membership) -> None:
    valideur = hat("valideur")
    session, _, leaving = standing_on(decider, 6, 2)
    type(valideur.organisation).objects.filter(pk=valideur.organisation_id).update(commune=session.commune)

    withdraw(leaving)

    request, session = again(session)
    assert (request.state, session.state) == (RequestState.A_REEXAMINER, SessionState.SUSPENDUE)
    assert list(cascade.to_examine()) == [request]
    assert request not in queue()
    loss = CoverageLoss.objects.get()
    assert (loss.posts, loss.posts_left, loss.seats, loss.started) == (2, 6, 8, False)
    assert (loss.cause, loss.answer, loss.reason) == (LossCause.RETRAIT, LossAnswer.ATTEND, "Le chantier est reporté.")
    assert loss.receipt.act == "desistement"
    assert loss.receipt.facts["posts_covered"] == 6
    assert told("demande.poste_perdu") == {"organisme", "region"}
    assert told("session.suspendue") == {"employeur", "valideur"}  # who stays in it, who recruits for it
    check_promises()


def test_fewer_posts_are_lost_like_those_of_an_employer_who_leaves(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 3, 3)

    intentions_workflow.reduce_posts(leaving, 1, hat=leaving.filed_by, reason="Un seul départ à la retraite.")

    request, session = again(session)
    assert request.state == RequestState.A_REEXAMINER
    loss = CoverageLoss.objects.get()
    assert (loss.cause, loss.posts, loss.posts_left) == (LossCause.REDUCTION, 2, 4)
    leaving.refresh_from_db()
    assert leaving.state == IntentionState.COUVERTE  # he stays, with what he still offers


def test_posts_enough_for_every_place_change_nothing_but_are_kept(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 5, 2)
    SessionRequest.objects.filter(pk=session.request_id).update(seats=5)

    withdraw(leaving)

    request, session = again(session)
    assert (request.state, session.state) == (RequestState.AUTORISEE, SessionState.PUBLIEE)
    assert CoverageLoss.objects.get().answer == LossAnswer.SUFFIT


def test_each_way_is_judged_and_says_what_the_lot_gets_back(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    waiting_intention(2)
    request, _ = again(session)

    keep, replace, end = cascade.options(cascade.situation(request), cascade.candidates(request))

    assert (keep.seats, keep.hours, keep.is_lawful) == (6, 6 * Decimal(525), True)
    assert keep.life.finding("R18") in keep.life.satisfied
    assert (replace.hours, replace.is_lawful, replace.life.to_decide) == (8 * Decimal(525), True, ())
    assert (end.hours, end.is_lawful) == (0, True)
    assert end.life.finding("R19") in end.life.satisfied


def test_under_five_the_rules_stand_in_the_way_of_fewer_places(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 3, 2)
    withdraw(leaving)
    request, _ = again(session)

    keep = cascade.options(cascade.situation(request), [])[0]

    assert not keep.is_lawful
    assert keep.asked.finding("R67") in keep.asked.blocking
    with pytest.raises(Refused, match="ne peut pas être autorisée"):
        reexamination.keep(request, decider, 3)


def test_kept_with_fewer_places_its_hours_go_back_to_the_lot_at_once(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    request, _ = again(session)
    with pytest.raises(Refused, match="une par poste"):
        reexamination.keep(request, decider, 7)

    decision = reexamination.keep(request, decider, 6, "À six.")

    request, session = again(session)
    assert (request.state, session.seats) == (RequestState.AUTORISEE, 6)
    (one,) = composantes_of(session)
    assert (one.places, one.balance.engage) == (6, 6 * Decimal(525))
    loss = CoverageLoss.objects.get()
    assert (loss.answer, loss.closed_by) == (LossAnswer.GARDEE, decider)
    assert decision.receipt.facts["seats"] == 6
    assert not list(proof.disagreements())
    assert told("session.suspendue") >= {"employeur"}


def test_ordered_hours_go_back_by_an_avenant_prepared_for_the_gestionnaire(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    one = order(session)
    withdraw(leaving)

    reexamination.keep(again(session)[0], decider, 6)

    operation = AvenantOperation.objects.get()
    assert (operation.composante, operation.kind) == (one, OperationKind.DIMINUER)
    assert operation.hours == 2 * Decimal(525)
    assert told("commande.a_modifier") == {"region"}
    assert Composante.objects.get(pk=one.pk).balance.commande == 8 * Decimal(
        525
    )  # an order changes by its avenant alone


def test_nobody_but_a_decider_keeps_or_cancels_and_a_cancellation_gives_everything_back(decider: Membership) -> None:
    session, staying, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    other = waiting_intention(2)
    request, _ = again(session)
    (offered,) = offers.offer(request, [other.pk], request.created_by)
    with pytest.raises(Refused, match="revient à la Région"):
        reexamination.keep(request, hat("region", "gestionnaire"), 6)

    decisions.cancel(request, decider, "Plus assez de monde.")

    offered.refresh_from_db()
    staying.refresh_from_db()
    assert (offered.state, CoverageLoss.objects.get().answer) == (OfferState.REPRISE, LossAnswer.ANNULEE)
    assert staying.state == IntentionState.QUALIFIEE
    assert composantes_of(session) == []
    with pytest.raises(Refused, match="reprise"):
        offers.accept(offered, other.filed_by)


def test_a_session_cancelled_gives_back_the_parcours_that_completed_it_too(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    bought = order(session)
    more = composantes.complement(
        bought, kind=ComposanteKind.COMPLEMENTAIRE, places=1, hours_each=Decimal(525), reason="Un poste de plus",
        hat=decider,
    )  # fmt: skip
    withdraw(leaving)

    decisions.cancel(again(session)[0], decider, "Plus assez de monde.")

    bought.refresh_from_db()
    more.refresh_from_db()
    assert (more.state, more.balance.held) == (ComposanteState.ANNULEE, 0)
    assert (bought.state, bought.to_withdraw) == (ComposanteState.COMMANDEE, "Plus assez de monde.")  # by an avenant
    assert not list(proof.disagreements())
