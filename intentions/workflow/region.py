"""The Région's acts on one intention: answer, set aside, decide a derogation."""

from django.db import transaction
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import Membership
from core.journal.events import announce, record
from core.journal.refusals import Refused
from core.rulebook import receipts
from intentions import letters
from intentions.enums import DerogationState, IntentionMove, IntentionState
from intentions.facts import judge_intention
from intentions.models import Intention, IntentionDerogation
from intentions.workflow import tell
from intentions.workflow.base import locked, require_region, require_state

_ANSWERS = (Role.GESTIONNAIRE, Role.DECIDEUR)


def assign(intention: Intention, *, hat: Membership) -> Intention:
    """The person who wears this hat follows the file from now on (R15)."""
    with transaction.atomic():
        held = locked(intention)
        require_region(hat, *_ANSWERS)
        held.assigned_to = hat.user
        held.save()
        record(held, "intention.suivie", f"Suivie par {hat.user}", hat=hat, internal=True)
    return held


def qualify(intention: Intention, *, hat: Membership, interlocutor: str = "", note: str = "") -> Intention:
    """The Région answers: the need is clear (R15). `interlocutor` is whom the employer may call (R16)."""
    with transaction.atomic():
        held = locked(intention)
        require_region(hat, *_ANSWERS)
        require_state(held, *IntentionMove.QUALIFIER.sources)
        held.qualifier()
        held.interlocutor = interlocutor.strip() or held.interlocutor
        held.assigned_to = held.assigned_to or hat.user
        held.save()
        record(held, "intention.qualifiee", "Besoin qualifié par la Région", hat=hat, reason=note.strip())
        tell.answered(held, "est qualifiée par la Région", hat)
    return held


def set_aside(intention: Intention, *, hat: Membership, reason: str) -> Intention:
    """The Région decides that the scheme cannot serve this need; its reason is shown to the author.

    The rooms above hear of it in the same transaction.
    """
    with transaction.atomic():
        held = locked(intention, judged=True)
        require_region(hat, Role.DECIDEUR)
        require_state(held, *IntentionMove.ECARTER.sources)
        if not reason.strip():
            raise Refused("Dites pourquoi l’intention est écartée\u00a0: son auteur lira ce motif.")
        held.ecarter()
        held.closing_reason, held.closed_at = reason.strip(), timezone.now()
        held.save()
        told = letters.told(held, hat, reason)
        receipts.issue(held, letters.SET_ASIDE, judge_intention(held), hat=hat, told=told)
        record(held, "intention.ecartee", "Intention écartée par la Région", hat=hat, reason=held.closing_reason)
        announce("intention.ecartee", intention=held)
        tell.answered(held, "est écartée par la Région", hat)
    return held


def decide_derogation(derogation: IntentionDerogation, *, granted: bool, reason: str, hat: Membership) -> Intention:
    """Grant or refuse one derogation, with its reason; the verdict is rendered again and its receipt kept.

    Raises Refused when it is decided already, without a reason, or for another role than décideur.
    """
    with transaction.atomic():
        held = locked(derogation.intention, judged=True)
        require_region(hat, Role.DECIDEUR)
        require_state(held, *IntentionState.filed())
        row = IntentionDerogation.objects.select_for_update(of=("self",)).get(pk=derogation.pk)
        if row.state != DerogationState.DEMANDEE:
            raise Refused(f"La dérogation {row.rule} est déjà {row.get_state_display().lower()}.")
        if not reason.strip():
            raise Refused("Une dérogation se décide avec son motif.")
        row.state = DerogationState.ACCORDEE if granted else DerogationState.REFUSEE
        row.decision_reason, row.decided_by, row.decided_at = reason.strip(), hat, timezone.now()
        row.save()
        judgement = judge_intention(held)
        held.verdict, held.judged_at = judgement.verdict.value, timezone.now()
        held.save()
        receipts.issue(held, letters.DEROGATION, judgement, hat=hat, told=letters.told_of_derogation(held, hat, row))
        word = "accordée" if granted else "refusée"
        record(
            held, f"intention.derogation_{word}", f"Dérogation {row.rule} {word}", hat=hat, reason=row.decision_reason
        )
        tell.answered(held, f"a une dérogation {word} ({row.rule})", hat, key=f"{row.rule}:{word}")
    return held
