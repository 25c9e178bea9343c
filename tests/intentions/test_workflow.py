"""What may happen to an intention, and what is refused, in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.enums import EmployerNature
from core.journal import outbox
from core.journal.events import _handlers, history_of, subscribe
from core.journal.models import Notification
from core.journal.refusals import Refused
from core.rulebook.receipts import last_receipt
from intentions import workflow
from intentions.enums import DerogationState, IntentionState, PostState
from intentions.facts import judge_intention
from intentions.models import Intention
from tests.factories.accounts import OrganisationFactory, hat
from tests.factories.intentions import IntentionFactory, filed
from tests.factories.rulebook import dated

pytestmark = pytest.mark.django_db


# --- Filing


def test_a_deposit_gives_a_number_posts_a_receipt_and_history() -> None:
    draft = IntentionFactory(post_count=3)

    intention = workflow.deposit(draft, hat=draft.filed_by)

    assert intention.state == IntentionState.DEPOSEE
    assert intention.number.endswith("-0001")
    assert intention.verdict == "eligible"
    assert [post.rank for post in intention.posts.order_by("rank")] == [1, 2, 3]
    assert last_receipt(intention).act == "depot"
    assert history_of(intention).last().kind == "intention.deposee"


def test_an_intention_is_valid_for_a_year() -> None:
    intention = filed()

    assert intention.expires_on.year == timezone.localdate().year + 1


def test_an_incomplete_draft_is_refused_with_what_is_missing() -> None:
    draft = IntentionFactory(bare=True)

    with pytest.raises(Refused, match="Il manque encore"):
        workflow.deposit(draft, hat=draft.filed_by)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"contract_type": "cie"}, "contrat initiative emploi"),
        ({"contract_type": "independant"}, "emploi salarié"),
        ({"statement_text": ""}, "Il manque encore"),
        ({"commitment": None}, "Il manque encore"),
        ({"milestones": [], "milestones_answered": False}, "Il manque encore"),
    ],
    ids=["R36 CIE", "R37 indépendant", "R02 écrit", "R04 engagement", "R04 étapes"],
)
def test_a_condition_that_is_not_met_stops_the_deposit(answers: dict, words: str) -> None:
    draft = IntentionFactory(**answers)

    with pytest.raises(Refused, match=words):
        workflow.deposit(draft, hat=draft.filed_by)
    draft.refresh_from_db()
    assert draft.state == IntentionState.BROUILLON
    assert draft.number == ""


def test_r24_a_siae_cannot_file() -> None:
    worn = hat("employeur", nature=EmployerNature.SIAE)
    draft = IntentionFactory(filed_by=worn)

    with pytest.raises(Refused, match="SIAE"):
        workflow.deposit(draft, hat=worn)


def test_r08_a_valideur_stands_guarantor_of_a_named_employer() -> None:
    worn = hat("valideur")
    draft = IntentionFactory(filed_by=worn, employer=OrganisationFactory(), origin="reseau_emploi")

    with pytest.raises(Refused, match=r"Il manque encore.*garant"):
        workflow.deposit(draft, hat=worn)

    workflow.answer(draft, {"guarantor": "Dominique Martin"}, hat=worn)
    assert workflow.deposit(draft, hat=worn).state == IntentionState.DEPOSEE


def test_r31_a_short_contract_is_filed_with_its_derogation_asked() -> None:
    intention = filed(contract_type="cdd", contract_months=4, short_contract_reason="saisonnier", reason_detail="Été")

    assert intention.verdict == "a_instruire"
    row = intention.derogations.get()
    assert (row.rule, row.state) == ("R31", DerogationState.DEMANDEE)
    assert row.asked_reason == "L’activité est saisonnière\nÉté"


def test_k10_the_same_need_twice_shows_the_twin_and_may_go_on() -> None:
    first = filed()
    again = IntentionFactory(
        filed_by=first.filed_by, metier=first.metier, training_start_wished=first.training_start_wished + timedelta(59)
    )

    with pytest.raises(workflow.TwinFound) as found:
        workflow.deposit(again, hat=again.filed_by)
    assert found.value.twin == first

    other = workflow.deposit(again, hat=again.filed_by, other_post=True)
    assert history_of(other).last().detail["autre_poste_que"] == first.number


def test_k10_two_months_apart_is_another_need() -> None:
    first = filed()
    later = first.training_start_wished + timedelta(61)
    again = IntentionFactory(filed_by=first.filed_by, metier=first.metier, training_start_wished=later)

    assert workflow.deposit(again, hat=again.filed_by).number


def test_k10_how_far_apart_is_dated_by_the_region() -> None:
    first = filed()
    dated("twin_days", "30", 0)
    later = first.training_start_wished + timedelta(31)
    again = IntentionFactory(filed_by=first.filed_by, metier=first.metier, training_start_wished=later)

    assert workflow.deposit(again, hat=again.filed_by).number


def test_two_hats_on_one_file_are_refused() -> None:
    own = hat("employeur")
    other_hat = hat("organisme", user=own.user)
    draft = IntentionFactory(filed_by=other_hat, employer=own.organisation, origin="organisme")

    with pytest.raises(Refused, match="Changez de casquette"):
        workflow.deposit(draft, hat=other_hat)


def test_someone_else_does_not_touch_it() -> None:
    draft = IntentionFactory()

    with pytest.raises(Refused, match="par son auteur ou par son employeur"):
        workflow.answer(draft, {"post_count": 9}, hat=hat("employeur"))


def test_r13_an_employer_named_by_another_is_told_with_his_link(mailoutbox) -> None:
    worn = hat("organisme")
    employer = hat("employeur")
    draft = IntentionFactory(
        filed_by=worn, employer=employer.organisation, origin="organisme", contact_email="patron@exemple.test"
    )

    workflow.deposit(draft, hat=worn)
    outbox.work_all()

    assert mailoutbox[0].to == ["patron@exemple.test"]
    assert "/intentions/lien/" in mailoutbox[0].body
    assert Notification.objects.filter(user=employer.user, kind="intention.repondue").count() == 1


def test_a_signature_falls_when_what_was_signed_changes() -> None:
    draft = IntentionFactory(bare=True, job_title="Soudeur", post_count=1)
    signed = workflow.sign(draft, "Camille Durand", hat=draft.filed_by)
    assert "Soudeur" in signed.statement_text

    changed = workflow.answer(draft, {"post_count": 3}, hat=draft.filed_by)

    assert changed.statement_signed_at is None
    assert changed.statement_text == ""


def test_only_the_employer_signs_online() -> None:
    worn = hat("organisme")
    draft = IntentionFactory(filed_by=worn, employer=OrganisationFactory(), origin="organisme", bare=True)

    with pytest.raises(Refused, match="par l’employeur lui-même"):
        workflow.sign(draft, "Quelqu’un", hat=worn)


# --- Correcting and withdrawing


def test_a_correction_keeps_the_number_and_closes_the_posts_in_excess() -> None:
    intention = filed(post_count=3)
    number = intention.number

    workflow.resume(intention, hat=intention.filed_by)
    workflow.answer(intention, {"post_count": 1}, hat=intention.filed_by)
    again = workflow.deposit(intention, hat=intention.filed_by)

    assert again.number == number
    assert list(again.posts.order_by("rank").values_list("state", flat=True)) == [
        PostState.OUVERT,
        PostState.RETIRE,
        PostState.RETIRE,
    ]


def test_a_granted_derogation_falls_when_its_facts_change() -> None:
    intention = filed(contract_type="cdd", contract_months=5, short_contract_reason="saisonnier")
    region = hat("region")
    intention = workflow.decide_derogation(intention.derogations.get(), granted=True, reason="Saison", hat=region)
    assert intention.verdict == "eligible"

    workflow.resume(intention, hat=intention.filed_by)
    workflow.answer(intention, {"contract_months": 2}, hat=intention.filed_by)
    again = workflow.deposit(intention, hat=intention.filed_by)

    assert again.derogations.get().state == DerogationState.DEMANDEE
    assert again.verdict == "a_instruire"


def test_a_granted_derogation_stands_when_something_else_is_corrected() -> None:
    intention = filed(contract_type="cdd", contract_months=5, short_contract_reason="saisonnier")
    workflow.decide_derogation(intention.derogations.get(), granted=True, reason="Saison", hat=hat("region"))

    workflow.resume(intention, hat=intention.filed_by)
    workflow.answer(intention, {"training_need": "Lire un plan"}, hat=intention.filed_by)
    again = workflow.deposit(intention, hat=intention.filed_by)

    assert again.derogations.get().state == DerogationState.ACCORDEE
    assert again.verdict == "eligible"


def test_a_withdrawal_needs_a_reason_and_is_announced_upward() -> None:
    intention = filed()
    heard: list[Intention] = []
    subscribe("intention.retiree")(lambda intention: heard.append(intention))

    with pytest.raises(Refused, match="pourquoi"):
        workflow.withdraw(intention, hat=intention.filed_by, reason=" ")
    workflow.withdraw(intention, hat=intention.filed_by, reason="Le poste est pourvu")

    assert heard == [intention]
    _handlers["intention.retiree"].pop()
    intention.refresh_from_db()
    assert (intention.state, intention.closing_reason) == (IntentionState.RETIREE, "Le poste est pourvu")


# --- The Région


def test_the_region_answers_and_the_author_hears_it() -> None:
    intention = filed()
    region = hat("region", role="gestionnaire")

    answered = workflow.qualify(intention, hat=region, interlocutor="Solutions&Co")

    assert answered.state == IntentionState.QUALIFIEE
    assert answered.assigned_to == region.user
    assert Notification.objects.filter(user=intention.filed_by.user, kind="intention.repondue").count() == 1


@pytest.mark.parametrize("role", ["gestionnaire", "finances", "administrateur"])
def test_only_a_decideur_sets_aside(role: str) -> None:
    with pytest.raises(Refused, match="revient à la Région"):
        workflow.set_aside(filed(), hat=hat("region", role=role), reason="Hors champ")


def test_a_derogation_is_decided_once_with_its_reason() -> None:
    row = filed(weekly_hours=20, low_hours_reason="boe").derogations.get()
    region = hat("region")

    with pytest.raises(Refused, match="avec son motif"):
        workflow.decide_derogation(row, granted=True, reason="", hat=region)
    intention = workflow.decide_derogation(row, granted=True, reason="Poste aménagé", hat=region)
    assert judge_intention(intention).verdict.value == "eligible"
    assert last_receipt(intention).act == "derogation"
    with pytest.raises(Refused, match="déjà accordée"):
        workflow.decide_derogation(row, granted=False, reason="Non", hat=region)


# --- Bonds


def test_engaging_twice_with_the_same_organisme_changes_nothing() -> None:
    organisme = OrganisationFactory(organisme=True)
    intention = filed()

    workflow.engage(intention, organisme, hat=None)
    again = workflow.engage(intention, organisme, hat=None)

    assert again.state == IntentionState.ENGAGEE
    assert history_of(intention).filter(kind="intention.engagee").count() == 1


def test_r10_one_employer_one_training_one_organisme() -> None:
    first = filed(training_title="Soudage TIG")
    second = filed(by=first.filed_by, training_title="soudage  tig", metier__code="F1703")
    workflow.engage(first, OrganisationFactory(organisme=True), hat=None)

    with pytest.raises(Refused, match="s’engager auprès d’un seul"):
        workflow.engage(second, OrganisationFactory(organisme=True), hat=None)

    assert workflow.engage(second, first.__class__.objects.get(pk=first.pk).engaged_organisme, hat=None)


def test_covered_then_released_it_waits_again() -> None:
    intention = filed()
    workflow.engage(intention, OrganisationFactory(organisme=True), hat=None)
    assert workflow.cover(intention, hat=None).state == IntentionState.COUVERTE

    free = workflow.release(intention, hat=None, reason="Session annulée")

    assert (free.state, free.engaged_organisme) == (IntentionState.QUALIFIEE, None)


def test_what_has_expired_is_closed_and_may_be_taken_up_again() -> None:
    intention = filed()

    assert not workflow.expire(intention, on=intention.expires_on)
    assert workflow.expire(intention, on=intention.expires_on + timedelta(1))
    assert workflow.resume(intention, hat=intention.filed_by).state == IntentionState.BROUILLON
