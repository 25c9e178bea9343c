"""« Je suis employeur »: register an establishment by its SIRET, or ask to be let into it."""

import json
import threading
from pathlib import Path

import httpx
import pytest
import respx
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.accounts.companies import CompanyFacts
from core.accounts.enums import EmployerNature, Role
from core.accounts.forms.fields import SiretField
from core.accounts.models import JoinRequest, Membership, Organisation
from core.accounts.workflow import joining
from core.accounts.workflow.organisations import organisation_from_siret
from core.journal.models import Notification
from core.journal.outbox import work_all
from core.journal.refusals import Refused
from tests.factories.accounts import JoinRequestFactory, OrganisationFactory, UserFactory, hat, siret

pytestmark = pytest.mark.django_db

BRANCH = json.loads((Path(__file__).parent / "shapes" / "branch.json").read_text())
URL = "organisation_creer"


@pytest.fixture
def register(settings):
    settings.COMPANY_API_URL = "https://registre.exemple.test"
    with respx.mock(base_url=settings.COMPANY_API_URL, assert_all_called=False) as router:
        yield router.get("/search")


@pytest.fixture
def person(client: Client):
    user = UserFactory()
    client.force_login(user)
    return user


def fields_of(page) -> dict[str, object]:
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields}


class TestTheSiretIsChecked:
    @pytest.mark.parametrize("number", ["81280923400030", "812 809 234 00030", "812\u00a0809\u00a0234\u00a000030"])
    def test_a_real_one(self, number):
        assert SiretField().clean(number) == "81280923400030"

    def test_la_poste_has_its_own_check(self):
        assert SiretField().clean("35600000049837") == "35600000049837"

    @pytest.mark.parametrize(
        ("number", "message"),
        [
            ("81280923400031", "deux chiffres sont peut-être inversés"),
            ("8128092340003", "Vous en avez donné 13"),
            ("812809234000300", "Vous en avez donné 15"),
            ("FR812809234", "Vous en avez donné 9"),
            ("", "Donnez le SIRET"),
        ],
    )
    def test_a_wrong_one_says_why(self, number, message):
        with pytest.raises(Exception, match=message):
            SiretField().clean(number)

    def test_the_invented_ones_pass(self):
        assert all(SiretField().clean(siret(number)) == siret(number) for number in range(50))


class TestRegistering:
    def test_the_register_fills_the_form_and_writes_nothing(self, client: Client, person, register):
        register.respond(json=BRANCH)
        page = client.post(reverse(URL), {"siret": "81280923400030", "phone": "0240112233", "chercher": "1"})
        assert page.status_code == 200
        filled = fields_of(page)
        assert filled["name"] == "Boulangerie du Nil"
        assert filled["address"] == "8 rue Paul Bert"
        assert filled["collective_agreement"] == "0843"
        assert filled["nature"] == EmployerNature.PRIVE
        assert filled["phone"] == "0240112233", "what was typed stays"
        assert not Organisation.objects.exists()

    def test_when_the_register_is_away_the_form_goes_on_by_hand(self, client: Client, person, register):
        register.mock(side_effect=httpx.ConnectTimeout)
        page = client.post(reverse(URL), {"siret": siret(3), "name": "À la main", "chercher": "1"})
        assert "Le registre des entreprises ne répond pas" in page.content.decode()
        assert fields_of(page)["name"] == "À la main"

        client.post(reverse(URL), {"siret": siret(3), "name": "À la main", "nature": "prive"})
        assert Organisation.objects.get().name == "À la main"

    def test_an_unknown_siret_is_said_and_does_not_block(self, client: Client, person, register):
        register.respond(json={"results": []})
        page = client.post(reverse(URL), {"siret": siret(3), "chercher": "1"})
        assert "ne connaît pas ce SIRET" in page.content.decode()

    def test_looking_up_with_a_wrong_siret_speaks_of_it_alone(self, client: Client, person, register):
        page = client.post(reverse(URL), {"siret": "123", "chercher": "1"})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["siret"]
        assert not register.called

    def test_whoever_registers_administers_and_wears_the_hat(self, client: Client, person):
        answer = client.post(
            reverse(URL), {"siret": siret(3), "name": "Atelier", "nature": "association", "city": "Nantes"}
        )
        assert answer["Location"] == "/"
        given = Membership.objects.get(user=person)
        assert given.role == Role.ADMINISTRATEUR
        assert (given.organisation.siret, given.organisation.kind) == (siret(3), "employeur")
        assert "Atelier" in client.get(reverse("organisation")).content.decode()

    def test_a_double_click_registers_one(self, client: Client, person):
        data = {
            "siret": siret(3),
            "name": "Atelier",
            "nature": "prive",
            "cle": "7e0f3b52-5c3a-4d0e-9f0c-1a2b3c4d5e6f",
        }
        first, second = client.post(reverse(URL), data), client.post(reverse(URL), data)
        assert first["Location"] == second["Location"]
        assert Membership.objects.count() == 1

    def test_an_answer_that_is_missing_is_said_and_the_rest_stays(self, client: Client, person):
        page = client.post(reverse(URL), {"siret": siret(3), "name": "", "nature": "prive", "phone": "0240112233"})
        assert list(page.context["form"].errors) == ["name"]
        assert "0240112233" in page.content.decode()

    def test_the_form_cannot_make_another_kind(self, client: Client, person):
        client.post(reverse(URL), {"siret": siret(3), "name": "X", "nature": "prive", "kind": "region", "nda": "1"})
        assert Organisation.objects.get().kind == "employeur"

    def test_a_visitor_signs_in_first(self, client: Client):
        assert client.get(reverse(URL))["Location"].startswith(reverse("account_login"))


class TestAskingToBeLetIn:
    @pytest.fixture
    def administrator(self) -> Membership:
        return hat("employeur", name="Menuiserie du Port", siret=siret(44))

    @pytest.mark.parametrize("button", [{}, {"chercher": "1"}])
    def test_a_known_siret_leads_to_asking(self, client: Client, person, administrator, button):
        page = client.post(reverse(URL), {"siret": siret(44), "name": "Autre", "nature": "prive", **button})
        assert "est déjà inscrit" in page.content.decode()
        assert Organisation.objects.count() == 1

    def test_the_administrators_are_told_and_let_in(self, client: Client, person, administrator):
        client.post(reverse("acces_demander"), {"organisation": administrator.organisation_id})
        notice = Notification.objects.get(user=administrator.user)
        assert person.email in notice.text
        assert notice.url == reverse("organisation")
        assert "Votre demande est partie" in client.get(reverse("sans_casquette")).content.decode()

        other = Client()
        other.force_login(administrator.user)
        asked = JoinRequest.objects.get()
        assert person.email in other.get(reverse("organisation")).content.decode()
        other.post(reverse("acces_repondre", args=[asked.pk]), {"reponse": "oui"})

        assert person.memberships.get().role == Role.MEMBRE
        work_all()
        assert mail.outbox[-1].to == [person.email]
        assert "vous a laissé entrer" in mail.outbox[-1].body

    def test_or_not(self, administrator):
        asked = JoinRequestFactory(organisation=administrator.organisation)
        joining.answer(administrator, asked, accepted=False)
        work_all()
        assert not asked.user.memberships.exists()
        assert "n’a pas donné suite" in mail.outbox[-1].body

    def test_the_first_answer_holds(self, administrator):
        asked = JoinRequestFactory(organisation=administrator.organisation)
        joining.answer(administrator, asked, accepted=False)
        with pytest.raises(Refused, match="déjà répondu"):
            joining.answer(administrator, asked, accepted=True)
        assert not asked.user.memberships.exists()

    def test_asking_twice_asks_once(self, client: Client, person, administrator):
        for _ in range(2):
            client.post(reverse("acces_demander"), {"organisation": administrator.organisation_id})
        assert JoinRequest.objects.count() == 1
        assert Notification.objects.count() == 1

    def test_without_administrator_the_region_answers_and_the_person_administers(self):
        region = hat("region", Role.ADMINISTRATEUR)
        employer = OrganisationFactory()
        asked = joining.ask(UserFactory(), employer)
        assert Notification.objects.get().user == region.user
        joining.answer(region, asked, accepted=True)
        assert asked.user.memberships.get().role == Role.ADMINISTRATEUR

    @pytest.mark.parametrize("kind", ["organisme", "region", "valideur", "relais", "cariforef"])
    def test_other_kinds_come_by_invitation_only(self, client: Client, person, kind):
        organisation = OrganisationFactory(**{kind: True})
        assert client.post(reverse("acces_demander"), {"organisation": organisation.pk}).status_code == 404
        with pytest.raises(Refused, match="sur invitation"):
            joining.ask(person, organisation)

    @pytest.mark.parametrize("number", ["", "premier", "0", str(10**30), "-1"])
    def test_rubbish_is_absent(self, client: Client, person, number):
        assert client.post(reverse("acces_demander"), {"organisation": number}).status_code == 404

    def test_a_member_does_not_ask(self, administrator):
        with pytest.raises(Refused, match="déjà membre"):
            joining.ask(administrator.user, administrator.organisation)


class TestFindOrMakeBySiret:
    FACTS = CompanyFacts(siret=siret(5), name="Fonderie", city="Cholet", nature="prive", nda="52440123456")

    def test_made_from_public_facts(self):
        made = organisation_from_siret(siret(5), "employeur", self.FACTS)
        assert (made.name, made.city, made.nature, made.nda) == ("Fonderie", "Cholet", "prive", "")

    def test_each_kind_takes_what_is_its_own(self):
        made = organisation_from_siret(siret(5), "organisme", self.FACTS)
        assert (made.nature, made.nda) == ("", "52440123456")

    def test_what_a_person_says_wins(self):
        assert organisation_from_siret(siret(5), "employeur", self.FACTS, name="La Fonderie").name == "La Fonderie"

    def test_an_existing_one_is_not_touched(self):
        known = OrganisationFactory(siret=siret(5), name="Avant")
        assert organisation_from_siret(siret(5), "employeur", self.FACTS) == known
        known.refresh_from_db()
        assert known.name == "Avant"

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_get_the_same(self):
        together = threading.Barrier(2)
        made: list[Organisation] = []

        def make() -> None:
            together.wait()
            made.append(organisation_from_siret(siret(5), "employeur", self.FACTS))
            connection.close()

        threads = [threading.Thread(target=make) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert made[0].pk == made[1].pk
        assert Organisation.objects.count() == 1
