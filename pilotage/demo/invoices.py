"""The month's end, lived: tables opened and agreed, invoices made, and what Chorus Pro said of them.

Each month of the year has its own: those that are over are paid, late, or were corrected by a credit note; the last
one still waits for somebody, in each of the ways in which a month may wait.
"""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from core.accounts.models import Membership, Organisation
from core.journal.refusals import Refused
from core.months import months_between, next_of
from invoices.enums import ChorusStatus, Gap, TableState, VatStatus
from invoices.models import BillingProfile, Invoice, MonthTable, PayerSettings
from invoices.queries.month_end import to_open
from invoices.workflow import invoices, statuses, tables
from orders.enums import LotRole
from orders.models import BonDeCommande
from pilotage.demo.clock import at
from pilotage.demo.market import LotPlan
from pilotage.demo.people import World

OPENS = 14  # day of the next month: by then, nearly every statement is accepted
SERVICE = "FORMATION"
LATE = 64  # days until an invoice is paid that should have been after thirty
OLD = 60  # days: of an older invoice that was paid in time, two statuses say enough
TAXED = 6  # one organisme in so many pays the VAT
PAID = ChorusStatus.MISE_EN_PAIEMENT
Way = tuple[tuple[int, ChorusStatus, str], ...]  # days after the invoice, what Chorus Pro says then, and why
SENT: Way = ((1, ChorusStatus.DEPOSEE, ""), (2, ChorusStatus.MISE_A_DISPOSITION, ""))
HELD = "Le relevé d’identité bancaire joint n’est pas lisible."
WRONG = "Le code service du destinataire n’existe plus : adressez la facture au service Formation."
RETURNED: Way = ((0, ChorusStatus.A_RECYCLER, WRONG),)
CORRECTED = "Facture retournée par Chorus Pro : le service destinataire a changé."
MISSED = "Deux demi-journées ne portent pas de signature : vérifiez l’émargement du 12."
AWAY = "Trois personnes en arrêt en milieu de mois."


@dataclass(frozen=True)
class Month:
    """One order's month to be agreed, and who agrees to it. `rank`: the how many-th of this month's end."""

    order: BonDeCommande
    first: date
    rank: int
    head: Membership
    keeper: Membership


class MonthEnd:
    """The ends of month of the whole year, noted in the diary."""

    def __init__(self, world: World) -> None:
        self.world, self.made = world, 0
        self.yesterday = world.diary.today - timedelta(days=1)

    def begin(self) -> None:
        months = months_between(self.world.diary.since, self.world.diary.today)
        opened = [(month, next_of(month).replace(day=OPENS)) for month in months]
        past = [(month, day) for month, day in opened if day < self.world.diary.today]
        for month, day in past:
            self.world.diary.note(at(day, 8), partial(self.open_all, month, last=month == past[-1][0]))

    def open_all(self, month: date, *, last: bool) -> None:
        """Open the table of every order with hours that nobody has invoiced. `last`: the month that still waits."""
        own = self.world.hats["organisme"].organisation_id
        waiting = sorted(to_open(month), key=lambda one: (one.addressee_id != own, one.number))
        for rank, order in enumerate(waiting):
            head = self.world.organismes[order.addressee_id or own]
            keeper = next(hat for hat in self.world.desk if hat.user_id == order.lot.gestionnaire_id)
            one = Month(order, month, rank, head, keeper)
            table = tables.open_table(order, month)
            if last:
                self._wait(one, table)
            else:
                self._settle(one, table, (1, 3, 4))

    def _wait(self, one: Month, table: MonthTable) -> None:
        """The last month: to be invoiced, returned by Chorus Pro, disputed, agreed by one side or by nobody."""
        until = at(self.yesterday, 9)
        by = [min(self._after(days, hour), until + timedelta(hours=hour - 9)) for days, hour in ((1, 10), (2, 11))]
        if one.rank % 5 == 4:
            return
        self.world.diary.note(by[0], partial(self.agree, one, table, one.head))
        if one.rank % 5 == 3:
            self.world.diary.note(by[1], partial(self.dispute, one, table))
        elif one.rank % 5 != 2:
            self.world.diary.note(by[1], partial(self.agree, one, table, one.keeper))
        if one.rank % 5 == 1:
            invoiced = min(self._after(3, 12), until + timedelta(hours=3))
            way = RETURNED if one.rank == 1 else ((0, ChorusStatus.DEPOSEE, ""),)
            self.world.diary.note(invoiced, partial(self.invoice, one, table, way))

    def _settle(self, one: Month, table: MonthTable, days: tuple[int, int, int]) -> None:
        """Both sides agree, then the mandataire makes the invoice: `days` from now."""
        note = self.world.diary.note
        for after, hat in zip(days, (one.head, one.keeper), strict=False):
            note(self._after(after, 10), partial(self.agree, one, table, hat))
        note(self._after(days[2], 15), partial(self.invoice, one, table))

    def agree(self, one: Month, table: MonthTable, hat: Membership) -> None:
        """One side agrees to all the lines; the organisme explains a gap, now and then."""
        rows = list(table.lines.order_by("pk"))
        with contextlib.suppress(Refused):  # invoiced already
            if hat == one.head and one.rank % 4 == 1:
                tables.comment(rows[0], hat, gap=Gap.ABSENCES, note=AWAY)
            tables.agree(table, {row.pk: row.hours for row in rows}, hat)

    def dispute(self, one: Month, table: MonthTable) -> None:
        first = table.lines.order_by("pk").first()
        if first is not None:
            tables.dispute(first, one.keeper, MISSED)

    def invoice(self, one: Month, table: MonthTable, way: Way | None = None) -> None:
        """Make the invoice, and note what Chorus Pro will say of it."""
        found = MonthTable.objects.select_related("order__lot__marche", "order__addressee").get(pk=table.pk)
        if tables.refresh(found):  # hours came meanwhile: both sides read them again
            self._settle(one, table, (1, 2, 3))
            return
        if found.state != TableState.ACCORDE:
            return
        try:
            made = invoices.issue(found, one.head)
        except Refused:  # no billing profile yet: the month waits
            return
        self.made += 1
        for days, status, reason in way or self._way():
            moment = self._after(days, 17)
            self.world.diary.note(moment, partial(self.say, made, status, moment, reason, one.head))
        if way is None and self.made % 9 == 4:
            self.world.diary.note(self._after(5, 14), partial(self.credit, one, made))

    def _way(self) -> Way:
        """One in nine comes back and is made again, one in eleven is paid late, one in thirteen is held for a while."""
        if self.made % 9 == 4:
            return (*SENT[:1], (2, ChorusStatus.A_RECYCLER, WRONG))
        if self.made % 11 == 7:
            return (*SENT, (LATE, PAID, ""))
        if self.made % 13 == 9:
            return (*SENT, (3, ChorusStatus.SUSPENDUE, HELD), (7, ChorusStatus.COMPLETEE, ""), (33, PAID, ""))
        told = self.world.diary.moment > at(self.yesterday - timedelta(days=OLD), 0)
        return (*SENT, (12, ChorusStatus.MANDATEE, ""), (24, PAID, "")) if told else (*SENT[1:], (24, PAID, ""))

    def credit(self, one: Month, made: Invoice) -> None:
        """The invoice is taken back; its month is agreed again, and invoiced anew."""
        note = invoices.credit(made, CORRECTED, one.head)
        for days, status, reason in SENT:
            moment = self._after(days, 17)
            self.world.diary.note(moment, partial(self.say, note, status, moment, reason, one.head))
        self._settle(one, note.table, (1, 2, 3))

    def say(self, made: Invoice, status: ChorusStatus, moment: datetime, reason: str, head: Membership) -> None:
        """The mandataire deposits by hand and types what Chorus Pro says: the demonstration is linked to nothing."""
        statuses.note_status(made, status, moment, reason=reason, hat=head)

    def _after(self, days: int, hour: int) -> datetime:
        """That many days from the moment lived, at that hour."""
        return at(self.world.diary.moment.date() + timedelta(days=days), hour)


def note_invoices(world: World, market: list[list[LotPlan]]) -> None:
    """How everybody invoices, from the first day on; then the ends of month. Called while the year begins."""
    PayerSettings.objects.create(
        region=world.hats["region"].organisation,
        valid_from=world.diary.since,
        service_code=SERVICE,
        set_by=world.hats["admin"],
    )
    heads = {hat.pk: hat for lots in market for lot in lots for hat, role in lot.members if role == LotRole.MANDATAIRE}
    *ready, _late = sorted(heads.values(), key=lambda hat: (hat.pk != world.hats["organisme"].pk, hat.pk))
    for rank, hat in enumerate(ready):  # the last one has not said yet how it invoices
        _profile(hat, rank)
    MonthEnd(world).begin()


def _profile(hat: Membership, rank: int) -> BillingProfile:
    said: dict[str, object] = {"vat_attestation": f"Cerfa 3511 du {3 + rank % 25} mars 2021"}
    if rank % TAXED == TAXED - 1:
        said = {"vat_status": VatStatus.ASSUJETTI, "vat_rate": Decimal(20), "vat_number": vat_number(hat.organisation)}
    given = {"organisme": hat.organisation, "iban": account(rank + 1), "bic": "DEMOFRPP", "updated_by": hat}
    return BillingProfile.objects.create(**given | said)


def account(rank: int) -> str:
    """A well-formed IBAN of an account that nobody holds: no French bank bears the number 00000."""
    bank, branch, number = "00000", "00000", f"{rank:011d}"
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(number)) % 97
    bban = f"{bank}{branch}{number}{key:02d}"
    check = 98 - int(f"{bban}152700") % 97  # « FR00 » at its end, letters as numbers: F is 15, R is 27
    return f"FR{check:02d}{bban}"


def vat_number(organisation: Organisation) -> str:
    siren = organisation.siret[:9]
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
