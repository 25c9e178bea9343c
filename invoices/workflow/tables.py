"""Service fait: the table of a month opens from the hours booked, and both sides agree to it line by line.

A disputed line waits without blocking the others: it comes back next month as an adjustment.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import Notice, notify
from core.journal.refusals import Refused
from core.months import next_of
from core.rulebook.parameters import current
from core.ui.french import de_mois, heures
from invoices.enums import Gap, TableState
from invoices.models import MonthLine, MonthTable
from invoices.notices import LineDisputed, TableToAgree, ToInvoice
from invoices.queries.hours import lines_of, living
from invoices.queries.month_end import awaited_hours, to_open
from orders.enums import OrderState
from orders.models import BonDeCommande
from orders.queries.hours import last_full_month
from orders.queries.market import may_edit
from orders.queries.orders import is_addressee
from orders.workflow.people import members_of, region_of
from stagiaires.queries.composantes import planned_hours

AGREEMENTS = ("organisme_agreed_at", "organisme_agreed_by", "region_agreed_at", "region_agreed_by")


def open_table(order: BonDeCommande, month: date) -> MonthTable:
    """The table of an order for a month (any day of it), opened or brought to the hours booked by now.

    Its lines are those of `lines_of`. Raises Refused: order not sent, month not begun.
    """
    first = month.replace(day=1)
    if order.state not in OrderState.issued():
        raise Refused("Ce bon de commande n’est pas émis.")
    if first > timezone.localdate():
        raise Refused("Ce mois n’a pas commencé.")
    with transaction.atomic():
        table, made = MonthTable.objects.get_or_create(order=order, month=first)
        locked = _locked(table)
        if locked.state == TableState.FACTURE:
            return locked
        _catch_up(locked)
        if made:
            label = f"Service fait {de_mois(first)} proposé"
            events.record(locked, "tableau.propose", label)
            _tell(TableToAgree, locked, label, (*_organisme(order), *region_of(order.lot)))
    return locked


def refresh(table: MonthTable) -> bool:
    """Bring a table to the hours booked by now. True when it was agreed and is not any more: both sides are told."""
    with transaction.atomic():
        locked = _locked(table)
        return locked.state != TableState.FACTURE and _catch_up(locked)


def keep_up() -> int:
    """By the clock: open the last full month of each order with hours to invoice, bring the open tables to date.

    While other hours of the order's month are still awaited, it waits for them, as long as one waits before reminding.
    Returns how many tables were opened.
    """
    month = last_full_month()
    patient = timezone.localdate() < next_of(month) + timedelta(days=int(current()["month_reminder_days"]))
    awaited = awaited_hours(month) if patient else set()
    known = [order for order in to_open(month) if order.pk not in awaited]
    for order in known:
        open_table(order, month)
    for table in MonthTable.objects.filter(state__in=[TableState.OUVERT, TableState.ACCORDE]).order_by("pk"):
        refresh(table)
    return len(known)


def _catch_up(table: MonthTable) -> bool:
    """`refresh`, of a locked table."""
    was = table.state
    bring_to_date(table)
    fell = was == TableState.ACCORDE and table.state == TableState.OUVERT
    if fell:
        label = f"Service fait {de_mois(table.month)} : des heures ont changé, il est à accorder de nouveau"
        events.record(table, "tableau.rouvert", label)
        told = (*_organisme(table.order), *region_of(table.order.lot))
        _tell(TableToAgree, table, label, told, once=timezone.now().isoformat())
    return fell


def bring_to_date(table: MonthTable) -> None:
    """Lines of a locked table follow the hours booked; a line whose hours change loses its agreements.

    What the timetable planned is written beside them: it is information, and agreements stand whatever it says.
    """
    composantes = living(table.order_id)
    by_id = {one.pk: one for one in composantes}
    wanted = lines_of(table, composantes)
    planned = planned_hours(by_id, table.month)
    known = {(line.composante_id, line.adjusts): line for line in table.lines.select_for_update(of=("self",))}
    changed = False
    for key, hours in wanted.items():
        line = known.get(key)
        foreseen = planned.get(key[0]) if key[1] is None else None  # an adjustment is a part of a month
        if line is not None and line.hours_planned != foreseen:
            line.hours_planned = foreseen
            line.save(update_fields=["hours_planned"])
        if line is None:
            composante = by_id[key[0]]
            gap = Gap.CORRECTION if key[1] else ""
            MonthLine.objects.create(
                table=table,
                composante=composante,
                adjusts=key[1],
                hours=hours,
                hours_planned=foreseen,
                price=composante.price,
                gap=gap,
            )
            changed = True
        elif line.hours != hours:
            line.hours = hours
            _unsettle(line)
            changed = True
    for key in known.keys() - wanted.keys():
        line = known[key]
        if line.hours:  # nothing is left to invoice here: the line stays, at zero, and asks for nothing
            line.hours = Decimal(0)
            _unsettle(line)
            changed = True
    if changed:
        _settle(table)


def _unsettle(line: MonthLine) -> None:
    for name in (*AGREEMENTS, "disputed_at", "disputed_by"):
        setattr(line, name, None)
    line.dispute = ""
    line.save()


def agree(table: MonthTable, lines: Mapping[int, Decimal], hat: Membership) -> MonthTable:
    """One side agrees to these lines (their ids) for the hours that it read. Said twice, it changes nothing.

    A line that this side had contested is not contested any more. Raises Refused: not a side of this table, already
    invoiced, no line, a line is not of this table, its hours are no longer those, or the other side contests it.
    """
    side = side_of(table, hat)
    if not lines:
        raise Refused("Il n’y a aucune ligne à accorder.")
    changed = False
    with transaction.atomic():
        locked = _open(table)
        for line in _lines(locked, lines):
            if line.hours != lines[line.pk]:
                raise Refused(
                    f"Les heures de la ligne {line.composante.number} ont changé depuis que vous les avez lues : "
                    "relisez-les, puis accordez-les."
                )
            if line.disputed_by is not None and line.disputed_by.organisation_id != hat.organisation_id:
                raise Refused(f"La ligne {line.composante.number} est encore contestée par l’autre partie.")
            if getattr(line, f"{side}_agreed_at") is None or line.disputed_at is not None:
                setattr(line, f"{side}_agreed_at", timezone.now())
                setattr(line, f"{side}_agreed_by", hat)
                line.disputed_at, line.disputed_by, line.dispute = None, None, ""
                line.save()
                changed = True
        if changed:
            who = "La Région" if side == "region" else "L’organisme"
            events.record(locked, "tableau.accord", f"{who} accorde le service fait {de_mois(locked.month)}", hat=hat)
            _settle(locked)
    return locked


def dispute(line: MonthLine, hat: Membership, text: str) -> MonthTable:
    """One side contests a line, saying what: it waits, and the others go on. Raises Refused as `agree` does."""
    side = side_of(line.table, hat)
    if not text.strip():
        raise Refused("Dites ce que vous contestez : l’autre partie le lira tel quel.")
    with transaction.atomic():
        locked = _open(line.table)
        (row,) = _lines(locked, [line.pk])
        row.disputed_at, row.disputed_by, row.dispute = timezone.now(), hat, text.strip()
        for name in AGREEMENTS:
            setattr(row, name, None)
        row.save()
        label = f"{row.composante.number} : ligne {de_mois(locked.month)} contestée"
        events.record(locked, "tableau.contestation", label, hat=hat, reason=row.dispute)
        others = _organisme(locked.order) if side == "region" else region_of(locked.order.lot)
        _tell(LineDisputed, locked, label, others, once=f"{row.pk}:{row.disputed_at.isoformat()}")
        _settle(locked)
    return locked


def comment(line: MonthLine, hat: Membership, *, gap: str, note: str) -> MonthLine:
    """Say why the hours done are not those planned. Agreements stand: the hours are the same."""
    side = side_of(line.table, hat)
    with transaction.atomic():
        locked = _open(line.table)
        (row,) = _lines(locked, [line.pk])
        row.gap = gap
        setattr(row, f"{side}_note", note.strip())
        row.save()
    return row


def _settle(table: MonthTable) -> None:
    """The table is agreed when every line is, or waits; and one at least may be invoiced."""
    lines = [line for line in table.lines.all() if line.hours]
    ready = all(line.is_settled for line in lines) and any(line.is_agreed for line in lines)
    if ready and table.state == TableState.OUVERT:
        table.accorder()
        table.agreed_at = timezone.now()
        table.save()
        label = f"Service fait {de_mois(table.month)} accordé : {heures(agreed_hours(lines))} à facturer"
        events.record(table, "tableau.accorde", label)
        _tell(ToInvoice, table, label, _organisme(table.order), once=table.agreed_at.isoformat())
    elif not ready and table.state == TableState.ACCORDE:
        table.rouvrir()
        table.agreed_at = None
        table.save()


def agreed_hours(lines: Iterable[MonthLine]) -> Decimal:
    """Heures-stagiaires of the lines that both sides agreed to."""
    return sum((line.hours for line in lines if line.is_agreed), Decimal(0))


def side_of(table: MonthTable, hat: Membership) -> str:
    """« organisme » for the mandataire, « region » for those who keep the lots. Raises Refused for the others."""
    if hat.kind == OrganisationKind.REGION and may_edit(hat):
        return "region"
    if is_addressee(table.order, hat):
        return "organisme"
    raise Refused("Le service fait s’accorde entre le mandataire du lot et les gestionnaires de la Région.")


def _locked(table: MonthTable) -> MonthTable:
    rows = MonthTable.objects.select_for_update(of=("self",)).select_related("order__lot")
    return rows.defer("order__pdf", "order__content").get(pk=table.pk)


def _open(table: MonthTable) -> MonthTable:
    locked = _locked(table)
    if locked.state == TableState.FACTURE:
        raise Refused("Ce mois est facturé : une correction passe par un avoir.")
    return locked


def _lines(table: MonthTable, ids: Iterable[int]) -> list[MonthLine]:
    wanted = set(ids)
    rows = list(
        table.lines.select_for_update(of=("self",)).select_related("composante", "disputed_by").filter(pk__in=wanted)
    )
    if len(rows) != len(wanted):
        raise Refused("Une de ces lignes n’est plus dans le tableau : relisez-le.")
    return rows


def _organisme(order: BonDeCommande) -> list[Membership]:
    return members_of(order.addressee) if order.addressee else []


def _tell(notice: type[Notice], table: MonthTable, text: str, hats: Iterable[Membership], once: str = "") -> None:
    url = reverse("service_fait", args=[table.order_id, f"{table.month:%Y-%m}"])
    notify(notice, hats, table, f"{table.order.number} · {text}", url, dedupe_key=once or f"{table.month:%Y-%m}")
