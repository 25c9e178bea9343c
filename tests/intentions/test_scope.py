"""Who sees which intention. Another's does not exist: 404, never 403."""

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from intentions import queries, workflow
from intentions.models import Intention
from tests.factories.accounts import OrganisationFactory, hat
from tests.factories.intentions import IntentionFactory, filed

pytestmark = pytest.mark.django_db


def seen(worn) -> set[Intention]:
    return set(queries.visible_to(worn))


def test_no_hat_sees_nothing() -> None:
    filed()

    assert seen(None) == set()


def test_an_employer_sees_his_own_and_what_others_filed_for_him_once_filed() -> None:
    worn, organisme = hat("employeur"), hat("organisme")
    own_draft = IntentionFactory(filed_by=worn)
    for_him = filed(by=organisme, employer=worn.organisation, origin="organisme")
    IntentionFactory(filed_by=organisme, employer=worn.organisation, origin="organisme")
    filed()

    assert seen(worn) == {own_draft, for_him}


def test_an_organisme_sees_those_it_filed_is_engaged_with_or_consulted_on() -> None:
    worn = hat("organisme")
    own = IntentionFactory(filed_by=worn, employer=OrganisationFactory(), origin="organisme")
    engaged = workflow.engage(filed(), worn.organisation, hat=None)
    consulted = filed()
    workflow.consult(consulted, worn.organisation, hat=None)
    filed()

    assert seen(worn) == {own, engaged, consulted}


def test_the_region_sees_everything_but_the_drafts_of_others() -> None:
    draft, one = IntentionFactory(), filed()

    assert seen(hat("region")) == {one}
    assert draft not in seen(hat("region"))


@pytest.mark.parametrize("kind", ["valideur", "relais"])
def test_valideurs_and_relais_see_what_they_filed(kind: str) -> None:
    worn = hat(kind)
    own = IntentionFactory(filed_by=worn, employer=OrganisationFactory(), origin="opco")
    filed()

    assert seen(worn) == {own}


def test_the_cariforef_sees_none() -> None:
    filed()

    assert seen(hat("cariforef")) == set()


def test_a_room_above_may_widen_what_an_organisme_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    worn, one = hat("organisme"), filed()
    monkeypatch.setattr(queries, "_reaches", [])
    queries.register_reach(lambda h: Q(number=one.number) if h == worn else None)

    assert seen(worn) == {one}
    assert seen(hat("organisme")) == set()


def test_compatible_intentions_wait_in_the_right_filiere_and_departement() -> None:
    from tests.factories.reference import FiliereFactory

    filiere = FiliereFactory(code="industrie")
    here = filed()
    Intention.objects.filter(pk=here.pk).update(filiere=filiere)
    taken = filed(metier__code="F1703")
    Intention.objects.filter(pk=taken.pk).update(filiere=filiere)
    workflow.engage(taken, OrganisationFactory(organisme=True), hat=None)

    assert list(queries.compatible(["industrie"], ["44"])) == [here]
    assert list(queries.compatible(["industrie"], ["85"])) == []
    assert list(queries.compatible(["sante"], ["44"])) == []


PAGES = [
    ("get", "intention_detail", []),
    ("get", "intention_verification", []),
    ("get", "intention_etape", ["contrat"]),
    ("post", "intention_etape", ["contrat"]),
    ("post", "intention_verification", []),
    ("get", "intention_ecrit", []),
    ("get", "intention_recu", []),
    ("post", "intention_ecrire", []),
    ("post", "intention_modele", []),
    ("get", "intention_retirer", []),
    ("post", "intention_retirer", []),
    ("post", "intention_reprendre", []),
    ("post", "intention_qualifier", []),
    ("post", "intention_ecarter", []),
    ("post", "intention_suivre", []),
    ("post", "intention_derogation", ["R31"]),
]


@pytest.mark.parametrize("kind", ["employeur", "organisme", "valideur", "relais", "cariforef"])
@pytest.mark.parametrize(("method", "name", "args"), PAGES)
def test_an_outsider_finds_nothing(client: Client, kind: str, method: str, name: str, args: list[str]) -> None:
    intention = filed(contract_type="cdd", contract_months=4, short_contract_reason="saisonnier")
    client.force_login(hat(kind).user)

    answer = getattr(client, method)(reverse(name, args=[intention.pk, *args]))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["intention_qualifier", "intention_ecarter", "intention_suivre"])
def test_the_region_s_acts_do_not_exist_for_the_employer(client: Client, name: str) -> None:
    intention = filed()
    client.force_login(intention.filed_by.user)

    assert client.post(reverse(name, args=[intention.pk]), {"reason": "x"}).status_code == 404


def test_the_region_reads_but_does_not_edit_the_answers(client: Client) -> None:
    intention = filed()
    client.force_login(hat("region").user)

    assert client.get(reverse("intention_detail", args=[intention.pk])).status_code == 200
    assert client.post(reverse("intention_etape", args=[intention.pk, "contrat"])).status_code == 404
