"""The files made for partners, and who took them away."""

from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from stagiaires.enums import FileSubject, Sender
from stagiaires.exchanges.shape import Cells, differences, from_csv
from stagiaires.models import ExchangeDownload, ExchangeFile, Parcours

SENDERS = (Role.GESTIONNAIRE, Role.FINANCES, Role.ADMINISTRATEUR)


def may_send(hat: Membership) -> bool:
    """Who prepares, takes away and answers for the files of the Région: they say who is who, and who pays whom."""
    return hat.kind == OrganisationKind.REGION and hat.role in SENDERS


def may_prepare(hat: Membership, sender: str) -> bool:
    """Who makes the file of what this sender tells: an organisme its own, the Région the others."""
    return hat.kind == OrganisationKind.ORGANISME if sender == Sender.ORGANISME else may_send(hat)


def may_take(file: ExchangeFile, hat: Membership) -> bool:
    """Who takes a whole file away: the organisme that tells it, the Région for the others."""
    if file.sender == Sender.ORGANISME:
        return hat.organisation_id == file.organisme_id
    return may_send(hat)


def visible_to(hat: Membership | None) -> QuerySet[ExchangeFile]:
    """The Région: all. An organisme: those of what it tells itself; those of the months, of which it takes its own
    rows alone.
    """
    rows = ExchangeFile.objects.all()
    if hat is not None and hat.kind == OrganisationKind.REGION:
        return rows
    if hat is not None and hat.kind == OrganisationKind.ORGANISME:
        return rows.filter(Q(subject=FileSubject.PRESENCES) | Q(organisme=hat.organisation_id))
    return rows.none()


def made_by(hat: Membership) -> QuerySet[ExchangeFile]:
    """Those that this hat's organisation prepares: the Région reads all, an organisme those of what it tells itself."""
    rows = visible_to(hat)
    return rows.filter(organisme=hat.organisation_id) if hat.kind == OrganisationKind.ORGANISME else rows


def for_list(rows: QuerySet[ExchangeFile]) -> QuerySet[ExchangeFile]:
    """Without their content, with how many times they were taken away; the last first."""
    return (
        rows.defer("data")
        .select_related("made_by__user")
        .annotate(taken=Count("downloads"))
        .order_by("-made_at", "-id")
    )


def for_page(rows: QuerySet[ExchangeFile]) -> QuerySet[ExchangeFile]:
    downloads = ExchangeDownload.objects.select_related("hat__user", "hat__organisation")
    rows = rows.defer("data").select_related("made_by__user", "organisme")
    return rows.prefetch_related(Prefetch("downloads", downloads))


def before(file: ExchangeFile) -> ExchangeFile | None:
    """The version that this one replaces, when its content is still there."""
    rows = ExchangeFile.objects.filter(
        partner=file.partner, subject=file.subject, month=file.month, version=file.version - 1, erased_at=None
    )
    return rows.first() if file.subject == FileSubject.PRESENCES else None


def changes(file: ExchangeFile, earlier: ExchangeFile, key: str) -> list[Cells]:
    """What this version says that the one before did not."""
    return list(differences(key, from_csv(bytes(earlier.data)), from_csv(bytes(file.data))))


def rows_of(file: ExchangeFile, hat: Membership) -> list[Cells]:
    """The rows of a month that concern the parcours of this organisme. One query."""
    rows = from_csv(bytes(file.data))
    numbers = {one["NUMERO_DOSSIER"].removeprefix("P") for one in rows}
    own = Parcours.objects.filter(pk__in=numbers, organisme=hat.organisation_id).values_list("pk", flat=True)
    return kept(rows, own)


def kept(rows: Iterable[Cells], parcours: Iterable[int]) -> list[Cells]:
    """The rows of these parcours."""
    wanted = {f"P{pk}" for pk in parcours}
    return [one for one in rows if one["NUMERO_DOSSIER"] in wanted]
