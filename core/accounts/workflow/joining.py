"""A person asks to be let into an employer that is registered already; its administrators answer."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import JoinRequest, Membership, Organisation, User
from core.accounts.notices import AccessAnswered, AccessAsked
from core.accounts.queries import active_hats, administrators_of
from core.accounts.workflow.members import give_hat
from core.accounts.workflow.rights import must_manage
from core.journal.events import record
from core.journal.notices import notify
from core.journal.outbox import enqueue
from core.journal.refusals import Refused

TOPIC = "acces.repondre"


@transaction.atomic
def ask(user: User, organisation: Organisation) -> JoinRequest:
    """Ask to be let in; asking again changes nothing.

    Raises:
        Refused: not an employer, closed, or the person is a member already.
    """
    if organisation.kind != OrganisationKind.EMPLOYEUR:
        raise Refused("On rejoint cette organisation sur invitation.")
    if not organisation.is_active:
        raise Refused("Cette organisation est fermée.")
    if active_hats(organisation=organisation, user=user).exists():
        raise Refused("Vous êtes déjà membre de cette organisation.")
    try:
        with transaction.atomic():
            asked = JoinRequest.objects.create(user=user, organisation=organisation)
    except IntegrityError:
        return JoinRequest.objects.get(user=user, organisation=organisation, answered_at=None)
    record(organisation, "acces.demande", f"{user} demande à rejoindre l’organisation"[:300], actor=user)
    own = administrators_of(organisation)
    for_region = not own.exists()
    notify(
        AccessAsked,
        _region_administrators() if for_region else own,
        asked,
        f"{user} ({user.email}) demande à rejoindre {organisation}.",
        reverse("region_organisation", args=[organisation.pk]) if for_region else reverse("organisation"),
    )
    return asked


@transaction.atomic
def answer(hat: Membership, asked: JoinRequest, *, accepted: bool) -> None:
    """Let the person in as an ordinary member (as administrator when there is none), or not; he is told.

    Raises:
        Refused: no right, or someone has answered already.
    """
    must_manage(hat, asked.organisation)
    taken = JoinRequest.objects.filter(pk=asked.pk, answered_at=None).update(
        answered_at=timezone.now(), answered_by=hat.user, accepted=accepted
    )
    if not taken:
        raise Refused("Quelqu’un a déjà répondu à cette demande.")
    if accepted:
        alone = not administrators_of(asked.organisation).exists()
        given, _ = give_hat(asked.user, asked.organisation, Role.ADMINISTRATEUR if alone else Role.MEMBRE)
        notify(AccessAnswered, [given], asked, f"{asked.organisation} vous a laissé entrer.", reverse("organisation"))
    enqueue(TOPIC, asked, "reponse")
    record(
        asked.organisation,
        "acces.accepte" if accepted else "acces.refuse",
        f"{asked.user} a rejoint l’organisation" if accepted else f"Demande de {asked.user} écartée",
        hat=hat,
    )


def _region_administrators() -> QuerySet[Membership]:
    return active_hats(organisation__kind=OrganisationKind.REGION, role=Role.ADMINISTRATEUR)
