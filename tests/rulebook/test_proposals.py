"""What if: a change tried on the past decisions, read, then adopted and acknowledged, or dropped."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification, OutboxMessage
from core.journal.outbox import work_all, work_one
from core.journal.refusals import Refused
from core.rulebook.models import Acknowledgement, Parameter, Proposal, Receipt
from core.rulebook.parameters import current
from core.rulebook.receipts import issue
from core.rulebook.workflow import editions, proposals
from core.rules import evaluate
from intentions.facts import judge_intention
from intentions.models import Intention
from intentions.rules import OUTCOME, OutcomeFacts
from sessions.facts import judge_request
from tests.factories.accounts import hat
from tests.factories.intentions import filed
from tests.factories.rulebook import adopted, days, proposal
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Membership:
    return hat("region", "administrateur")


def at_30_hours() -> Intention:
    """Éligible under 24 hours a week; it would ask for a derogation under 35."""
    return filed(weekly_hours=Decimal(30))


def test_a_file_that_would_be_judged_otherwise_is_found_with_its_reason(keeper: Membership) -> None:
    moved = at_30_hours()
    filed(weekly_hours=Decimal(35))

    tried = proposal(keeper, value="35")

    change = tried.changes.get()
    assert (tried.state, tried.done, tried.total) == ("prete", 2, 2)
    assert (change.subject_id, change.before, change.after, change.flips) == (moved.pk, "eligible", "a_instruire", True)
    assert change.reasons[0][0] == "R32"


def test_a_request_follows_the_intentions_that_it_stands_on_and_its_hours_are_at_stake(keeper: Membership) -> None:
    request = SessionRequestFactory(in_queue=True)
    intention = request.coverages.first().post.intention
    Intention.objects.filter(pk=intention.pk).update(weekly_hours=Decimal(30))
    intention.refresh_from_db()
    issue(intention, "depot", judge_intention(intention))
    issue(request, "envoi", judge_request(request))

    tried = proposal(keeper, value="35")

    flipped = {change.subject_type: change for change in tried.changes.filter(flips=True)}
    assert (flipped["sessionrequest"].before, flipped["sessionrequest"].after) == ("eligible", "a_instruire")
    assert flipped["sessionrequest"].hours == request.seats * request.hours_total
    assert proposals.figures(tried)["hours"] == request.seats * request.hours_total


def test_only_the_last_decision_on_a_file_is_judged_again(keeper: Membership) -> None:
    intention = at_30_hours()
    issue(intention, "derogation", judge_intention(intention))

    tried = proposal(keeper, value="35")

    assert (tried.total, tried.done, tried.changes.count()) == (1, 1, 1)


def test_what_became_of_an_intention_does_not_hide_what_was_decided_on_it(keeper: Membership) -> None:
    intention = at_30_hours()
    over = OutcomeFacts(training_over=True, posts=1, hires=0, milestones_done=())
    issue(intention, "engagement", evaluate(OUTCOME, over, current()))

    hours, hires = proposal(keeper, value="35"), proposal(keeper, "R93", "B")

    assert (hours.total, hours.done) == (2, 2)
    assert [(one.before, one.after) for one in hours.changes.all()] == [("eligible", "a_instruire")]
    assert [(one.before, one.after) for one in hires.changes.all()] == [("eligible", "non_eligible")]


def test_a_rule_may_be_left_out_or_put_in_another_mode(keeper: Membership) -> None:
    filed()

    left_out, warned = proposal(keeper, "R31", "retiree"), proposal(keeper, "R31", "W")

    assert (left_out.state, warned.state) == ("prete", "prete")


def test_the_calculation_goes_by_batches_and_shows_how_far_it_is(
    keeper: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "BATCH", 2)
    for _ in range(3):
        at_30_hours()
    OutboxMessage.objects.all().delete()
    tried = proposal(keeper, value="35", calculated=False)

    work_one()
    tried.refresh_from_db()
    assert (tried.state, tried.done, tried.total) == ("en_calcul", 2, 3)

    work_all()
    tried.refresh_from_db()
    assert (tried.state, tried.done, tried.changes.count()) == ("prete", 3, 3)


def test_a_receipt_that_is_not_read_any_more_does_not_hold_the_others_back(keeper: Membership) -> None:
    at_30_hours()
    unread = at_30_hours()
    with pgtrigger.ignore("rulebook.Receipt:append_only"):
        Receipt.objects.filter(subject_id=unread.pk).update(parameters={"weekly_hours_min": "beaucoup"})

    tried = proposal(keeper, value="35")

    assert (tried.state, tried.done, tried.changes.count()) == ("prete", 2, 1)


def test_a_batch_done_twice_changes_nothing(keeper: Membership) -> None:
    at_30_hours()
    tried = proposal(keeper, value="35")
    first = OutboxMessage.objects.filter(topic=proposals.TOPIC).order_by("id").first()

    assert proposals.calculate(first) == "déjà fait"
    tried.refresh_from_db()
    assert tried.done == 1


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("weekly_hours_min", "24", "rien ne changerait"),
        ("weekly_hours_min", "99", "entre 1 et 35"),
        ("R31", "D", "rien ne changerait"),
        ("R31", "Z", "devient la règle"),
    ],
)
def test_what_would_change_nothing_is_refused(keeper: Membership, name: str, value: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        proposals.propose(name, value, hat=keeper, why="Essai")


def test_only_the_administrator_of_the_region_tries_a_change() -> None:
    with pytest.raises(Refused, match="administrateur de la Région"):
        proposals.propose("weekly_hours_min", "20", hat=hat("region", "decideur"), why="Essai")


# --- Adopted, or dropped


def test_adoption_dates_the_value_and_tells_those_whose_files_are_concerned(keeper: Membership) -> None:
    moved, stranger = at_30_hours(), hat("employeur")
    tried = proposal(keeper, value="35")

    proposals.adopt(tried, days(30), hat=keeper, reason="Délibération")

    assert current(days(30))["weekly_hours_min"] == 35
    assert current()["weekly_hours_min"] == 24
    told = set(Acknowledgement.objects.values_list("organisation", flat=True))
    assert moved.employer_id in told
    assert stranger.organisation_id not in told
    assert Notification.objects.filter(kind="regles.changement", user=moved.filed_by.user).count() == 1


def test_an_adopted_rule_is_switched_from_its_day(keeper: Membership) -> None:
    adopted(keeper, "R31", "retiree")

    assert current(days(29)).switches == ()
    assert current(days(30)).switches == (("R31", ""),)


def test_adoption_on_a_day_that_has_begun_is_refused_and_changes_nothing(keeper: Membership) -> None:
    tried = proposal(keeper)

    with pytest.raises(Refused, match="jour à venir"):
        proposals.adopt(tried, days(0), hat=keeper, reason="Délibération")

    tried.refresh_from_db()
    assert (tried.state, Parameter.objects.count()) == ("prete", 0)


def test_a_closed_proposal_stays_closed(keeper: Membership) -> None:
    tried = proposal(keeper)
    proposals.drop(tried, hat=keeper, reason="Trop de dossiers")

    for act in (
        lambda: proposals.adopt(tried, days(30), hat=keeper, reason="x"),
        lambda: proposals.drop(tried, hat=keeper, reason="x"),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Proposal.objects.filter(pk=tried.pk).update(state="prete")


def test_the_database_wants_a_reason_for_what_is_closed(keeper: Membership) -> None:
    tried = proposal(keeper)

    with pytest.raises(IntegrityError, match="proposal_closed_with_reason"), transaction.atomic():
        Proposal.objects.filter(pk=tried.pk).update(state="abandonnee")


def test_an_organisation_takes_note_once_for_all_its_people(keeper: Membership) -> None:
    author = at_30_hours().filed_by
    made = adopted(keeper, value="35")
    colleague = hat("employeur", "membre", organisation=author.organisation)

    first = proposals.acknowledge(made, hat=colleague)
    again = proposals.acknowledge(made, hat=author)

    assert (first.acknowledged_by, again.acknowledged_by) == (colleague, colleague)
    with pytest.raises(Refused, match="ne concerne pas"):
        proposals.acknowledge(made, hat=hat("employeur"))


def test_those_who_have_not_taken_note_hear_again_each_week(keeper: Membership) -> None:
    slow, quick = at_30_hours().filed_by, at_30_hours().filed_by
    made = adopted(keeper, value="35")
    proposals.acknowledge(made, hat=quick)
    assert proposals.remind() == 0  # told today
    Proposal.objects.filter(pk=made.pk).update(closed_at=timezone.now() - timedelta(days=8))

    assert [proposals.remind(), proposals.remind()] == [1, 0]
    assert Notification.objects.filter(user=slow.user, kind="regles.changement").count() == 2


def test_those_who_were_told_hear_that_the_change_is_withdrawn(client: Client, keeper: Membership) -> None:
    author = at_30_hours().filed_by
    made = adopted(keeper, value="35")

    editions.withdraw(made.parameter, hat=keeper, reason="Avis du conseil")

    assert Notification.objects.filter(kind="regles.changement", user=author.user).count() == 2
    Proposal.objects.filter(pk=made.pk).update(closed_at=timezone.now() - timedelta(days=8))
    assert proposals.remind() == 0
    client.force_login(author.user)
    page = client.get(reverse("regle_nouvelle", args=[made.pk])).content.decode()
    assert "Ce changement n’aura pas lieu" in page
    assert "Avis du conseil" in page


# --- Pages


@pytest.fixture
def desk(keeper: Membership, client: Client) -> Client:
    client.force_login(keeper.user)
    return client


def test_a_change_goes_from_the_form_to_its_adoption(desk: Client) -> None:
    moved = at_30_hours()
    asked = {"name": "weekly_hours_min", "value": "35", "why": "Combien ?"}

    page = desk.post(reverse("essai_nouveau"), asked, follow=True)
    tried = Proposal.objects.get()
    assert "Calcul en cours" in page.content.decode()

    work_all()
    page = desk.get(tried.get_absolute_url()).content.decode()
    assert f"/intentions/{moved.pk}/" in page

    answer = desk.post(reverse("essai_adopter", args=[tried.pk]), {"starts_on": "hier", "reason": "Délibération"})
    assert answer.status_code == 422
    assert "Écrivez une date du calendrier" in answer.content.decode()

    given = {"starts_on": f"{days(30):%d/%m/%Y}", "reason": "Délibération"}
    page = desk.post(reverse("essai_adopter", args=[tried.pk]), given, follow=True).content.decode()
    assert "Qui en a pris connaissance" in page
    assert str(moved.employer) in page


def test_the_progress_alone_comes_back_to_htmx_and_the_end_refreshes_the_page(desk: Client, keeper: Membership) -> None:
    at_30_hours()
    tried = proposal(keeper, value="35", calculated=False)
    htmx = {"HX-Request": "true"}

    answer = desk.get(tried.get_absolute_url(), headers=htmx)
    assert "<html" not in answer.content.decode()
    assert "HX-Refresh" not in answer

    work_all()
    assert desk.get(tried.get_absolute_url(), headers=htmx)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "weekly_hours_min", "value": "x"}, "Écrivez un nombre entier"),
        ({"name": "R31"}, "Choisissez ce que devient la règle"),
        ({"name": "R31", "mode": "D"}, "rien ne changerait"),
        ({"name": "zz", "value": "1"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_mistake_in_the_form_is_told_at_its_field(desk: Client, asked: dict[str, str], said: str) -> None:
    answer = desk.post(reverse("essai_nouveau"), {"why": "Combien ?", **asked})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_change_that_moves_nothing_says_so(desk: Client, keeper: Membership) -> None:
    page = desk.get(proposal(keeper).get_absolute_url()).content.decode()

    assert "Ce changement n’aurait rien changé aux décisions passées" in page
    assert "Aucun changement essayé" not in desk.get(reverse("essais")).content.decode()


def test_the_organisation_reads_what_changes_and_takes_note(client: Client, keeper: Membership) -> None:
    author = at_30_hours().filed_by
    made = adopted(keeper, value="35")
    client.force_login(author.user)
    url = reverse("regle_nouvelle", args=[made.pk])
    assert "En prendre connaissance" in client.get("/").content.decode()

    page = client.get(url).content.decode()
    assert "24\u00a0heures par semaine → <b>35\u00a0heures par semaine</b>" in page
    assert "J’ai pris connaissance" in page

    page = client.post(url, follow=True).content.decode()
    assert "Vous en avez pris connaissance" in page
    assert "En prendre connaissance" not in client.get("/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_a_proposal_takes_the_same_queries_whatever_its_length(
    desk: Client, keeper: Membership, django_assert_num_queries: Any, number: int
) -> None:
    for _ in range(number):
        at_30_hours()
    tried = proposal(keeper, value="35")
    desk.get(reverse("essais"))

    with django_assert_num_queries(12):
        desk.get(tried.get_absolute_url())
    with django_assert_num_queries(5):
        desk.get(reverse("essais"))
