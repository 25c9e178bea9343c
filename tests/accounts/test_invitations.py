"""The life of an invitation: sent, read, accepted once; expired and renewed; resent; cancelled."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import Invitation, Membership, User
from core.accounts.workflow import invitations
from core.journal.events import history_of
from core.journal.models import Notification
from core.journal.outbox import work_all
from core.journal.refusals import Refused
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    hat,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Membership:
    return hat("organisme", name="Campus de l’Ardoise")


def link_in(message: mail.EmailMessage) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/invitations/\S+)", message.body)[1]


class TestSending:
    def test_from_the_page_to_the_mailbox(self, client: Client, administrator):
        client.force_login(administrator.user)
        client.post(
            reverse("invitation_creer", args=[administrator.organisation_id]),
            {"email": "Nouvelle@Exemple.test", "role": "membre"},
        )
        assert mail.outbox == []  # nothing leaves before the commit
        work_all()

        message = mail.outbox[0]
        assert message.to == ["nouvelle@exemple.test"]
        assert "Campus de l’Ardoise" in message.subject
        assert str(administrator.user) in message.body
        assert client.get(link_in(message)).status_code == 200
        assert history_of(administrator.organisation).last().kind == "invitation.envoyee"

    def test_a_message_leaves_once_however_often_the_work_runs(self, administrator):
        invitations.invite(administrator, administrator.organisation, "a@exemple.test", Role.MEMBRE)
        work_all()
        work_all()
        assert len(mail.outbox) == 1

    def test_a_cancelled_invitation_is_not_sent(self, administrator):
        invitation = invitations.invite(administrator, administrator.organisation, "a@exemple.test", Role.MEMBRE)
        invitations.cancel(administrator, invitation)
        work_all()
        assert mail.outbox == []

    def test_twice_the_same_address_is_told_at_its_field(self, client: Client, administrator):
        InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        client.force_login(administrator.user)
        page = client.post(
            reverse("invitation_creer", args=[administrator.organisation_id]),
            {"email": "A@exemple.test", "role": "membre"},
        ).content.decode()
        assert "Une invitation attend déjà cette personne" in page
        assert Invitation.objects.count() == 1

    def test_a_member_is_not_invited(self, administrator):
        with pytest.raises(Refused, match="déjà membre"):
            invitations.invite(administrator, administrator.organisation, administrator.user.email, Role.MEMBRE)

    def test_a_former_member_is(self, administrator):
        former = MembershipFactory(organisation=administrator.organisation, former=True)
        assert invitations.invite(administrator, administrator.organisation, former.user.email, Role.MEMBRE)

    @pytest.mark.parametrize("role", ["decideur", "patron", ""])
    def test_a_role_that_does_not_exist_there(self, client: Client, administrator, role):
        client.force_login(administrator.user)
        page = client.post(
            reverse("invitation_creer", args=[administrator.organisation_id]), {"email": "a@exemple.test", "role": role}
        )
        assert "role" in page.context["form"].errors
        with pytest.raises(Refused):
            invitations.invite(administrator, administrator.organisation, "a@exemple.test", role)

    def test_a_double_click_sends_one(self, client: Client, administrator):
        client.force_login(administrator.user)
        data = {"email": "a@exemple.test", "role": "membre", "cle": "7e0f3b52-5c3a-4d0e-9f0c-1a2b3c4d5e6f"}
        url = reverse("invitation_creer", args=[administrator.organisation_id])
        assert client.post(url, data).status_code == client.post(url, data).status_code == 302
        assert Invitation.objects.count() == 1

    def test_an_address_with_a_line_break_adds_no_header(self, client: Client, administrator):
        client.force_login(administrator.user)
        page = client.post(
            reverse("invitation_creer", args=[administrator.organisation_id]),
            {"email": "a@exemple.test\nBcc: b@exemple.test", "role": "membre"},
        )
        assert "email" in page.context["form"].errors

    def test_a_name_with_a_line_break_adds_no_header(self, administrator):
        administrator.organisation.name = "Campus\nBcc: b@exemple.test"
        administrator.organisation.save()
        invitations.invite(administrator, administrator.organisation, "a@exemple.test", Role.MEMBRE)
        work_all()
        assert "\n" not in mail.outbox[0].subject


class TestAccepting:
    def test_by_someone_who_has_an_account(self, client: Client, administrator):
        person = UserFactory(email="a@exemple.test")
        invitation = InvitationFactory(
            organisation=administrator.organisation, email="A@exemple.test", role=Role.ADMINISTRATEUR
        )
        client.force_login(person)
        assert (
            "Rejoindre Campus de l’Ardoise"
            in client.get(reverse("invitation", args=[invitation.token])).content.decode()
        )

        client.post(reverse("invitation_accepter", args=[invitation.token]))

        given = person.memberships.get()
        assert (given.organisation, given.role) == (administrator.organisation, Role.ADMINISTRATEUR)
        assert Notification.objects.get(user=administrator.user).kind == "invitation.acceptee"

    def test_by_someone_who_signs_up_with_that_address(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation, email="neuve@exemple.test")
        url = reverse("invitation", args=[invitation.token])
        page = client.get(url).content.decode()
        assert f"{reverse('account_signup')}?next={url}" in page

        answer = client.post(
            reverse("account_signup"),
            {
                "first_name": "Neuve",
                "last_name": "Personne",
                "email": "neuve@exemple.test",
                "password1": PASSWORD,
                "password2": PASSWORD,
                "next": url,
            },
        )
        assert answer["Location"] == url, "the invited mailbox is proved: no second message"
        assert get_user(client).email == "neuve@exemple.test"
        client.post(reverse("invitation_accepter", args=[invitation.token]))
        assert User.objects.get(email="neuve@exemple.test").memberships.get().organisation == administrator.organisation

    def test_signing_up_with_another_address_proves_nothing(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation, email="neuve@exemple.test")
        client.get(reverse("invitation", args=[invitation.token]))
        client.post(
            reverse("account_signup"),
            {
                "first_name": "Autre",
                "last_name": "Personne",
                "email": "autre@exemple.test",
                "password1": PASSWORD,
                "password2": PASSWORD,
            },
        )
        assert get_user(client).is_anonymous
        assert not User.objects.get(email="autre@exemple.test").emailaddress_set.filter(verified=True).exists()

    def test_not_by_someone_else(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        other = UserFactory(email="b@exemple.test")
        client.force_login(other)
        page = client.get(reverse("invitation", args=[invitation.token])).content.decode()
        assert "Cette invitation est adressée à a@exemple.test" in page
        client.post(reverse("invitation_accepter", args=[invitation.token]))
        assert not other.memberships.exists()

    def test_not_with_an_address_never_checked(self, administrator):
        person = UserFactory(email="a@exemple.test", verified=False)
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        with pytest.raises(Refused, match="adressée à"):
            invitations.accept(person, invitation)

    def test_once(self, administrator):
        person = UserFactory(email="a@exemple.test")
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        invitations.accept(person, invitation)
        with pytest.raises(Refused):
            invitations.accept(person, invitation)
        assert person.memberships.count() == 1

    def test_a_former_member_gets_his_hat_back_with_the_offered_role(self, administrator):
        former = MembershipFactory(organisation=administrator.organisation, former=True, user__email="a@exemple.test")
        invitation = InvitationFactory(
            organisation=administrator.organisation, email="a@exemple.test", role=Role.ADMINISTRATEUR
        )
        given = invitations.accept(former.user, invitation)
        assert given.pk == former.pk
        assert (given.is_active, given.role) == (True, Role.ADMINISTRATEUR)

    def test_a_visitor_must_sign_in(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation)
        answer = client.post(reverse("invitation_accepter", args=[invitation.token]))
        assert answer["Location"].startswith(reverse("account_login"))

    def test_reading_the_link_accepts_nothing(self, client: Client, administrator):
        person = UserFactory(email="a@exemple.test")
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        client.force_login(person)
        client.get(reverse("invitation", args=[invitation.token]))
        assert not person.memberships.exists()

    def test_it_waits_on_the_welcome_page(self, client: Client, administrator):
        person = UserFactory(email="a@exemple.test")
        InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        client.force_login(person)
        assert "Campus de l’Ardoise" in client.get(reverse("sans_casquette")).content.decode()


class TestAfterFourteenDays:
    def test_the_link_offers_a_new_one(self, client: Client, administrator):
        invitation = invitations.invite(administrator, administrator.organisation, "a@exemple.test", Role.MEMBRE)
        with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1), tick=False):
            page = client.get(reverse("invitation", args=[invitation.token])).content.decode()
            assert "Recevoir un nouveau lien" in page

            answer = client.post(reverse("invitation_renouveler", args=[invitation.token]))
            assert answer["Location"] == reverse("invitation_envoyee")
            assert client.get(answer["Location"]).status_code == 200
            work_all()

        assert mail.outbox[-1].to == ["a@exemple.test"]
        assert client.get(reverse("invitation", args=[invitation.token])).status_code == 404, "the old link is dead"
        assert client.get(link_in(mail.outbox[-1])).status_code == 200

    def test_the_day_before_it_still_works(self, administrator):
        invitation = invitations.invite(administrator, administrator.organisation, "a@exemple.test", Role.MEMBRE)
        person = UserFactory(email="a@exemple.test")
        with time_machine.travel(timezone.now() + timedelta(days=13, hours=23), tick=False):
            assert invitations.accept(person, invitation)

    def test_it_cannot_be_accepted(self, administrator):
        person = UserFactory(email="a@exemple.test")
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test", expired=True)
        with pytest.raises(Refused, match="quatorze jours"):
            invitations.accept(person, invitation)

    def test_a_link_that_works_is_not_renewed(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation)
        answer = client.post(reverse("invitation_renouveler", args=[invitation.token]))
        assert answer["Location"] == reverse("invitation", args=[invitation.token])

    @pytest.mark.parametrize("end", ["cancelled", "closed"])
    def test_neither_a_cancelled_one_nor_a_closed_organisation_s(self, administrator, end):
        invitation = InvitationFactory(organisation=administrator.organisation, expired=True)
        if end == "cancelled":
            invitations.cancel(administrator, invitation)
            invitation.refresh_from_db()
        else:
            administrator.organisation.is_active = False
            administrator.organisation.save()
            invitation.organisation.refresh_from_db()
        with pytest.raises(Refused):
            invitations.renew(invitation)


class TestResendingAndCancelling:
    def test_a_new_link_replaces_the_old_one(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation, expired=True)
        before = invitation.token
        client.force_login(administrator.user)
        client.post(reverse("invitation_renvoyer", args=[invitation.pk]))
        invitation.refresh_from_db()
        assert invitation.token != before
        assert not invitation.is_expired
        work_all()
        assert mail.outbox[0].to == [invitation.email]

    def test_a_cancelled_link_says_so(self, client: Client, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation)
        invitations.cancel(administrator, invitation)
        page = client.get(reverse("invitation", args=[invitation.token])).content.decode()
        assert "Cette invitation a été annulée" in page

    @pytest.mark.parametrize("act", [invitations.cancel, invitations.resend])
    def test_what_was_accepted_is_over(self, administrator, act):
        person = UserFactory(email="a@exemple.test")
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        invitations.accept(person, invitation)
        with pytest.raises(Refused, match="n’attend plus"):
            act(administrator, invitation)

    def test_after_cancelling_one_may_invite_again(self, administrator):
        invitation = InvitationFactory(organisation=administrator.organisation, email="a@exemple.test")
        invitations.cancel(administrator, invitation)
        assert invitations.invite(administrator, administrator.organisation, "a@exemple.test", Role.MEMBRE)


def test_an_unknown_link_is_absent(client: Client):
    assert client.get(reverse("invitation", args=["7e0f3b52-5c3a-4d0e-9f0c-1a2b3c4d5e6f"])).status_code == 404


def test_an_organisation_invites_in_its_own_name_only(client: Client, administrator):
    other = OrganisationFactory(organisme=True)
    with pytest.raises(Refused, match="Seuls les administrateurs"):
        invitations.invite(administrator, other, "a@exemple.test", Role.MEMBRE)
