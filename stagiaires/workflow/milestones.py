"""The steps that an employer joins, noted as they happen (R92)."""

from datetime import date

from django.utils import timezone

from core.accounts.models import Membership, Organisation
from core.journal import events
from intentions.models import Intention
from intentions.rules import Milestone as Step
from sessions.models import Coverage, Session
from stagiaires.models import Milestone


def keep(session: Session, employer: Organisation, step: Step, hat: Membership, on_date: date | None = None) -> int:
    """Note this step for each intention of the employer under this session, once. Returns how many are new.

    Inside the caller's transaction.
    """
    held = Coverage.objects.filter(request=session.request_id, is_live=True, post__intention__employer=employer)
    intentions = Intention.objects.filter(pk__in=held.values("post__intention")).order_by("pk")
    new = 0
    for intention in intentions:
        _, made = Milestone.objects.get_or_create(
            intention=intention,
            session=session,
            kind=step.value,
            defaults={"on_date": on_date or timezone.localdate(), "noted_by": hat},
        )
        if made:
            events.record(intention, "intention.etape", f"Étape tenue : {step.label.lower()}", hat=hat)
            new += 1
    return new
