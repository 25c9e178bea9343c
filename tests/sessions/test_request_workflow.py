"""A request from its first line to the queue, and back."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from core.rules import Mode, Verdict
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from orders.enums import LotRole
from orders.queries import mandataire_of
from sessions.enums import HeadCountCase, RequestState, SessionState
from sessions.facts import facts_of, judge_request
from sessions.models import Coverage, RequestDerogation, Session, SessionRequest
from sessions.queries.requests import available_to, queue, rank_of, visible_to
from sessions.workflow import decisions
from sessions.workflow import requests as workflow
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.factories.reference import CommuneFactory
from tests.factories.sessions import SessionRequestFactory, published_session, waiting_intention
from tests.sessions.steps import asker, intention_of

pytestmark = pytest.mark.django_db


# ---- starting


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


@pytest.mark.parametrize("kind", ["employeur", "valideur", "region"])
def test_only_an_organisme_asks(kind):
    with pytest.raises(Refused, match="Seul un organisme"):
        workflow.create(hat(kind))


def test_posts_held_by_another_draft_are_lost_in_words():
    one, other = hat("organisme"), hat("organisme")
    lot = LotFactory(mandataire=one.organisation)
    LotMemberFactory(lot=lot, organisation=other.organisation)
    intention = waiting_intention(posts=2)
    workflow.create(one, {intention.pk: 2})

    with pytest.raises(Refused, match="vient de prendre ces postes"):
        workflow.create(other, {intention.pk: 1})

    assert not SessionRequest.objects.filter(organisme=other.organisation).exists()


def test_an_intention_of_another_sector_or_territory_is_not_to_be_had():
    me = hat("organisme")
    LotFactory(mandataire=me.organisation, departements=["44"])
    far = waiting_intention(posts=1, workplace_commune=CommuneFactory(laval=True))
    assert far not in available_to(me)
    with pytest.raises(Refused):
        workflow.create(me, {far.pk: 1})


def test_an_intention_that_the_organisme_brought_is_offered_whatever_its_territory():
    me = hat("organisme")
    LotFactory(mandataire=me.organisation, departements=["44"])
    far = waiting_intention(posts=1, workplace_commune=CommuneFactory(laval=True))
    intentions_workflow.consult(far, me.organisation, hat=None)
    assert far in available_to(me)


def test_changing_the_group_frees_what_is_left_out_and_follows_the_seats():
    request = SessionRequestFactory(complete=True)
    intention = intention_of(request)

    changed = workflow.choose_posts(request, asker(request), {intention.pk: 3})

    assert changed.seats == 3
    assert Coverage.objects.filter(request=request, is_live=False, released_at__isnull=False).count() == 2


def test_a_clone_teaches_the_same_and_stands_on_nothing():
    source = SessionRequestFactory(in_queue=True)

    copy = workflow.clone(asker(source), source)

    assert (copy.title, copy.hours_centre, copy.place) == (source.title, source.hours_centre, source.place)
    assert (copy.state, copy.number, copy.seats, copy.starts_on) == (RequestState.BROUILLON, "", None, None)
    assert not copy.coverages.exists()


def test_a_group_cut_into_identical_requests_is_told_to_whoever_reads_one_of_them():
    def warning(asked):
        found = judge_request(asked).finding("R71")
        return found and (found.mode, found.message().replace("\u00a0", " "))

    one = SessionRequestFactory(in_queue=True)
    same = {name: getattr(one, name) for name in ("organisme", "lot", "place", "certification", "starts_on", "ends_on")}
    SessionRequestFactory(complete=True, **same)  # a draft is its author's
    SessionRequestFactory(in_queue=True, **same | {"starts_on": one.starts_on + timedelta(days=7)})
    session = published_session()
    SessionRequestFactory(in_queue=True, **same, head_count_case=HeadCountCase.COMPLEMENTAIRE, complements=session)
    assert warning(one) is None

    other = SessionRequestFactory(in_queue=True, **same)
    mode, text = warning(one)
    assert mode is Mode.WARN
    assert (
        f"1 autre demande en cours porte sur la même formation, aux mêmes dates et au même lieu ({other.number})"
        in text
    )
    assert warning(other) is not None
    workflow.withdraw(other, hat=other.created_by, reason="Les deux groupes n’en font qu’un.")
    assert warning(one) is None

    asked = session.request
    same = {name: getattr(asked, name) for name in same}
    late = SessionRequestFactory(in_queue=True, **same)
    assert warning(late) is not None
    Session.objects.filter(pk=session.pk).update(
        state=SessionState.ANNULEE, withdrawal_reason="Plus personne.", withdrawn_at=timezone.now()
    )
    assert warning(late) is None


# ---- sending


def test_sending_a_complete_request_gives_it_its_number_and_its_rank():
    gestionnaire = hat("region", role="gestionnaire")
    request = SessionRequestFactory(complete=True)
    assert judge_request(request).verdict == Verdict.ELIGIBLE

    sent = workflow.send(request, asker(request))

    assert sent.number == f"{timezone.localdate().year}-0001"
    assert sent.state == RequestState.COMPLETE
    assert sent.completed_at == sent.first_completed_at
    assert rank_of(sent) == 1
    assert list(queue()) == [sent]
    intention = intention_of(sent)
    assert intention.state == IntentionState.ENGAGEE
    assert intention.engaged_organisme == sent.organisme
    assert Receipt.objects.get(subject_type="sessionrequest", subject_id=sent.pk).act == "envoi"
    assert Event.objects.filter(kind="demande.envoyee", subject_id=sent.pk).exists()
    assert Notification.objects.filter(user=gestionnaire.user, kind="demande.envoyee").count() == 1


def test_the_lot_s_own_gestionnaire_is_told_and_the_others_are_left_in_peace():
    referent, other = hat("region", role="gestionnaire"), hat("region", role="gestionnaire")
    request = SessionRequestFactory(complete=True)
    request.lot.gestionnaire = referent.user
    request.lot.save()
    workflow.send(request, asker(request))
    told = Notification.objects.filter(kind="demande.envoyee").values_list("user", flat=True)
    assert list(told) == [referent.user_id]
    assert other.user_id not in told


def test_an_incomplete_request_is_not_sent():
    request = SessionRequestFactory(complete=True, title="", prerequisites="")

    with pytest.raises(Refused, match="l’intitulé de la formation"):
        workflow.send(request, asker(request))

    request.refresh_from_db()
    assert (request.state, request.number) == (RequestState.BROUILLON, "")


def test_what_the_public_sheet_needs_is_asked_before_sending_too():
    request = SessionRequestFactory(complete=True, content="", hours_centre="10.5")
    with pytest.raises(Refused, match=r"le contenu.*des heures entières"):
        workflow.send(request, asker(request))


def test_a_request_that_breaks_a_condition_is_not_sent_and_says_which():
    request = SessionRequestFactory(complete=True, hours_centre=0, hours_distance=0)
    request.organisme.qualiopi_until = timezone.localdate() - timedelta(days=1)
    request.organisme.save()
    with pytest.raises(Refused, match="Qualiopi"):
        workflow.send(SessionRequest.objects.get(pk=request.pk), asker(request))


def test_a_derogation_is_asked_with_its_reason_or_the_request_stays():
    request = SessionRequestFactory(complete=True, hours_company=0)  # R55: no stage
    with pytest.raises(Refused, match=r"R55"):
        workflow.send(request, asker(request), {"R55": "   "})
    assert intention_of(request).state == IntentionState.DEPOSEE  # nothing of the attempt is left

    sent = workflow.send(request, asker(request), {"R55": "Atelier de l’employeur en travaux."})

    derogation = sent.derogations.get()
    assert (derogation.rule, derogation.state) == ("R55", RequestDerogation.State.DEMANDEE)
    assert derogation.asked_reason == "Atelier de l’employeur en travaux."


def test_a_training_for_intermittence_is_the_socle_s_or_the_region_decides():
    asked = SessionRequestFactory(complete=True, for_intermittence=True)

    finding = judge_request(asked).finding("R62")
    assert finding.is_to_decide
    assert "au cas par cas" in finding.message("organisme")
    socle = SessionRequestFactory(complete=True, for_intermittence=True, access_mode="socle", posts=0)
    assert judge_request(socle).finding("R62").is_satisfied


def test_a_hire_long_after_the_training_is_worth_a_word_and_stops_nothing():
    request = SessionRequestFactory(complete=True)
    intention = Intention.objects.get(pk=request.coverages.first().post.intention_id)
    said = []
    for days in (30, 31):
        Intention.objects.filter(pk=intention.pk).update(hire_on=request.ends_on + timedelta(days=days))
        said.append(judge_request(request))

    assert [judged.finding("R40").is_warning for judged in said] == [False, True]
    assert {judged.verdict for judged in said} == {Verdict.ELIGIBLE}


def test_under_five_each_lawful_way_is_told_and_one_may_be_taken():
    request = SessionRequestFactory(complete=True, seats=3)
    assert judge_request(request).verdict == Verdict.NON_ELIGIBLE

    asked = workflow.save_step(
        request,
        asker(request),
        {"head_count_case": HeadCountCase.EQUILIBRE, "balance_stated_at": timezone.now()},
    )

    assert judge_request(asked).verdict == Verdict.A_INSTRUIRE
    assert [finding.id for finding in judge_request(asked).to_decide] == ["R69"]


def test_an_employer_engaged_elsewhere_meanwhile_stops_the_sending():
    request = SessionRequestFactory(complete=True)
    intentions_workflow.engage(intention_of(request), hat("organisme").organisation, hat=None)
    with pytest.raises(Refused, match="autre organisme"):
        workflow.send(request, asker(request))


def test_a_sent_request_is_no_longer_changed_by_the_asker():
    request = SessionRequestFactory(in_queue=True)
    with pytest.raises(Refused, match="entre les mains"):
        workflow.save_step(request, asker(request), {"title": "Autre"})
    with pytest.raises(Refused, match="entre les mains"):
        workflow.send(request, asker(request))


def test_nobody_else_writes_on_a_request():
    request = SessionRequestFactory(complete=True)
    for act in (
        lambda me: workflow.save_step(request, me, {"title": "Autre"}),
        lambda me: workflow.send(request, me),
        lambda me: workflow.withdraw(request, me, "motif"),
    ):
        with pytest.raises(Refused, match="autre organisme"):
            act(hat("organisme"))


def test_a_form_never_writes_what_belongs_to_the_workflow():
    request = SessionRequestFactory(complete=True)
    with pytest.raises(ValueError, match="completed_at"):
        workflow.save_step(request, asker(request), {"completed_at": timezone.now()})


# ---- who the organisme is on the lot


def test_a_cotraitant_says_he_told_the_mandataire_and_the_portal_tells_him_too():
    me = hat("organisme")
    mandataire = hat("organisme")
    lot = LotFactory(mandataire=mandataire.organisation)
    LotMemberFactory(lot=lot, organisation=me.organisation)
    request = SessionRequestFactory(complete=True, organisme=me.organisation, lot=lot)
    with pytest.raises(Refused, match="mandataire"):
        workflow.send(request, me)

    sent = workflow.send(workflow.save_step(request, me, {"mandataire_informed": True}), me)

    assert Notification.objects.filter(user=mandataire.user, kind="demande.cotraitant").count() == 1
    assert sent in visible_to(mandataire)
    assert mandataire_of(lot) == mandataire.organisation


def test_the_mandataire_himself_is_told_nothing():
    request = SessionRequestFactory(complete=True)
    workflow.send(request, asker(request))
    assert not Notification.objects.filter(kind="demande.cotraitant").exists()


def test_an_accepted_subcontractor_asks_like_a_member():
    me = hat("organisme")
    lot = LotFactory()
    LotMemberFactory(lot=lot, organisation=me.organisation, sous_traitant=True)
    request = SessionRequestFactory(complete=True, organisme=me.organisation, lot=lot)
    facts = facts_of(request)
    assert (facts.organisme_role, facts.group_cannot, facts.mandataire_agrees) == (LotRole.SOUS_TRAITANT, True, True)
    assert workflow.send(request, me).state == RequestState.COMPLETE


def test_an_organisme_that_left_the_group_asks_no_more():
    request = SessionRequestFactory(complete=True)
    request.lot.members.update(is_active=False)
    with pytest.raises(Refused, match="membre"):
        workflow.send(request, asker(request))


# ---- back and forth


def test_a_file_completed_again_takes_the_day_of_its_new_completeness_and_keeps_the_first():
    first, second = SessionRequestFactory(in_queue=True), SessionRequestFactory(in_queue=True)
    assert [rank_of(first), rank_of(second)] == [1, 2]
    decisions.ask_completion(first, hat("region"), "Où se font les périodes en entreprise ?")
    first = SessionRequest.objects.get(pk=first.pk)
    assert rank_of(first) is None
    was = first.first_completed_at

    workflow.save_step(first, asker(first), {"rhythm": "Deux semaines de stage à Nantes"})
    again = workflow.send(first, asker(first))

    assert again.number == first.number
    assert again.first_completed_at == was
    assert again.completed_at > was
    assert rank_of(again) == 2
    dated = Event.objects.filter(kind="demande.envoyee", subject_id=first.pk).latest("id")
    assert dated.detail["complete_le"] == again.completed_at.isoformat()


# ---- the thread


def test_each_side_hears_of_the_other_s_messages():
    region = hat("region", role="gestionnaire")
    request = SessionRequestFactory(in_queue=True)
    me = asker(request)

    workflow.post_message(request, me, "Voici le plan.", SimpleUploadedFile("plan.pdf", b"%PDF-1.4"))
    workflow.post_message(request, region, "Merci, bien reçu.")

    assert request.messages.first().file_name == "plan.pdf"
    assert Notification.objects.filter(kind="demande.message", user=region.user).count() == 1
    assert Notification.objects.filter(kind="demande.message", user=me.user).count() == 1


def test_a_draft_has_no_thread_and_the_mandataire_only_reads():
    draft = SessionRequestFactory(complete=True)
    with pytest.raises(Refused, match="envoyez-la d’abord"):
        workflow.post_message(draft, asker(draft), "Bonjour")
    sent = SessionRequestFactory(in_queue=True)
    with pytest.raises(Refused, match="Vous pouvez lire"):
        workflow.post_message(sent, hat("organisme"), "Bonjour")
