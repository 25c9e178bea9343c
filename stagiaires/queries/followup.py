"""Who reads what of the follow-up: the questions at 3, 6 and 12 months, and the opinions once they may be shown.

The Région reads no one's answer: its page counts them (`queries.figures`).
"""

from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.rulebook import parameters
from core.ui.pagination import count_up_to_cap
from stagiaires import sms
from stagiaires.enums import OpinionState, Situation
from stagiaires.followup_terms import NOTES, REMINDERS, Delays, delays
from stagiaires.models import Hire, Opinion, OpinionReport, Survey

# --- The questions


def visible_to(hat: Membership | None) -> QuerySet[Survey]:
    """A valideur: those whom its organisation proposed. An organisme: its own. Nobody else reads an answer."""
    rows = Survey.objects.filter(parcours__stagiaire__purged_at=None)
    if hat is not None and hat.kind == OrganisationKind.VALIDEUR:
        return rows.filter(parcours__positioning__valideur=hat.organisation_id)
    if hat is not None and hat.kind == OrganisationKind.ORGANISME:
        return rows.filter(parcours__organisme=hat.organisation_id)
    return rows.none()


def followed_by(hat: Membership) -> QuerySet[Survey]:
    """Those whom this hat calls: as `workflow.surveys.follows`."""
    rows = visible_to(hat)
    if hat.kind == OrganisationKind.ORGANISME:
        return rows.filter(parcours__positioning__valideur=None)
    return rows


def awaited(rows: QuerySet[Survey], said: Delays | None = None) -> QuerySet[Survey]:
    """Asked, not answered, still in time, of people who accept to be asked."""
    said = said or delays()
    oldest = timezone.localdate() - said.open
    return rows.filter(
        answered_at=None, asked_at__isnull=False, due_on__gt=oldest, parcours__stagiaire__no_contact_at=None
    )


def to_call(rows: QuerySet[Survey], said: Delays | None = None) -> QuerySet[Survey]:
    """Two reminders have brought nothing, or nobody can be written to; and not called too often."""
    said = said or delays()
    silent = Q(reminders__gte=REMINDERS, reminded_at__date__lte=timezone.localdate() - said.between)
    unwritten = Q(parcours__stagiaire__email="", parcours__positioning__contact_email="")
    if sms.sender():
        unwritten &= Q(parcours__stagiaire__phone="", parcours__positioning__contact_phone="")
    return awaited(rows, said).filter(silent | unwritten, calls__lt=said.calls)


def hires_said(rows: QuerySet[Survey]) -> QuerySet[Survey]:
    """Somebody says that he works, and no hire says it: as `workflow.surveys.proposes_hire`."""
    standing = Hire.objects.filter(parcours=OuterRef("parcours"), withdrawn_at=None)
    return rows.filter(hire_settled_at=None).filter(
        Q(situation=Situation.EMPLOI_INTENTION) & ~Exists(standing.filter(committed=True))
        | Q(situation=Situation.EMPLOI_AUTRE) & ~Exists(standing.filter(committed=False))
    )


def for_list(rows: QuerySet[Survey]) -> QuerySet[Survey]:
    """With all that a row shows, the most recent term first."""
    return rows.select_related(
        "parcours__stagiaire__created_by", "parcours__session", "parcours__positioning__advisor__user"
    ).order_by("-due_on", "-pk")


def for_page(rows: QuerySet[Survey]) -> QuerySet[Survey]:
    return rows.select_related(
        "parcours__stagiaire__created_by",
        "parcours__session__commune",
        "parcours__organisme",
        "parcours__post__intention__employer",
        "parcours__positioning__valideur",
        "parcours__positioning__advisor__user",
        "answered_for__user",
        "hire",
    )


def named(word: str) -> Q:
    """A person's name, a session's title or number."""
    who = Q(parcours__stagiaire__last_name__unaccent__icontains=word)
    who |= Q(parcours__stagiaire__first_name__unaccent__icontains=word)
    return who | Q(parcours__session__number__iexact=word) | Q(parcours__session__title__icontains=word)


def ended_in(year: int) -> Q:
    """Those whose last day fell in this year."""
    return Q(parcours__left_on__year=year) | Q(parcours__left_on=None, parcours__ends_on__year=year)


# --- The opinions


def shown() -> QuerySet[Opinion]:
    """Those that were read and published."""
    return Opinion.objects.filter(state=OpinionState.PUBLIE)


def opinions_visible_to(hat: Membership) -> QuerySet[Opinion]:
    """The Région reads all, without names. An organisme reads those published on its sessions, once there are enough
    of them for nobody to be recognised. `names_session`: whether one may say of which session it is.
    """
    if hat.kind == OrganisationKind.REGION:
        return Opinion.objects.annotate(names_session=Value(True))
    if hat.kind == OrganisationKind.ORGANISME:
        rows, least = shown().filter(parcours__organisme=hat.organisation_id), least_opinions()
        return _with_session(rows, least) if are_enough(hat.organisation_id, least) else rows.none()
    return Opinion.objects.none()


def are_enough(organisme: int, least: int) -> bool:
    """Whether what is published of an organisme is shown, to itself as to anybody."""
    return count_up_to_cap(shown().filter(parcours__organisme=organisme)).number >= least


def _with_session(rows: QuerySet[Opinion], least: int) -> QuerySet[Opinion]:
    """Each with `names_session`: so few on its session that its author would be known, it is of the organisme alone."""
    same = shown().filter(parcours__session=OuterRef("parcours__session")).order_by().values("parcours__session")
    rows = rows.annotate(of_session=Subquery(same.annotate(count=Count("pk")).values("count")))
    enough = When(of_session__gte=least, then=Value(True))
    return rows.annotate(names_session=Case(enough, default=Value(False), output_field=BooleanField()))


def least_opinions() -> int:
    """How many published opinions it takes to show any. One query."""
    return int(parameters.current()["opinion_least_count"])


def reported() -> Exists:
    """Somebody says that it should not be shown, and nobody has looked since."""
    return Exists(OpinionReport.objects.filter(opinion=OuterRef("pk"), settled_at=None))


def opinions_for_list(rows: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """Those to read first, then those that were reported, then the latest."""
    rank = Case(
        When(state=OpinionState.DEPOSE, then=Value(0)),
        When(is_reported=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = rows.select_related("parcours__session", "parcours__organisme").annotate(is_reported=reported())
    return rows.annotate(rank=rank).order_by("rank", "-created_at", "-pk")


def opinions_to_read() -> QuerySet[Opinion]:
    """What waits for the Région: not read yet, or reported since."""
    return Opinion.objects.filter(Q(state=OpinionState.DEPOSE) | Q(reported()))


@dataclass(frozen=True)
class Marks:
    """The means of the published notes, from 1 to 5, and of how many."""

    count: int
    welcome: Decimal
    content: Decimal
    trainers: Decimal
    means: Decimal
    support: Decimal

    @property
    def overall(self) -> Decimal:
        """The mean of the five, one decimal."""
        return (sum((getattr(self, name) for name in NOTES), Decimal(0)) / len(NOTES)).quantize(Decimal("0.1"))

    @property
    def lines(self) -> list[tuple[str, Decimal]]:
        """(what was noted, its mean) in the order of the form."""
        labels = {name: str(Opinion._meta.get_field(name).verbose_name) for name in NOTES}  # type: ignore[union-attr]
        return [(labels[name], getattr(self, name)) for name in NOTES]


def marks(organisme: int, session: int | None = None) -> tuple[Marks | None, bool]:
    """What is thought of a session, when enough have said so, else of its organisme; whether it is the session's.

    None when there are too few for nobody to be recognised. One query when nobody has said anything, else two.
    """
    rows = shown().filter(parcours__organisme=organisme)
    here = Q(parcours__session=session)
    said: dict[str, Count | Avg] = {"all_count": Count("pk"), "own_count": Count("pk", filter=here)}
    for name in NOTES:
        said |= {f"all_{name}": Avg(name), f"own_{name}": Avg(name, filter=here)}
    found = rows.aggregate(**said)
    if not found["all_count"]:
        return None, False
    least = least_opinions()
    for scope in ("own", "all"):
        if session is None and scope == "own":
            continue
        if found[f"{scope}_count"] >= least:
            values = {
                field.name: Decimal(str(found[f"{scope}_{field.name}"])).quantize(Decimal("0.1"))
                for field in fields(Marks)
                if field.name != "count"
            }
            return Marks(count=found[f"{scope}_count"], **values), scope == "own"
    return None, False


def texts(organisme: int) -> QuerySet[Opinion]:
    """The published opinions that say something in words, the latest first, with `names_session`."""
    rows = _with_session(shown().filter(parcours__organisme=organisme).exclude(text=""), least_opinions())
    return rows.select_related("parcours__session").order_by("-created_at", "-pk")
