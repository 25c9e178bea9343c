"""How a person in training is written to: never shown, never kept elsewhere."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from stagiaires import sms
from stagiaires.models import Parcours, Stagiaire


@dataclass(frozen=True)
class Reach:
    """An e-mail address, a mobile number (+33…); either may be empty."""

    email: str
    mobile: str

    @property
    def by_message(self) -> bool:
        """Whether the portal can write: an address, or a mobile where text messages are carried."""
        return bool(self.email or (self.mobile and sms.sender()))


def reach_of(stagiaire: Stagiaire, parcours: Parcours | None = None) -> Reach:
    """How this person is reached about a parcours (the latest when none is named): as the one who proposed him said
    it, else as his file says it. One query without `parcours`; its candidacy is read with it.
    """
    last = parcours or stagiaire.parcours.select_related("positioning").order_by("-starts_on", "-pk").first()
    said = last.positioning if last else None
    email = (said.contact_email if said else "") or stagiaire.email
    phone = (said.contact_phone if said else "") or stagiaire.phone
    return Reach(email, sms.mobile(phone))


def people_at(address: str) -> QuerySet[Stagiaire]:
    """Those in training who are written to at this address, at most five: a household may share one."""
    there = Q(email__iexact=address) | Q(positionings__contact_email__iexact=address)
    rows = Stagiaire.objects.filter(there, purged_at=None, parcours__isnull=False)
    return rows.distinct().order_by("pk")[:5]
