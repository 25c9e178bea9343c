"""A bon de commande goes to the mandataire, is frozen when it is sent, and changes by avenants alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from core.journal.models import OutboxMessage
from core.journal.refusals import Refused
from orders import proof
from orders.enums import ComposanteKind, ComposanteState, HoursSource, OperationKind, OrderState, StatementState
from orders.models import BonDeCommande, HoursDone, LotBalance
from orders.queries import mandataire_of
from orders.queries.hours import done_by_month, months_to_state
from orders.workflow import avenants, bons, composantes, hours, terms
from orders.workflow.people import region_of
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered, training
from tests.factories.orders import LotFactory, LotPriceFactory, MarcheFactory

pytestmark = pytest.mark.django_db


def balances(lot) -> tuple[Decimal, ...]:
    """(disponible, à commander, commandé, réalisé)."""
    kept = LotBalance.objects.get(period__lot=lot)
    return kept.disponible, kept.engage, kept.commande, kept.realise


class TestIssue:
    def test_sent_it_is_numbered_in_its_marche_addressed_to_the_mandataire_and_its_hours_are_ordered(self, lot, keeper):
        first, second = ordered(lot, keeper), ordered(lot, keeper)

        assert [first.number, second.number] == ["2023-1E1F-BC-0001", "2023-1E1F-BC-0002"]
        assert first.addressee == mandataire_of(lot)  # R117: whoever asked
        assert first.content["total_hours"] == "500.00"
        assert first.content["total_amount"] == "4675.00"
        assert balances(lot) == (1000, 0, 1000, 0)
        assert OutboxMessage.objects.filter(topic=bons.MAKE_FILE).count() == 2

    def test_without_a_mandataire_it_is_not_sent_and_takes_no_number(self, keeper):
        lot = LotFactory(mandataire=False)
        draft = bons.prepare(lot, [engaged(lot, keeper)], keeper)

        with pytest.raises(Refused, match="R117"):
            bons.issue(draft, keeper)

        draft.refresh_from_db()
        assert (draft.state, draft.number) == (OrderState.BROUILLON, "")

    def test_a_composante_is_in_one_order_only(self, lot, keeper):
        one = engaged(lot, keeper)
        bons.prepare(lot, [one], keeper)

        with pytest.raises(Refused, match="n’est plus à commander"):
            bons.prepare(lot, [one], keeper)

    def test_an_order_holds_one_lot(self, lot, keeper):
        with pytest.raises(Refused, match="autre lot"):
            bons.prepare(lot, [engaged(LotFactory(), keeper)], keeper)

    def test_once_sent_the_database_refuses_any_other_word(self, lot, keeper):
        order = ordered(lot, keeper)
        for change in ({"note": "autre"}, {"content": {"a": 1}}, {"number": "X"}, {"addressee": keeper.organisation}):
            with pytest.raises(DatabaseError), transaction.atomic():
                BonDeCommande.objects.filter(pk=order.pk).update(**change)

    def test_only_the_mandataire_acknowledges(self, lot, keeper, mandataire):
        order = ordered(lot, keeper)
        with pytest.raises(Refused, match="mandataire"):
            bons.acknowledge(order, hat_of("organisme"))

        assert bons.acknowledge(order, mandataire).state == OrderState.ACCUSE

    def test_when_the_lot_s_gestionnaire_has_left_the_others_are_told(self, lot, keeper):
        left = hat_of("region", "gestionnaire", organisation=keeper.organisation)
        lot.gestionnaire = left.user
        assert region_of(lot) == [left]

        left.is_active, left.deactivated_at = False, timezone.now()
        left.save()

        assert region_of(lot) == [keeper]

    def test_a_draft_given_up_leaves_its_composantes_to_be_ordered(self, lot, keeper):
        one = engaged(lot, keeper)
        bons.abandon(bons.prepare(lot, [one], keeper), keeper)

        assert bons.issue(bons.prepare(lot, [one], keeper), keeper).number.endswith("0001")


class TestAvenant:
    def test_its_operations_are_done_together_and_the_order_keeps_its_words(self, lot, keeper):
        order = ordered(lot, keeper, {"title": "A"}, {"title": "B"})
        words, (one, two) = order.content, order.composantes.order_by("pk")
        draft = avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.TRANSFERER, one, keeper, hours=Decimal(120), other=two)
        avenants.add_operation(draft, OperationKind.AUGMENTER, two, keeper, hours=Decimal(30))

        with pytest.raises(Refused, match=r"accord.*R51"):
            avenants.issue(draft, keeper, "Un stagiaire change de groupe")
        sent = avenants.issue(draft, keeper, "Un stagiaire change de groupe", granted=["R51"])

        order.refresh_from_db()
        assert (sent.number, order.content) == (1, words)
        assert [line["hours"] for line in sent.content["before"]] == ["500.00", "500.00"]
        assert [line["hours"] for line in sent.content["lines"]] == ["380.00", "650.00"]
        assert balances(lot) == (970, 0, 1030, 0)
        assert not list(proof.disagreements())

    def test_hours_that_are_done_are_not_taken_away(self, lot, keeper):
        order = ordered(lot, keeper)
        one = order.composantes.get()
        hours.record_hours(one, dt.date(2027, 1, 31), 1, Decimal(450), source="relevé", hat=keeper)
        draft = avenants.open_avenant(order, keeper)

        with pytest.raises(Refused, match="que 50"):
            avenants.add_operation(draft, OperationKind.DIMINUER, one, keeper, hours=Decimal(60))
        with pytest.raises(Refused, match="ne se retire plus"):
            avenants.add_operation(draft, OperationKind.RETIRER, one, keeper)

    def test_no_transfer_toward_another_lot(self, lot, keeper):
        order, elsewhere = ordered(lot, keeper), ordered(LotFactory(), keeper)
        draft = avenants.open_avenant(order, keeper)

        with pytest.raises(Refused, match="R122"):
            avenants.add_operation(
                draft,
                OperationKind.TRANSFERER,
                order.composantes.get(),
                keeper,
                hours=Decimal(1),
                other=elsewhere.composantes.get(),
            )

    def test_together_the_operations_do_not_pass_the_maxi(self, lot, keeper):
        order = ordered(lot, keeper)
        one, draft = order.composantes.get(), avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, hours=Decimal(1000))

        with pytest.raises(Refused, match="serait dépassé"):
            avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, hours=Decimal("500.01"))

    def test_what_was_taken_meanwhile_stops_the_whole_avenant(self, lot, keeper):
        order = ordered(lot, keeper)
        one, draft = order.composantes.get(), avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, hours=Decimal(1400))
        engaged(lot, keeper, places=2)

        with pytest.raises(Refused, match="serait dépassé"):
            avenants.issue(draft, keeper, "Plus d’heures")

        assert balances(lot) == (1300, 200, 500, 0)

    def test_a_composante_joins_an_order_and_another_leaves_it(self, lot, keeper):
        order = ordered(lot, keeper, {"title": "A"}, {"title": "B"})
        leaving, joining = order.composantes.order_by("pk").first(), engaged(lot, keeper, title="C")
        draft = avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.RETIRER, leaving, keeper)
        avenants.add_operation(draft, OperationKind.AJOUTER, joining, keeper)

        sent = avenants.issue(draft, keeper, "La session A n’a plus lieu")

        leaving.refresh_from_db()
        joining.refresh_from_db()
        assert (leaving.state, joining.state) == (ComposanteState.ANNULEE, ComposanteState.COMMANDEE)
        assert [line["title"] for line in sent.content["lines"]] == ["B", "C"]
        assert balances(lot) == (1000, 0, 1000, 0)

    def test_one_draft_at_a_time_and_numbers_follow(self, lot, keeper):
        order = ordered(lot, keeper)
        one = order.composantes.get()
        for expected in (1, 2):
            draft = avenants.open_avenant(order, keeper)
            assert avenants.open_avenant(order, keeper) == draft
            avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, places=1)
            assert avenants.issue(draft, keeper, "Ajustement").number == expected

    def test_hours_leave_a_composante_in_the_order_of_the_operations(self, lot, keeper):
        order = ordered(lot, keeper, {"title": "A"}, {"title": "B"})
        one, two = order.composantes.order_by("pk")
        draft = avenants.open_avenant(order, keeper)
        lends = avenants.add_operation(draft, OperationKind.TRANSFERER, two, keeper, hours=Decimal(200), other=one)
        avenants.add_operation(draft, OperationKind.DIMINUER, one, keeper, hours=Decimal(600))
        avenants.drop_operation(lends, keeper)

        with pytest.raises(Refused, match="que 500"):  # what comes after does not lend to what comes before
            avenants.add_operation(draft, OperationKind.TRANSFERER, two, keeper, hours=Decimal(200), other=one)

    def test_a_composante_of_another_period_does_not_join(self, keeper):
        marche = MarcheFactory(number="2026-P", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2027, 12, 31))
        lot = LotFactory(marche=marche, period=False)
        for year in (2026, 2027):
            terms.open_period(lot, dt.date(year, 1, 1), dt.date(year, 12, 31), Decimal(0), Decimal(1000), keeper)
        with time_machine.travel(dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)):
            order = ordered(lot, keeper)
        with time_machine.travel(dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)):
            later = engaged(lot, keeper)
            draft = avenants.open_avenant(order, keeper)
            with pytest.raises(Refused, match="autre période"):
                avenants.add_operation(draft, OperationKind.AJOUTER, later, keeper)

    def test_a_sent_avenant_never_changes(self, lot, keeper):
        order = ordered(lot, keeper)
        draft = avenants.open_avenant(order, keeper)
        line = avenants.add_operation(draft, OperationKind.DIMINUER, order.composantes.get(), keeper, hours=Decimal(1))
        sent = avenants.issue(draft, keeper, "Ajustement")

        with pytest.raises(Refused, match="plus en préparation"):
            avenants.drop_operation(line, keeper)
        for act in (lambda: sent.operations.update(hours=2), lambda: sent.operations.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


class TestHours:
    def test_said_twice_they_are_booked_once_and_a_new_version_moves_the_difference(self, lot, keeper):
        one = ordered(lot, keeper).composantes.get()
        january = dt.date(2027, 1, 15)
        hours.record_hours(one, january, 1, Decimal(80), source=HoursSource.RELEVE, hat=keeper)
        hours.record_hours(one, january, 1, Decimal(80), source=HoursSource.RELEVE, hat=keeper)
        assert balances(lot) == (1500, 0, 420, 80)

        hours.record_hours(one, january, 2, Decimal(60), source=HoursSource.RELEVE, hat=keeper)

        assert balances(lot) == (1500, 0, 440, 60)
        assert HoursDone.objects.count() == 2
        with pytest.raises(Refused, match="déjà enregistré"):
            hours.record_hours(one, january, 2, Decimal(61), source=HoursSource.RELEVE, hat=keeper)
        with pytest.raises(Refused, match="plus récent"):
            hours.record_hours(one, january, 0, Decimal(61), source=HoursSource.RELEVE, hat=keeper)

    @time_machine.travel(dt.datetime(2027, 2, 2, 9, tzinfo=dt.UTC), tick=False)
    def test_attendance_replaces_what_was_typed_and_is_replaced_by_attendance_alone(self, lot, keeper, mandataire):
        one, january = ordered(lot, keeper).composantes.get(), dt.date(2027, 1, 1)
        typed = hours.state_hours(one, january, Decimal(80), mandataire)
        hours.accept(typed, keeper)
        waiting = hours.state_hours(one, january, Decimal(90), mandataire)

        for version, done in ((1, Decimal(70)), (1, Decimal(70)), (2, Decimal(75))):
            hours.record_hours(one, january, version, done, source=HoursSource.EMARGEMENT)

        assert balances(lot) == (1500, 0, 425, 75)
        assert {row.state for row in one.statements.all()} == {StatementState.REMPLACE}
        assert [row.hours for row in done_by_month(one)] == [75]
        assert not list(proof.disagreements())
        for act in (
            lambda: hours.accept(waiting, keeper),
            lambda: hours.state_hours(one, january, Decimal(90), mandataire),
            lambda: hours.record_hours(one, january, 3, Decimal(90), source=HoursSource.RELEVE),
        ):
            with pytest.raises(Refused, match=r"émargement|emplacé"):
                act()

    @time_machine.travel(dt.datetime(2027, 2, 2, 9, tzinfo=dt.UTC), tick=False)
    def test_an_accepted_statement_stands_until_the_next_is_accepted(self, lot, keeper, mandataire):
        one, january = ordered(lot, keeper).composantes.get(), dt.date(2027, 1, 1)
        states = lambda: [row.state for row in one.statements.order_by("version")]  # noqa: E731

        hours.accept(hours.state_hours(one, january, Decimal(80), mandataire), keeper)
        second = hours.state_hours(one, january, Decimal(90), mandataire)
        assert states() == ["accepte", "propose"]
        hours.send_back(second, keeper, "Joignez l’émargement")
        assert months_to_state(one) == [january]
        third = hours.state_hours(one, january, Decimal(85), mandataire)
        assert states() == ["accepte", "remplace", "propose"]
        hours.accept(third, keeper)

        assert states() == ["remplace", "remplace", "accepte"]
        assert balances(lot) == (1500, 0, 415, 85)

    def test_more_than_ordered_is_refused(self, lot, keeper):
        one = ordered(lot, keeper).composantes.get()
        with pytest.raises(Refused, match="n’a plus"):
            hours.record_hours(one, dt.date(2027, 1, 1), 1, Decimal("500.01"), source="relevé", hat=keeper)
        assert not HoursDone.objects.exists()

    @time_machine.travel(dt.datetime(2027, 2, 2, 9, tzinfo=dt.UTC), tick=False)
    def test_the_organisme_states_the_gestionnaire_sends_back_then_accepts(self, lot, keeper, mandataire):
        one = ordered(lot, keeper).composantes.get()
        january = dt.date(2027, 1, 1)
        first = hours.state_hours(one, january, Decimal(90), mandataire)
        with pytest.raises(Refused, match="attend la réponse"):
            hours.state_hours(one, january, Decimal(91), mandataire)

        hours.send_back(first, keeper, "Il manque la semaine 3")
        second = hours.state_hours(one, january, Decimal(100), mandataire)
        hours.accept(second, keeper)

        assert (second.version, balances(lot)) == (2, (1500, 0, 400, 100))
        with pytest.raises(Refused, match="déjà"):
            hours.accept(second, keeper)

    @time_machine.travel(dt.datetime(2027, 2, 2, 9, tzinfo=dt.UTC), tick=False)
    def test_another_organisme_states_nothing(self, lot, keeper):
        one = ordered(lot, keeper).composantes.get()
        with pytest.raises(Refused, match="mandataire"):
            hours.state_hours(one, dt.date(2027, 1, 1), Decimal(10), hat_of("organisme"))


class TestComplements:
    def test_one_more_parcours_on_an_ordered_training(self, lot, keeper):
        one = ordered(lot, keeper).composantes.get()

        more = composantes.complement(
            one,
            kind=ComposanteKind.COMPLEMENTAIRE,
            places=1,
            hours_each=Decimal(100),
            reason="Un besoin de plus chez le même employeur",
            hat=keeper,
        )

        assert (more.completes, more.kind, balances(lot)) == (one, "complementaire", (1400, 100, 500, 0))

    def test_nothing_completes_what_is_not_ordered(self, lot, keeper):
        with pytest.raises(Refused, match="rien à compléter"):
            composantes.complement(
                engaged(lot, keeper),
                kind=ComposanteKind.SUPPLEMENTAIRE,
                places=1,
                hours_each=Decimal(10),
                reason="Certification complète",
                hat=keeper,
            )


class TestClose:
    def test_closed_it_gives_back_what_was_not_done(self, lot, keeper):
        order = ordered(lot, keeper)
        with pytest.raises(Refused, match="n’est pas finie"):
            bons.close(order, keeper)

        with time_machine.travel(dt.datetime(2027, 4, 1, 9, tzinfo=dt.UTC)):
            bons.close(order, keeper)

        assert balances(lot) == (2000, 0, 0, 0)
        assert order.composantes.get().state == ComposanteState.SOLDEE

    def test_not_while_an_avenant_is_prepared(self, lot, keeper):
        order = ordered(lot, keeper)
        draft = avenants.open_avenant(order, keeper)

        with time_machine.travel(dt.datetime(2027, 4, 1, 9, tzinfo=dt.UTC)):
            with pytest.raises(Refused, match="avenant est en préparation"):
                bons.close(order, keeper)
            avenants.abandon(draft, keeper)
            assert bons.close(order, keeper).state == OrderState.SOLDE

    def test_not_while_hours_wait_for_their_invoice(self, lot, keeper):
        order = ordered(lot, keeper)
        hours.record_hours(order.composantes.get(), dt.date(2027, 1, 1), 1, Decimal(10), source="relevé", hat=keeper)

        with time_machine.travel(dt.datetime(2027, 4, 1, 9, tzinfo=dt.UTC)), pytest.raises(Refused, match="facturées"):
            bons.close(order, keeper)


class TestFollow:
    """A training looked at again (R18)."""

    def test_not_ordered_it_takes_the_new_days_and_keeps_its_hours(self, lot, keeper):
        one = engaged(lot, keeper)
        later = training(
            one.organisme, starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 4, 30), title="Autre titre"
        )

        same = composantes.follow(one, later, hat=keeper)

        assert same == one
        assert (same.title, same.starts_on, same.ends_on) == ("Autre titre", dt.date(2027, 2, 1), dt.date(2027, 4, 30))
        assert balances(lot) == (1500, 500, 0, 0)

    def test_at_another_price_of_the_lot_another_composante_takes_its_place(self, keeper):
        lot = LotFactory(period=("0", "2000"), price=False)
        LotPriceFactory(lot=lot, amount="9.00", period=DateRange(dt.date(2023, 1, 1), dt.date(2027, 2, 1)))
        LotPriceFactory(lot=lot, amount="10.00", period=DateRange(dt.date(2027, 2, 1), None))
        one = engaged(lot, keeper)

        other = composantes.follow(one, training(one.organisme, starts_on=dt.date(2027, 2, 8)), hat=keeper)

        one.refresh_from_db()
        assert (one.state, other.price) == (ComposanteState.ANNULEE, Decimal("10.00"))
        assert balances(lot) == (1500, 500, 0, 0)

    def test_ordered_its_hours_change_by_an_avenant_alone(self, lot, keeper):
        one = ordered(lot, keeper).composantes.get()
        with pytest.raises(Refused, match="avenant"):
            composantes.follow(one, training(one.organisme, places=6), hat=keeper)
