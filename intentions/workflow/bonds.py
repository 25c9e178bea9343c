"""What sessions do to intentions: engage, cover, release; and what time does: expire."""

from datetime import date

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from core.accounts.models import Membership, Organisation
from core.journal.events import announce, record
from core.journal.refusals import Refused
from intentions.enums import IntentionMove, IntentionState
from intentions.facts import engaged_elsewhere
from intentions.models import Consultation, Intention
from intentions.workflow import tell
from intentions.workflow.base import locked, require_state

_ONE_ORGANISME = (
    "{employer} est déjà engagé auprès d’un autre organisme pour cette formation. Il peut en consulter plusieurs, "
    "mais s’engager auprès d’un seul (R10)."
)


def consult(intention: Intention, organisme: Organisation, *, hat: Membership | None) -> Consultation:
    """Note that the employer consults this organisation; it may then open the file. Consulting binds nobody (R10)."""
    consultation, created = Consultation.objects.get_or_create(intention=intention, organisme=organisme)
    if created:
        record(intention, "intention.consultation", f"{organisme} consulté", hat=hat)
    return consultation


def engage(intention: Intention, organisme: Organisation, *, hat: Membership | None) -> Intention:
    """Tie the intention to one training organisation. Doing it twice with the same one changes nothing.

    Raises Refused when it waits no more, or when its employer is tied to another organisation for the same
    training: the database holds that promise under any concurrency (R10).
    """
    try:
        with transaction.atomic():
            held = locked(intention)
            if held.engaged_organisme_id == organisme.pk and held.state in IntentionState.bound():
                return held
            require_state(held, *IntentionMove.ENGAGER.sources)
            if engaged_elsewhere(held, organisme):
                raise Refused(_ONE_ORGANISME.format(employer=held.employer))
            held.engaged_organisme = organisme
            held.engager()
            held.save()
            record(held, "intention.engagee", f"Engagée auprès de {organisme}", hat=hat)
            tell.answered(held, f"est retenue par {organisme} pour une session", hat)
    except (IntegrityError, OperationalError) as error:
        if "intention_one_organisme" not in str(error) and "deadlock" not in str(error):
            raise
        raise Refused(_ONE_ORGANISME.format(employer=intention.employer)) from error
    return held


def cover(intention: Intention, *, hat: Membership | None) -> Intention:
    """A session is authorised for it. Already covered: nothing changes."""
    with transaction.atomic():
        held = locked(intention)
        if held.state == IntentionState.COUVERTE:
            return held
        require_state(held, *IntentionMove.COUVRIR.sources)
        held.couvrir()
        held.save()
        record(held, "intention.couverte", "Une session est autorisée pour cette intention", hat=hat)
        tell.answered(held, "a sa session : elle est autorisée par la Région", hat)
    return held


def release(intention: Intention, *, hat: Membership | None, reason: str) -> Intention:
    """Its request or session falls: the intention waits again. Not bound: nothing changes."""
    with transaction.atomic():
        held = locked(intention)
        if held.state not in IntentionState.bound():
            return held
        held.liberer()
        held.engaged_organisme = None
        held.save()
        record(held, "intention.liberee", "De nouveau en attente d’une session", hat=hat, reason=reason)
        tell.answered(held, "attend de nouveau une session", hat, key=timezone.now().isoformat())
    return held


def expire(intention: Intention, *, on: date) -> bool:
    """Close a waiting intention whose validity has passed on this day (Q14). False when there is nothing to do."""
    with transaction.atomic():
        held = locked(intention, judged=True)
        if held.state not in IntentionState.waiting() or held.expires_on is None or held.expires_on >= on:
            return False
        held.expirer()
        held.closed_at = timezone.now()
        held.save()
        record(held, "intention.expiree", "Durée de validité passée")
        announce("intention.expiree", intention=held)
        tell.expired(held)
    return True
