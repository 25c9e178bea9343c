"""The events told to AGORA and to France Travail: who sees them, where they stand, what they say when they leave."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from stagiaires.enums import ExternalKind, ExternalState, Partner, Sender
from stagiaires.exchanges import agora, attestations
from stagiaires.exchanges.shape import Column, Format, Record
from stagiaires.models import ExternalEvent, Parcours, ParcoursDocument, Stagiaire

PAPERS = (ExternalKind.AIS, ExternalKind.AES)
_ROW = ("parcours__session__organisme", "parcours__stagiaire", "parcours__organisme")


def visible_to(hat: Membership | None) -> QuerySet[ExternalEvent]:
    """The Région: all. An organisme: those of its own parcours."""
    rows = ExternalEvent.objects.all()
    if hat is not None and hat.kind == OrganisationKind.REGION:
        return rows
    if hat is not None and hat.kind == OrganisationKind.ORGANISME:
        return rows.filter(parcours__organisme=hat.organisation_id)
    return rows.none()


def for_list(rows: QuerySet[ExternalEvent]) -> QuerySet[ExternalEvent]:
    """With what a row shows, the last first."""
    return rows.select_related("parcours__session", "parcours__organisme", "file").order_by("-created_at", "-id")


def for_page(rows: QuerySet[ExternalEvent]) -> QuerySet[ExternalEvent]:
    return rows.select_related(*_ROW, "file")


def waiting(rows: QuerySet[ExternalEvent], sender: str, organisme: int | None = None) -> QuerySet[ExternalEvent]:
    """Of these, those that wait for the file that this sender gives to the partner. `organisme`: of its parcours.

    Nobody gives itself a file: what France Travail tells itself waits for none.
    """
    mine = rows.filter(state=_WAITS[Sender(sender)], sender=sender, file=None).exclude(partner=sender)
    return mine if organisme is None else mine.filter(parcours__organisme=organisme)


_WAITS = {
    Sender.REGION: ExternalState.A_ENVOYER,
    Sender.ORGANISME: ExternalState.PAR_AUTRUI,
    Sender.FRANCE_TRAVAIL: ExternalState.PAR_AUTRUI,
}


@dataclass(frozen=True)
class Standing:
    """How many events of one partner stand where."""

    partner: str
    label: str
    waiting: int  # to be put in a file
    held: int  # put in a file that has not left
    late: int  # were put off: something lacks
    sent: int
    accepted: int
    refused: int
    others: int  # told by another
    theirs: int  # of these, those that the organisme has yet to take
    entrusted: int  # of these, those that France Travail has yet to be given


def standings(rows: QuerySet[ExternalEvent]) -> list[Standing]:
    """One line per partner. One query."""
    waits, to_give = Q(state=ExternalState.A_ENVOYER), Q(state=ExternalState.PAR_AUTRUI, file=None)
    counted = {
        row["partner"]: row
        for row in rows.order_by()
        .values("partner")
        .annotate(
            waiting=Count("pk", filter=waits & Q(file=None)),
            held=Count("pk", filter=waits & Q(file__isnull=False)),
            late=Count("pk", filter=waits & Q(file=None) & ~Q(answer="")),
            sent=Count("pk", filter=Q(state=ExternalState.ENVOYE)),
            accepted=Count("pk", filter=Q(state=ExternalState.ACCEPTE)),
            refused=Count("pk", filter=Q(state=ExternalState.REJETE)),
            others=Count("pk", filter=Q(state=ExternalState.PAR_AUTRUI)),
            theirs=Count("pk", filter=to_give & Q(sender=Sender.ORGANISME)),
            entrusted=Count("pk", filter=to_give & Q(sender=Sender.FRANCE_TRAVAIL) & Q(partner=Partner.AGORA)),
        )
    }
    none = {field.name: 0 for field in fields(Standing) if field.name not in ("partner", "label")}
    return [
        Standing(label=str(one.label), **(none | {"partner": one.value} | counted.get(one.value, {})))
        for one in (Partner.AGORA, Partner.FRANCE_TRAVAIL)
    ]


def untold(parcours: QuerySet[Parcours]) -> QuerySet[Parcours]:
    """P09: those of whom AGORA has not heard all: nothing was written, or something waits or is refused."""
    events = ExternalEvent.objects.filter(parcours=OuterRef("pk"), partner=Partner.AGORA)
    return parcours.filter(~Exists(events) | Exists(events.exclude(state__in=ExternalState.told())))


# ---- what an event says when it leaves


def format_of(event: ExternalEvent) -> Format:
    """The format of its file."""
    return attestations.BY_KIND.get(event.kind, agora.AGORA)


def records(events: Iterable[ExternalEvent]) -> dict[int, Record]:
    """What each event says, identity joined, by primary key. Three queries, whatever their number.

    `parcours__stagiaire` is read on each event. The paper of an AIS or AES that was erased says nothing more.
    """
    rows = list(events)
    papers = {
        one.pk: one
        for one in ParcoursDocument.objects.filter(
            pk__in=[row.payload.get("document") for row in rows if row.kind in PAPERS]
        ).defer("pdf")
    }
    known = dict(
        ExternalEvent.objects.filter(parcours__in=[row.parcours_id for row in rows], partner=Partner.AGORA)
        .exclude(remote_id="")
        .order_by("id")
        .values_list("parcours", "remote_id")
    )
    payer = payer_siret()
    found: dict[int, Record] = {}
    for row in rows:
        if row.kind in PAPERS:
            paper = papers.get(row.payload.get("document", 0))
            found[row.pk] = paper.content if paper else {}
        else:
            found[row.pk] = {
                **row.payload,
                "cle": row.key,
                "id_agora": known.get(row.parcours_id, ""),
                "financeur": payer,
                "personne": person(row.parcours.stagiaire),
            }
    return found


def person(one: Stagiaire) -> dict[str, str | int | date | None]:
    """Identity, as every file asks for it."""
    return {
        "ft_identifier": one.ft_identifier,
        "last_name": one.last_name,
        "birth_name": one.birth_name or one.last_name,
        "first_name": one.first_name,
        "birth_on": one.birth_on,
        "sex": one.sex,
        "level": one.level,
        "category": one.category,
    }


def payer_siret() -> str:
    """The Région's own SIRET."""
    rows = Organisation.objects.filter(kind=OrganisationKind.REGION, is_active=True).exclude(siret="").order_by("id")
    return rows.values_list("siret", flat=True).first() or ""


@dataclass(frozen=True)
class Said:
    """One column of one event as it would leave."""

    column: Column
    value: str
    lacks: bool


def said(event: ExternalEvent) -> list[Said]:
    """Every column of an event as it would leave now, and what lacks."""
    shape = format_of(event)
    cells = shape.row(records([event])[event.pk])
    lacking = {column.name for column in shape.lacking(cells)}
    return [Said(column, cells[column.name], column.name in lacking) for column in shape.columns]
