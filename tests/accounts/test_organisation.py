"""The organisation's page and what each hat may do there: a table of roles, then each act."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation
from core.accounts.workflow import members
from core.journal.events import history_of
from core.journal.refusals import Refused
from core.reference.models import Commune
from tests.factories.accounts import (
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    hat,
    siret,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def target() -> Organisation:
    """An employer with an administrator, a member, an invitation and someone who asks to be let in."""
    return OrganisationFactory(name="Menuiserie du Port")


@pytest.fixture
def people(target: Organisation) -> dict[str, Membership | None]:
    return {
        "its administrator": hat("employeur", Role.ADMINISTRATEUR, organisation=target),
        "its member": hat("employeur", Role.MEMBRE, organisation=target),
        "another employer": hat("employeur", Role.ADMINISTRATEUR),
        "an organisme": hat("organisme", Role.ADMINISTRATEUR),
        "a valideur": hat("valideur", Role.ADMINISTRATEUR),
        "the Région's administrator": (region := hat("region", Role.ADMINISTRATEUR)),
        "the Région's décideur": hat("region", Role.DECIDEUR, organisation=region.organisation),
        "the Région's gestionnaire": hat("region", Role.GESTIONNAIRE, organisation=region.organisation),
    }


NOBODY: frozenset[str] = frozenset()
ITS_OWN = frozenset({"its administrator", "its member"})
MANAGERS = frozenset({"its administrator", "the Région's administrator"})
REGION = frozenset({"the Région's administrator", "the Région's décideur", "the Région's gestionnaire"})
REGION_ADMINISTRATORS = frozenset({"the Région's administrator"})

# (method, URL name, what its number names, who gets an answer other than « page absente »)
TABLE = [
    ("get", "organisation_modifier", "organisation", MANAGERS),
    ("post", "organisation_modifier", "organisation", MANAGERS),
    ("get", "invitation_creer", "organisation", MANAGERS),
    ("post", "invitation_creer", "organisation", MANAGERS),
    ("get", "membre", "member", MANAGERS),
    ("post", "membre", "member", MANAGERS),
    ("post", "membre_desactiver", "member", MANAGERS),
    ("post", "membre_reactiver", "former", MANAGERS),
    ("post", "invitation_annuler", "invitation", MANAGERS),
    ("post", "invitation_renvoyer", "invitation", MANAGERS),
    ("post", "acces_repondre", "request", MANAGERS),
    ("get", "region_organisation", "organisation", REGION),
    ("post", "region_organisation_etat", "organisation", REGION_ADMINISTRATORS),
    ("get", "region_organisations", None, REGION),
    ("get", "region_organisation_creer", None, REGION_ADMINISTRATORS),
]


@pytest.mark.parametrize(("method", "name", "names", "admitted"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_table_of_roles(client: Client, target, people, method, name, names, admitted):
    numbers = {
        "organisation": target.pk,
        "member": people["its member"].pk,
        "former": MembershipFactory(organisation=target, former=True).pk,
        "invitation": InvitationFactory(organisation=target).pk,
        "request": JoinRequestFactory(organisation=target).pk,
    }
    url = reverse(name, args=[numbers[names]] if names else [])
    data = {"reponse": "non", "etat": "fermee"} if method == "post" else {}

    answers = {}
    for who, member in people.items():
        with transaction.atomic():  # each starts from the same state
            client.force_login(member.user)
            answers[who] = getattr(client, method)(url, data).status_code
            transaction.set_rollback(True)

    assert {who for who, code in answers.items() if code != 404} == admitted
    assert set(answers.values()) <= {200, 302, 404, 422}


@pytest.mark.parametrize("row", [row for row in TABLE if row[2]], ids=lambda row: f"{row[0]} {row[1]}")
def test_what_does_not_exist_looks_the_same(client: Client, people, row):
    client.force_login(people["the Région's administrator"].user)
    method, name, _, _ = row
    assert getattr(client, method)(reverse(name, args=[10**9]), {"reponse": "non", "etat": "fermee"}).status_code == 404


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_visitor_is_asked_to_sign_in(client: Client, target, row):
    method, name, names, _ = row
    answer = getattr(client, method)(reverse(name, args=[1] if names else []))
    assert answer["Location"].startswith(reverse("account_login"))


class TestThePage:
    def test_everyone_in_it_reads_its_people(self, client: Client, target, people):
        client.force_login(people["its member"].user)
        page = client.get(reverse("organisation")).content.decode()
        assert "Menuiserie du Port" in page
        assert people["its administrator"].user.email in page

    def test_a_member_sees_no_act_nor_who_is_invited(self, client: Client, target, people):
        InvitationFactory(organisation=target, email="secret@exemple.test")
        client.force_login(people["its member"].user)
        page = client.get(reverse("organisation")).content.decode()
        assert "secret@exemple.test" not in page
        assert "Inviter une personne" not in page
        assert reverse("organisation_modifier", args=[target.pk]) not in page

    def test_nothing_of_another_organisation_shows(self, client: Client, target, people):
        OrganisationFactory(name="Serrurerie Voisine")
        canary = MembershipFactory(user__last_name="Canari")
        InvitationFactory(organisation=canary.organisation, email="canari@exemple.test")
        client.force_login(people["its administrator"].user)
        page = client.get(reverse("organisation")).content.decode()
        assert "Canari" not in page
        assert "canari" not in page
        assert "Serrurerie" not in page

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_for_one_member_and_for_three(
        self, client: Client, django_assert_num_queries, count: int
    ):
        administrator = hat("employeur")
        for _ in range(count - 1):
            MembershipFactory(organisation=administrator.organisation)
            InvitationFactory(organisation=administrator.organisation)
            JoinRequestFactory(organisation=administrator.organisation)
        client.force_login(administrator.user)
        client.get(reverse("organisation"))
        # session, person, hats, may manage, members, invitations, requests
        with django_assert_num_queries(7):
            client.get(reverse("organisation"))

    @pytest.mark.parametrize("kind", OrganisationKind.values)
    def test_every_kind_has_its_page_and_its_form(self, client: Client, kind: str):
        administrator = hat(kind, Role.ADMINISTRATEUR)
        client.force_login(administrator.user)
        assert client.get(reverse("organisation")).status_code == 200
        form = client.get(reverse("organisation_modifier", args=[administrator.organisation_id]))
        assert form.status_code == 200
        assert ('name="nda"' in form.content.decode()) == (kind == "organisme")
        assert ('name="network"' in form.content.decode()) == (kind == "valideur")


class TestCorrectingDetails:
    @pytest.fixture
    def administrator(self) -> Membership:
        return hat("employeur", name="Menuiserie du Port")

    def send(self, client: Client, administrator: Membership, **changes: str):
        client.force_login(administrator.user)
        answers = {"name": "Menuiserie du Port", "nature": "prive", "postcode": "", "city": ""}
        return client.post(
            reverse("organisation_modifier", args=[administrator.organisation_id]), {**answers, **changes}
        )

    def test_they_are_kept_and_dated(self, client: Client, administrator):
        answer = self.send(client, administrator, phone="02 40 11 22 33", collective_agreement="0843")
        assert answer["Location"] == reverse("organisation")
        administrator.organisation.refresh_from_db()
        assert administrator.organisation.phone == "02 40 11 22 33"
        line = history_of(administrator.organisation).last()
        assert line.label.startswith("Coordonnées corrigées")
        assert line.actor == administrator.user

    def test_the_siret_and_the_kind_do_not_move(self, client: Client, administrator):
        before = administrator.organisation.siret
        self.send(client, administrator, siret=siret(777), kind="region")
        administrator.organisation.refresh_from_db()
        assert (administrator.organisation.siret, administrator.organisation.kind) == (before, "employeur")

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("name", "", "Donnez le nom de l’organisation."),
            ("postcode", "4400", "Un code postal compte 5 chiffres."),
            ("collective_agreement", "84", "Un numéro de convention (IDCC) compte 4 chiffres"),
            ("email", "pas-une-adresse", "adresse"),
            ("website", "ftp:/x", "URL"),
            ("nature", "mairie", "mairie"),
            ("nature", "", "Dites quel employeur vous êtes."),
        ],
    )
    def test_a_wrong_answer_is_said_at_its_field_and_nothing_is_kept(
        self, client: Client, administrator, field, value, message
    ):
        page = self.send(client, administrator, phone="0612345678", **{field: value})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert message in page.content.decode()
        assert "0612345678" in page.content.decode()
        administrator.organisation.refresh_from_db()
        assert administrator.organisation.phone == ""

    def test_the_postcode_and_the_name_give_the_commune(self, client: Client, administrator, nantes: Commune):
        self.send(client, administrator, postcode="44000", city="nantes")
        administrator.organisation.refresh_from_db()
        assert administrator.organisation.commune == nantes
        assert administrator.organisation.city == "Nantes"

    def test_a_postcode_of_another_commune_says_which(self, client: Client, administrator, nantes: Commune):
        page = self.send(client, administrator, postcode="44000", city="Angers").content.decode()
        assert "Le code postal 44000 est celui de Nantes." in page

    def test_a_commune_outside_our_list_is_kept_as_written(self, client: Client, administrator, nantes: Commune):
        self.send(client, administrator, postcode="75011", city="Paris")
        administrator.organisation.refresh_from_db()
        assert (administrator.organisation.city, administrator.organisation.commune) == ("Paris", None)

    @pytest.fixture
    def nantes(self) -> Commune:
        from tests.factories.reference import CommuneFactory

        return CommuneFactory(code="44109", name="Nantes", postcodes=["44000", "44100"])


class TestMembers:
    @pytest.fixture
    def administrator(self) -> Membership:
        return hat("employeur")

    @pytest.fixture
    def member(self, administrator: Membership) -> Membership:
        return hat("employeur", Role.MEMBRE, organisation=administrator.organisation)

    def test_another_role(self, client: Client, administrator, member):
        client.force_login(administrator.user)
        client.post(reverse("membre", args=[member.pk]), {"role": "administrateur"})
        member.refresh_from_db()
        assert member.role == Role.ADMINISTRATEUR
        assert "Membre devient Administrateur" in history_of(member.organisation).last().label

    def test_a_role_of_the_region_exists_only_there(self, administrator, member):
        with pytest.raises(Refused, match="n’existe pas"):
            members.change_role(administrator, member, Role.DECIDEUR)

    def test_out_then_in_again_and_nothing_is_deleted(self, administrator, member):
        members.deactivate(administrator, member)
        member.refresh_from_db()
        assert not member.is_active
        assert member.deactivated_by == administrator.user

        members.reactivate(administrator, member)
        member.refresh_from_db()
        assert member.is_active
        assert member.deactivated_at is None

    def test_a_former_member_enters_nowhere(self, client: Client, administrator, member):
        client.force_login(member.user)
        assert client.get(reverse("organisation")).status_code == 200
        members.deactivate(administrator, member)
        assert client.get(reverse("organisation"))["Location"] == reverse("sans_casquette")

    def test_the_last_administrator_stays(self, client: Client, administrator, member):
        client.force_login(administrator.user)
        page = client.post(reverse("membre_desactiver", args=[administrator.pk]), follow=True).content.decode()
        assert "garde toujours un administrateur" in page
        with pytest.raises(Refused, match="garde toujours"):
            members.change_role(administrator, administrator, Role.MEMBRE)
        administrator.refresh_from_db()
        assert (administrator.is_active, administrator.role) == (True, Role.ADMINISTRATEUR)

    def test_an_administrator_may_leave_when_another_stays(self, administrator, member):
        members.change_role(administrator, member, Role.ADMINISTRATEUR)
        members.deactivate(administrator, administrator)
        administrator.refresh_from_db()
        assert not administrator.is_active

    def test_a_hat_taken_off_meanwhile_manages_nothing(self, administrator, member):
        second = hat("employeur", organisation=administrator.organisation)
        members.deactivate(administrator, second)
        with pytest.raises(Refused, match="Seuls les administrateurs"):
            members.deactivate(second, member)

    def test_twice_is_told(self, administrator, member):
        members.deactivate(administrator, member)
        with pytest.raises(Refused):
            members.deactivate(administrator, member)
        members.reactivate(administrator, member)
        with pytest.raises(Refused):
            members.reactivate(administrator, member)

    def test_nobody_comes_back_with_two_hats_of_one_organisation(self, administrator, member):
        members.deactivate(administrator, member)
        MembershipFactory(user=member.user, organisation=member.organisation)
        with pytest.raises(Refused, match="déjà membre"):
            members.reactivate(administrator, member)
