"""The demonstration's accounts, one click away; and nothing of them anywhere else."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse

from core.accounts.demo import DEMO_ACCOUNTS, ensure_demo_accounts
from core.accounts.enums import Role
from core.accounts.models import Membership, Organisation, User
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisations() -> dict[str, Organisation]:
    return {kind: OrganisationFactory(**{kind: True}) for kind in ("employeur", "organisme", "region", "valideur")}


@pytest.fixture
def demo_mode(settings) -> None:
    settings.DEMO = True


def test_the_people_are_made_once(demo_mode, organisations):
    ensure_demo_accounts(organisations)
    hats = ensure_demo_accounts(organisations)

    assert sorted(hats) == ["admin", "employeur", "gestionnaire", "organisme", "region", "valideur"]
    assert User.objects.count() == 6
    assert Membership.objects.count() == 6
    assert hats["region"].role == Role.DECIDEUR
    assert hats["admin"].role == Role.ADMINISTRATEUR
    assert hats["admin"].organisation == hats["region"].organisation
    assert [user.email for user in User.objects.filter(is_superuser=True)] == ["admin@exemple.test"]


def test_nobody_can_guess_their_password(demo_mode, organisations):
    ensure_demo_accounts(organisations)
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_what_a_visitor_broke_is_put_right(demo_mode, organisations):
    hats = ensure_demo_accounts(organisations)
    Membership.objects.filter(pk=hats["region"].pk).update(role=Role.FINANCES)
    User.objects.filter(email="region@exemple.test").update(is_active=False)

    hat = ensure_demo_accounts(organisations)["region"]

    assert hat.role == Role.DECIDEUR
    assert hat.user.is_active


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.name)
def test_one_click_signs_in(client: Client, demo_mode, organisations, account):
    ensure_demo_accounts(organisations)

    page = client.get(reverse("account_login")).content.decode()
    assert f'name="compte" value="{account.name}"' in page

    answer = client.post(reverse("demo_login"), {"compte": account.name})
    assert answer.status_code == 302
    assert get_user(client).email == account.email


def test_one_click_goes_on_to_the_page_that_was_asked(client: Client, demo_mode, organisations):
    ensure_demo_accounts(organisations)
    answer = client.post(reverse("demo_login"), {"compte": "region", "next": "/mon-compte/"})
    assert answer["Location"] == "/mon-compte/"


def test_one_click_never_leads_to_another_site(client: Client, demo_mode, organisations):
    ensure_demo_accounts(organisations)
    answer = client.post(reverse("demo_login"), {"compte": "region", "next": "https://ailleurs.test/"})
    assert answer["Location"] == "/"


def test_a_one_click_sign_in_is_a_post(client: Client, demo_mode, organisations):
    assert client.get(reverse("demo_login")).status_code == 405


def test_an_unknown_name_opens_nothing(client: Client, demo_mode, organisations):
    assert client.post(reverse("demo_login"), {"compte": "maire"}).status_code == 404


class TestOutsideDemoMode:
    """Neither the accounts, nor the click, nor the messages exist."""

    def test_the_accounts_are_refused(self, organisations):
        with pytest.raises(ImproperlyConfigured):
            ensure_demo_accounts(organisations)
        assert not User.objects.exists()

    def test_the_page_shows_no_account(self, client: Client):
        page = client.get(reverse("account_login")).content.decode()
        assert "exemple.test" not in page
        assert reverse("demo_login") not in page

    @pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.name)
    def test_the_click_opens_nothing_even_if_the_person_exists(self, client: Client, settings, organisations, account):
        settings.DEMO = True
        ensure_demo_accounts(organisations)
        settings.DEMO = False

        assert client.post(reverse("demo_login"), {"compte": account.name}).status_code == 404
        assert get_user(client).is_anonymous

    def test_the_messages_are_absent(self, client: Client):
        assert client.get(reverse("courriels")).status_code == 404


class TestCaughtMail:
    def test_messages_are_read_newest_first(self, client: Client, demo_mode, settings, tmp_path: Path):
        settings.EMAIL_FILE_PATH = str(tmp_path)
        backend = "django.core.mail.backends.filebased.EmailBackend"
        for subject in ("Premier message", "Second message, à l’accent près"):
            with get_connection(backend, file_path=str(tmp_path)) as connection:
                EmailMessage(
                    subject, "Bonjour, voici : https://exemple.test/lien", to=["a@exemple.test"], connection=connection
                ).send()

        page = client.get(reverse("courriels")).content.decode()

        assert page.index("Second message, à l’accent près") < page.index("Premier message")
        assert '<a href="https://exemple.test/lien"' in page

    def test_before_the_first_message_the_page_says_so(self, client: Client, demo_mode, settings, tmp_path: Path):
        settings.EMAIL_FILE_PATH = str(tmp_path / "absent")
        assert "Aucun message pour l’instant" in client.get(reverse("courriels")).content.decode()

    def test_markup_in_a_message_is_shown_not_obeyed(self, client: Client, demo_mode, settings, tmp_path: Path):
        settings.EMAIL_FILE_PATH = str(tmp_path)
        backend = "django.core.mail.backends.filebased.EmailBackend"
        with get_connection(backend, file_path=str(tmp_path)) as connection:
            EmailMessage("<b>gras</b>", "<script>x</script>", to=["a@exemple.test"], connection=connection).send()

        page = client.get(reverse("courriels")).content.decode()

        assert "<script>x" not in page
        assert "<b>gras" not in page
