"""The personal link: a person in training reads his file without an account, as long as he likes.

Only the SHA-256 of its secret is kept, so that nobody reads a link off the database. Past its term a link opens
nothing, but still tells whose it is: a fresh one then leaves for the address on file, and for that address alone.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.outbox import enqueue
from core.journal.refusals import Refused
from core.rulebook import parameters
from stagiaires.models import Parcours, PersonalLink, Stagiaire
from stagiaires.reach import people_at, reach_of
from stagiaires.workflow import acts

SEND = "espace.lien"
ADMITTED, RENEWED, AGAIN = "admission", "nouveau", "renvoi"
_agenda = signing.Signer(salt="stagiaires.agenda")


@dataclass(frozen=True)
class Found:
    """Whose link it is, and whether it has passed its term."""

    link: PersonalLink
    expired: bool

    @property
    def stagiaire(self) -> Stagiaire:
        return self.link.stagiaire


def make(stagiaire: Stagiaire) -> str:
    """A fresh secret for this person. It is told once, by the message that carries it."""
    token = secrets.token_urlsafe(32)
    life = timedelta(days=int(parameters.current()["personal_link_days"]))
    PersonalLink.objects.create(stagiaire=stagiaire, token_hash=_hash(token), expires_at=timezone.now() + life)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def url(token: str, name: str = "espace", *args: object) -> str:
    """The whole address to send."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=[token, *args])


def find(token: str) -> Found | None:
    """Whose link this is; None for a stranger's word, a link taken back, a file that was erased. One query."""
    rows = PersonalLink.objects.filter(revoked_at=None, stagiaire__purged_at=None).select_related("stagiaire")
    link = rows.filter(token_hash=_hash(token)).first()
    return Found(link, link.expires_at <= timezone.now()) if link else None


# --- The address of a diary: it is given to another service, and opens the dates alone


def agenda_url(link: PersonalLink) -> str:
    """The signed number of the link: taking the link back voids it."""
    return settings.SITE_URL.rstrip("/") + reverse("espace_abonnement", args=[_agenda.sign(str(link.pk))])


def find_agenda(token: str) -> Stagiaire | None:
    """Whose dates these are. It outlives the link's term: a diary cannot ask for a fresh one."""
    try:
        number = int(_agenda.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    rows = PersonalLink.objects.filter(pk=number, revoked_at=None, stagiaire__purged_at=None)
    link = rows.select_related("stagiaire").first()
    return link.stagiaire if link else None


# --- Sending


def send_first(parcours: Parcours) -> None:
    """At the admission, in its transaction."""
    _promise(parcours.stagiaire, f"{ADMITTED}:{parcours.pk}")


def renew(found: Found) -> None:
    """A fresh link to the address on file, at most one every ten minutes. The old one goes on telling whose it is."""
    with transaction.atomic():
        _promise(found.stagiaire, f"{RENEWED}:{_slot()}")


def ask(address: str) -> None:
    """Somebody says that this is his address: whoever is known there gets a link. Nobody learns whether one was."""
    with transaction.atomic():
        for person in people_at(address):
            _promise(person, f"{RENEWED}:{_slot()}")


def resend(parcours: Parcours, hat: Membership) -> None:
    """The organisme sends a fresh link: those given before are taken back. Raises Refused without an address."""
    with transaction.atomic():
        held = acts.hold(parcours)
        acts.must_be_organisme(held, hat)
        if not reach_of(held.stagiaire, held).by_message:
            raise Refused("Cette personne n’a pas d’adresse électronique : complétez d’abord son dossier.")
        revoke_all(held.stagiaire)
        _promise(held.stagiaire, f"{AGAIN}:{timezone.now().isoformat()}")
        acts.note(held, "lien", "Lien personnel renvoyé, les précédents sont fermés", hat)


def revoke_all(stagiaire: Stagiaire) -> int:
    """Nothing that was sent before opens anything any more. Returns how many links that closes."""
    return PersonalLink.objects.filter(stagiaire=stagiaire, revoked_at=None).update(revoked_at=timezone.now())


def start_again(stagiaire: Stagiaire) -> None:
    """The person lost his phone: every link is closed, a fresh one leaves for the address on file."""
    with transaction.atomic():
        revoke_all(stagiaire)
        _promise(stagiaire, f"{AGAIN}:{timezone.now().isoformat()}")


def _promise(stagiaire: Stagiaire, version: str) -> None:
    enqueue(SEND, stagiaire, version)


def _slot() -> str:
    now = timezone.now()
    return f"{now:%Y-%m-%dT%H}:{now.minute // 10}"
