"""How django-allauth behaves in this house: our words, our sender, no site framework."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own behaviour, with the e-mail address as the only name and messages in plain French."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé. Écrivez-nous pour le rouvrir.",
        "email_password_mismatch": "Cette adresse et ce mot de passe ne vont pas ensemble.",
        "email_taken": "Un compte existe déjà à cette adresse.",
        "duplicate_email": "Cette adresse est déjà la vôtre.",
        "enter_current_password": "Tapez votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà changé.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "invalid_or_expired_key": "Ce lien ne marche plus.",
        "invalid_password_reset": "Ce lien ne marche plus.",
        "too_many_login_attempts": "Trop d’essais de suite. Attendez cinq minutes avant de recommencer.",
        "unverified_primary_email": "Confirmez d’abord votre adresse.",
        "same_as_current": "C’est déjà votre adresse.",
        "rate_limited": "Trop de demandes de suite. Attendez quelques minutes.",
    }

    def clean_email(self, email: str) -> str:
        """The link of an invitation proves the invited mailbox, and no other address that one signs up with."""
        if self.request is not None and not self.is_email_verified(self.request, email):
            self.request.session.pop("account_verified_email", None)
        return super().clean_email(email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the person's own page, where the message says that it is done."""
        return reverse("mon_compte")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every message knows the site's name and where to write, without the site framework."""
        super().send_mail(
            template_prefix,
            email,
            {**context, "site_name": settings.SITE_NAME, "contact_email": settings.CONTACT_EMAIL},
        )


class MfaAdapter(DefaultMFAAdapter):
    """The second factor, in plain French, its secrets encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "Désactivez d’abord la double vérification : elle protège l’adresse actuelle.",
        "cannot_delete_authenticator": "La double vérification ne peut pas être désactivée.",
        "cannot_generate_recovery_codes": "Activez d’abord la double vérification.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà changé.",
        "unverified_email": "Confirmez d’abord votre adresse électronique.",
    }

    def encrypt(self, text: str) -> str:
        """The secret of a second factor as the database keeps it: a copy of the tables opens no account."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself, also when it was kept under a former SECRET_KEY."""
        return _vault().decrypt(encrypted_text.encode()).decode()


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(b"mfa:" + force_bytes(key)).digest())) for key in keys])
