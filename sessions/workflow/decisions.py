"""The Région's acts on a request: take it, decide derogations one by one, authorise, give back, refuse.

Every act locks the request's row, looks at its state, and either does everything (state, decision, receipt,
history, news, publication) in one transaction or nothing. Two people at once: the second is told what the
first one did. Only a décideur decides (R98); a gestionnaire instructs.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, User
from core.journal import events
from core.journal.refusals import Refused
from core.rulebook import parameters, receipts
from core.rulebook.models import Receipt
from core.rules import Judgement, Verdict
from core.ui.french import pluriel
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from orders.queries import mandataire_of
from orders.workflow.people import members_of
from sessions import letters
from sessions.enums import DecisionKind, RequestMove, RequestState, SessionState
from sessions.facts import attached_intentions, judge_request, judge_session
from sessions.models import Decision, RequestDerogation, Session, SessionRequest
from sessions.notices import RequestDecided, tell
from sessions.queries.requests import queue
from sessions.rules import SessionAct
from sessions.workflow import around, losses, offers, publication
from sessions.workflow.composantes import drop_hours, engage_hours
from sessions.workflow.posts import free_posts_of, lock_group, must_be_whole

INSTRUCTORS = (Role.GESTIONNAIRE, Role.DECIDEUR)
DECIDERS = (Role.DECIDEUR,)
SAID = "motif gardé au journal"  # a receipt keeps that a reason was written: it is the Région's own


def take(request: SessionRequest, hat: Membership) -> SessionRequest:
    """Begin to instruct: the file is from now on in this person's name. Raises Refused if it is not in the queue."""
    with transaction.atomic():
        locked = locked_for(request, hat, INSTRUCTORS, RequestState.decidable())
        if locked.state == RequestState.COMPLETE:
            locked.instruire()
        locked.assigned_to = hat.user
        locked.save()
        events.record(locked, "demande.prise", f"Instruite par {hat.user}", hat=hat, internal=True)
    return locked


def assign(request: SessionRequest, hat: Membership, person: User) -> SessionRequest:
    """Hand the file to a colleague of the Région. Raises Refused for someone who is not one."""
    colleague = Membership.objects.filter(
        user=person, organisation=hat.organisation_id, role__in=INSTRUCTORS, is_active=True
    ).first()
    if colleague is None:
        raise Refused("Une demande se confie à un gestionnaire ou à un décideur de la Région.")
    with transaction.atomic():
        locked = locked_for(request, hat, INSTRUCTORS, RequestState.decidable())
        locked.assigned_to = person
        locked.save()
        events.record(locked, "demande.confiee", f"Confiée à {person}", hat=hat, internal=True)
    return locked


def decide_derogation(derogation: RequestDerogation, hat: Membership, *, granted: bool, reason: str) -> SessionRequest:
    """Grant or refuse one derogation, with the reason that the organisme will read; judged again at once."""
    reason = reason.strip()
    with transaction.atomic():
        locked = locked_for(derogation.request, hat, DECIDERS, RequestState.decidable())
        row = RequestDerogation.objects.select_for_update(of=("self",)).get(pk=derogation.pk)
        if row.state != RequestDerogation.State.DEMANDEE:
            raise Refused(f"La dérogation {row.rule} est déjà {row.get_state_display().lower()}.")
        if not reason:
            raise Refused("Écrivez le motif : l’organisme le lira tel quel.")
        row.state = RequestDerogation.State.ACCORDEE if granted else RequestDerogation.State.REFUSEE
        row.decision_reason, row.decided_by, row.decided_at = reason, hat, timezone.now()
        row.save()
        judgement = _judge(locked)
        receipts.issue(locked, "derogation", judgement, hat=hat)
        word = "accordée" if granted else "refusée"
        events.record(locked, "demande.derogation", f"Dérogation {row.rule} {word}", hat=hat, reason=reason)
    return locked


def obstacles(request: SessionRequest, judgement: Judgement) -> list[str]:
    """Why the request cannot be authorised as it stands, in French; empty when it can."""
    found = [finding.message("region") for finding in (*judgement.blocking, *judgement.to_decide)]
    if judgement.missing:
        found.append(f"Il manque : {', '.join(fact.label for fact in judgement.missing)}.")
    return found


def authorise(request: SessionRequest, hat: Membership, *, overtaking_reason: str = "", note: str = "") -> Decision:
    """Authorise: the session exists from here, and its publication is promised in the same transaction.

    `overtaking_reason` is compulsory when complete requests arrived before and still wait (R99).
    Raises Refused: wrong role, decided meanwhile, a rule still in the way, no reason for overtaking.
    """
    with transaction.atomic():
        locked = locked_for(request, hat, DECIDERS, RequestState.decidable())
        overtaken = [one.number for one in ahead_of(locked)]
        judgement = _judge(
            locked,
            authorised=True,
            decided_by_agent=True,
            overtakes=len(overtaken),
            overtaking_reason=SAID if overtaking_reason.strip() else None,
        )
        if overtaken and not overtaking_reason.strip():
            raise Refused(
                f"{pluriel(len(overtaken), 'demande est arrivée', 'demandes sont arrivées')} avant celle-ci "
                f"({', '.join(overtaken[:5])}). Dites pourquoi elle passe devant : le motif est gardé au journal."
            )
        if why := obstacles(locked, judgement):
            raise Refused(f"La demande ne peut pas être autorisée ainsi. {' '.join(why)}")
        if judgement.verdict is not Verdict.ELIGIBLE:
            raise Refused("Le verdict n’est pas « éligible » : la demande ne peut pas être autorisée ainsi.")
        receipt = receipts.issue(locked, "decision", judgement, hat=hat, told=letters.told(locked, hat, note))
        decision = Decision.objects.create(
            request=locked,
            kind=DecisionKind.AUTORISATION,
            reason=note.strip(),
            overtaken=overtaken,
            overtaking_reason=overtaking_reason.strip(),
            receipt=receipt,
            decided_by=hat,
            decided_at=timezone.now(),
        )
        _close(locked, decision, "autoriser")
        _cover_intentions(locked, hat)
        _open_session(locked, decision, hat)
        events.record(locked, "demande.autorisee", "Demande autorisée par la Région", hat=hat, reason=decision.reason)
        if overtaken:
            label = f"Passée devant {', '.join(overtaken)}"
            events.record(
                locked, "demande.depassement", label[:300], hat=hat, reason=decision.overtaking_reason, internal=True
            )
        _tell(locked, f"Demande {locked.number} autorisée : {locked.title}")
    return decision


def ask_completion(request: SessionRequest, hat: Membership, reason: str) -> Decision:
    """Give the file back to the organisme, saying what is missing; it leaves the queue until it is complete again."""
    with transaction.atomic():
        locked = locked_for(request, hat, INSTRUCTORS, RequestMove.RENVOYER.sources)
        told = letters.told(locked, hat, reason, "Complément demandé")
        receipt = receipts.issue(locked, letters.COMPLEMENT, _judge(locked), hat=hat, told=told)
        decision = _decision(locked, DecisionKind.COMPLEMENT, reason, hat, receipt)
        locked.renvoyer()
        locked.save()
        events.record(locked, "demande.a_completer", "La Région demande un complément", hat=hat, reason=decision.reason)
        _tell(locked, f"Demande {locked.number} à compléter : {decision.reason}", once=str(decision.pk))
    return decision


def refuse(request: SessionRequest, hat: Membership, reason: str) -> Decision:
    """Refuse, with the reason that the organisme and the employers read; the posts are free again."""
    with transaction.atomic():
        locked = locked_for(request, hat, DECIDERS, RequestMove.REFUSER.sources)
        told = letters.told(locked, hat, reason)
        receipt = receipts.issue(locked, "decision", _judge(locked), hat=hat, told=told)
        decision = _decision(locked, DecisionKind.REFUS, reason, hat, receipt)
        _refuse_what_waits(locked, decision)
        locked.closing_reason = decision.reason
        session = getattr(locked, "session", None)
        _close(locked, decision, "refuser")
        if session is not None:
            publication.withdraw_session(session, hat=hat, reason=decision.reason)
            drop_hours(session, hat=hat, reason=decision.reason)
            _give_up(locked, hat)
        free_posts_of(locked, hat=hat, reason=f"Demande {locked.number} refusée : {decision.reason}")
        events.record(locked, "demande.refusee", "Demande refusée par la Région", hat=hat, reason=decision.reason)
        _tell(locked, f"Demande {locked.number} refusée : {locked.title}")
    return decision


def cancel(request: SessionRequest, hat: Membership, reason: str) -> Decision:
    """Cancel an authorised session before its start (R19): it leaves catalogue and feed, its posts are free again."""
    with transaction.atomic():
        locked = locked_for(request, hat, DECIDERS, RequestMove.ANNULER.sources)
        receipt = _stop(locked.session, letters.ANNULATION, SessionAct.ANNULER, hat, reason)
        decision = _decision(locked, DecisionKind.ANNULATION, reason, hat, receipt)
        publication.withdraw_session(locked.session, hat=hat, reason=decision.reason)
        drop_hours(locked.session, hat=hat, reason=decision.reason)
        locked.closing_reason = decision.reason
        locked.annuler()
        locked.save()
        _give_up(locked, hat)
        free_posts_of(locked, hat=hat, reason=f"Session annulée : {decision.reason}")
        events.record(locked, "demande.annulee", "Session annulée par la Région", hat=hat, reason=decision.reason)
        _tell(locked, f"Session {locked.session.number} annulée : {locked.title}")
    return decision


def suspend(request: SessionRequest, hat: Membership, reason: str) -> SessionRequest:
    """Take the session out of catalogue and feed for a time; its posts stay held."""
    with transaction.atomic():
        locked = locked_for(request, hat, DECIDERS, RequestMove.ANNULER.sources)
        _stop(locked.session, letters.SUSPENSION, SessionAct.SUSPENDRE, hat, reason)
        session = publication.withdraw_session(locked.session, hat=hat, reason=reason, suspend=True)
        events.record(locked, "demande.suspendue", "Session suspendue par la Région", hat=hat, reason=reason.strip())
        _tell(locked, f"Session {session.number} suspendue : {locked.title}", once=str(session.sheet_version))
    return locked


def resume(request: SessionRequest, hat: Membership) -> SessionRequest:
    """Publish a suspended session again."""
    with transaction.atomic():
        locked = locked_for(request, hat, DECIDERS, (RequestState.AUTORISEE,))
        if locked.session.state != SessionState.SUSPENDUE:
            raise Refused("Cette session n’est pas suspendue.")
        publication.schedule(locked.session)
        events.record(locked, "demande.reprise", "Session de nouveau publiée", hat=hat)
        _tell(locked, f"Session {locked.session.number} de nouveau publiée", once=str(locked.session.sheet_version))
    return locked


def ahead_of(request: SessionRequest) -> list[SessionRequest]:
    """Complete requests that arrived before this one and still wait for a decision, oldest first (R99).

    A session to be looked at again was authorised at its rank: it passes before nobody.
    """
    if request.completed_at is None or request.state == RequestState.A_REEXAMINER:
        return []
    earlier = Q(completed_at__lt=request.completed_at) | Q(completed_at=request.completed_at, pk__lt=request.pk)
    return list(queue().filter(earlier).exclude(pk=request.pk))


def locked_for(request: SessionRequest, hat: Membership, roles: Iterable[str], states: Iterable[str]) -> SessionRequest:
    """The row, locked after its intentions, in one of these states, for a hat of the Région in one of these roles."""
    if hat.kind != OrganisationKind.REGION or hat.role not in roles or not hat.is_active:
        wanted = " ou ".join(Role(role).label.lower() for role in roles)
        raise Refused(f"Cet acte revient à la Région : {wanted}.")
    receipts.hold_chain()  # before any row: most of these acts are kept by a receipt
    known = lock_group(request)
    locked = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state not in states:
        raise Refused(_overtaken_by(locked))
    must_be_whole(locked, known)
    return locked


def _overtaken_by(request: SessionRequest) -> str:
    """What happened meanwhile, and who did it, for the person who comes second."""
    state = RequestState(request.state).region_label.lower()
    last = request.decisions.select_related("decided_by__user").order_by("-decided_at", "-id").first()
    by = f" ({last.decided_by.user}, le {timezone.localtime(last.decided_at):%d/%m/%Y à %H:%M})" if last else ""
    return f"Entre-temps, la demande {request.number} est devenue « {state} »{by}. Rien n’a été changé."


def _judge(request: SessionRequest, **act: Any) -> Judgement:
    """Judge it and keep the verdict on its row; `act`: what is about to be done (see `judge_request`)."""
    judgement = judge_request(request, **act)
    request.verdict, request.judged_at = judgement.verdict.value, timezone.now()
    request.save(update_fields=["verdict", "judged_at"])
    return judgement


def _stop(session: Session, act: str, asked: SessionAct, hat: Membership, reason: str) -> Receipt:
    """The receipt of a session called off or suspended: what its life allowed that day (R19)."""
    judgement = judge_session(session, parameters.current(), asked)
    return receipts.issue(session, act, judgement, hat=hat, told=letters.told_of_session(hat, reason))


def _decision(
    request: SessionRequest, kind: str, reason: str, hat: Membership, receipt: Receipt | None = None
) -> Decision:
    if not reason.strip():
        raise Refused("Écrivez le motif : l’organisme le lira tel quel.")
    return Decision.objects.create(
        request=request, kind=kind, reason=reason.strip(), decided_by=hat, decided_at=timezone.now(), receipt=receipt
    )


def _refuse_what_waits(request: SessionRequest, decision: Decision) -> None:
    """A derogation still asked is refused with the request, for its reason."""
    request.derogations.filter(state=RequestDerogation.State.DEMANDEE).update(
        state=RequestDerogation.State.REFUSEE,
        decision_reason=decision.reason,
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
    )


def _close(request: SessionRequest, decision: Decision, move: str) -> None:
    getattr(request, move)()
    request.decided_at = decision.decided_at
    request.alert = ""
    request.assigned_to = request.assigned_to or decision.decided_by.user
    request.save()


def _cover_intentions(request: SessionRequest, hat: Membership) -> None:
    for intention, _ in attached_intentions(request):
        if intention.state == IntentionState.ENGAGEE:
            intentions_workflow.cover(intention, hat=hat)


def _open_session(request: SessionRequest, decision: Decision, hat: Membership) -> None:
    """The session is born with its first authorisation; looked at again (R18), it follows its request."""
    known = getattr(request, "session", None)
    before = known.seats if known else 0
    session = (
        publication.follow_request(known, hat=hat) if known else publication.create_session(request, decision, hat=hat)
    )
    engage_hours(session, hat=hat)
    publication.schedule(session)
    if known:
        offers.take_back_all(request, "La session est confirmée sans ces places.", hat)
        losses.settle(session, hat, before=before)


def _give_up(request: SessionRequest, hat: Membership) -> None:
    """Its session will not take place: nothing is offered any more, and those around hear of it."""
    offers.take_back_all(request, "La session n’aura pas lieu.", hat)
    losses.give_up(request.session, hat)
    around.tell_cancelled(request.session)


def _tell(request: SessionRequest, text: str, once: str = "") -> None:
    people = members_of(request.organisme)
    if request.lot and (mandataire := mandataire_of(request.lot)) and mandataire != request.organisme:
        people += members_of(mandataire)
    tell(RequestDecided, people, request, text, once=once or request.state)
