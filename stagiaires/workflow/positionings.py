"""A candidacy from its proposal to its answer: decide, apply, tell. The admission itself has its own door."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.refusals import Refused, lost_race
from core.rulebook import parameters, receipts
from core.rules import Finding
from core.ui.french import moment
from orders.workflow.people import members_of
from sessions.models import Session
from stagiaires.enums import ParcoursState, PositioningMove, PositioningState
from stagiaires.facts import for_receipt, judge_admission, refusal_facts_of
from stagiaires.models import Parcours, Positioning, PositioningMessage, Stagiaire
from stagiaires.notices import (
    CandidateAnswered,
    CandidateChanged,
    CandidateHanded,
    CandidateMessage,
    CandidateProposed,
    tell,
)
from stagiaires.queries import positionings as queries
from stagiaires.workflow import opinions, people

REFUSAL = "refus"
ALREADY = "Cette personne est déjà positionnée sur cette session."
CANDIDACY = (
    "project",
    "project_validated",
    "previous_step",
    "brought_intention",
    "note",
)


# ---- proposing


def propose(
    session: Session, values: dict[str, Any], hat: Membership, *, homonym: bool = False, quietly: bool = False
) -> tuple[Positioning, bool]:
    """Position a person on a session, found or written from these answers. Returns the candidacy, and whether the
    portal knew the person.

    `values`: the fields of the person (`workflow.people.FIELDS`) and of the candidacy (`CANDIDACY`). Raises Refused
    when the session takes nobody, when the hat or its conflict forbids it (R88), or when the person stands there.
    `quietly`: one line of a list, of which the organisme is told once.
    """
    _may_propose(session, hat)
    with transaction.atomic():
        person, known = people.find_or_create(values, hat, homonym=homonym)
        return _position(session, person, values, hat, quietly=quietly), known


def propose_known(session: Session, stagiaire: Stagiaire, values: dict[str, Any], hat: Membership) -> Positioning:
    """Position a person that this hat sees already, without typing anything again. Raises Refused as `propose`."""
    _may_propose(session, hat)
    with transaction.atomic():
        return _position(session, stagiaire, values, hat)


def _may_propose(session: Session, hat: Membership) -> None:
    own = hat.kind == OrganisationKind.ORGANISME and session.organisme_id == hat.organisation_id
    if hat.kind != OrganisationKind.VALIDEUR and not own:
        raise Refused("Un valideur, ou l’organisme de la session, propose une personne.")
    if closed := queries.why_closed(session, brought_by_organisme=own):
        raise Refused(closed)
    if not own and (why := queries.conflict(session, hat.user)):
        raise Refused(why)


def _position(
    session: Session, person: Stagiaire, values: dict[str, Any], hat: Membership, *, quietly: bool = False
) -> Positioning:
    known = Positioning.objects.filter(stagiaire=person, session=session).first()
    if known is not None:
        raise Refused(_standing(known, hat))
    by_valideur = hat.kind == OrganisationKind.VALIDEUR
    said = {name: values[name] for name in CANDIDACY if values.get(name) is not None}
    with lost_race({"positioning_once": ALREADY}):
        made = Positioning.objects.create(
            stagiaire=person,
            session=session,
            valideur=hat.organisation if by_valideur else None,
            advisor=hat,
            contact_email=values.get("email") or "",
            contact_phone=values.get("phone") or "",
            answer_due_on=_due(session),
            **said,
        )
    events.record(made, "candidature.proposee", "Candidature proposée", hat=hat)
    if by_valideur and not quietly:
        tell(
            CandidateProposed,
            members_of(session.organisme),
            made,
            f"Une personne est proposée sur {session.title} ({session.number}) par {hat.organisation}",
        )
    if not quietly:
        opinions.ask_employers(session)
    return made


def _standing(known: Positioning, hat: Membership) -> str:
    """Why not twice. Another service's candidacy is said to exist, nothing more."""
    if known.state in (PositioningState.RETIRE, PositioningState.REFUSE) and known.valideur_id == hat.organisation_id:
        return "Cette personne a déjà été proposée sur cette session : reprenez sa candidature depuis sa fiche."
    return ALREADY


def _due(session: Session, after: date | None = None) -> date:
    """The day by which an answer is owed: some days from now, and before the session starts."""
    today = timezone.localdate()
    due = max(after or today, today) + timedelta(days=int(parameters.current()["positioning_answer_days"]))
    return min(due, session.starts_on) if session.starts_on > today else due


# ---- answering (the organisme alone: R88)


def convoke(positioning: Positioning, hat: Membership, at: datetime, place: str) -> Positioning:
    """Ask the candidate to come, at a moment and a place of his own (a meeting convokes by `workflow.meetings`)."""
    if at <= timezone.now():
        raise Refused("La date du rendez-vous est passée : donnez une date à venir.")
    with transaction.atomic():
        locked = _to_answer(positioning, hat, PositioningMove.CONVOQUER.sources)
        locked.appointment_at, locked.appointment_place = at, place
        mark_convoked(locked, hat, timezone.localtime(at))
    return locked


def mark_convoked(locked: Positioning, hat: Membership, at: datetime) -> None:
    """The candidate is to come at this moment: the row is held by the caller's transaction."""
    locked.answer_due_on = _due(locked.session, at.date())
    if locked.state != PositioningState.CONVOQUE:
        locked.convoquer()
    locked.save()
    events.record(locked, "candidature.convoquee", f"Candidat convoqué le {moment(at)}", hat=hat)
    _answered(locked, f"convoqué le {moment(at)}", once=f"convoque:{at.isoformat()}")


def put_on_waiting_list(positioning: Positioning, hat: Membership, text: str = "") -> Positioning:
    """No place now; an answer stays owed, at the latest when the session starts."""
    with transaction.atomic():
        locked = _to_answer(positioning, hat, PositioningMove.METTRE_EN_ATTENTE.sources)
        locked.waiting_since = timezone.now()
        locked.answer_due_on = max(locked.session.starts_on, timezone.localdate())
        locked.mettre_en_attente()
        locked.save()
        events.record(locked, "candidature.en_attente", "Candidat mis en liste d’attente", hat=hat, reason=text)
        _answered(locked, "en liste d’attente")
    return locked


def judge_refusal(positioning: Positioning, values: dict[str, Any]) -> list[Finding]:
    """What the rules say of a refusal before it is given (R90, P04): words of caution, none stops it."""
    judgement = judge_admission(refusal_facts_of(positioning.session, values))
    answer = ("R90", "P04")
    return [finding for finding in judgement.findings if finding.id in answer and finding.is_warning]


def refuse(positioning: Positioning, hat: Membership, values: dict[str, Any]) -> Positioning:
    """Refuse, with a coded reason and another way for the person (R90), and the receipt of what was judged.

    `values`: refusal_reason, refusal_text, proposal, refresher_offered, proposed_session (a public session, or None).
    """
    with transaction.atomic():
        receipts.hold_chain()
        locked = _to_answer(positioning, hat, PositioningMove.REFUSER.sources)
        for name in ("refusal_reason", "refusal_text", "proposal", "refresher_offered", "proposed_session"):
            setattr(locked, name, values[name])
        if not locked.refusal_reason or not locked.proposal.strip():
            raise Refused("Un refus dit son motif et ce qui est proposé à la personne (R90).")
        _sign(locked, hat)
        locked.refuser()
        locked.save()
        facts = for_receipt(refusal_facts_of(locked.session, values))
        receipts.issue(locked, REFUSAL, judge_admission(facts), hat=hat)
        events.record(
            locked, "candidature.refusee", f"Candidature refusée : {locked.get_refusal_reason_display()}", hat=hat
        )
        _answered(locked, "refusé, avec une autre proposition")
    return locked


def note_absent(positioning: Positioning, hat: Membership) -> Positioning:
    """The candidate did not come. He may be asked again."""
    with transaction.atomic():
        locked = _to_answer(positioning, hat, PositioningMove.NOTER_ABSENT.sources)
        locked.noter_absent()
        locked.answer_due_on = None
        locked.save()
        events.record(locked, "candidature.absente", "Candidat absent à la convocation", hat=hat)
        _answered(locked, "absent à la convocation", once=f"absent:{timezone.localdate()}")
    return locked


def _to_answer(positioning: Positioning, hat: Membership, sources: tuple[str, ...]) -> Positioning:
    """The row, held. Raises Refused when this hat does not answer for the session, or no longer can."""
    locked = _hold(positioning)
    if hat.kind != OrganisationKind.ORGANISME or locked.session.organisme_id != hat.organisation_id:
        raise Refused("L’organisme de la session répond à la candidature (R88).")
    if locked.valideur_id is not None and locked.advisor.user_id == hat.user_id:
        raise Refused("Vous suivez cette personne comme conseiller : un collègue de l’organisme lui répond (R88).")
    _must_be_in(locked, sources)
    return locked


def _hold(positioning: Positioning) -> Positioning:
    rows = Positioning.objects.select_for_update(of=("self",))
    return rows.select_related("session__organisme", "advisor__user", "valideur").get(pk=positioning.pk)


def _must_be_in(locked: Positioning, sources: tuple[str, ...]) -> None:
    if locked.state not in sources:
        state = PositioningState(locked.state).label
        raise Refused(f"Cette candidature est « {state} » : ce geste ne se fait plus.")


def _sign(locked: Positioning, hat: Membership) -> None:
    locked.answered_at, locked.answered_by, locked.answer_due_on = timezone.now(), hat, None


def _answered(locked: Positioning, words: str, *, once: str = "") -> None:
    """Tell those who proposed: the advisor who follows the person, or his colleagues when he has left."""
    if locked.valideur is None:
        return
    text = f"{locked.session.title} ({locked.session.number}) : votre candidat est {words}"
    tell(
        CandidateAnswered, followers(locked), locked, text, once=once or f"{locked.state}:{timezone.now().isoformat()}"
    )


def followers(positioning: Positioning) -> list[Membership]:
    """Who follows this candidacy on the valideur's side: its advisor, or everyone there once he has left."""
    if positioning.valideur is None:
        return []
    own = list(active_hats(pk=positioning.advisor_id))
    return own or members_of(positioning.valideur)


# ---- the side that proposed


def withdraw(positioning: Positioning, hat: Membership, reason: str) -> Positioning:
    """The side that proposed takes the person back, with a reason. An admission is taken back from its parcours."""
    if not reason.strip():
        raise Refused("Dites pourquoi la personne est retirée : l’organisme le lira.")
    with transaction.atomic():
        locked = _own(positioning, hat)
        if locked.state == PositioningState.ADMIS and _is_in(locked):
            raise Refused("La personne est admise : l’organisme annule d’abord son parcours.")
        _must_be_in(locked, PositioningMove.RETIRER.sources)
        locked.closing_reason, locked.answer_due_on = reason.strip(), None
        locked.retirer()
        locked.save()
        events.record(locked, "candidature.retiree", "Candidature retirée", hat=hat, reason=locked.closing_reason)
        _tell_organisme(locked, "est retirée", "retiree")
    return locked


def _is_in(locked: Positioning) -> bool:
    """Whether a parcours stands on this admission: planned, going on or over, but not taken back before the entry."""
    return Parcours.objects.filter(positioning=locked).exclude(state=ParcoursState.ANNULE).exists()


def resume(positioning: Positioning, hat: Membership) -> Positioning:
    """Propose again a person who was withdrawn or refused: the answer is owed again."""
    with transaction.atomic():
        locked = _own(positioning, hat)
        _must_be_in(locked, PositioningMove.REPRENDRE.sources)
        _may_propose(locked.session, hat)
        locked.closing_reason = locked.refusal_reason = locked.refusal_text = locked.proposal = ""
        locked.refresher_offered, locked.proposed_session = False, None
        locked.answered_at = locked.answered_by = locked.waiting_since = locked.appointment_at = None
        locked.appointment_place = ""
        locked.answer_due_on = _due(locked.session)
        locked.reprendre()
        locked.save()
        events.record(locked, "candidature.reprise", "Candidature proposée de nouveau", hat=hat)
        _tell_organisme(locked, "est proposée de nouveau", "reprise")
    return locked


def hand_over(positioning: Positioning, hat: Membership, colleague: Membership) -> Positioning:
    """Another advisor of the same valideur follows the person from now on."""
    with transaction.atomic():
        locked = _own(positioning, hat)
        if not active_hats(organisation=hat.organisation_id, pk=colleague.pk).exists():
            raise Refused("Choisissez un collègue de votre organisation.")
        if locked.advisor_id == colleague.pk:
            raise Refused("Cette personne suit déjà la candidature.")
        locked.advisor = colleague
        locked.save(update_fields=["advisor"])
        detail = {"advisor": colleague.pk}  # the page says who follows today; a name would stay here for ever
        events.record(locked, "candidature.confiee", "Suivi confié à un collègue", hat=hat, detail=detail)
        text = f"{hat.user} vous confie une candidature sur {locked.session.title} ({locked.session.number})"
        tell(CandidateHanded, [colleague], locked, text, once=timezone.now().isoformat())
    return locked


def _own(positioning: Positioning, hat: Membership) -> Positioning:
    """The row, held. Raises Refused for a hat of another organisation than the one that proposed."""
    locked = _hold(positioning)
    brought = locked.valideur_id is None and locked.session.organisme_id == hat.organisation_id
    if locked.valideur_id != hat.organisation_id and not brought:
        raise Refused("Seul le service qui a proposé la personne peut le faire.")
    return locked


def _tell_organisme(locked: Positioning, words: str, once: str) -> None:
    if locked.valideur is None:
        return
    text = f"{locked.session.title} ({locked.session.number}) : une candidature {words}"
    once = f"{once}:{timezone.now().isoformat()}"
    tell(CandidateChanged, members_of(locked.session.organisme), locked, text, once=once)


def write(positioning: Positioning, hat: Membership, text: str) -> PositioningMessage:
    """A word between the valideur and the organisme. Raises Refused for anybody else, or without words."""
    sides = (positioning.valideur_id, positioning.session.organisme_id)
    if hat.organisation_id not in sides:
        raise Refused("Le valideur et l’organisme échangent sur la candidature.")
    if not text.strip():
        raise Refused("Écrivez votre message.")
    with transaction.atomic():
        said = PositioningMessage.objects.create(positioning=positioning, author=hat, text=text.strip())
        mine = hat.organisation_id == positioning.session.organisme_id
        others = followers(positioning) if mine else members_of(positioning.session.organisme)
        session = positioning.session
        words = f"{session.title} ({session.number}) : {hat.organisation} vous écrit au sujet d’un candidat"
        tell(CandidateMessage, others, positioning, words, once=str(said.pk))
    return said
