"""Signing up, in and out, in French and in our look; nothing of allauth shows through."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account import app_settings as allauth_settings
from django.conf import settings
from django.contrib.auth import get_user
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts import signin_urls
from core.accounts.models import User
from tests.accounts.steps import ENGLISH, assert_is_ours, prove_oneself, sign_in, with_second_factor
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

VISITOR_PAGES = [
    "account_login",
    "account_signup",
    "account_logout",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
SIGNED_IN_PAGES = [
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
]
SECOND_FACTOR_PAGES = [
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
]
# Each shown by a test of its own below.
PAGES_OF_A_FLOW = [
    "account_confirm_email",
    "account_reset_password_from_key",
    "account_set_password",
    "mfa_authenticate",
    "mfa_download_recovery_codes",
]


def test_every_address_is_shown_by_a_test():
    listed = {pattern.name for pattern in signin_urls.urlpatterns}
    assert listed == {*VISITOR_PAGES, *SIGNED_IN_PAGES, *SECOND_FACTOR_PAGES, *PAGES_OF_A_FLOW}


@pytest.mark.parametrize("name", VISITOR_PAGES)
def test_a_visitor_reads_our_page(client: Client, name: str):
    answer = client.get(reverse(name))
    if name == "account_logout":  # nobody to sign out
        assert answer.status_code == 302
    else:
        assert answer.status_code == 200
        assert_is_ours(answer.content.decode())


@pytest.mark.parametrize("name", SIGNED_IN_PAGES)
def test_a_member_reads_our_page(client: Client, name: str):
    sign_in(client, UserFactory())
    prove_oneself(client)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert_is_ours(answer.content.decode())


@pytest.mark.parametrize("name", SECOND_FACTOR_PAGES)
def test_a_member_with_a_second_factor_reads_our_page(client: Client, name: str):
    user = UserFactory()
    sign_in(client, user)
    prove_oneself(client)
    with_second_factor(user)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert_is_ours(answer.content.decode())


@pytest.mark.parametrize("name", [*SIGNED_IN_PAGES[1:], "mfa_view_recovery_codes"])
def test_a_visitor_is_asked_to_sign_in(client: Client, name: str):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


class TestSigningIn:
    def test_with_the_right_password(self, client: Client):
        user = UserFactory()
        answer = sign_in(client, user)
        assert answer["Location"] == "/"
        assert get_user(client) == user

    def test_the_case_of_the_address_does_not_matter(self, client: Client):
        user = UserFactory(email="camille@exemple.test")
        client.post(reverse("account_login"), {"login": "Camille@Exemple.Test", "password": PASSWORD})
        assert get_user(client) == user

    @pytest.mark.parametrize("email", ["personne@exemple.test", "inconnu@exemple.test"])
    def test_a_wrong_answer_does_not_say_whether_the_account_exists(self, client: Client, email: str):
        UserFactory(email="personne@exemple.test")
        page = client.post(reverse("account_login"), {"login": email, "password": "pas-le-bon"}).content.decode()
        assert "Cette adresse et ce mot de passe ne vont pas ensemble." in page
        assert f'value="{email}"' in page, "what was typed is lost"
        assert "pas-le-bon" not in page

    def test_a_closed_account_is_told_so(self, client: Client):
        user = UserFactory(is_active=False)
        answer = sign_in(client, user)
        assert get_user(client).is_anonymous
        assert answer.status_code in (200, 302)

    def test_then_to_the_page_that_was_asked(self, client: Client):
        user = UserFactory()
        page = client.get(reverse("mon_compte"))
        assert page["Location"] == f"{reverse('account_login')}?next=/mon-compte/"
        answer = client.post(page["Location"], {"login": user.email, "password": PASSWORD, "next": "/mon-compte/"})
        assert answer["Location"] == "/mon-compte/"

    def test_too_many_wrong_passwords_are_slowed_down(self, client: Client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
        user = UserFactory()
        for _ in range(3):
            sign_in(client, user, "pas-le-bon")
        page = sign_in(client, user)
        assert get_user(client).is_anonymous
        assert "Trop d’essais de suite" in page.content.decode()

    def test_production_keeps_allauth_own_limits(self, settings):
        del settings.ACCOUNT_RATE_LIMITS
        assert allauth_settings.RATE_LIMITS["login_failed"]

    def test_signing_out_is_a_post(self, client: Client):
        user = UserFactory()
        sign_in(client, user)
        client.get(reverse("account_logout"))
        assert get_user(client) == user
        client.post(reverse("account_logout"))
        assert get_user(client).is_anonymous


class TestSigningUp:
    ANSWERS = {
        "first_name": "Élise",
        "last_name": "Guérin",
        "email": "elise@exemple.test",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    def test_the_address_is_checked_before_the_first_entry(self, client: Client):
        client.post(reverse("account_signup"), self.ANSWERS)

        user = User.objects.get(email="elise@exemple.test")
        assert user.get_full_name() == "Élise Guérin"
        assert get_user(client).is_anonymous
        message = mail.outbox[0]
        assert message.to == ["elise@exemple.test"]
        assert message.subject == "Confirmez votre adresse pour ouvrir votre compte"
        link = re.search(r"http://testserver(/\S+)", message.body)[1]

        page = client.get(link)
        assert_is_ours(page.content.decode())
        client.post(link)
        assert get_user(client) == user

    def test_a_dead_link_says_what_to_do(self, client: Client):
        page = client.get(reverse("account_confirm_email", args=["inconnu"])).content.decode()
        assert_is_ours(page)
        assert "Ce lien ne marche plus" in page

    def test_an_address_that_has_an_account_is_not_revealed(self, client: Client):
        UserFactory(email="elise@exemple.test")
        answer = client.post(reverse("account_signup"), self.ANSWERS)
        assert answer["Location"] == reverse("account_email_verification_sent")
        assert mail.outbox[0].subject == "Vous avez déjà un compte"
        assert User.objects.count() == 1

    def test_a_short_password_is_refused_and_nothing_else_is_lost(self, client: Client):
        answer = client.post(reverse("account_signup"), {**self.ANSWERS, "password1": "court", "password2": "court"})
        page = answer.content.decode()
        assert_is_ours(page)
        assert "Élise" in page
        assert not User.objects.exists()


class TestForgottenPassword:
    def test_a_link_gives_a_new_password(self, client: Client):
        user = UserFactory()
        client.post(reverse("account_reset_password"), {"email": user.email})
        link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
        assert mail.outbox[0].subject == "Choisir un nouveau mot de passe"

        page = client.get(link, follow=True)
        assert_is_ours(page.content.decode())
        new = "une-autre-phrase-de-passe"
        client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})

        user.refresh_from_db()
        assert user.check_password(new)

    def test_a_used_link_offers_another(self, client: Client):
        page = client.get(reverse("account_reset_password_from_key", args=["abc", "mauvais-lien"])).content.decode()
        assert_is_ours(page)
        assert reverse("account_reset_password") in page

    def test_an_unknown_address_gets_the_same_answer(self, client: Client):
        answer = client.post(reverse("account_reset_password"), {"email": "inconnu@exemple.test"})
        assert answer["Location"] == reverse("account_reset_password_done")
        assert mail.outbox[0].subject == "Aucun compte à cette adresse"


class TestAccount:
    def test_someone_without_a_password_chooses_one(self, client: Client):
        user = UserFactory(password="!")
        client.force_login(user)
        page = client.get(reverse("account_change_password"), follow=True)
        assert page.redirect_chain[-1][0] == reverse("account_set_password")
        assert_is_ours(page.content.decode())

    def test_a_new_address_replaces_the_old_one_once_checked(self, client: Client):
        user = UserFactory(email="avant@exemple.test")
        sign_in(client, user)
        client.post(reverse("account_email"), {"email": "apres@exemple.test", "action_add": ""})
        user.refresh_from_db()
        assert user.email == "avant@exemple.test"
        page = client.get(reverse("account_email")).content.decode()
        assert_is_ours(page)
        assert "Nous attendons votre confirmation" in page

        confirmation = next(message for message in mail.outbox if message.to == ["apres@exemple.test"])
        client.post(re.search(r"http://testserver(/\S+)", confirmation.body)[1])
        user.refresh_from_db()
        assert user.email == "apres@exemple.test"

    def test_name_and_phone_are_corrected(self, client: Client):
        user = UserFactory()
        client.force_login(user)
        answer = client.post(
            reverse("mon_compte"), {"first_name": "Maxime", "last_name": "Morin", "phone": "02 40 00 00 00"}
        )
        assert answer["Location"] == reverse("mon_compte")
        user.refresh_from_db()
        assert (user.get_full_name(), user.phone) == ("Maxime Morin", "02 40 00 00 00")

    def test_a_name_is_needed(self, client: Client):
        user = UserFactory(first_name="Camille")
        client.force_login(user)
        page = client.post(reverse("mon_compte"), {"first_name": "", "last_name": "Morin", "phone": "0240"})
        assert page.status_code == 422
        assert 'value="0240"' in page.content.decode()
        assert 'aria-invalid="true"' in page.content.decode()
        user.refresh_from_db()
        assert user.first_name == "Camille"

    def test_no_password_nor_phone_reaches_the_logs(self, client: Client, capfd, caplog):
        user = UserFactory()
        sign_in(client, user, "un-secret-jamais-ecrit")
        client.force_login(user)
        client.post(reverse("mon_compte"), {"first_name": "A", "last_name": "B", "phone": "0699887766"})
        written = "".join(capfd.readouterr()) + caplog.text
        assert "un-secret-jamais-ecrit" not in written
        assert "0699887766" not in written


ALLAUTH_TEMPLATES = Path(allauth.__file__).parent / "templates"
OURS = settings.BASE_DIR / "templates"
# What allauth would send for what we do not offer: sign-in by code, security keys.
NOT_SENT = ("login_code", "password_reset_code", "webauthn", "phone", "base_")


@pytest.mark.parametrize(
    "path",
    sorted(
        str(path.relative_to(ALLAUTH_TEMPLATES))
        for folder in ("account/email", "account/messages", "mfa/email", "mfa/messages")
        for path in (ALLAUTH_TEMPLATES / folder).glob("*.txt")
        if not path.name.startswith(NOT_SENT)
    ),
)
def test_every_message_that_allauth_may_send_is_in_our_words(path: str, rf):
    assert (OURS / path).exists()
    text = render_to_string(
        path,
        {
            "site_name": "1 emploi = 1 formation",
            "contact_email": "contact@exemple.test",
            "ip": "192.0.2.1",
            "user_agent": "Navigateur",
            "timestamp": timezone.now(),
            **dict.fromkeys(("email", "from_email", "to_email", "deleted_email"), "a@exemple.test"),
            **dict.fromkeys(("activate_url", "password_reset_url", "signup_url"), "https://exemple.test/lien"),
        },
        rf.get("/"),
    )
    assert text.strip()
    assert not ENGLISH.search(text)
