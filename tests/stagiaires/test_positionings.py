"""From a valideur's proposal to the organisme's answer, by the pages themselves."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.journal.events import history_of
from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from core.rulebook.replay import fingerprint, rejudge
from sessions.models import Session
from stagiaires import reminders
from stagiaires.enums import PositioningState
from stagiaires.models import CandidateOpinion, Milestone, Positioning, SessionReferent, Stagiaire
from stagiaires.queries import positionings as queries
from stagiaires.workflow import opinions, positionings
from tests.factories.accounts import MembershipFactory, hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of

pytestmark = pytest.mark.django_db

PERSON = {
    "last_name": "Zélandais",
    "first_name": "Aïssata",
    "birth_on": "17/05/1994",
    "email": "aissata@exemple.test",
    "ft_identifier": "4412345 b",
    "level": "3",
}


@pytest.fixture
def session() -> Session:
    return published_session()


@pytest.fixture
def trainer(session):
    return member_of(session.organisme)


@pytest.fixture
def employer(session):
    return member_of(queries.employers_of(session).get())


def told(membership, kind):
    return Notification.objects.filter(user=membership.user, kind=kind)


def page(client, membership, name, *args, status=200):
    client.force_login(membership.user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode().replace("\u00a0", " ")


def send(client, membership, name, *args, status=302, **data):
    client.force_login(membership.user)
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, answer.content.decode()
    return answer


def test_a_valideur_proposes_from_the_catalogue_the_organisme_answers_and_everyone_reads_it(
    client, session, trainer, employer
):
    advisor = hat("valideur")
    sheet = page(client, advisor, "session_fiche", session.number)
    assert reverse("positionnement_nouveau", args=[session.number]) in sheet
    form = page(client, advisor, "positionnement_nouveau", session.number)
    assert "Prérequis, pour information" in form
    assert reverse("contradiction", args=["K22"]) in form

    send(client, advisor, "positionnement_nouveau", session.number, **PERSON, note="Motivée par le soudage")

    made = Positioning.objects.get()
    assert (made.valideur, made.advisor, made.state) == (advisor.organisation, advisor, PositioningState.PROPOSE)
    assert made.stagiaire.ft_identifier == "4412345B"
    assert made.answer_due_on == timezone.localdate() + dt.timedelta(days=10)
    assert told(trainer, "candidature.proposee").exists()
    assert told(employer, "candidature.votre_avis").exists()

    candidate = page(client, trainer, "positionnement_detail", made.pk)
    assert "Aïssata Zélandais" in candidate
    assert "aissata@exemple.test" in candidate

    shown = page(client, employer, "positionnement_detail", made.pk)
    assert "Aïssata Z." in shown
    assert "Motivée par le soudage" in shown
    for hidden in ("Zélandais", "aissata@exemple.test", "1994", "4412345"):
        assert hidden not in shown
    send(client, employer, "positionnement_avis", made.pk, favourable="non", text="Trop loin de l’atelier")
    assert told(trainer, "candidature.avis").exists()
    assert Milestone.objects.filter(kind="recrutement", session=session).exists()

    refusal = {"refusal_reason": "employeur", "refusal_text": "L’atelier est loin.", "proposal": "La session de mars."}
    send(client, trainer, "positionnement_refuser", made.pk, **refusal)
    made.refresh_from_db()
    assert (made.state, made.answered_by, made.answer_due_on) == (PositioningState.REFUSE, trainer, None)

    answer = page(client, advisor, "positionnement_detail", made.pk)
    assert "L’atelier est loin." in answer
    assert "La session de mars." in answer
    assert "Trop loin de l’atelier" not in answer, "un avis d’employeur se lit par l’organisme"
    assert told(advisor, "candidature.reponse").exists()
    assert "L’atelier est loin." not in page(client, employer, "positionnement_detail", made.pk)


def test_no_event_nor_notice_of_a_candidacy_names_the_person(client, session, trainer):
    advisor = hat("valideur")
    send(client, advisor, "positionnement_nouveau", session.number, **PERSON)
    made = Positioning.objects.get()
    send(client, advisor, "positionnement_message", made.pk, text="Aïssata Zélandais est disponible")
    send(client, trainer, "positionnement_attente", made.pk, text="")
    kept = [*Event.objects.values_list("label", "detail"), *Notification.objects.values_list("text", "url")]
    assert kept
    assert not [row for row in kept if "Zélandais" in str(row) or "Aïssata" in str(row)]


def test_faults_come_back_explained_with_everything_that_was_typed(client, session):
    typed = PERSON | {"birth_on": "31/02/1994", "email": "", "phone": "12", "ft_identifier": "ABC", "postcode": "4"}
    answer = send(client, hat("valideur"), "positionnement_nouveau", session.number, status=422, **typed, note="Un mot")
    text = answer.content.decode()
    for said in ("date du calendrier", "numéro complet", "sept à dix chiffres", "cinq chiffres"):
        assert said in text
    for kept in ("31/02/1994", "ABC", "Zélandais", "Un mot"):
        assert kept in text
    assert not Stagiaire.objects.exists()


def test_a_click_twice_makes_one_candidacy(client, session):
    advisor = hat("valideur")
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    answers = [send(client, advisor, "positionnement_nouveau", session.number, **PERSON, cle=key) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert Positioning.objects.count() == 1


def test_the_same_person_twice_is_said_and_changes_nothing(client, session):
    advisor = hat("valideur")
    send(client, advisor, "positionnement_nouveau", session.number, **PERSON)
    other = hat("valideur")
    answer = send(client, other, "positionnement_nouveau", session.number, status=422, **PERSON)
    assert "déjà positionnée sur cette session" in answer.content.decode()
    assert Positioning.objects.get().valideur == advisor.organisation


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seats_taken": 5}, "places de la session"),
        ({"starts_on": timezone.localdate() - dt.timedelta(days=3)}, "a commencé"),
    ],
)
def test_a_session_that_takes_nobody_says_so_and_offers_its_neighbours(client, session, change, said):
    neighbour = published_session(metier=session.metier)
    Session.objects.filter(pk=session.pk).update(**change)
    shown = page(client, hat("valideur"), "positionnement_nouveau", session.number)
    assert said in shown
    assert reverse("positionnement_nouveau", args=[neighbour.number]) in shown
    answer = send(client, hat("valideur"), "positionnement_nouveau", session.number, status=200, **PERSON)
    assert said in answer.content.decode()
    assert not Positioning.objects.exists()


@pytest.mark.parametrize("side", ["organisme", "employeur"])
def test_who_chooses_does_not_propose(client, session, side):
    """R88: a hat of the organisme, or of an employer of the session, forbids to propose there."""
    advisor = hat("valideur")
    chooser = session.organisme if side == "organisme" else queries.employers_of(session).get()
    MembershipFactory(user=advisor.user, organisation=chooser)
    with pytest.raises(Refused, match="casquette"):
        positionings.propose(session, {"last_name": "X", "first_name": "Y"}, advisor)


def test_who_proposed_does_not_answer_under_another_hat(session):
    candidacy = PositioningFactory(session=session)
    double = MembershipFactory(user=candidacy.advisor.user, organisation=session.organisme)
    with pytest.raises(Refused, match="comme conseiller"):
        positionings.put_on_waiting_list(candidacy, double)


def test_the_organisme_alone_answers(session, employer):
    candidacy = PositioningFactory(session=session)
    for stranger in (candidacy.advisor, employer, hat("organisme"), hat("region")):
        with pytest.raises(Refused, match="R88"):
            positionings.put_on_waiting_list(candidacy, stranger)


def test_a_refusal_for_prerequisites_alone_is_cautioned_then_kept(client, session, trainer):
    """P04: the positioning fits the training to the person, it is no test."""
    candidacy = PositioningFactory(session=session)
    said = {"refusal_reason": "prerequis", "refusal_text": "Pas de bases.", "proposal": "Une autre voie."}
    cautioned = send(client, trainer, "positionnement_refuser", candidacy.pk, status=422, **said)
    text = cautioned.content.decode()
    assert "Avant de refuser" in text
    assert "/regles/P04/" in text
    candidacy.refresh_from_db()
    assert candidacy.state == PositioningState.PROPOSE
    send(client, trainer, "positionnement_refuser", candidacy.pk, **said, warned="oui")
    candidacy.refresh_from_db()
    assert candidacy.state == PositioningState.REFUSE
    other = PositioningFactory(session=session)
    send(client, trainer, "positionnement_refuser", other.pk, **said, refresher_offered="on")
    other.refresh_from_db()
    assert other.state == PositioningState.REFUSE


def test_a_click_twice_refuses_once_and_who_comes_late_keeps_his_words(client, session, trainer):
    candidacy = PositioningFactory(session=session)
    said = {"refusal_reason": "autre", "refusal_text": "Groupe complet.", "proposal": "La session de mars."}
    key = {"cle": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    for _ in range(2):
        send(client, trainer, "positionnement_refuser", candidacy.pk, **said, **key)
    assert Receipt.objects.filter(subject_type="positioning", act="refus").count() == 1
    late = said | {"proposal": "Une immersion de deux semaines."}
    answer = send(client, trainer, "positionnement_refuser", candidacy.pk, status=422, **late).content.decode()
    assert "ce geste ne se fait plus" in answer
    assert "Une immersion de deux semaines." in answer
    page(client, trainer, "positionnement_refuser", candidacy.pk, status=404)


def test_a_refusal_without_reason_nor_proposal_comes_back(client, session, trainer):
    candidacy = PositioningFactory(session=session)
    answer = send(client, trainer, "positionnement_refuser", candidacy.pk, status=422, refusal_text="Non.")
    text = answer.content.decode()
    assert "Choisissez le motif" in text
    assert "Proposez une suite" in text


def test_convoked_absent_asked_again_then_on_the_waiting_list(client, session, trainer):
    candidacy = PositioningFactory(session=session)
    soon = timezone.localdate() + dt.timedelta(days=4)
    when = {"day": soon.isoformat(), "hour": "9 h 30", "place": "12 rue de la Loire"}
    send(client, trainer, "positionnement_convoquer", candidacy.pk, **when)
    candidacy.refresh_from_db()
    assert candidacy.state == PositioningState.CONVOQUE
    assert candidacy.answer_due_on == soon + dt.timedelta(days=10)
    send(client, trainer, "positionnement_absent", candidacy.pk)
    send(client, trainer, "positionnement_convoquer", candidacy.pk, **when)
    send(client, trainer, "positionnement_attente", candidacy.pk, text="Une place peut se libérer")
    candidacy.refresh_from_db()
    assert candidacy.state == PositioningState.EN_ATTENTE
    assert candidacy.answer_due_on == session.starts_on
    assert told(candidacy.advisor, "candidature.reponse").count() == 3  # the second appointment is the first one's twin


def test_withdrawn_with_a_reason_then_proposed_again(client, session, trainer):
    candidacy = PositioningFactory(session=session)
    advisor = candidacy.advisor
    send(client, advisor, "positionnement_retirer", candidacy.pk, status=422)
    send(client, advisor, "positionnement_retirer", candidacy.pk, reason="A trouvé un emploi")
    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.closing_reason) == (PositioningState.RETIRE, "A trouvé un emploi")
    assert told(trainer, "candidature.retiree").count() == 1
    send(client, advisor, "positionnement_reprendre", candidacy.pk)
    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.closing_reason) == (PositioningState.PROPOSE, "")
    assert candidacy.answer_due_on
    with pytest.raises(Refused, match="a proposé"):
        positionings.withdraw(candidacy, hat("valideur"), "Rien")


def test_handed_to_a_colleague_who_hears_the_answers(client, session, trainer):
    candidacy = PositioningFactory(session=session)
    alone = page(client, candidacy.advisor, "positionnement_confier", candidacy.pk)
    assert "Vous êtes seul de votre organisation" in alone
    assert "<form" not in alone.split("<main", 1)[1]
    colleague = MembershipFactory(organisation=candidacy.valideur)
    stranger = hat("valideur")
    send(client, candidacy.advisor, "positionnement_confier", candidacy.pk, status=422, colleague=stranger.pk)
    send(client, candidacy.advisor, "positionnement_confier", candidacy.pk, colleague=colleague.pk)
    candidacy.refresh_from_db()
    assert candidacy.advisor == colleague
    assert told(colleague, "candidature.confiee").exists()
    assert not [one for one in history_of(candidacy) if str(colleague.user) in one.label], "nul nom pour toujours"
    positionings.put_on_waiting_list(candidacy, trainer)
    assert told(colleague, "candidature.reponse").exists()


def test_both_sides_write_to_each_other_and_nobody_else(client, session, trainer, employer):
    candidacy = PositioningFactory(session=session)
    send(client, candidacy.advisor, "positionnement_message", candidacy.pk, text="Disponible lundi.")
    send(client, trainer, "positionnement_message", candidacy.pk, text="C’est noté.")
    assert told(trainer, "candidature.message").count() == told(candidacy.advisor, "candidature.message").count() == 1
    send(client, employer, "positionnement_message", candidacy.pk, status=404, text="Bonjour")
    assert "Disponible lundi." not in page(client, employer, "positionnement_detail", candidacy.pk)
    answer = send(client, trainer, "positionnement_message", candidacy.pk, status=422, text="")
    assert "Écrivez votre message." in answer.content.decode()


def test_an_opinion_is_asked_before_the_answer_and_the_last_word_counts(session, employer, trainer):
    candidacy = PositioningFactory(session=session)
    with pytest.raises(Refused, match="hésiter"):
        opinions.give(candidacy, employer, favourable=False, text=" ")
    opinions.give(candidacy, employer, favourable=False, text="Trop loin")
    assert list(queries.refused_by_employers(session)) == [candidacy]
    opinions.give(candidacy, employer, favourable=True, text="")
    assert not queries.refused_by_employers(session).exists()
    with pytest.raises(Refused, match="employeurs de la session"):
        opinions.give(candidacy, hat("employeur"), favourable=True, text="")
    positionings.refuse(
        candidacy, trainer, {"refusal_reason": "autre", "refusal_text": "x", "proposal": "y",
                             "refresher_offered": False, "proposed_session": None},
    )  # fmt: skip
    with pytest.raises(Refused, match="déjà répondu"):
        opinions.give(candidacy, candidacy.advisor, favourable=True, text="")
    assert CandidateOpinion.objects.count() == 2


def test_the_referent_of_the_action_comes_from_the_valideurs_agency(client, session):
    """R104."""
    advisor = hat("valideur")
    colleague = MembershipFactory(organisation=advisor.organisation)
    send(client, advisor, "session_referent", session.number, colleague=advisor.pk)
    send(client, advisor, "session_referent", session.number, colleague=colleague.pk)
    assert SessionReferent.objects.get(until=None).membership == colleague
    assert told(colleague, "session.referent").exists()
    page(client, hat("valideur"), "session_referent", session.number, status=404)
    assert str(colleague.user) in page(client, hat("region"), "session_candidats", session.number)
    client.logout()
    sheet = client.get(reverse("session_fiche", args=[session.number])).content.decode()
    assert advisor.organisation.name in sheet
    assert str(colleague.user) not in sheet, "le public lit le service, pas la personne"


def test_nobody_waits_in_the_dark(session, trainer):
    """The organisme is reminded when its answer is late, the Région when it stays so."""
    gestionnaire = hat("region", "gestionnaire")
    PositioningFactory(session=session, answer_due_on=timezone.localdate())
    assert reminders.remind_answers() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert reminders.remind_answers() == 1
        assert reminders.remind_answers() == 0, "une fois"
        assert reminders.remind_region() == 0
    assert "1\u00a0candidature attend" in told(trainer, "candidature.en_retard").get().text
    with time_machine.travel(timezone.now() + dt.timedelta(days=6)):
        assert reminders.remind_region() == 1
    assert told(gestionnaire, "candidature.en_retard").exists()


def test_valideurs_hear_each_week_of_the_new_sessions_around(session):
    near = hat("valideur", commune=session.commune)
    far = hat("valideur")
    assert reminders.tell_new_sessions() == 1
    assert reminders.tell_new_sessions() == 0
    assert "1\u00a0nouvelle session" in told(near, "session.nouvelles").get().text
    assert not told(far, "session.nouvelles").exists()


def test_a_refusal_keeps_its_receipt_without_its_words(session, trainer):
    """R90: judged on a coded reason and on there being a proposal; it judges the same again."""
    candidate = PositioningFactory(session=session)
    values = {"refusal_reason": "autre", "refusal_text": "Mme Vertbois attend", "proposal": "Revoir Mme Vertbois",
              "refresher_offered": False, "proposed_session": None}  # fmt: skip
    positionings.refuse(candidate, trainer, values)
    receipt = Receipt.objects.get(subject_type="positioning", subject_id=candidate.pk)
    assert (receipt.act, receipt.hat, receipt.facts["refusal_reason"]) == ("refus", trainer, "autre")
    assert "Vertbois" not in str((receipt.facts, receipt.judgement))
    told = {found["rule"]: found["state"] for found in receipt.judgement["findings"]}
    assert told["R90"] == rejudge(receipt).finding("R90").state.value
    assert fingerprint(rejudge(receipt)) == receipt.outcome
