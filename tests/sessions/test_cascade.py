"""An employer leaves a session: looked at again before it starts (R18), gone on with after (R19); hours more (R51)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification
from core.journal.refusals import Refused
from core.rulebook import letters
from core.rulebook.models import Receipt
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from orders import proof
from orders.enums import ComposanteKind, OperationKind
from orders.models import AvenantOperation, Composante
from orders.queries import composantes_of
from orders.workflow import bons
from sessions import reminders
from sessions.enums import LossAnswer, LossCause, OfferState, RequestState, SessionState
from sessions.models import CoverageLoss, PlaceOffer, Session, SessionRequest
from sessions.queries import cascade
from sessions.queries.requests import queue
from sessions.workflow import decisions, extra_hours, offers, reexamination
from sessions.workflow.composantes import engage_hours
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory
from tests.factories.sessions import located_organisme, published_session, waiting_intention
from tests.sessions.steps import check_promises

pytestmark = pytest.mark.django_db


@pytest.fixture
def decider() -> Membership:
    return hat("region")


def standing_on(decider: Membership, stays: int, leaves: int, **said: object) -> tuple[Session, Intention, Intention]:
    """A published session, its hours engaged, on two employers: who stays, and who is about to leave."""
    staying, leaving = waiting_intention(stays), waiting_intention(leaves)
    posts = [*staying.posts.order_by("rank"), *leaving.posts.order_by("rank")]
    session = published_session(posts=posts, seats=stays + leaves, decider=decider, **said)
    for intention in (staying, leaving):
        intentions_workflow.cover(intention, hat=decider)
    engage_hours(session, hat=decider)
    return session, Intention.objects.get(pk=staying.pk), Intention.objects.get(pk=leaving.pk)


def withdraw(intention: Intention) -> None:
    intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le chantier est reporté.")


def start(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate() - dt.timedelta(days=10))


def again(session: Session) -> tuple[SessionRequest, Session]:
    request = SessionRequest.objects.select_related("session__lot", "organisme", "lot").get(pk=session.request_id)
    return request, request.session


def order(session: Session) -> Composante:
    """Its composante, on an order that was sent."""
    (one,) = composantes_of(session)
    keeper = hat("region", "gestionnaire")
    bons.issue(bons.prepare(one.lot, [one], keeper), keeper)
    return Composante.objects.get(pk=one.pk)


def told(kind: str) -> set[str]:
    """Kinds of hats that heard this news."""
    return set(Notification.objects.filter(kind=kind).values_list("hat__organisation__kind", flat=True))


# ---- before the start


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

    assert (keep.seats, keep.is_lawful) == (6, True)
    assert keep.life.finding("R18") in keep.life.satisfied
    assert (replace.is_lawful, replace.life.to_decide) == (True, ())
    assert end.life.finding("R19") in (*end.life.satisfied, None)


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


# ---- places offered


def test_the_intentions_that_fit_come_with_their_reasons_the_closest_first(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    same, bound, elsewhere = waiting_intention(2), waiting_intention(1), waiting_intention(1, filiere=None, metier=None)
    Intention.objects.filter(pk=bound.pk).update(engaged_organisme=located_organisme(), state="engagee")

    rows = cascade.candidates(again(session)[0])

    assert [row.intention for row in rows] == [same]
    assert rows[0].free == 2
    assert any(reason.startswith("Travail à") for reason in rows[0].reasons)
    assert elsewhere not in [row.intention for row in rows]


def test_an_employer_who_accepts_makes_the_group_whole_and_the_region_confirms(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    first, second = waiting_intention(3), waiting_intention(2)
    request, _ = again(session)
    one, two = offers.offer(request, [first.pk, second.pk], request.created_by, "Venez visiter l’atelier.")
    assert (one.posts, two.posts) == (2, 2)  # no more than the places that wait
    assert "session.place_proposee" in Notification.objects.filter(user=first.filed_by.user).values_list(
        "kind", flat=True
    )
    with pytest.raises(Refused, match="déjà proposée"):
        offers.offer(request, [first.pk], request.created_by)

    offers.accept(one, first.filed_by)

    request, session = again(session)
    assert request.state == RequestState.A_REEXAMINER  # the Région has the last word
    assert "de nouveau complet" in request.alert
    letter = letters.write(Receipt.objects.get(act="proposition", subject_id=request.pk))
    assert letter.content["head"]["decision"] == (
        f"{first.employer} prend 2\u00a0places dans cette session, pour son intention {first.number}."
    )
    assert letter.content["next_steps"][-1] == {"actor": "La Région", "sentence": "Confirmer la session."}
    two.refresh_from_db()
    assert two.state == OfferState.REPRISE  # no place is left for him
    first.refresh_from_db()
    assert (first.state, first.engaged_organisme) == (IntentionState.ENGAGEE, request.organisme)
    decisions.authorise(request, decider)
    assert again(session)[0].state == RequestState.AUTORISEE
    assert CoverageLoss.objects.get().answer == LossAnswer.COMPLETEE
    check_promises()


def test_after_the_start_the_session_goes_on_and_another_employer_takes_the_places(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 5, 2)
    start(session)

    withdraw(leaving)

    request, session = again(session)
    assert (request.state, session.state) == (RequestState.AUTORISEE, SessionState.PUBLIEE)
    assert list(cascade.without_employer()) == [request]
    assert cascade.to_fill(request) == 2
    assert CoverageLoss.objects.get().started
    way = cascade.judge_withdrawal(session, covered=5, withdrawn=2, act=cascade.SessionAct.ANNULER)
    assert way.finding("R19") in way.blocking  # not called off for that

    other = waiting_intention(3)
    (offered,) = offers.offer(request, [other.pk], decider)
    offers.accept(offered, other.filed_by)

    other.refresh_from_db()
    assert other.state == IntentionState.COUVERTE
    assert cascade.standing(request).count() == 7
    assert cascade.to_fill(request) == 0
    assert CoverageLoss.objects.get().answer == LossAnswer.COMPLETEE
    check_promises()


def test_the_employer_who_left_may_come_back_by_the_same_door(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 5, 2)
    start(session)
    withdraw(leaving)
    leaving.refresh_from_db()
    intentions_workflow.resume(leaving, hat=leaving.filed_by)
    intentions_workflow.deposit(leaving, hat=leaving.filed_by)
    request, _ = again(session)

    assert [row.intention for row in cascade.candidates(request)] == [leaving]  # his posts are free again
    (offered,) = offers.offer(request, [leaving.pk], request.created_by)
    offers.accept(offered, leaving.filed_by, posts=1)

    assert cascade.to_fill(request) == 1
    assert CoverageLoss.objects.get().answer == LossAnswer.ATTEND  # one place still waits
    check_promises()


def test_an_offer_is_recalled_then_lapses_and_who_offered_it_is_told(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    other = waiting_intention(2)
    request, _ = again(session)
    (offered,) = offers.offer(request, [other.pk], request.created_by)
    assert reminders.remind_offers() == 0
    PlaceOffer.objects.filter(pk=offered.pk).update(answer_by=timezone.localdate())
    assert reminders.remind_offers() == 1
    assert reminders.remind_offers() == 0

    assert offers.lapse(timezone.localdate()) == 0
    assert offers.lapse(timezone.localdate() + dt.timedelta(days=1)) == 1

    offered.refresh_from_db()
    assert offered.state == OfferState.PERIMEE
    assert "n’a pas répondu" in Notification.objects.filter(kind="session.place_reponse").first().text


def test_declining_leaves_the_intention_waiting_and_another_may_not_answer(decider: Membership) -> None:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    other = waiting_intention(2)
    request, _ = again(session)
    (offered,) = offers.offer(request, [other.pk], request.created_by)
    with pytest.raises(Refused, match="à l’employeur"):
        offers.accept(offered, hat("employeur"))

    offers.decline(offered, None, "Trop loin.")

    offered.refresh_from_db()
    other.refresh_from_db()
    assert (offered.state, other.state) == (OfferState.DECLINEE, IntentionState.DEPOSEE)
    (row,) = cascade.candidates(request)
    assert row.can_be_offered  # later, if he thinks better


# ---- hours more


def test_hours_more_are_costed_asked_granted_and_engaged_on_the_lot(decider: Membership, client: Client) -> None:
    session, staying, _ = standing_on(decider, 5, 2)
    session = again(session)[1]
    organisme = session.request.created_by
    start(session)
    session = again(session)[1]
    asked = {"intention": staying, "places": 3, "hours_each": Decimal(70), "reason": "Le titre complet."}
    with pytest.raises(Refused, match="pas encore commandée"):
        extra_hours.ask(session, organisme, **asked)
    order(session)
    cost = extra_hours.cost(session, 3, Decimal(70))
    assert (cost.hours, cost.amount, cost.fits) == (Decimal(210), Decimal("1963.50"), True)
    assert cost.left == cost.free - 210

    row = extra_hours.ask(session, organisme, **asked)
    assert told("session.heures_demandees") == {"region"}
    with pytest.raises(Refused, match="attend déjà"):
        extra_hours.ask(session, organisme, **asked)
    with pytest.raises(Refused, match="décideurs"):
        extra_hours.decide(row, hat("region", "gestionnaire"), granted=True, reason="Oui")

    row = extra_hours.decide(row, decider, granted=True, reason="Certification complète visée.")

    made = row.composante
    assert (made.kind, made.hours_asked, made.price) == (ComposanteKind.SUPPLEMENTAIRE, 210, Decimal("9.35"))
    assert made.balance.engage == 210
    assert row.receipt.derogations == ["R51"]
    assert told("session.heures_reponse") == {"organisme", "employeur"}
    assert not list(proof.disagreements())

    letter = letters.write(row.receipt)
    said = letter.content["head"]
    assert (letter.title, said["reason"]) == ("Heures supplémentaires accordées", "Certification complète visée.")
    assert {one["label"]: one["value"] for one in said["examined"]}["Parcours à compléter"] == "3"
    assert [one["rule"] for one in letter.content["granted"]] == ["R51"]
    client.force_login(organisme.user)
    assert client.get(reverse("demande_lettre", args=[session.request_id, row.receipt.pk])).content == bytes(letter.pdf)
    assert "Heures supplémentaires accordées" in client.get(reverse("demande_detail", args=[session.request_id])).text

    # The Région has agreed: the document that carries these hours does not ask again, and cites the receipt.
    keeper = hat("region", "gestionnaire")
    drafted = bons.prepare(made.lot, [made], keeper)
    client.force_login(keeper.user)
    page = client.get(reverse("commande_emettre", args=[drafted.pk])).content.decode()
    assert f"Accord déjà donné\u00a0: reçu n°\u00a0{row.receipt.pk} du" in page
    assert "Donner l’accord pour les heures supplémentaires" not in page
    bons.issue(drafted, keeper)
    kept = Receipt.objects.get(subject_type="bondecommande", subject_id=drafted.pk)
    assert (kept.derogations, kept.judgement["told"]) == (["R51"], {"agreed": [row.receipt.pk]})


def test_hours_beyond_the_maxi_are_refused_to_who_asks_and_an_answer_is_given_once(decider: Membership) -> None:
    organisme = located_organisme()
    lot = LotFactory(mandataire=organisme, period=("0", "4000"))
    session, staying, _ = standing_on(decider, 5, 2, organisme=organisme, lot=lot)
    start(session)
    session = again(session)[1]
    order(session)
    me = session.request.created_by
    with pytest.raises(Refused, match="maxi"):
        extra_hours.ask(session, me, intention=staying, places=7, hours_each=Decimal(70), reason="Le titre complet.")
    row = extra_hours.ask(session, me, intention=staying, places=1, hours_each=Decimal(70), reason="Le titre complet.")

    extra_hours.decide(row, decider, granted=False, reason="La certification est atteinte sans elles.")

    row.refresh_from_db()
    assert (row.state, row.composante) == ("refusee", None)
    letter = letters.write(row.receipt)
    assert letter.title == "Refus d’heures supplémentaires"
    assert [one["rule"] for one in letter.content["obstacles"]] == ["R51"]
    with pytest.raises(Refused, match="refusée"):
        extra_hours.decide(row, decider, granted=True, reason="Finalement oui.")
