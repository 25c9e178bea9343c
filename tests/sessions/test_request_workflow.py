"""A request from its first line to the queue."""

import pytest
from django.utils import timezone

from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from intentions.enums import IntentionState
from orders.enums import LotRole
from sessions.enums import AccessMode, RequestState
from sessions.facts import facts_of, judge_request
from sessions.models import Coverage, SessionRequest
from sessions.queries.requests import available_to, queue, rank_of, visible_to
from sessions.workflow import requests as workflow
from tests.factories.accounts import MembershipFactory, OrganisationFactory, hat
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.factories.sessions import SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db


def asker(request: SessionRequest):
    return request.organisme.memberships.get()


def test_a_request_starts_from_waiting_posts_and_holds_them():
    me = hat("organisme")
    LotFactory(mandataire=me.organisation)
    intention = waiting_intention(posts=3)

    request = workflow.create(me, {intention.pk: 2})

    assert request.seats == 2
    assert request.metier == intention.metier
    assert request.coverages.filter(is_live=True).count() == 2
    intention.refresh_from_db()
    assert intention.state == IntentionState.DEPOSEE  # engaged only when the request is sent
    assert intention in available_to(me)  # one post is still free


def test_without_an_active_lot_nothing_is_asked_for():
    with pytest.raises(Refused, match="membre d’aucun lot"):
        workflow.create(hat("organisme"))


def test_sending_a_complete_request_gives_it_its_number_and_its_rank():
    gestionnaire = hat("region", role="gestionnaire")
    request = SessionRequestFactory(complete=True)
    assert judge_request(request).verdict == "eligible"

    sent = workflow.send(request, asker(request))

    assert sent.number == f"{timezone.localdate().year}-0001"
    assert sent.state == RequestState.COMPLETE
    assert sent.completed_at == sent.first_completed_at
    assert rank_of(sent) == 1
    assert list(queue()) == [sent]
    intention = sent.coverages.first().post.intention
    assert intention.state == IntentionState.ENGAGEE
    assert intention.engaged_organisme == sent.organisme
    assert Receipt.objects.get(subject_type="sessionrequest", subject_id=sent.pk).act == "envoi"
    assert Event.objects.filter(kind="demande.envoyee", subject_id=sent.pk).exists()
    assert Notification.objects.filter(user=gestionnaire.user, kind="demande.envoyee").count() == 1


def test_an_incomplete_request_is_not_sent():
    request = SessionRequestFactory(complete=True, title="", prerequisites="")

    with pytest.raises(Refused, match="l’intitulé de la formation"):
        workflow.send(request, asker(request))

    request.refresh_from_db()
    assert (request.state, request.number) == (RequestState.BROUILLON, "")
