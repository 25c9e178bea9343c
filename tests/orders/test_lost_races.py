"""Somebody was quicker, or something still stands on the record: said in French at the form, never an error page."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.db.models.signals import pre_save
from django.urls import reverse

from core.journal.refusals import Refused
from orders import workflow
from orders.enums import LotRole
from orders.models import Lot, Marche
from sessions.enums import RequestState
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotMemberFactory, LotPlaceFactory, MarcheFactory
from tests.factories.reference import DepartementFactory, FiliereFactory
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    worn = hat("region", role="gestionnaire")
    client.force_login(worn.user)
    return worn


@pytest.fixture
def quicker():
    """`quicker(Lot, make)`: `make` runs between the check of the next form and the writing of its row."""
    hooks = []

    def arm(model: type[Model], make: Callable[[], object]) -> None:
        def once(**news: object) -> None:
            pre_save.disconnect(once, sender=model)
            make()

        pre_save.connect(once, sender=model, weak=False)
        hooks.append((once, model))

    yield arm
    for hook, model in hooks:
        pre_save.disconnect(hook, sender=model)


def test_a_marche_whose_number_was_just_taken_keeps_what_was_typed(client, keeper, quicker):
    quicker(Marche, lambda: MarcheFactory(number="2027-1E1F"))
    data = {"number": "2027-1E1F", "title": "Un titre gardé", "starts_on": "01/01/2026", "ends_on": "31/12/2029"}

    answer = client.post(reverse("marche_creer"), data)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"number": ["Un marché porte déjà ce numéro."]}
    assert "Un titre gardé" in answer.content.decode()


def test_a_lot_whose_number_was_just_taken_keeps_what_was_typed(client, keeper, quicker):
    marche, departement = MarcheFactory(), DepartementFactory(code="44")
    quicker(Lot, lambda: LotFactory(marche=marche, number=12))
    data = {
        "marche": marche.pk,
        "number": "12",
        "title": "Un titre gardé",
        "filiere": FiliereFactory().pk,
        "departements": [departement.pk],
        "mini_hours": "42 000",
        "maxi_hours": "84 000",
        "gestionnaire": keeper.user_id,
        "coordinateur": "Dominique Martin",
    }

    answer = client.post(reverse("lot_creer"), data)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"number": ["Ce marché a déjà un lot de ce numéro."]}
    assert "Un titre gardé" in answer.content.decode()


def test_a_place_retired_twice_says_so(keeper):
    place = LotPlaceFactory()
    workflow.retire_place(place, keeper)

    with pytest.raises(Refused, match="déjà plus dans la liste"):
        workflow.retire_place(place, keeper)


def test_a_place_retired_by_a_colleague_meanwhile_is_a_message(client, keeper, monkeypatch):
    place = LotPlaceFactory()
    retire = workflow.retire_place

    def after_a_colleague(found, hat):
        retire(place, keeper)
        return retire(found, hat)

    monkeypatch.setattr(workflow, "retire_place", after_a_colleague)

    page = client.post(reverse("lot_lieu_retirer", args=[place.lot_id, place.pk]), follow=True)

    assert page.status_code == 200
    assert "déjà plus dans la liste" in page.content.decode()


@pytest.mark.parametrize(
    ("state", "leaves"),
    [
        (RequestState.COMPLETE, False),
        (RequestState.EN_INSTRUCTION, False),
        (RequestState.A_COMPLETER, False),
        (RequestState.BROUILLON, True),
    ],
)
def test_a_member_leaves_only_when_no_request_of_its_waits(keeper, state, leaves):
    lot = LotFactory()
    member = LotMemberFactory(lot=lot, role=LotRole.COTRAITANT)
    request = SessionRequestFactory(organisme=member.organisation, lot=lot, in_queue=state != RequestState.BROUILLON)
    if state == RequestState.EN_INSTRUCTION:
        request.instruire()
    elif state == RequestState.A_COMPLETER:
        request.renvoyer()
    request.save()

    if leaves:
        assert not workflow.remove_member(member, keeper).is_active
    else:
        with pytest.raises(Refused, match=r"Une demande de session de .* attend une décision"):
            workflow.remove_member(member, keeper)
        member.refresh_from_db()
        assert member.is_active


def test_the_requests_of_another_organisme_or_lot_hold_nobody(keeper):
    lot = LotFactory()
    member = LotMemberFactory(lot=lot)
    SessionRequestFactory(in_queue=True, lot=lot, organisme=lot.members.get(role=LotRole.MANDATAIRE).organisation)
    SessionRequestFactory(in_queue=True, organisme=member.organisation)

    assert not workflow.remove_member(member, keeper).is_active


def test_the_page_says_why_a_member_stays(client, keeper):
    lot = LotFactory()
    member = LotMemberFactory(lot=lot)
    for _ in range(2):
        SessionRequestFactory(in_queue=True, organisme=member.organisation, lot=lot)

    page = client.post(reverse("lot_membre_retirer", args=[lot.pk, member.pk]), follow=True)

    assert "2 demandes de session" in page.content.decode()
    member.refresh_from_db()
    assert member.is_active
