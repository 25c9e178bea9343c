"""Who hears of what, in the transaction of the act."""

from collections.abc import Iterable

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation
from core.accounts.queries import active_hats
from core.journal.events import record
from core.journal.notices import notify
from core.journal.outbox import enqueue
from core.ui.french import pluriel
from intentions.links import address_of
from intentions.models import Intention
from intentions.notices import IntentionClose, IntentionDeposee, IntentionRepondue


def filed(
    intention: Intention,
    hat: Membership | None,
    *,
    after_twin: Intention | None = None,
    to_region: bool = True,
    to_employer: bool = True,
) -> None:
    detail = {"verdict": intention.verdict}
    if after_twin is not None:
        detail["autre_poste_que"] = after_twin.number
    record(intention, "intention.deposee", f"Intention déposée, {intention.number}", hat=hat, detail=detail)
    moment = intention.filed_at.isoformat() if intention.filed_at else ""
    url = intention.get_absolute_url()
    text = f"Nouvelle intention de {intention.employer}\u00a0: {intention.job_title} ({intention.number})"
    if to_region:
        notify(IntentionDeposee, region_desk(), intention, text, url, moment)
    if to_employer and hat is not None and hat.organisation_id != intention.employer_id:
        told = f"{hat.organisation} a déposé pour vous l’intention {intention.number}\u00a0: {intention.job_title}"
        notify(IntentionRepondue, members_of(intention.employer), intention, told, url, moment)
        if address_of(intention):
            enqueue("intention.prevenir_employeur", intention, moment)


def send_link(intention: Intention, version: str) -> None:
    """Promise the employer his personal link by e-mail, once per version."""
    enqueue("intention.prevenir_employeur", intention, version)


def withdrawn(intention: Intention, hat: Membership | None) -> None:
    text = f"L’intention {intention.number} de {intention.employer} est retirée"
    others = [*region_desk(), *members_of(intention.engaged_organisme), *authors_of(intention)]
    notify(IntentionClose, _but(others, hat), intention, text, intention.get_absolute_url(), str(intention.closed_at))


def reduced(intention: Intention, hat: Membership | None, before: int) -> None:
    now = pluriel(intention.post_count or 0, "poste")
    text = f"{intention.employer} propose {now} au lieu de {before}\u00a0: intention {intention.number}"
    others = [*region_desk(), *members_of(intention.engaged_organisme), *authors_of(intention)]
    key = f"{before}:{intention.post_count}:{intention.judged_at}"
    notify(IntentionClose, _but(others, hat), intention, text, intention.get_absolute_url(), key)


def expired(intention: Intention) -> None:
    text = f"L’intention {intention.number} n’est plus valable. Reprenez-la si le besoin demeure."
    notify(
        IntentionClose, authors_of(intention), intention, text, intention.get_absolute_url(), str(intention.expires_on)
    )


def answered(intention: Intention, what: str, hat: Membership | None, key: str = "") -> None:
    """Tell the author and the employer what became of their intention."""
    text = f"L’intention {intention.number} ({intention.job_title}) {what}"
    dedupe = f"{intention.filed_at}:{what}:{key}"
    notify(IntentionRepondue, _but(authors_of(intention), hat), intention, text, intention.get_absolute_url(), dedupe)


def region_desk() -> list[Membership]:
    """Those of the Région who treat the files."""
    return list(
        Membership.objects.filter(
            organisation__kind=OrganisationKind.REGION, is_active=True, role__in=[Role.GESTIONNAIRE, Role.DECIDEUR]
        ).select_related("user")
    )


def members_of(organisation: Organisation | None) -> list[Membership]:
    """The active members of an organisation; nobody for none."""
    if organisation is None:
        return []
    return list(active_hats(organisation=organisation))


def authors_of(intention: Intention) -> list[Membership]:
    """The author’s organisation and the employer; for the Région, the author himself alone."""
    people = [*members_of(intention.filed_by.organisation), *members_of(intention.employer)]
    if intention.filed_by.organisation.kind == OrganisationKind.REGION:
        people = [hat for hat in people if hat.pk == intention.filed_by_id] + members_of(intention.employer)
    return list({hat.user_id: hat for hat in people}.values())


def _but(hats: Iterable[Membership], acting: Membership | None) -> list[Membership]:
    """Everyone except the person who acts."""
    return [hat for hat in hats if acting is None or hat.user_id != acting.user_id]
