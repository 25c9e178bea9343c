"""The personal link: an employer sees and corrects the intention filed in his name, without an account.

The token is signed and dated, never stored. An expired one still names its intention, so that the page can
send a new link to the address on file, and to that address alone.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from intentions.models import Intention

LIFETIME = timedelta(days=30)
_signer = signing.TimestampSigner(salt="intentions.lien")


def token_for(intention: Intention) -> str:
    """A fresh token; it also names the address it is sent to, so that a changed address voids older links."""
    return _signer.sign_object({"i": intention.pk, "a": _address_mark(intention)})


def url_for(intention: Intention) -> str:
    """The whole address to send by e-mail."""
    return settings.SITE_URL.rstrip("/") + reverse("intention_lien", args=[token_for(intention)])


def read(token: str) -> tuple[Intention, bool] | None:
    """(intention, expired) for a token of ours; None for anything else, or for another address than the one on file."""
    try:
        said = _signer.unsign_object(token)
        expired = False
        _signer.unsign(token, max_age=LIFETIME)
    except signing.SignatureExpired:
        expired = True
    except signing.BadSignature:
        return None
    intention = Intention.objects.filter(pk=said["i"]).select_related("employer").first()
    if intention is None or said["a"] != _address_mark(intention):
        return None
    return intention, expired


def address_of(intention: Intention) -> str:
    """Where the employer of this intention is written to."""
    return intention.contact_email or (intention.employer.email if intention.employer else "")


def _address_mark(intention: Intention) -> str:
    return signing.Signer(salt="intentions.adresse").signature(address_of(intention).lower())[:12]
