"""How django-allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own behaviour, with the e-mail address as the only name."""
