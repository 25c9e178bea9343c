"""What the retention delays leave to nobody: for each sort of data, the rows that are due before a day.

Whoever stands under a hold (a dispute on his file, or on his session) is left aside. What is erased already is not
found again: a pass that was stopped goes on where it was.
"""

from datetime import date, datetime, time
from typing import TypeVar

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as SignIn
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.accounts.models import Invitation
from core.journal.models import Notification, OutboxMessage, OutboxState
from core.months import first_of, last_of
from sessions.models import Session
from stagiaires.enums import ParcoursState, PositioningState
from stagiaires.models import (
    Absence,
    AttendanceCorrection,
    DataRequest,
    ExchangeFile,
    ExternalEvent,
    HalfDay,
    Hold,
    MonthLock,
    Opinion,
    OpinionReport,
    PaperSheet,
    Parcours,
    PersonalLink,
    Positioning,
    RefusedSignature,
    SensitiveFacts,
    SensitiveReading,
    Signature,
    Stagiaire,
    Survey,
    TrainerLink,
)
from stagiaires.models.attendance import PROOF_ERASED

ERASED = "Effacé"  # where the database asks for words: a reason, the content of a correction
NO_WORDS = ("", ERASED)
M = TypeVar("M", bound=Model)


def cutoff(months: int, on: date) -> date:
    """What ended before this day is due on `on`."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(on.day, last_of(first).day))


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


# ---- what is held


def living_holds() -> QuerySet[Hold]:
    return Hold.objects.filter(lifted_at=None)


def held_people() -> QuerySet[Stagiaire]:
    """Those under a hold: their own, or that of a session on which they stand."""
    own = living_holds().filter(stagiaire=OuterRef("pk"))
    there = Positioning.objects.filter(stagiaire=OuterRef("pk"), session__in=living_holds().values("session"))
    return Stagiaire.objects.filter(Exists(own) | Exists(there))


def held_sessions() -> QuerySet[Session]:
    """Sessions under a hold, and those on which somebody under a hold stands."""
    own = living_holds().filter(session=OuterRef("pk"))
    theirs = Positioning.objects.filter(session=OuterRef("pk"), stagiaire__in=living_holds().values("stagiaire"))
    return Session.objects.filter(Exists(own) | Exists(theirs))


def _free(rows: QuerySet[M], person: str) -> QuerySet[M]:
    return rows.exclude(**{f"{person}__in": held_people().values("pk")})


def _free_session(rows: QuerySet[M], session: str = "session") -> QuerySet[M]:
    return rows.exclude(**{f"{session}__in": held_sessions().values("pk")})


# ---- persons, candidacies, parcours


def _last_days(before: date, person: str) -> QuerySet[Parcours]:
    """Parcours of the person of an outer row that end on this day or later."""
    rows = Parcours.objects.filter(stagiaire=OuterRef(person)).exclude(state=ParcoursState.ANNULE)
    return rows.annotate(over=Coalesce("left_on", "ends_on")).filter(over__gte=before)


def _recent_candidacies(before: date) -> Q:
    """Proposed or answered since this day, or waiting on a session that is not over."""
    since = start_of(before)
    waiting = Q(state__in=PositioningState.waiting(), session__ends_on__gte=before)
    return Q(created_at__gte=since) | Q(answered_at__gte=since) | waiting


def people_over(before: date) -> QuerySet[Stagiaire]:
    """Persons whose last candidacy and last parcours are over since before this day."""
    candidacies = Positioning.objects.filter(_recent_candidacies(before), stagiaire=OuterRef("pk"))
    rows = Stagiaire.objects.filter(
        ~Exists(_last_days(before, "pk")), ~Exists(candidacies), created_at__lt=start_of(before)
    )
    return _free(rows, "pk")


def _entered() -> Exists:
    return Exists(Parcours.objects.filter(stagiaire=OuterRef("pk")).exclude(state=ParcoursState.ANNULE))


def people_never_admitted(before: date) -> QuerySet[Stagiaire]:
    return people_over(before).filter(~_entered(), purged_at=None)


def people_trained(before: date) -> QuerySet[Stagiaire]:
    return people_over(before).filter(_entered(), purged_at=None)


def candidacies(before: date) -> QuerySet[Positioning]:
    """Answered for so long, and the parcours that followed over as long: its words and the ways to reach the person."""
    rows = Positioning.objects.filter(~Exists(_last_days(before, "stagiaire")), erased_at=None)
    return _free(rows.exclude(_recent_candidacies(before)), "stagiaire")


def parcours_files(before: date) -> QuerySet[Parcours]:
    rows = Parcours.objects.annotate(over=Coalesce("left_on", "ends_on")).filter(over__lt=before, erased_at=None)
    return _free(rows, "stagiaire")


def lifted_holds(before: date) -> QuerySet[Hold]:
    return Hold.objects.filter(lifted_at__lt=start_of(before))


def sensitive_facts(before: date) -> QuerySet[SensitiveFacts]:
    return SensitiveFacts.objects.filter(stagiaire__in=people_over(before).values("pk"))


def readings(before: date) -> QuerySet[SensitiveReading]:
    return _free(SensitiveReading.objects.filter(at__lt=start_of(before)), "stagiaire")


def data_requests(before: date) -> QuerySet[DataRequest]:
    return _free(DataRequest.objects.filter(answered_at__lt=start_of(before)), "stagiaire")


# ---- attendance


def absence_words(before: date) -> QuerySet[Absence]:
    rows = Absence.objects.filter(half_day__on_date__lt=before)
    return _free(rows.exclude(note="", proof__in=("", PROOF_ERASED)), "parcours__stagiaire")


def drawings(before: date) -> QuerySet[Signature]:
    rows = Signature.objects.filter(half_day__on_date__lt=before).exclude(drawing="")
    return _free(rows, "parcours__stagiaire")


def refused_signatures(before: date) -> QuerySet[RefusedSignature]:
    return _free(RefusedSignature.objects.filter(half_day__on_date__lt=before), "parcours__stagiaire")


def corrections(before: date) -> QuerySet[AttendanceCorrection]:
    rows = AttendanceCorrection.objects.filter(half_day__on_date__lt=before).exclude(reason=ERASED)
    return _free(rows, "parcours__stagiaire")


def paper_sheets(before: date) -> QuerySet[PaperSheet]:
    return _free_session(PaperSheet.objects.filter(half_day__on_date__lt=before), "half_day__session")


def half_days(before: date) -> QuerySet[HalfDay]:
    return _free_session(HalfDay.objects.filter(on_date__lt=before).exclude(trainer="", cancellation_reason=""))


def trainer_links(before: date) -> QuerySet[TrainerLink]:
    return _free_session(TrainerLink.objects.filter(ends_on__lt=before).exclude(trainer=ERASED))


def month_words(before: date) -> QuerySet[MonthLock]:
    """Sealed months that are whole before this day, with words of the organisme or of the Région."""
    rows = MonthLock.objects.filter(month__lt=first_of(before))
    return _free_session(rows.exclude(note__in=NO_WORDS, answer__in=NO_WORDS, reopening_reason__in=NO_WORDS))


# ---- what follows


def surveys(before: date) -> QuerySet[Survey]:
    rows = Survey.objects.filter(due_on__lt=before).exclude(comment="", employer_name="", hire_dismissal__in=NO_WORDS)
    return _free(rows, "parcours__stagiaire")


def opinions(before: date) -> QuerySet[Opinion]:
    rows = Opinion.objects.filter(created_at__lt=start_of(before)).exclude(
        text="", answer="", moderation_reason__in=NO_WORDS
    )
    return _free(rows, "parcours__stagiaire")


def opinion_reports(before: date) -> QuerySet[OpinionReport]:
    return _free(OpinionReport.objects.filter(created_at__lt=start_of(before)), "opinion__parcours__stagiaire")


# ---- partners, messages, sign-in


def exchange_files(before: date) -> QuerySet[ExchangeFile]:
    """A file is of many persons: it waits while one of those whose events it carries is under a hold."""
    held = ExternalEvent.objects.filter(file=OuterRef("pk"), parcours__stagiaire__in=held_people().values("pk"))
    return ExchangeFile.objects.filter(~Exists(held), month__lt=first_of(before), erased_at=None)


def external_answers(before: date) -> QuerySet[ExternalEvent]:
    rows = ExternalEvent.objects.filter(happened_on__lt=before).exclude(answer__in=NO_WORDS)
    return _free(rows, "parcours__stagiaire")


def notices(before: date) -> QuerySet[Notification]:
    return Notification.objects.filter(created_at__lt=start_of(before))


def sent_messages(before: date) -> QuerySet[OutboxMessage]:
    rows = OutboxMessage.objects.exclude(state=OutboxState.A_FAIRE).filter(done_at__lt=start_of(before))
    return rows.exclude(payload={}, answer="")


def closed_sign_ins(before: date) -> QuerySet[SignIn]:
    return SignIn.objects.filter(expire_date__lt=start_of(before))


def admin_log(before: date) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(action_time__lt=start_of(before))


def dead_invitations(before: date) -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, expires_at__lt=start_of(before))


def dead_links(before: date) -> QuerySet[PersonalLink]:
    return PersonalLink.objects.filter(expires_at__lt=start_of(before))


def holds() -> QuerySet[Hold]:
    """Living ones first, then the last that were lifted."""
    rows = Hold.objects.select_related("session", "placed_by__user", "lifted_by__user")
    return rows.order_by(F("lifted_at").desc(nulls_first=True), "-placed_at", "-id")
