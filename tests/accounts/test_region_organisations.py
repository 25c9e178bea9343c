"""The Région opens, finds and closes organisations; what the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.accounts.enums import Role
from core.accounts.models import Membership, Organisation
from core.accounts.workflow import organisations
from core.journal.refusals import Refused
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    hat,
    siret,
)

pytestmark = pytest.mark.django_db


class TestTheRegion:
    @pytest.fixture
    def administrator(self) -> Membership:
        return hat("region", Role.ADMINISTRATEUR)

    def test_finds_by_name_by_siret_and_by_kind(self, client: Client, administrator):
        OrganisationFactory(name="Menuiserie du Port", siret=siret(501))
        OrganisationFactory(organisme=True, name="Campus du Port", siret=siret(502))
        client.force_login(administrator.user)

        def found(**query: str) -> list[str]:
            page = client.get(reverse("region_organisations"), query)
            return [row.name for row in page.context["page"].rows]

        assert found(q="port") == ["Campus du Port", "Menuiserie du Port"]
        assert found(q="port", type="organisme") == ["Campus du Port"]
        assert found(q=siret(501)) == ["Menuiserie du Port"]
        assert found(q="zzz") == []
        assert len(found(type="inconnu")) == 3

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same_for_one_and_for_three(
        self, client: Client, administrator, django_assert_num_queries, count: int
    ):
        OrganisationFactory.create_batch(count)
        client.force_login(administrator.user)
        client.get(reverse("region_organisations"))
        # session, person, hats, capped count, page
        with django_assert_num_queries(5):
            client.get(reverse("region_organisations"))

    @pytest.mark.parametrize(
        ("kind", "own"),
        [
            ("organisme", {"nda": "52440123456", "qualiopi_until": "31/12/2027"}),
            ("valideur", {"network": "mission_locale"}),
            ("relais", {"relais_kind": "opco"}),
            ("cariforef", {}),
            ("employeur", {"nature": "prive"}),
        ],
    )
    def test_opens_each_kind_and_invites_its_first_administrator(self, client: Client, administrator, kind, own):
        client.force_login(administrator.user)
        url = f"{reverse('region_organisation_creer')}?type={kind}"
        assert client.get(url).status_code == 200

        answer = client.post(
            url, {"siret": siret(600), "name": "Nouvelle", "first_administrator": "chef@exemple.test", **own}
        )

        opened = Organisation.objects.get(name="Nouvelle")
        assert answer["Location"] == reverse("region_organisation", args=[opened.pk])
        assert opened.kind == kind
        invitation = opened.invitations.get()
        assert (invitation.email, invitation.role) == ("chef@exemple.test", Role.ADMINISTRATEUR)

    @pytest.mark.parametrize(
        ("kind", "missing"), [("organisme", "nda"), ("organisme", "qualiopi_until"), ("valideur", "network")]
    )
    def test_what_a_kind_needs_is_asked(self, client: Client, administrator, kind, missing):
        client.force_login(administrator.user)
        page = client.post(
            f"{reverse('region_organisation_creer')}?type={kind}", {"siret": siret(600), "name": "Nouvelle"}
        )
        assert page.status_code == 422
        assert missing in page.context["form"].errors
        assert 'value="Nouvelle"' in page.content.decode()

    def test_another_region_is_not_opened(self, client: Client, administrator):
        client.force_login(administrator.user)
        assert client.get(f"{reverse('region_organisation_creer')}?type=region").status_code == 404
        with pytest.raises(Refused):
            organisations.open_organisation(administrator, "region", {"name": "Autre"})

    def test_a_known_siret_is_said_at_its_field(self, client: Client, administrator):
        OrganisationFactory(siret=siret(600))
        client.force_login(administrator.user)
        page = client.post(
            f"{reverse('region_organisation_creer')}?type=employeur",
            {"siret": siret(600), "name": "Nouvelle", "nature": "prive"},
        )
        assert page.status_code == 422
        assert "porte déjà ce SIRET" in page.content.decode()

    def test_a_double_click_opens_one(self, client: Client, administrator):
        client.force_login(administrator.user)
        data = {"name": "Une seule", "relais_kind": "opco", "cle": "7e0f3b52-5c3a-4d0e-9f0c-1a2b3c4d5e6f"}
        first = client.post(f"{reverse('region_organisation_creer')}?type=relais", data)
        second = client.post(f"{reverse('region_organisation_creer')}?type=relais", data)
        assert first["Location"] == second["Location"]
        assert Organisation.objects.filter(name="Une seule").count() == 1

    def test_closes_and_opens_again(self, client: Client, administrator):
        member = hat("employeur")
        client.force_login(administrator.user)
        url = reverse("region_organisation_etat", args=[member.organisation_id])
        client.post(url, {"etat": "fermee"})
        assert client.get(reverse("region_organisation", args=[member.organisation_id])).status_code == 200
        other = Client()
        other.force_login(member.user)
        assert other.get(reverse("organisation"))["Location"] == reverse("sans_casquette")
        client.post(url, {"etat": "ouverte"})
        assert other.get(reverse("organisation")).status_code == 200

    def test_does_not_close_itself(self, administrator):
        with pytest.raises(Refused):
            organisations.set_active(administrator, administrator.organisation, active=False)


class TestTheDatabaseKeepsThePromises:
    def refused(self, **fields: object) -> bool:
        try:
            with transaction.atomic():
                Organisation.objects.create(**{"kind": "employeur", "name": "X", **fields})
        except IntegrityError:
            return True
        return False

    @pytest.mark.parametrize(
        "fields",
        [
            {"name": ""},
            {"siret": "123"},
            {"nda": "52440123456"},
            {"network": "cap_emploi"},
            {"kind": "valideur"},
            {"kind": "organisme", "nda": "ABC"},
            {"kind": "organisme", "nature": "prive"},
            {"relais_kind": "opco"},
        ],
        ids=str,
    )
    def test_an_organisation_has_what_its_kind_has(self, fields):
        assert self.refused(**fields)

    def test_one_siret_per_kind(self):
        OrganisationFactory(siret=siret(9))
        assert self.refused(siret=siret(9))
        assert not self.refused(siret=siret(9), kind="organisme")

    @pytest.mark.parametrize(
        ("kind", "role"), [("employeur", "decideur"), ("organisme", "finances"), ("region", "membre")]
    )
    def test_a_role_of_another_kind_of_organisation_is_refused(self, kind, role):
        organisation = OrganisationFactory(**{kind: True})
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=UserFactory(), organisation=organisation, role=role)

    def test_an_organisation_never_changes_kind(self):
        organisation = OrganisationFactory()
        with pytest.raises(Exception, match=r"kind_is_kept|Cannot update"), transaction.atomic():
            Organisation.objects.filter(pk=organisation.pk).update(kind="region", nature="")

    def test_two_active_hats_of_one_organisation_are_refused(self):
        member = MembershipFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            MembershipFactory(user=member.user, organisation=member.organisation)
