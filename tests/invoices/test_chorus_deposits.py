"""An invoice reaches Chorus Pro once, whatever is lost on the way; its statuses come back; two routes never mix."""

import contextlib
import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.journal.events import history_of
from core.journal.models import Notification, OutboxMessage
from core.journal.refusals import Refused
from invoices.chorus.client import PisteClient
from invoices.chorus.contract import Found, Report, Told
from invoices.chorus.stand_in import PAID, Mishap, StandIn
from invoices.enums import ChorusStatus, DepositState
from invoices.models import BillingProfile, ChorusCall, Deposit, Invoice
from invoices.tasks import on_deposit
from invoices.workflow import deposits, exchange, invoices, statuses
from invoices.workflow.exchange import pursue
from tests.factories.accounts import hat
from tests.factories.chorus import copies, linked, sealed_invoice

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def there() -> Iterator[StandIn]:
    with StandIn(reads_files=False, integration=HOUR, pace=6 * HOUR) as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def chorus(settings, there, clock) -> PisteClient:
    return linked(settings, there)


def go(deposit: Deposit, chorus, clock) -> Deposit:
    """The worker takes the deposit up when it is due."""
    row = Deposit.objects.get(pk=deposit.pk)
    if row.next_at is not None and row.next_at > timezone.now():
        clock.move_to(row.next_at)
    pursue(deposit.pk, chorus)
    return Deposit.objects.get(pk=deposit.pk)


def until(deposit: Deposit, state: str, chorus, clock) -> Deposit:
    """Go on until the deposit is in this state; a hundred steps are more than enough."""
    for _ in range(100):
        deposit = go(deposit, chorus, clock)
        if deposit.state == state:
            return deposit
    raise AssertionError(f"{deposit.state} : {deposit.answer}")


def test_from_the_button_to_the_payment(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    deposits.ask(invoice, ours)
    with pytest.raises(Refused, match="déjà demandé"):
        deposits.ask(invoice, ours)
    assert on_deposit(OutboxMessage.objects.get(topic=deposits.PURSUE)).startswith("Déposée")
    deposit = Deposit.objects.get()
    siret = invoice.content["seller"]["siret"]
    assert (deposit.state, deposit.file_name) == (DepositState.DEPOSE, f"{siret}-F2026-00001.pdf")
    assert deposit.flow == there.flows[0].flow
    assert there.flows[0].name == deposit.file_name

    for _ in range(60):
        if deposit.next_at is None:
            break
        deposit = go(deposit, chorus, clock)
    assert list(Invoice.objects.get().statuses.values_list("status", flat=True)) == [code for code, _ in PAID]
    assert Invoice.objects.get().status == ChorusStatus.MISE_EN_PAIEMENT
    assert there.deposits("F2026-00001", siret) == 1
    told = [event.label for event in history_of(invoice)]
    assert told[1:4] == ["Dépôt sur Chorus Pro demandé", f"Déposée sur Chorus Pro, flux {deposit.flow}", "Déposée"]
    assert ChorusCall.objects.filter(act="depot", outcome="fait").count() == 1


def test_a_lost_answer_is_searched_for_and_never_sent_again(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    there.plan("depot", Mishap(taken=True, drop=True))
    deposit = go(deposits.ask(invoice, ours), chorus, clock)
    assert deposit.state == DepositState.INCERTAIN
    assert go(deposit, chorus, clock).state == DepositState.INCERTAIN, "its file is not integrated yet"
    deposit = until(deposit, DepositState.DEPOSE, chorus, clock)
    assert deposit.flow == there.flows[0].flow
    assert len(there.flows) == 1
    assert timezone.now() < NOW + 3 * HOUR


def test_what_was_never_received_is_sent_again_after_a_day_of_searches(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    there.plan("depot", Mishap(drop=True))
    deposit = go(deposits.ask(invoice, ours), chorus, clock)
    assert (deposit.state, there.flows) == (DepositState.INCERTAIN, [])
    deposit = until(deposit, DepositState.DEPOSE, chorus, clock)
    assert timezone.now() >= NOW + 24 * HOUR
    assert (deposit.attempts, len(there.flows)) == (2, 1)
    assert there.calls["recherche"] > 10


def test_somebody_who_deposited_by_hand_without_a_word_is_noticed(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    chorus.deposit(f"{invoice.content['seller']['siret']}-{invoice.number}.pdf", b"%PDF")
    clock.shift(2 * HOUR)
    deposit = go(deposits.ask(invoice, ours), chorus, clock)
    assert (deposit.state, deposit.attempts, len(there.flows)) == (DepositState.DEPOSE, 0, 1)


class Killed(BaseException):
    """The worker dies: nothing after this line is done."""


@dataclass
class Mortal:
    """A client whose process may die just before or just after any call."""

    chorus: PisteClient
    deaths: random.Random
    share: float
    seen: Counter = field(default_factory=Counter)

    def _live(self) -> None:
        if self.deaths.random() < self.share:
            self.seen["morts"] += 1
            raise Killed

    def deposit(self, name: str, content: bytes) -> str:
        self._live()
        flow = self.chorus.deposit(name, content)
        self._live()
        return flow

    def report(self, flow: str) -> Report:
        self._live()
        return self.chorus.report(flow)

    def find(self, number: str, siret: str, flow: str = "") -> Found | None:
        self._live()
        found = self.chorus.find(number, siret, flow)
        self._live()
        return found

    def history(self, identifier: int) -> list[Told]:
        self._live()
        return self.chorus.history(identifier)


MISHAPS = (
    Mishap(taken=True, drop=True),
    Mishap(drop=True),
    Mishap(status=503),
    Mishap(taken=True, status=502, body="<html>"),
    Mishap(taken=True, status=200, body="<html>"),
    Mishap(status=429, retry_after="600"),
    Mishap(status=401),
)


@pytest.mark.parametrize("block", range(4))
def test_two_hundred_ways_of_failing_and_each_invoice_is_deposited_once(there, clock, settings, block):
    """Random failures and deaths, each sequence with its own; Chorus Pro itself refuses no second file."""
    chorus = linked(settings, there, watch=[].append)
    first, ours, _ = sealed_invoice()
    siret = first.content["seller"]["siret"]
    settings.CHORUS_QUIET_HOURS = 3  # three times what the stand-in takes to know an invoice
    lost = 0
    for seed, invoice in enumerate(copies(first, 50), start=50 * block):
        chance = random.Random(seed)
        mortal = Mortal(chorus, chance, share=0.1)
        deposit = deposits.ask(invoice, ours)
        for _ in range(60):
            row = Deposit.objects.get(pk=deposit.pk)
            if row.state == DepositState.DEPOSE:
                break
            clock.move_to(max(row.next_at, timezone.now()) + HOUR * chance.choice((0, 0.1, 1, 2, 3)))
            for act, share in (("depot", 0.55), ("recherche", 0.1), ("jeton", 0.03)):
                if chance.random() < share:
                    there.plan(act, chance.choice(MISHAPS))
            with contextlib.suppress(Killed):
                pursue(deposit.pk, mortal)
            there.forget_plans()
        row = Deposit.objects.get(pk=deposit.pk)
        assert row.state == DepositState.DEPOSE, (seed, row.state, row.answer)
        assert there.deposits(invoice.number, siret) == 1, f"sequence {seed}: {there.deposits(invoice.number, siret)}"
        assert row.flow == next(one.flow for one in there.flows if one.number == invoice.number)
        lost += history_of(invoice).filter(label__startswith="Réponse de Chorus Pro perdue").exists()
    assert lost > 10, "or nothing was tried"


def test_who_is_sending_is_left_alone_and_who_died_is_taken_over(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    deposit = deposits.ask(invoice, ours)
    seen: list[str] = []

    class Busy(Mortal):
        def deposit(self, name: str, content: bytes) -> str:
            assert not connection.savepoint_ids, "the call is made outside of the portal's own transactions"
            seen.append(pursue(deposit.pk, chorus).words)
            seen.append(Deposit.objects.get().state)
            with pytest.raises(Refused, match="en cours"):
                deposits.look_again(invoice, ours)
            with pytest.raises(Refused, match="en cours"):
                deposits.by_hand(invoice, NOW, ours, "Je préfère.")
            raise Killed

    with pytest.raises(Killed):
        pursue(deposit.pk, Busy(chorus, random.Random(1), 0))
    assert seen == ["Rien à faire maintenant.", DepositState.EN_COURS]
    assert go(deposit, chorus, clock).state == DepositState.INCERTAIN, "its end is unknown"


def test_what_is_refused_for_good_says_why_and_may_be_asked_again(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    there.plan("depot", Mishap(status=200, body='{"codeRetour": 20001, "libelle": "Le fournisseur est inconnu"}'))
    deposit = go(deposits.ask(invoice, ours), chorus, clock)
    assert (deposit.state, deposit.answer, deposit.next_at) == (DepositState.REFUSE, "Le fournisseur est inconnu", None)
    assert Notification.objects.filter(kind="facture.depot", user=ours.user).count() == 1

    there.rejections[invoice.number] = "Le code service est obligatoire."
    deposit = go(deposits.ask(invoice, ours), chorus, clock)
    assert (deposit.state, deposit.round) == (DepositState.DEPOSE, 2)
    assert deposit.file_name.endswith("-F2026-00001-d2.pdf")
    deposit = until(deposit, DepositState.REFUSE, chorus, clock)
    assert deposit.answer == "Le code service est obligatoire."

    del there.rejections[invoice.number]
    deposit = until(deposits.ask(invoice, ours), DepositState.DEPOSE, chorus, clock)
    assert deposit.round == 3


def test_chorus_pro_away_stops_the_sweep_and_the_administrator_hears_of_it_once_a_day(there, chorus, clock, settings):
    first, ours, keeper = sealed_invoice()
    admin = hat("region", "administrateur", organisation=keeper.organisation)
    for invoice in (first, *copies(first, 5)):
        deposits.ask(invoice, ours)
    there.plan("recherche", *[Mishap(status=503)] * 3)
    assert exchange.sweep() == exchange.OUTAGE
    assert exchange.sweep() == 3, "the three that it had not asked about"
    assert Notification.objects.filter(kind="facture.echange").count() == 1
    assert Notification.objects.get(kind="facture.echange").user == admin.user
    settings.CHORUS_PASSWORD = ""
    assert exchange.sweep() == 0


def test_what_comes_back_is_told_to_both_and_an_unknown_status_breaks_nothing(there, chorus, clock):
    invoice, ours, keeper = sealed_invoice()
    there.stories[invoice.number] = (
        ("DEPOSEE", ""), ("PRISE_EN_COMPTE_DESTINATAIRE", ""), ("SUSPENDUE", ""), ("COMPLETEE", ""),
        ("REJETEE", "Le service fait est contesté."),
    )  # fmt: skip
    deposit = deposits.ask(invoice, ours)
    for _ in range(40):
        deposit = go(deposit, chorus, clock)
        if deposit.next_at is None:
            break
    lines = list(invoice.statuses.values_list("status", "reason"))
    assert lines == [
        ("DEPOSEE", ""), ("SUSPENDUE", "Chorus Pro ne donne pas de motif."), ("COMPLETEE", ""),
        ("REJETEE", "Le service fait est contesté."),
    ]  # fmt: skip
    told = Notification.objects.filter(kind="facture.retour")
    assert {one.user for one in told} == {ours.user, keeper.user}
    assert "PRISE_EN_COMPTE_DESTINATAIRE" in deposit.answer


def test_a_status_told_twice_is_kept_once_and_looks_come_further_apart(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    there.stories[invoice.number] = (("DEPOSEE", ""),)
    deposit = until(deposits.ask(invoice, ours), DepositState.DEPOSE, chorus, clock)
    pauses = []
    for _ in range(12):
        deposit = go(deposit, chorus, clock)
        pauses.append(deposit.next_at - timezone.now())
    assert invoice.statuses.count() == 1
    assert pauses[-1] == exchange.FOLLOWING[-1]
    looked = deposits.look_again(invoice, ours)
    assert (looked.next_at, looked.looks) == (timezone.now(), 0)


def test_the_two_routes_never_mix_without_a_word(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    deposit = until(deposits.ask(invoice, ours), DepositState.DEPOSE, chorus, clock)
    with pytest.raises(Refused, match="suit lui-même"):
        statuses.note_status(invoice, "DEPOSEE", NOW, hat=ours)
    with pytest.raises(Refused, match="pourquoi"):
        deposits.by_hand(invoice, NOW, ours)
    deposit = deposits.by_hand(invoice, NOW, ours, "Le compte technique est fermé.")
    assert (deposit.state, deposit.next_at) == (DepositState.A_LA_MAIN, None)
    statuses.note_status(invoice, "DEPOSEE", NOW, hat=ours)
    assert exchange.sweep() == 0
    with pytest.raises(Refused, match="à la main"):
        deposits.ask(invoice, ours)


def test_what_is_given_back_to_the_portal_is_looked_for_before_anything_is_sent(there, chorus, clock):
    invoice, ours, keeper = sealed_invoice()
    with pytest.raises(Refused, match="pas suivie à la main"):
        deposits.hand_back(invoice, ours)
    deposits.by_hand(invoice, NOW, ours)
    chorus.deposit(f"{invoice.content['seller']['siret']}-{invoice.number}.pdf", b"%PDF")  # by hand, indeed
    with pytest.raises(Refused, match="mandataire"):
        deposits.hand_back(invoice, keeper)
    deposit = deposits.hand_back(invoice, ours)
    assert deposit.state == DepositState.INCERTAIN
    deposit = until(deposit, DepositState.DEPOSE, chorus, clock)
    assert (deposit.flow, len(there.flows), deposit.attempts) == (there.flows[0].flow, 1, 0)
    deposit = go(deposit, chorus, clock)
    assert Invoice.objects.get().status == ChorusStatus.DEPOSEE

    deposits.by_hand(invoice, NOW, ours, "Le compte technique est fermé.")
    there.flows.clear()  # Chorus Pro has never heard of it
    deposit = until(deposits.hand_back(invoice, ours), DepositState.DEPOSE, chorus, clock)
    assert len(there.flows) == 1
    assert timezone.now() >= NOW + 24 * HOUR
    deposits.by_hand(invoice, NOW, ours, "Le compte technique est fermé.")
    statuses.note_status(invoice, "REJETEE", timezone.now(), reason="Faux.", hat=ours)
    with pytest.raises(Refused, match="terminé"):
        deposits.hand_back(invoice, ours)


def test_nothing_befalls_an_invoice_before_its_date():
    invoice, ours, _ = sealed_invoice()
    before = timezone.now() - dt.timedelta(days=1)
    with pytest.raises(Refused, match="cette date la précède"):
        deposits.by_hand(invoice, before, ours)
    with pytest.raises(Refused, match="cette date la précède"):
        statuses.note_status(invoice, "DEPOSEE", before, hat=ours)


def test_without_exchange_everything_is_done_by_hand():
    invoice, ours, keeper = sealed_invoice()
    with pytest.raises(Refused, match="pas relié"):
        deposits.ask(invoice, ours)
    statuses.note_status(invoice, "DEPOSEE", timezone.now(), hat=keeper)
    assert Deposit.objects.get().state == DepositState.A_LA_MAIN
    assert Invoice.objects.get().status == "DEPOSEE"


def test_who_may_ask_and_when(chorus):
    invoice, ours, keeper = sealed_invoice()
    for stranger in (keeper, hat("organisme")):
        with pytest.raises(Refused, match="mandataire"):
            deposits.ask(invoice, stranger)
    deposits.mandate(ours, given=False)
    with pytest.raises(Refused, match="chargé"):
        deposits.ask(invoice, ours)
    deposits.mandate(ours, given=True)
    note = invoices.credit(invoice, "Le code service était faux.", ours)
    with pytest.raises(Refused, match="annulée"):
        deposits.ask(invoice, ours)
    with pytest.raises(Refused, match="n’est pas sur Chorus Pro"):
        deposits.ask(note, ours)
    with pytest.raises(Refused, match="informations de facturation"):
        deposits.mandate(hat("organisme"), given=True)
    assert BillingProfile.objects.get().mandated


def test_an_invoice_cancelled_before_it_is_sent_is_not_sent(there, chorus, clock):
    invoice, ours, _ = sealed_invoice()
    deposit = deposits.ask(invoice, ours)
    invoices.credit(invoice, "Le code service était faux.", ours)
    deposit = go(deposit, chorus, clock)
    assert (deposit.state, there.flows) == (DepositState.REFUSE, [])


def test_the_database_holds_the_promises_of_a_deposit(there, chorus, clock):
    first, ours, _ = sealed_invoice()
    second = copies(first, 1)[0]
    deposit = until(deposits.ask(first, ours), DepositState.DEPOSE, chorus, clock)
    other = deposits.ask(second, ours)
    wrong = (
        (deposit, {"flow": "CPP-autre"}, "its flow already"),
        (deposit, {"state": "en_cours"}, "Invalid transition"),
        (other, {"flow": deposit.flow}, "deposit_flow_once"),
        (other, {"file_name": deposit.file_name}, "deposit_file_once"),
        (other, {"state": "en_cours"}, "deposit_attempted"),
        (other, {"state": "depose"}, "deposit_has_flow|deposit_dated"),
    )
    for row, change, said in wrong:
        with pytest.raises(DatabaseError, match=said), transaction.atomic():
            Deposit.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Deposit.objects.filter(pk=other.pk).delete()
