"""The screens of the orders: from the lot's page to a sealed document, its avenants, and the hours done."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from orders import order_forms
from orders.enums import ComposanteState, OperationKind, OrderState
from orders.models import BonDeCommande, HoursStatement
from orders.workflow import avenants, bons, hours
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.orders.screens import page, signed

pytestmark = pytest.mark.django_db


class TestFromTheLotToTheDocument:
    def test_the_lot_says_where_its_hours_stand_and_what_is_to_order(self, lot, keeper, region):
        ordered(lot, keeper)
        engaged(lot, keeper, title="Usinage", places=2)

        said = page(region, "lot_detail", lot.pk)

        assert "700,00 heures autorisées ou commandées sur 2 000,00 heures" in said
        assert "Usinage" in said
        assert "Préparer un bon de commande" in said

    def test_it_is_prepared_changed_shown_and_sent(self, lot, keeper, region):
        one, two = engaged(lot, keeper, title="A"), engaged(lot, keeper, title="B")
        assert "checked" in page(region, "lot_commander", lot.pk, composantes=[one.pk])

        sent = {"composantes": [one.pk], "title": "Première", "note": ""}
        region.post(reverse("lot_commander", args=[lot.pk]), sent)
        draft = BonDeCommande.objects.get()
        region.post(reverse("commande_modifier", args=[draft.pk]), {**sent, "composantes": [one.pk, two.pk]})
        confirm = page(region, "commande_emettre", draft.pk)
        assert "1 000,00 heures" in confirm
        assert "9 350,00 €" in confirm
        region.post(reverse("commande_emettre", args=[draft.pk]))

        draft.refresh_from_db()
        assert (draft.state, draft.content["total_hours"]) == (OrderState.EMIS, "1000.00")
        assert "Ouvrir le PDF" in page(region, "commande_detail", draft.pk)
        assert region.get(reverse("commande_emettre", args=[draft.pk])).status_code == 404

    def test_nothing_chosen_is_said_at_the_field_and_the_words_stay(self, lot, keeper, region):
        engaged(lot, keeper)
        answer = region.post(reverse("lot_commander", args=[lot.pk]), {"title": "Mes mots"})

        assert answer.status_code == 422
        assert "Choisissez au moins une composante." in answer.content.decode()
        assert "Mes mots" in answer.content.decode()

    def test_a_lot_with_very_many_shows_what_is_chosen_and_the_first_of_the_others(
        self, lot, keeper, region, monkeypatch
    ):
        monkeypatch.setattr(order_forms, "MOST", 2)
        days = [dt.date(2027, 1, day) for day in (4, 5, 6, 7)]
        made = [engaged(lot, keeper, places=1, starts_on=day) for day in days]
        draft = bons.prepare(lot, made[3:], keeper)

        said = page(region, "commande_modifier", draft.pk)
        assert [one.number in said for one in made] == [True, True, False, True]
        answer = region.post(reverse("commande_modifier", args=[draft.pk]), {"title": "Mes mots"})

        assert answer.status_code == 422
        assert made[2].number not in answer.content.decode()
        assert "Les 2 premières à commencer" in said
        region.post(reverse("commande_modifier", args=[draft.pk]), {"composantes": [made[2].pk, made[3].pk]})
        assert set(draft.composantes.all()) == set(made[2:])  # what is not shown may be chosen by its address

    def test_given_up_its_composantes_wait_again(self, lot, keeper, region):
        draft = bons.prepare(lot, [engaged(lot, keeper)], keeper)
        assert "Abandonner" in page(region, "commande_abandonner", draft.pk)

        region.post(reverse("commande_abandonner", args=[draft.pk]))

        assert "Soudage" in page(region, "lot_commander", lot.pk)

    def test_a_composante_engaged_in_the_period_before_is_ordered_in_its_own(self, lot, keeper):
        one = engaged(lot, keeper)
        with time_machine.travel(dt.datetime(2040, 1, 5, 9, tzinfo=dt.UTC)):
            assert bons.prepare(lot, [one], keeper).period == one.period

    def test_a_cotraitant_reads_neither_the_hours_of_the_lot_nor_what_is_to_order(self, lot, keeper, mandataire):
        engaged(lot, keeper, title="Usinage")
        other = LotMemberFactory(lot=lot)

        assert "Heures du lot" in page(signed(mandataire), "lot_detail", lot.pk)
        said = page(signed(hat_of("organisme", organisation=other.organisation)), "lot_detail", lot.pk)

        assert "Heures du lot" not in said
        assert "Usinage" not in said


class TestTheList:
    def test_it_is_narrowed_and_exported_as_it_stands(self, lot, keeper, region):
        first, other = ordered(lot, keeper, {"title": "Soudage"}), ordered(LotFactory(), keeper, {"title": "Usinage"})

        narrowed = page(region, "commande_liste", lot=lot.pk)
        assert other.number not in narrowed
        assert f"{lot} ({lot.marche.number})" in narrowed  # the same lot is in one marché, then in the next
        assert first.number not in page(region, "commande_liste", q="Usinage")
        exported = region.get(reverse("commande_export", args=["csv"]), {"q": "Usinage"}).getvalue().decode()

        assert other.number in exported
        assert first.number not in exported
        assert region.get(reverse("commande_export", args=["exe"])).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_its_cost_does_not_grow(self, lot, keeper, region, count, django_assert_num_queries):
        for _ in range(count):
            ordered(lot, keeper, {"places": 1})
        with django_assert_num_queries(LIST_QUERIES):
            page(region, "commande_liste")

    @pytest.mark.parametrize("count", [1, 3])
    def test_nor_does_that_of_the_lot(self, lot, keeper, region, count, django_assert_num_queries):
        for _ in range(count):
            engaged(lot, keeper, places=1)
        with django_assert_num_queries(LOT_QUERIES):
            page(region, "lot_detail", lot.pk)


LIST_QUERIES, LOT_QUERIES, STATEMENT_QUERIES = 6, 11, 5


class TestWhatACotraitantReads:
    """Two organismes on one order: each its own lines, the mandataire and the Région all of them."""

    @pytest.fixture
    def mine(self, lot):
        return hat_of("organisme", organisation=LotMemberFactory(lot=lot).organisation)

    @pytest.fixture
    def shared(self, lot, keeper, mine):
        trainings = {"title": "Soudage", "organisme": mine.organisation, "places": 2}, {"title": "Usinage"}
        made = [engaged(lot, keeper, **said) for said in trainings]
        return bons.issue(bons.prepare(lot, made, keeper, note="Mots pour le mandataire"), keeper)

    def test_his_own_lines_and_their_hours_alone(self, shared, mine, mandataire):
        for reader, other in ((mine, False), (mandataire, True)):
            client = signed(reader)
            said = page(client, "commande_detail", shared.pk)
            assert "Soudage" in said
            assert [words in said for words in ("Usinage", "Mots pour le mandataire", "Ouvrir le PDF")] == [other] * 3
            listed = page(client, "commande_liste")
            assert ("700,00" in listed, "200,00" in listed) == (other, not other)
            exported = client.get(reverse("commande_export", args=["csv"])).getvalue().decode()
            assert ("700,00" in exported, "200,00" in exported) == (other, not other)
            assert (shared.number in page(client, "commande_liste", q="Usinage")) is other
            assert client.get(reverse("commande_fichier", args=[shared.pk])).status_code == (200 if other else 404)

    def test_the_page_of_another_s_line_does_not_exist(self, shared, mine, mandataire):
        others = shared.composantes.exclude(organisme=mine.organisation).get()
        address = reverse("composante_detail", args=[others.pk])
        assert signed(mine).get(address).status_code == 404
        assert signed(mandataire).get(address).status_code == 200

    def test_an_avenant_on_the_lines_of_others_is_not_shown(self, shared, keeper, mine):
        own = shared.composantes.get(organisme=mine.organisation)
        for one in (shared.composantes.exclude(pk=own.pk).get(), own):
            draft = avenants.open_avenant(shared, keeper)
            avenants.add_operation(draft, OperationKind.DIMINUER, one, keeper, hours=Decimal(1))
            avenants.issue(draft, keeper, "Mots pour le mandataire")

        said = page(signed(mine), "commande_detail", shared.pk)

        assert "Avenant 1" not in said
        assert "Avenant 2" in said
        assert "Mots pour le mandataire" not in said
        for rank in (1, 2):
            assert signed(mine).get(reverse("avenant_fichier", args=[shared.pk, rank])).status_code == 404

    def test_who_was_the_mandataire_when_it_was_sent_reads_it_still(self, lot, shared, mandataire):
        lot.members.filter(organisation=mandataire.organisation).update(is_active=False)
        assert "Usinage" in page(signed(mandataire), "commande_detail", shared.pk)
        other = shared.composantes.get(title="Usinage")
        assert signed(mandataire).get(reverse("composante_detail", args=[other.pk])).status_code == 200

    @pytest.mark.parametrize("count", [1, 3])
    def test_its_cost_does_not_grow(self, lot, keeper, mine, count, django_assert_num_queries):
        for _ in range(count):
            ordered(lot, keeper, {"places": 1, "organisme": mine.organisation})
        client = signed(mine)
        with django_assert_num_queries(LIST_QUERIES):
            page(client, "commande_liste")


@pytest.fixture
def in_february():
    with time_machine.travel(dt.datetime(2027, 3, 2, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.mark.usefixtures("in_february")
class TestHours:
    def test_a_month_is_stated_sent_back_stated_again_and_accepted(self, lot, order, keeper, region, mandataire):
        one, head = order.composantes.first(), signed(mandataire)
        assert "2 mois à déclarer, depuis janvier 2027" in page(head, "composante_detail", one.pk)
        address = reverse("composante_heures", args=[one.pk])
        head.post(address, {"month": "2027-01-01", "hours": "90"})
        statement = HoursStatement.objects.get()
        assert one.number in page(region, "releve_liste")

        region.post(reverse("releve_renvoyer", args=[statement.pk]), {"reason": "Il manque la semaine 3"})
        assert "Il manque la semaine 3" in page(head, "composante_detail", one.pk)
        head.post(address, {"month": "2027-01-01", "hours": "120,5"})
        region.post(reverse("releve_accepter", args=[HoursStatement.objects.get(state="propose").pk]))

        one.balance.refresh_from_db()
        assert one.balance.realise == Decimal("120.50")
        assert "120,50 heures d’après le relevé accepté" in re.sub(
            r"<[^>]+>", "", page(head, "composante_detail", one.pk)
        )
        assert "Aucun relevé n’attend" in page(region, "releve_liste")

    def test_more_than_is_ordered_is_refused_at_the_field(self, order, mandataire):
        one = order.composantes.first()
        answer = signed(mandataire).post(
            reverse("composante_heures", args=[one.pk]), {"month": "2027-01-01", "hours": "501", "note": "Mes mots"}
        )
        assert answer.status_code == 422
        assert "Il reste 500" in answer.content.decode().replace("\u00a0", " ")
        assert "Mes mots" in answer.content.decode()

    def test_sending_back_asks_why(self, lot, order, region, mandataire):
        statement = hours.state_hours(order.composantes.first(), dt.date(2027, 1, 1), Decimal(1), mandataire)
        answer = region.post(reverse("releve_renvoyer", args=[statement.pk]), {"reason": ""})
        assert "Écrivez ce qui est à corriger" in answer.content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_to_check_does_not_cost_more_with_more(
        self, lot, keeper, region, mandataire, count, django_assert_num_queries
    ):
        for one in ordered(lot, keeper, *[{"places": 1}] * count).composantes.all():
            hours.state_hours(one, dt.date(2027, 1, 1), Decimal(1), mandataire)
        with django_assert_num_queries(STATEMENT_QUERIES):
            page(region, "releve_liste")


class TestComplement:
    def test_one_more_parcours_is_engaged_with_its_reason(self, lot, order, region):
        one = order.composantes.first()
        sent = {
            "kind": "complementaire", "places": "1", "hours_each": "100", "starts_on": "2027-01-11",
            "ends_on": "2027-03-26", "reason": "Un besoin de plus",
        }  # fmt: skip

        region.post(reverse("composante_completer", args=[one.pk]), sent)

        more = one.complements.get()
        assert (more.state, more.hours_asked, more.reason) == (ComposanteState.ENGAGEE, 100, "Un besoin de plus")
        assert more.number in page(region, "composante_detail", one.pk)

    def test_beyond_the_lot_it_is_refused_with_nothing_lost(self, order, region):
        one = order.composantes.first()
        sent = {
            "kind": "complementaire", "places": "11", "hours_each": "100", "starts_on": "2027-01-11",
            "ends_on": "2027-03-26", "reason": "Mes mots",
        }  # fmt: skip

        answer = region.post(reverse("composante_completer", args=[one.pk]), sent)

        assert answer.status_code == 422
        assert "dépasseraient" in answer.content.decode()
        assert "Mes mots" in answer.content.decode()
