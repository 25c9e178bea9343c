"""What an employer promised and what came of it: steps joined (R92), hires (R93), his right of reply."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui.french import liste, pluriel
from intentions.enums import IntentionState
from intentions.models import Intention
from intentions.rules import Milestone as Step
from intentions.rules import OutcomeFacts
from intentions.workflow.outcome import conclude, reached
from orders.workflow.people import members_of, region_of
from sessions.enums import SessionState
from sessions.models import Coverage, Session
from stagiaires.enums import ParcoursState
from stagiaires.models import CommitmentAnswer, Hire, Milestone, Parcours
from stagiaires.parcours_notices import CommitmentAnswered
from stagiaires.queries import parcours as queries
from stagiaires.workflow import milestones

TOLD = (SessionState.BILAN_FAIT, SessionState.CLOSE)


def intention_honoured(parcours: Parcours, employer: Organisation | None) -> Intention | None:
    """Which intention a hire by this employer honours: that of the post, else one of his that lacks hires (R94)."""
    if employer is None:
        return None
    post = parcours.post
    if post is not None and post.intention.employer_id == employer.pk:
        return post.intention
    return queries.intentions_of(parcours.session).filter(employer=employer).first()


@dataclass(frozen=True)
class Standing:
    """One intention under its sessions: its posts, who stood there to the end, who was hired."""

    posts: int
    completed: int
    hires: int
    facts: OutcomeFacts


def standing_of(intention: Intention) -> Standing:
    """Where an intention stands, from its posts, its parcours and the hires that its employer confirmed.

    R93 speaks of the trainees of the session: a post counts when somebody went to its end, or when a hire honours
    it. A post that nobody held to the end is no breach of the employer's word.
    """
    held = Coverage.objects.filter(post__intention=intention, is_live=True)
    sessions = list(Session.objects.filter(request__in=held.values("request")).order_by("pk"))
    posts = held.count()
    rows = Parcours.objects.filter(post__intention=intention)
    completed = set(rows.filter(state=ParcoursState.ACHEVE).values_list("pk", flat=True))
    hired = set(
        Hire.objects.filter(intention=intention, withdrawn_at=None, confirmed_at__isnull=False).values_list(
            "parcours", flat=True
        )
    )
    owed = len(completed | hired)
    over = bool(sessions) and all(one.state in (SessionState.TERMINEE, *TOLD) for one in sessions)
    elsewhere = Hire.objects.filter(parcours__in=completed - hired, withdrawn_at=None, confirmed_at__isnull=False)
    reasons = []
    if left := max(posts - owed, 0):
        reasons.append(f"{pluriel(left, 'poste', 'postes')} sans stagiaire allé à son terme")
    if gone := elsewhere.values("parcours").distinct().count():
        reasons.append(f"{pluriel(gone, 'stagiaire embauché', 'stagiaires embauchés')} ailleurs")
    facts = OutcomeFacts(
        training_over=over and not rows.filter(state__in=ParcoursState.active()).exists(),
        posts=min(owed, posts),
        hires=min(len(hired), posts),
        not_hired_reason=liste(reasons) or None,
        milestones_done=steps_kept(intention),
    )
    return Standing(posts, len(completed), len(hired), facts)


def steps_kept(intention: Intention) -> tuple[Step, ...]:
    """Which of the five steps were joined, each once, in their order."""
    known = set(Milestone.objects.filter(intention=intention).values_list("kind", flat=True))
    return tuple(step for step in Step if step.value in known)


def settle(intention: Intention, hat: Membership | None, *, at_balance: bool = False) -> Intention:
    """Bring an intention to what its hires establish; what is not honoured is said at the balance, not before.

    Once something was established, each hire that is confirmed or withdrawn counts it again.
    """
    standing = standing_of(intention)
    target = reached(standing.facts)
    with transaction.atomic():
        now = Intention.objects.get(pk=intention.pk)
        told = at_balance or now.state in IntentionState.concluded() or target == IntentionState.HONOREE
        if target is None or not told or now.state not in (IntentionState.COUVERTE, *IntentionState.concluded()):
            return now
        return conclude(now, standing.facts, hat=hat)


def settle_session(session: Session, hat: Membership) -> int:
    """At the balance of a session: every intention whose sessions have all made theirs. Returns how many."""
    done = 0
    for intention in queries.intentions_of(session):
        held = Coverage.objects.filter(post__intention=intention, is_live=True)
        waiting = Session.objects.filter(request__in=held.values("request")).exclude(state__in=TOLD)
        if not waiting.exists():
            before = intention.state
            done += settle(intention, hat, at_balance=True).state != before
    return done


def answer(intention: Intention, hat: Membership, text: str, *, contested: bool) -> CommitmentAnswer:
    """The employer's word on what is established. Kept for ever, shown beside it (R93)."""
    if hat.kind != OrganisationKind.EMPLOYEUR or intention.employer_id != hat.organisation_id:
        raise Refused("L’employeur de l’intention répond sur son engagement.")
    if not text.strip():
        raise Refused("Écrivez votre réponse.")
    with transaction.atomic():
        made = CommitmentAnswer.objects.create(intention=intention, author=hat, text=text.strip(), contested=contested)
        label = "L’employeur conteste le constat" if contested else "L’employeur répond sur son engagement"
        events.record(intention, "intention.reponse", label, hat=hat)
        session = sessions_of(intention).first()
        if session is not None:
            told = (
                f"Intention {intention.number} : {hat.organisation} {'conteste le constat' if contested else 'répond'}"
            )
            people = [*members_of(session.organisme), *region_of(session.lot)]
            url = reverse("engagements_employeur", args=[hat.organisation_id])
            notify(CommitmentAnswered, people, intention, told, url, dedupe_key=str(made.pk))
    return made


def sessions_of(intention: Intention) -> QuerySet[Session]:
    """The sessions that stand on this intention."""
    held = Coverage.objects.filter(post__intention=intention, is_live=True)
    rows = Session.objects.filter(request__in=held.values("request")).select_related("organisme", "lot")
    return rows.order_by("starts_on", "pk")


def note_step(session: Session, employer: Organisation, step: str, hat: Membership, on_date: date) -> int:
    """The organisme notes a step that the employer joined: opinion, recruitment, stage, jury (R92)."""
    if hat.kind != OrganisationKind.ORGANISME or session.organisme_id != hat.organisation_id:
        raise Refused("L’organisme de la session note les étapes tenues.")
    if on_date > timezone.localdate():
        raise Refused("Une étape se note une fois tenue.")
    with transaction.atomic():
        return milestones.keep(session, employer, Step(step), hat, on_date)
