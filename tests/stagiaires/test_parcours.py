"""From the admission on a post to the job that honours the intention, act by act."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.journal.events import history_of
from core.journal.models import Notification, OutboxMessage
from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from core.rulebook.replay import rejudge
from intentions.models import Intention
from sessions.models import PublicationRecord, Session
from sessions.workflow import publication
from stagiaires.enums import ParcoursState
from stagiaires.facts import Place, usual_place
from stagiaires.models import (
    Exemption,
    HalfDay,
    Parcours,
    ParcoursDocument,
    Positioning,
    SensitiveFacts,
    Stagiaire,
)
from stagiaires.queries.parcours import free_posts
from stagiaires.workflow import admission, closing, commitments, documents, hires, outcomes, parcours, timetable
from stagiaires.workflow.exchanges import answers
from tests.factories.accounts import hat
from tests.factories.sessions import followed, published_session
from tests.factories.stagiaires import HalfDayFactory, PositioningFactory, member_of

pytestmark = pytest.mark.django_db


def candidate(session: Session | None = None, **values: Any) -> Positioning:
    """Somebody whose file says all that an admission asks."""
    made = PositioningFactory(session=session or published_session(), **values)
    SensitiveFacts.objects.create(
        stagiaire=made.stagiaire, work_permit_needed=False, from_siae=False, allowance=True, updated_by=made.advisor
    )
    return made


def place(session: Session, **changes: Any) -> Place:
    usual = usual_place(session)
    values = {name: getattr(usual, name) for name in ("starts_on", "ends_on", "hours")} | {
        "post": free_posts(session).first()
    }
    return Place(**(values | changes))


def admitted(session: Session | None = None, **changes: Any) -> Parcours:
    one = candidate(session)
    return admission.admit(one, member_of(one.session.organisme), place(one.session, **changes))


def begun(session: Session, ends: int = 0) -> Session:
    """The same session, started two months ago; `ends`: days from now to its end."""
    today = timezone.localdate()
    days = {"starts_on": today - dt.timedelta(days=60), "ends_on": today + dt.timedelta(days=ends)}
    Session.objects.filter(pk=session.pk).update(state="en_cours", **days)
    Intention.objects.filter(posts__coverages__request=session.request_id, state="engagee").update(state="couverte")
    return Session.objects.get(pk=session.pk)


def entered(session: Session) -> Parcours:
    """Admitted on the first day of a session that has begun, signed for, and in."""
    one = admitted(session, starts_on=session.starts_on, ends_on=session.ends_on)
    by = member_of(session.organisme)
    documents.make_contract(one, by)
    documents.accept_charter(one, by)
    documents.sign_commitment(one, by)
    return parcours.enter(one, by)


def test_the_whole_way_from_the_admission_to_an_intention_that_is_honoured():
    session = begun(published_session())
    by = member_of(session.organisme)
    one = entered(session)
    assert one.state == ParcoursState.EN_COURS
    assert one.receipt is not None
    assert Session.objects.get(pk=session.pk).seats_taken == 1

    done = parcours.complete(one, by)
    assert done.left_on == session.ends_on
    employer = member_of(done.post.intention.employer)
    outcomes.note_outcome(done, by, result="reussite", skills_profile_updated=True)
    hire = hires.declare(done, by, employer=employer.organisation, contract="cdi", starts_on=timezone.localdate())
    assert hire.committed
    assert hire.confirmed_at is None
    assert Notification.objects.filter(user=employer.user, kind="embauche.a_confirmer").exists()

    hires.confirm(hire, employer)
    assert Intention.objects.get(pk=hire.intention_id).state == "couverte", "la session n’est pas finie"

    Session.objects.filter(pk=session.pk).update(state="terminee")
    closing.take_stock(Session.objects.get(pk=session.pk), by)
    assert Session.objects.get(pk=session.pk).state == "bilan_fait"
    assert Intention.objects.get(pk=hire.intention_id).state == "honoree"
    told = Receipt.objects.get(subject_type="intention", subject_id=hire.intention_id, act="engagement")
    assert told.facts["hires"] == 1
    said = [event.label for event in history_of(one)]
    assert len(said) == len(set(said))
    assert not any(one.stagiaire.last_name in label for label in said)


def test_a_receipt_of_admission_is_judged_again_from_what_it_keeps():
    one = admitted()
    again = rejudge(one.receipt)
    assert again.verdict.value == one.receipt.verdict == "eligible"
    assert one.stagiaire.last_name not in str(one.receipt.facts)
    assert {"R12", "R75", "R76", "R88"} <= {finding.id for finding in again.findings}


def test_the_public_sheet_says_when_the_last_place_is_taken_and_when_it_is_freed():
    session = published_session(seats_taken=4)

    def recruits() -> str:
        publication.on_publish(OutboxMessage.objects.filter(topic=publication.PUBLISH).latest("id"))
        return PublicationRecord.objects.get(session=session).card["recruitment"]

    assert recruits() == "ouvert"
    one = admitted(session)
    assert recruits() == "ferme"
    parcours.call_off(one, member_of(session.organisme), "La personne a trouvé un emploi")
    assert recruits() == "ouvert"


def test_only_the_organisme_admits_and_what_stands_in_the_way_is_said():
    session = published_session()
    one, by = candidate(session), member_of(session.organisme)
    with pytest.raises(Refused, match="R88"):
        admission.admit(one, hat("organisme"), place(session))
    SensitiveFacts.objects.filter(stagiaire=one.stagiaire).update(work_permit_needed=True)
    with pytest.raises(Refused, match="autorisation de travail de la personne manque"):
        admission.admit(one, by, place(session))
    SensitiveFacts.objects.filter(stagiaire=one.stagiaire).update(
        work_permit_until=session.starts_on, from_siae=True, siae_contract_end=session.starts_on
    )
    with pytest.raises(Refused, match="structure d’insertion court"):
        admission.admit(one, by, place(session))
    SensitiveFacts.objects.filter(stagiaire=one.stagiaire).update(from_siae=False)
    Positioning.objects.filter(pk=one.pk).update(project="creation")
    with pytest.raises(Refused, match="création d’entreprise"):
        admission.admit(one, by, place(session))
    Positioning.objects.filter(pk=one.pk).update(project="emploi_salarie")
    for said, lacks in (
        ({"ft_identifier": ""}, "Il manque encore\u00a0: l’inscription à France Travail"),
        ({"ft_identifier": "", "category": ""}, "n’est pas inscrite"),
    ):
        Stagiaire.objects.filter(pk=one.stagiaire_id).update(**said)
        with pytest.raises(Refused, match=lacks):
            admission.admit(one, by, place(session))
    assert Positioning.objects.get(pk=one.pk).state == "propose"
    assert not Parcours.objects.exists()


def test_a_warning_is_read_before_one_admits():
    session = published_session()
    one, by = candidate(session, project_validated=False), member_of(session.organisme)
    with pytest.raises(Refused, match="Lisez d’abord"):
        admission.admit(one, by, place(session))
    assert admission.admit(one, by, place(session), acknowledged=["P14"]).state == ParcoursState.PREVU


def test_without_a_post_the_region_does_not_pay():
    session = published_session()
    one, by = candidate(session), member_of(session.organisme)
    with pytest.raises(Refused, match="un poste, un stagiaire"):
        admission.admit(one, by, place(session, post=None))
    made = admission.admit(one, by, place(session, post=None, funded=False))
    assert not made.funded
    assert made.composante is None
    assert Session.objects.get(pk=session.pk).seats_taken == 0


def test_the_entry_asks_for_what_was_left_to_it():
    session = begun(published_session())
    by = member_of(session.organisme)
    one = admitted(session, starts_on=session.starts_on, ends_on=session.ends_on)
    with pytest.raises(Refused, match="charte"):
        parcours.enter(one, by)
    documents.accept_charter(one, by)
    with pytest.raises(Refused, match="contrat individuel de formation"):
        parcours.enter(one, by)
    documents.sign_commitment(one, by)
    documents.make_contract(one, by)
    assert parcours.enter_those_ready() == 1
    assert Parcours.objects.get(pk=one.pk).state == ParcoursState.EN_COURS
    assert Receipt.objects.get(subject_type="parcours", subject_id=one.pk, act="entree").verdict == "eligible"


def test_papers_are_sealed_and_a_change_makes_the_next_version():
    session = begun(published_session())
    by = member_of(session.organisme)
    one = admitted(session, starts_on=session.starts_on, ends_on=session.ends_on)
    first = documents.make_contract(one, by)
    assert bytes(first.pdf).startswith(b"%PDF")
    assert first.content["employer"] == str(one.post.intention.employer)
    assert documents.is_current(Parcours.objects.get(pk=one.pk))
    other = free_posts(session).exclude(pk=one.post_id).first()
    parcours.change_post(one, by, other, "Trajet trop long")
    moved = Parcours.objects.get(pk=one.pk)
    assert moved.post == other
    again = documents.make_contract(moved, by)
    assert (again.version, ParcoursDocument.objects.filter(parcours=one).count()) == (2, 2)
    assert "Du poste de" in " ".join(event.label for event in history_of(one))


def test_one_who_leaves_gives_his_post_back_and_may_be_replaced_once():
    session = begun(published_session(), ends=30)
    by = member_of(session.organisme)
    gone = entered(session)
    gone = parcours.leave(gone, by, on=timezone.localdate(), reason="emploi")
    assert Session.objects.get(pk=session.pk).seats_taken == 0
    today = timezone.localdate()
    here = {"starts_on": today, "ends_on": session.ends_on, "replaces": gone, "post": gone.post}
    newcomer = candidate(session)
    with pytest.raises(Refused, match="progression"):
        admission.admit(newcomer, by, place(session, **here))
    made = admission.admit(newcomer, by, place(session, **here, progression_certified=True))
    assert made.replaces == gone
    assert "R74" in [found["rule"] for found in made.receipt.judgement["findings"]]
    with pytest.raises(Refused, match="déjà remplacée"):
        admission.admit(candidate(session), by, place(session, **(here | {"post": free_posts(session).first()}),
                                                      progression_certified=True))  # fmt: skip


def test_a_suspended_parcours_keeps_its_post_and_comes_back():
    session = begun(published_session(), ends=60)
    by = member_of(session.organisme)
    one = entered(session)
    until = timezone.localdate() + dt.timedelta(days=10)
    near, hers, far = (
        HalfDayFactory(session=session, on_date=timezone.localdate() + dt.timedelta(days=days)) for days in (2, 3, 30)
    )
    opened = HalfDayFactory(session=session, on_date=timezone.localdate())
    timetable.exempt([hers, far], one, by)
    held = parcours.suspend(one, by, until=until, reason="Mission d’intérim")
    assert one.post not in free_posts(session)
    assert {row.half_day for row in one.exemptions.select_related("half_day")} == {opened, near, hers, far}
    HalfDay.objects.filter(pk=opened.pk).update(state="ouverte")
    back = parcours.resume(held, by, ends_on=session.ends_on)
    assert back.state == ParcoursState.EN_COURS
    assert set(one.exemptions.values_list("half_day", flat=True)) == {hers.pk, far.pk}, "les siennes restent (R52)"
    assert not Exemption.objects.filter(half_day=opened).exists(), "revenue pendant la demi-journée, elle la signe"
    assert parcours.exclude(back, by, on=timezone.localdate(), note="Violences").exit_reason == "discipline"


def test_what_comes_into_the_timetable_meanwhile_is_not_for_who_is_suspended():
    session = begun(published_session(), ends=60)
    by, today = member_of(session.organisme), timezone.localdate()
    away, there = entered(session), entered(session)

    def slot(days: int) -> timetable.Slot:
        return timetable.Slot(today + dt.timedelta(days=days), dt.time(9), dt.time(12, 30), Decimal("3.50"))

    def not_expected() -> list[int]:
        rows = Exemption.objects.filter(parcours=away).values_list("half_day__on_date", flat=True)
        return sorted((day - today).days for day in rows)

    parcours.suspend(away, by, until=today + dt.timedelta(days=10), reason="Mission d’intérim")
    timetable.plan(session, [slot(-3), slot(2), slot(9), slot(10)], by)
    assert not_expected() == [2, 9]
    for from_day, to_day in ((10, 5), (2, 12)):
        moved = HalfDay.objects.get(session=session, on_date=today + dt.timedelta(days=from_day))
        timetable.change(moved, by, slot(to_day))
    assert not_expected() == [5, 9]
    assert not Exemption.objects.filter(parcours=there).exists()
    parcours.resume(away, by)
    assert not_expected() == []


def test_an_admission_called_off_frees_the_post_and_the_person_may_be_admitted_again():
    one = admitted()
    by = member_of(one.organisme)
    parcours.call_off(one, by, "A trouvé un emploi")
    candidacy = Positioning.objects.get(pk=one.positioning_id)
    assert (candidacy.state, candidacy.closing_reason) == ("retire", "A trouvé un emploi")
    Positioning.objects.filter(pk=candidacy.pk).update(state="propose")
    again = admission.admit(Positioning.objects.get(pk=candidacy.pk), by, place(one.session))
    assert again.post == one.post


def test_after_a_failure_a_complement_is_asked_and_the_region_decides_with_a_receipt():
    session = begun(published_session())
    by, region = member_of(session.organisme), hat("region", "gestionnaire")
    one = parcours.complete(entered(session), by)
    outcomes.note_outcome(one, by, result="echec")
    with pytest.raises(Refused, match="si l’employeur le demande"):
        outcomes.ask_recovery(one, by, recovery="complement", words="Épreuve à repasser")
    employer = member_of(one.post.intention.employer)
    asked = outcomes.ask_recovery(one, employer, recovery="complement", words="Il nous faut ce certificat")
    assert asked.employer_asks
    with pytest.raises(Refused, match="gestionnaire"):
        outcomes.decide_recovery(one, hat("region", "finances"), agreed=True, reason="Oui")
    decided = outcomes.decide_recovery(one, region, agreed=True, reason="Trente heures suffisent")
    assert decided.receipt.derogations == ["R95"]
    assert rejudge(decided.receipt).verdict.value == "eligible"


@pytest.mark.parametrize(("hired", "state"), [(2, "honoree"), (1, "partielle"), (0, "non_honoree")])
def test_what_became_of_an_intention_is_counted_on_those_who_went_to_the_end(hired: int, state: str):
    session = begun(published_session())
    by = member_of(session.organisme)
    done = [parcours.complete(entered(session), by) for _ in range(2)]
    intention = done[0].post.intention
    employer = member_of(intention.employer)
    for one in done:
        outcomes.note_outcome(one, by, result="reussite")
    for one in done[:hired]:
        hires.declare(one, employer, contract="cdi", starts_on=timezone.localdate())
    Session.objects.filter(pk=session.pk).update(state="terminee")
    closing.take_stock(Session.objects.get(pk=session.pk), by)
    assert Intention.objects.get(pk=intention.pk).state == state
    if not hired:
        said = commitments.answer(intention, employer, "Le marché a chuté.", contested=True)
        assert Notification.objects.filter(user=by.user, kind="engagement.reponse").exists()
        assert said.contested
        late = hires.declare(done[0], employer, contract="cdd", months=6, starts_on=timezone.localdate())
        assert Intention.objects.get(pk=intention.pk).state == "partielle"
        hires.withdraw(late, employer, "Période d’essai rompue")
        assert Intention.objects.get(pk=intention.pk).state == "non_honoree"


def test_a_session_is_closed_when_nothing_is_owed_to_agora():
    session = begun(published_session())
    by, region = member_of(session.organisme), hat("region", "gestionnaire")
    one = parcours.complete(entered(session), by)
    Session.objects.filter(pk=session.pk).update(state="terminee")
    with pytest.raises(Refused, match="résultat reste à noter"):
        closing.take_stock(Session.objects.get(pk=session.pk), by)
    outcomes.note_outcome(one, by, result="reussite")
    closing.take_stock(Session.objects.get(pk=session.pk), by)
    with pytest.raises(Refused, match="AGORA"):
        closing.close(Session.objects.get(pk=session.pk), region)
    answers.entrust(one.external_events.first(), region, sender="organisme", reason="Saisi par l’organisme")
    (lack,) = closing.lacks_for_closing(Session.objects.get(pk=session.pk))
    assert lack.startswith("Aucun gestionnaire de la Région")  # R106, said before one tries
    with pytest.raises(Refused, match="Aucun gestionnaire de la Région"):
        closing.close(Session.objects.get(pk=session.pk), region)
    assert closing.close(followed(session), region).state == "close"


def test_nobody_enters_a_session_that_nobody_follows_and_the_entry_keeps_its_day():
    """R104, R106: conditions of the start, so of the first entries."""
    session = published_session(starts_on=timezone.localdate(), ends_on=timezone.localdate() + dt.timedelta(days=60))
    with pytest.raises(Refused, match=r"Aucun référent.*Aucun gestionnaire"):
        entered(session)
    one, by = Parcours.objects.get(), member_of(session.organisme)

    followed(session)
    done = parcours.enter(one, by)
    assert (done.state, done.starts_on) == (ParcoursState.EN_COURS, session.starts_on)
