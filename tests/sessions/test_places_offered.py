"""Places without an employer are offered to those who wait: before the start, and after it (R18, R19)."""

import datetime as dt

import pytest
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification
from core.journal.refusals import Refused
from core.rulebook import letters
from core.rulebook.models import Receipt
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from sessions import reminders
from sessions.enums import LossAnswer, OfferState, RequestState, SessionState
from sessions.models import CoverageLoss, PlaceOffer
from sessions.queries import cascade
from sessions.workflow import decisions, offers
from tests.factories.accounts import hat
from tests.factories.sessions import located_organisme, waiting_intention
from tests.sessions.steps import again, check_promises, standing_on, start, withdraw

pytestmark = pytest.mark.django_db


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
