"""Scheduled and background work. Each task finds its own work in the database and may run twice without harm."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.journal.history import acting
from core.journal.notices import notify
from core.rulebook import parameters
from core.ui.french import jour, pluriel
from intentions import queries, workflow
from intentions.importing import batches
from intentions.models import ImportBatch
from intentions.notices import IntentionBientotExpiree, IntentionBrouillon, IntentionSansReponse
from intentions.workflow import tell


def delay(name: str) -> timedelta:
    """One of the delays that the Région may date, in days."""
    return timedelta(days=int(parameters.current()[name]))


@shared_task
def take_rows(batch_id: int) -> None:
    """Take a batch through; when time is up, another task goes on."""
    with acting("reprise", batch=batch_id):
        if not batches.take_through(batch_id):
            batches.wake(batch_id)


@shared_task
def resume_imports() -> int:
    """Wake the batches that a lost message or a dead worker left. Returns how many were still under way."""
    waiting = list(ImportBatch.objects.filter(state=ImportBatch.State.EN_COURS).values_list("pk", flat=True))
    for batch_id in waiting:
        batches.wake(batch_id)
    return len(waiting)


@shared_task
def expire_intentions() -> int:
    """Close the waiting intentions whose validity has passed. Returns how many."""
    today = timezone.localdate()
    with acting("calendrier"):
        late = queries.expiring_by(today - timedelta(days=1))
        return sum(workflow.expire(intention, on=today) for intention in late.iterator())


@shared_task
def remind() -> int:
    """Tell once of unanswered intentions (Région), forgotten drafts and ends of validity (authors); how many."""
    today = timezone.localdate()
    told = 0
    desk = tell.region_desk()
    for intention in queries.unanswered_since(today - delay("intention_answer_days")).select_related("employer"):
        days = (today - timezone.localdate(intention.filed_at)).days if intention.filed_at else 0
        text = (
            f"L’intention {intention.number} de {intention.employer} attend une réponse depuis {pluriel(days, 'jour')}"
        )
        told += notify(
            IntentionSansReponse, desk, intention, text, intention.get_absolute_url(), str(intention.filed_at)
        )
    for draft in queries.forgotten_drafts(today - delay("draft_reminder_days")).select_related("filed_by__user"):
        text = f"Votre brouillon «\u00a0{draft.job_title or 'poste à préciser'}\u00a0» attend d’être terminé"
        key = str(timezone.localdate(draft.updated_at))
        told += notify(IntentionBrouillon, [draft.filed_by], draft, text, draft.get_absolute_url(), key)
    soon = queries.expiring_by(today + delay("expiry_notice_days"))
    for intention in soon.select_related("filed_by__organisation", "employer"):
        if intention.expires_on:
            end = jour(intention.expires_on, weekday=False)
            text = f"L’intention {intention.number} n’est plus valable après le {end}"
            hats = tell.authors_of(intention)
            key = str(intention.expires_on)
            told += notify(IntentionBientotExpiree, hats, intention, text, intention.get_absolute_url(), key)
    return told
