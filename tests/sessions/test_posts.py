"""The posts under a request: given back, lost with their intention, and what the database holds of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from core.rulebook.parameters import current
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from sessions.enums import AccessMode, RequestState
from sessions.models import Coverage, SessionRequest
from sessions.queries.requests import queue
from sessions.workflow import decisions
from sessions.workflow import requests as workflow
from sessions.workflow.posts import free_forgotten_drafts, free_posts_of
from tests.factories.accounts import hat
from tests.factories.rulebook import dated
from tests.factories.sessions import SessionRequestFactory, waiting_intention
from tests.sessions.steps import asker, check_promises, intention_of

pytestmark = pytest.mark.django_db


def test_withdrawing_frees_the_posts_and_lets_the_employers_go():
    request = SessionRequestFactory(in_queue=True)
    me, intention = asker(request), intention_of(request)
    with pytest.raises(Refused, match="Dites pourquoi"):
        workflow.withdraw(request, me, " ")

    gone = workflow.withdraw(request, me, "Le groupe ne se fait pas.")

    assert (gone.state, gone.closing_reason) == (RequestState.RETIREE, "Le groupe ne se fait pas.")
    assert not gone.coverages.filter(is_live=True).exists()
    intention.refresh_from_db()
    assert intention.state in IntentionState.waiting()
    assert intention.engaged_organisme is None


def test_an_intention_that_another_request_of_the_organisme_still_needs_stays_engaged():
    intention = waiting_intention(posts=10)
    posts = list(intention.posts.order_by("rank"))
    one = SessionRequestFactory(in_queue=True, posts=posts[:5])
    SessionRequestFactory(in_queue=True, organisme=one.organisme, lot=one.lot, posts=posts[5:])

    workflow.withdraw(one, asker(one), "Une session suffit.")

    intention.refresh_from_db()
    assert intention.state == IntentionState.ENGAGEE


def test_a_draft_is_abandoned_without_having_to_say_why():
    request = SessionRequestFactory(complete=True)
    assert workflow.withdraw(request, asker(request), "").closing_reason == "Brouillon abandonné"


@pytest.mark.parametrize("state", ["complete", "brouillon"])
def test_an_employer_who_withdraws_takes_his_posts_out_of_every_request(state):
    request = SessionRequestFactory(**{"in_queue" if state == "complete" else "complete": True})
    intention = intention_of(request)

    intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le carnet de commandes a changé.")

    request = SessionRequest.objects.get(pk=request.pk)
    assert not request.coverages.filter(is_live=True).exists()
    assert request.state == (RequestState.A_COMPLETER if state == "complete" else RequestState.BROUILLON)
    assert "a retiré son intention" in request.alert
    assert Notification.objects.filter(user=asker(request).user, kind="demande.poste_perdu").count() == 1
    check_promises()


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (lambda one: intentions_workflow.resume(one, hat=one.filed_by), "est reprise pour être corrigée"),
        (
            lambda one: intentions_workflow.set_aside(
                one, hat=hat("region", role="decideur"), reason="Hors dispositif."
            ),
            "est écartée par la Région",
        ),
    ],
    ids=["taken back to correct", "set aside"],
)
def test_an_intention_that_waits_no_more_leaves_the_drafts_that_held_its_posts(gone, said):
    request = SessionRequestFactory(complete=True)
    intention = intention_of(request)

    gone(intention)

    request = SessionRequest.objects.get(pk=request.pk)
    assert request.state == RequestState.BROUILLON
    assert not request.coverages.filter(is_live=True).exists()
    assert said in request.alert
    assert said in Notification.objects.get(user=asker(request).user, kind="demande.poste_perdu").text
    check_promises()


def test_an_intention_that_falls_away_a_second_time_is_told_a_second_time():
    request = SessionRequestFactory(complete=True, posts=1, seats=1)
    me, intention = asker(request), intention_of(request)

    for _ in range(2):
        intentions_workflow.resume(intention, hat=intention.filed_by)
        intention = intentions_workflow.deposit(intention, hat=intention.filed_by)
        workflow.choose_posts(request, me, {intention.pk: 1})

    assert Notification.objects.filter(user=me.user, kind="demande.poste_perdu").count() == 2


def test_a_request_that_keeps_enough_posts_keeps_its_rank():
    kept, lost = waiting_intention(posts=5), waiting_intention(posts=1)
    posts = [*kept.posts.order_by("rank"), *lost.posts.all()]
    request = SessionRequestFactory(in_queue=True, posts=posts)

    lost.refresh_from_db()
    intentions_workflow.withdraw(lost, hat=lost.filed_by, reason="Poste supprimé.")

    request = SessionRequest.objects.get(pk=request.pk)
    assert request.state == RequestState.COMPLETE
    assert request.alert


def authorised() -> SessionRequest:
    request = SessionRequestFactory(in_queue=True)
    decisions.authorise(request, hat("region"))
    return SessionRequest.objects.get(pk=request.pk)


def test_before_the_start_an_authorised_session_without_its_posts_is_to_be_looked_at_again():
    request = authorised()
    intention = intention_of(request)

    intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le carnet de commandes a changé.")

    request = SessionRequest.objects.get(pk=request.pk)
    assert request.state == RequestState.A_REEXAMINER
    assert request not in queue()  # a queue of its own
    check_promises()


def test_a_session_that_has_started_goes_on_with_its_posts():
    request = authorised()
    intention = intention_of(request)
    type(request.session).objects.filter(pk=request.session.pk).update(state="publiee", published_at=timezone.now())
    type(request.session).objects.filter(pk=request.session.pk).update(state="en_cours")

    intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le carnet de commandes a changé.")

    request = SessionRequest.objects.get(pk=request.pk)
    assert request.state == RequestState.AUTORISEE
    assert request.coverages.filter(is_live=True).count() == 5
    assert Event.objects.filter(subject_id=request.pk, label__contains="va à son terme").exists()
    check_promises()


def test_a_forgotten_draft_gives_its_posts_back_and_stays():
    forgotten, fresh = SessionRequestFactory(complete=True), SessionRequestFactory(complete=True)
    long_ago = timezone.now() - timedelta(days=current()["draft_hold_days"] + 2)
    SessionRequest.objects.filter(pk=forgotten.pk).update(updated_at=long_ago)

    assert free_forgotten_drafts(timezone.localdate()) == 1
    assert free_forgotten_drafts(timezone.localdate()) == 0

    forgotten.refresh_from_db()
    assert forgotten.state == RequestState.BROUILLON
    assert "de nouveau libres" in forgotten.alert
    assert not forgotten.coverages.filter(is_live=True).exists()
    assert fresh.coverages.filter(is_live=True).count() == 5
    assert Notification.objects.filter(user=asker(forgotten).user, kind="demande.poste_perdu").count() == 1


def test_how_long_a_draft_keeps_its_posts_is_dated_by_the_region():
    draft = SessionRequestFactory(complete=True)
    SessionRequest.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days=8))
    today = timezone.localdate()
    assert free_forgotten_drafts(today) == 0

    dated("draft_hold_days", "7", 0)

    assert free_forgotten_drafts(today) == 1
    draft.refresh_from_db()
    assert "7 jours" in draft.alert.replace("\u00a0", " ")


# ---- what the database holds


def test_places_beyond_the_posts_are_refused_when_the_transaction_ends():
    request = SessionRequestFactory(in_queue=True)
    with pytest.raises(IntegrityError, match="6 places for 5 posts"), transaction.atomic():
        SessionRequest.objects.filter(pk=request.pk).update(seats=6)
        check_promises()


def test_a_post_taken_away_under_a_sent_request_is_refused():
    request = SessionRequestFactory(in_queue=True)
    with pytest.raises(IntegrityError, match="5 places for 4 posts"), transaction.atomic():
        Coverage.objects.filter(pk=request.coverages.first().pk).update(is_live=False, released_at=timezone.now())
        check_promises()


def test_places_and_posts_may_change_in_any_order_within_a_transaction():
    request = SessionRequestFactory(in_queue=True)
    more = waiting_intention(posts=1).posts.get()
    with transaction.atomic():
        SessionRequest.objects.filter(pk=request.pk).update(seats=6)
        Coverage.objects.create(request=request, post=more)
        check_promises()


@pytest.mark.parametrize(
    "given", [{"access_mode": AccessMode.SOCLE, "seats": 12, "posts": 0}, {"seats": 5, "posts": 5}]
)
def test_the_socle_needs_no_post(given):
    SessionRequestFactory(in_queue=True, **given)
    check_promises()


def test_a_coverage_is_freed_never_deleted():
    request = SessionRequestFactory(in_queue=True)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        request.coverages.all().delete()
    free_posts_of(request, hat=None, reason="essai")
    assert request.coverages.count() == 5
    SessionRequest.objects.filter(pk=request.pk).update(seats=None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [({"modele": "²"}, 404), ({"modele": "9" * 5000}, 404), ({"postes-1": "²"}, 302), ({"postes-²": "1"}, 302)],
    ids=["model", "long_model", "posts", "intention"],
)
def test_what_is_no_number_is_never_an_error_page(client, typed, code):
    client.force_login(hat("organisme").user)
    key = {"cle": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}

    assert client.post(reverse("demande_creer"), key | typed).status_code == code
