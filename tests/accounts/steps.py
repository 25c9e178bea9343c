"""What the tests of sign-in share."""

import re

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from core.accounts.models import User
from tests.factories.accounts import PASSWORD

# A few words that would betray a page left in English or in allauth's own dress.
ENGLISH = re.compile(r"\b(Sign|Password|Email address|Please|Confirm|account is|Enter|Authenticator|Submit)\b")


def sign_in(client: Client, user: User, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def prove_oneself(client: Client) -> None:
    """The security pages ask for the password again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def with_second_factor(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def assert_is_ours(html: str) -> None:
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert 'lang="fr"' in html
    assert html.count("<h1") == 1
    assert 'class="mast"' in html, "the page does not extend our base"
    assert not ENGLISH.search(text), ENGLISH.search(text)
