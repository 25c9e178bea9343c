"""R18, R19: an employer falls away under an authorised session."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification
from core.journal.refusals import Refused
from intentions import workflow as intentions_workflow
from intentions.models import Intention
from sessions.enums import RequestState, SessionState
from sessions.models import Coverage, PublicationRecord, Session, SessionRequest
from sessions.workflow import decisions, posts, publication, requests
from tests.factories.sessions import published_session, waiting_intention
from tests.sessions.test_publication import work

pytestmark = pytest.mark.django_db


def standing_on_two(decider: Membership) -> tuple[Session, Intention]:
    """A published session of five places on two employers, and the one who brings two of the posts."""
    leaving = waiting_intention(2)
    held = [*waiting_intention(3).posts.all(), *leaving.posts.all()]
    session = published_session(posts=held, decider=decider)
    for intention in Intention.objects.filter(posts__in=held).distinct():
        intentions_workflow.cover(intention, hat=decider)
    return session, Intention.objects.get(pk=leaving.pk)


def withdraw(intention: Intention) -> None:
    intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le chantier est reporté.")


def state_of(session: Session) -> tuple[str, str]:
    """(state of its request, its own), as the database has them."""
    return SessionRequest.objects.get(pk=session.request_id).state, Session.objects.get(pk=session.pk).state


def test_the_session_neither_begins_nor_recruits_until_the_region_decides(decider: Membership, client: Client) -> None:
    session, leaving = standing_on_two(decider)

    withdraw(leaving)
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate())
    publication.follow_the_calendar()
    publication.check_again(Session.objects.all())
    work()

    assert state_of(session) == (RequestState.A_REEXAMINER, SessionState.SUSPENDUE)
    assert SessionRequest.objects.get(pk=session.request_id).verdict == "non_eligible"
    assert not PublicationRecord.objects.exists()
    assert client.get(reverse("session_fiche", args=[session.number])).status_code == 410
    assert "suspendue jusqu’à la décision" in Notification.objects.filter(kind="demande.poste_perdu").first().text


def test_a_group_that_stays_whole_goes_on(decider: Membership) -> None:
    session, leaving = standing_on_two(decider)
    SessionRequest.objects.filter(pk=session.request_id).update(seats=3)

    withdraw(leaving)

    assert state_of(session) == (RequestState.AUTORISEE, SessionState.PUBLIEE)


def test_the_region_cannot_confirm_more_places_than_posts(decider: Membership) -> None:
    session, leaving = standing_on_two(decider)
    withdraw(leaving)

    with pytest.raises(Refused, match="ne peut pas être autorisée"):
        decisions.authorise(session.request, decider)


def test_made_whole_again_the_same_session_is_confirmed_and_published(decider: Membership) -> None:
    session, leaving = standing_on_two(decider)
    withdraw(leaving)
    asked, organisme = session.request, session.request.created_by

    decisions.ask_completion(asked, decider, "Trouvez deux autres postes.")
    other = waiting_intention(3)
    kept = posts.posts_by_intention(asked)
    requests.choose_posts(asked, organisme, {**kept, other.pk: 3})
    requests.save_step(asked, organisme, {"seats": 6, "transport": "Bus 11"})
    requests.send(asked, organisme)
    decisions.authorise(asked, decider)
    work()

    again = Session.objects.get()
    assert (again.number, again.seats, again.state) == (session.number, 6, SessionState.PUBLIEE)
    assert again.withdrawal_reason == ""


def test_the_region_may_give_the_session_up_even_when_its_day_has_passed(decider: Membership) -> None:
    session, leaving = standing_on_two(decider)
    withdraw(leaving)
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate())

    decisions.cancel(SessionRequest.objects.get(), decider, "Le groupe est trop petit.")

    assert state_of(session) == (RequestState.RETIREE, SessionState.ANNULEE)
    assert not Coverage.objects.filter(is_live=True).exists()


def test_the_organisme_that_gives_up_a_file_given_back_cancels_its_session(decider: Membership) -> None:
    session, leaving = standing_on_two(decider)
    withdraw(leaving)
    decisions.ask_completion(session.request, decider, "Trouvez deux autres postes.")

    requests.withdraw(session.request, session.request.created_by, "Plus personne ne recrute.")

    assert state_of(session) == (RequestState.RETIREE, SessionState.ANNULEE)


def test_a_session_on_its_first_day_goes_on_before_the_calendar_has_run(decider: Membership) -> None:
    session, leaving = standing_on_two(decider)
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate())

    withdraw(leaving)

    assert state_of(session) == (RequestState.AUTORISEE, SessionState.PUBLIEE)
    assert Coverage.objects.filter(is_live=True).count() == 5


def test_the_desk_offers_to_give_back_or_to_cancel(decider: Membership, client: Client) -> None:
    session, leaving = standing_on_two(decider)
    withdraw(leaving)
    client.force_login(decider.user)

    page = client.get(reverse("region_demande", args=[session.request_id])).content.decode()
    assert reverse("region_completer", args=[session.request_id]) in page
    assert reverse("region_reprendre_session", args=[session.request_id]) not in page  # not before the decision

    cancel = client.get(reverse("region_retirer_session", args=[session.request_id])).content.decode()
    assert 'value="annuler"' in cancel
    assert 'value="suspendre"' not in cancel  # it is suspended already
