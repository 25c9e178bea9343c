"""The second factor: asked after the password, set up by oneself, compulsory for the Région."""

import pytest
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from tests.accounts.steps import assert_is_ours, code_of, prove_oneself, sign_in, with_second_factor
from tests.factories.accounts import UserFactory, hat

pytestmark = pytest.mark.django_db


class TestSecondFactor:
    def test_the_code_is_asked_after_the_password(self, client: Client):
        user = UserFactory()
        secret = with_second_factor(user)
        answer = sign_in(client, user)
        assert answer["Location"] == reverse("mfa_authenticate")
        assert get_user(client).is_anonymous
        assert_is_ours(client.get(reverse("mfa_authenticate")).content.decode())

        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert get_user(client) == user

    def test_a_wrong_code_does_not_enter(self, client: Client):
        user = UserFactory()
        with_second_factor(user)
        sign_in(client, user)
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
        assert "Ce code n’est pas le bon" in page
        assert get_user(client).is_anonymous

    def test_a_rescue_code_enters_once(self, client: Client):
        user = UserFactory()
        with_second_factor(user)
        code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
        sign_in(client, user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert get_user(client) == user
        assert code not in Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()

    def test_rescue_codes_are_downloaded_as_text(self, client: Client):
        user = UserFactory()
        sign_in(client, user)
        prove_oneself(client)
        with_second_factor(user)
        answer = client.get(reverse("mfa_download_recovery_codes"))
        assert answer["Content-Type"].startswith("text/plain")

    @pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"])
    def test_a_session_left_open_is_not_enough_to_touch_it(self, client: Client, name: str):
        user = UserFactory()
        client.force_login(user)
        if name != "mfa_activate_totp":
            with_second_factor(user)
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))

    def test_it_is_set_up_from_the_page(self, client: Client):
        user = UserFactory()
        sign_in(client, user)
        prove_oneself(client)
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert get_mfa_adapter().is_mfa_enabled(user)

    def test_its_secret_is_not_readable_in_the_database_and_outlives_a_change_of_key(self, settings):
        user = UserFactory()
        secret = with_second_factor(user)
        kept = Authenticator.objects.get(user=user, type="totp")
        assert secret not in str(kept.data)

        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "une autre clé", [settings.SECRET_KEY]
        assert kept.wrap().validate_code(code_of(secret))


class TestTheRegionMustHaveOne:
    @pytest.fixture(autouse=True)
    def required(self, settings) -> None:
        settings.MFA_REQUIRED_FOR_REGION = True

    def test_before_anything_else(self, client: Client):
        member = hat("region")
        client.force_login(member.user)
        for name in ("mon_compte", "organisation", "region_organisations"):
            assert client.get(reverse(name))["Location"] == reverse("mfa_activate_totp")

    def test_the_way_to_set_it_up_and_out_stays_open(self, client: Client):
        member = hat("region")
        sign_in(client, member.user)
        prove_oneself(client)
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        assert client.get(reverse("account_logout")).status_code == 200

    def test_with_it_the_door_opens(self, client: Client):
        member = hat("region")
        with_second_factor(member.user)
        client.force_login(member.user)
        assert client.get(reverse("organisation")).status_code == 200

    def test_another_hat_is_not_asked(self, client: Client):
        member = hat("employeur")
        client.force_login(member.user)
        assert client.get(reverse("organisation")).status_code == 200

    def test_changing_hats_does_not_go_around(self, client: Client):
        employer = hat("employeur", name="Atelier")
        region = hat("region", user=employer.user)
        client.force_login(employer.user)
        client.post(reverse("hat_change"), {"hat": region.pk})
        assert client.get(reverse("organisation"))["Location"] == reverse("mfa_activate_totp")

    def test_the_default_is_to_require_it(self):
        from portal.settings import base

        assert base.MFA_REQUIRED_FOR_REGION is True
