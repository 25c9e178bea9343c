"""The register of what an employer promised: steps, posts, hires, delays, and his own word."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from intentions.enums import IntentionState
from intentions.models import Intention
from intentions.rules import Milestone as Step
from sessions.models import Coverage, Session
from stagiaires.enums import ParcoursState
from stagiaires.models import CommitmentAnswer, Hire, Milestone, Parcours
from stagiaires.queries import parcours

SHOWN = (IntentionState.ENGAGEE, IntentionState.COUVERTE, *IntentionState.concluded())


@dataclass(frozen=True)
class StepLine:
    """One of the five steps: promised, kept (when), or neither."""

    label: str
    promised: bool
    kept_on: date | None


@dataclass(frozen=True)
class Line:
    """One intention of the register. `delay`: days from the end of the training to the first hire that honours it."""

    intention: Intention
    sessions: list[Session]
    steps: list[StepLine]
    posts: int
    completed: int
    hired: int
    to_confirm: int
    delay: int | None
    answers: list[CommitmentAnswer]

    @property
    def steps_kept(self) -> int:
        return sum(1 for one in self.steps if one.kept_on)


def employers_visible_to(hat: Membership) -> QuerySet[Organisation]:
    """Whose register this hat reads: its own; for the Région all; for an organisme those of its sessions."""
    rows = Organisation.objects.filter(kind=OrganisationKind.EMPLOYEUR)
    match hat.kind:
        case OrganisationKind.EMPLOYEUR:
            return rows.filter(pk=hat.organisation_id)
        case OrganisationKind.REGION:
            return rows
        case OrganisationKind.ORGANISME:
            held = Coverage.objects.filter(request__organisme=hat.organisation_id, is_live=True)
            return rows.filter(pk__in=held.values("post__intention__employer"))
    return rows.none()


def intentions_of(employer: Organisation, hat: Membership) -> QuerySet[Intention]:
    """The intentions of an employer that were engaged; an organisme reads those of its own sessions."""
    rows = Intention.objects.filter(employer=employer, state__in=SHOWN)
    if hat.kind == OrganisationKind.ORGANISME:
        rows = rows.filter(
            pk__in=Coverage.objects.filter(request__organisme=hat.organisation_id).values("post__intention")
        )
    return rows.select_related("employer", "engaged_organisme").order_by("-filed_at", "-id")


def register_of(intentions: list[Intention]) -> list[Line]:
    """The lines of these intentions. Six queries, whatever their number."""
    ids = [one.pk for one in intentions]
    steps: dict[int, dict[str, date]] = defaultdict(dict)
    for row in Milestone.objects.filter(intention__in=ids).order_by("on_date", "id"):
        steps[row.intention_id].setdefault(row.kind, row.on_date)
    posts: dict[int, int] = defaultdict(int)
    requests: dict[int, set[int]] = defaultdict(set)
    for intention, request in Coverage.objects.filter(post__intention__in=ids, is_live=True).values_list(
        "post__intention", "request"
    ):
        posts[intention] += 1
        requests[intention].add(request)
    wanted = {request for found in requests.values() for request in found}
    sessions = {one.request_id: one for one in Session.objects.filter(request__in=wanted).order_by("starts_on", "pk")}
    done: dict[int, int] = defaultdict(int)
    rows = Parcours.objects.filter(post__intention__in=ids, state=ParcoursState.ACHEVE)
    for intention in rows.values_list("post__intention", flat=True):
        done[intention] += 1
    hires: dict[int, list[Hire]] = defaultdict(list)
    standing = Hire.objects.filter(intention__in=ids, withdrawn_at=None).select_related("parcours")
    for hire in standing.order_by("starts_on", "id"):
        if hire.intention_id is not None:
            hires[hire.intention_id].append(hire)
    answers: dict[int, list[CommitmentAnswer]] = defaultdict(list)
    for answer in CommitmentAnswer.objects.filter(intention__in=ids).select_related("author__user").order_by("-pk"):
        answers[answer.intention_id].append(answer)
    return [
        Line(
            intention=one,
            sessions=[sessions[request] for request in sorted(requests[one.pk]) if request in sessions],
            steps=[StepLine(step.label, step.value in one.milestones, steps[one.pk].get(step.value)) for step in Step],
            posts=posts[one.pk],
            completed=done[one.pk],
            hired=len({hire.parcours_id for hire in hires[one.pk] if hire.confirmed_at}),
            to_confirm=sum(1 for hire in hires[one.pk] if not hire.confirmed_at),
            delay=_delay(hires[one.pk]),
            answers=answers[one.pk],
        )
        for one in intentions
    ]


def _delay(hires: list[Hire]) -> int | None:
    for hire in hires:
        if hire.confirmed_at and hire.parcours.state in parcours.OVER:
            return max((hire.starts_on - (hire.parcours.left_on or hire.parcours.ends_on)).days, 0)
    return None
