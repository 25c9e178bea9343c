"""What every act on a parcours starts with: the row held, and the question of who may."""

from collections.abc import Iterable

from django.urls import reverse

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import Notice, notify
from core.journal.refusals import Refused
from intentions.models import Post
from orders.workflow.people import members_of
from stagiaires.enums import ParcoursState
from stagiaires.models import Parcours

AGREES = (Role.GESTIONNAIRE, Role.DECIDEUR)
_WITH = (
    "session__request",
    "session__organisme",
    "session__lot",
    "session__commune",
    "session__certification",
    "stagiaire__created_by",
    "positioning__valideur",
    "positioning__advisor__user",
    "post__intention__employer",
    "organisme",
)


def hold(parcours: Parcours, states: Iterable[str] | None = None) -> Parcours:
    """The row as it stands now, until the end of the transaction. Raises Refused when another was quicker."""
    held = Parcours.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=parcours.pk)
    if states is not None and held.state not in states:
        label = ParcoursState(held.state).label.lower()
        raise Refused(f"Ce parcours est maintenant « {label} » : ce n’est plus possible.")
    return held


def is_of_organisme(parcours: Parcours, hat: Membership) -> bool:
    return hat.kind == OrganisationKind.ORGANISME and parcours.organisme_id == hat.organisation_id


def must_be_organisme(parcours: Parcours, hat: Membership) -> None:
    if not is_of_organisme(parcours, hat):
        raise Refused("Cet acte revient à l’organisme de formation.")


def may_agree(hat: Membership) -> bool:
    """Who answers for the Région to what an organisme or an employer asks."""
    return hat.kind == OrganisationKind.REGION and hat.role in AGREES


def note(parcours: Parcours, kind: str, label: str, hat: Membership | None, reason: str = "") -> None:
    """A line of the history, and the news of it. It says what, never who: the name may have to be forgotten."""
    events.record(parcours, f"parcours.{kind}", label[:300], hat=hat, reason=reason)
    events.announce(f"parcours.{kind}", parcours=parcours)


def tell(notice: type[Notice], hats: Iterable[Membership], parcours: Parcours, text: str, *, once: str = "") -> int:
    """Tell these people of a parcours, with its address. The sentence names the session, never the person."""
    return notify(notice, hats, parcours, text, reverse("parcours_detail", args=[parcours.pk]), dedupe_key=once)


def employer_people(post: Post | None) -> list[Membership]:
    """The people of the employer who offers this post; nobody without one."""
    employer = post.intention.employer if post else None
    return members_of(employer) if employer else []
