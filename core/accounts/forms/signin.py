"""allauth's forms in our words: no placeholder standing for a label, no help that repeats the page."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

LABELS = {
    "login": "Adresse électronique",
    "email": "Adresse électronique",
    "password": "Mot de passe",
    "password1": "Mot de passe",
    "password2": "Le même mot de passe, une seconde fois",
    "oldpassword": "Mot de passe actuel",
    "code": "Code à six chiffres",
}
HELP = {"password1": "Douze signes au moins ; une phrase courte se retient bien."}


class Plain:
    """Mixin: our labels and help, in place of allauth's."""

    labels: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name) or LABELS.get(name, field.label)
            field.help_text = HELP.get(name, "")


class LoginForm(Plain, account.LoginForm):
    pass


class SignupForm(Plain, account.SignupForm):
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    labels = {"password1": "Nouveau mot de passe"}


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    labels = {"password1": "Nouveau mot de passe"}


class SetPasswordForm(Plain, account.SetPasswordForm):
    pass


class AddEmailForm(Plain, account.AddEmailForm):
    labels = {"email": "Nouvelle adresse électronique"}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    pass


class AuthenticateForm(Plain, mfa.AuthenticateForm):
    labels = {"code": "Code à six chiffres, ou code de secours"}


class ReauthenticateByCodeForm(Plain, mfa.ReauthenticateForm):
    pass


class ActivateTotpForm(Plain, totp.ActivateTOTPForm):
    pass
