"""The rules of an order judge it before it is sent: their words refuse, their passage is shown, a receipt is kept."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import close_old_connections, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from core.rulebook.replay import replay
from core.rules import contradictions, rule_texts
from orders.enums import ComposanteKind, ComposanteState, OperationKind, OrderState, PriceRequestState
from orders.models import Composante, PriceRequest
from orders.queries import mandataire_of
from orders.rules import Obstacle, OrderFacts, judge_order, obstacles
from orders.workflow import avenants, bons, composantes, prices
from orders.workflow.lawful import Unlawful
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory, LotPriceFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()  # noqa: DTZ011 the day of the machine, as the workflow reads it


def drafted(lot, keeper, **said):
    return bons.prepare(lot, [engaged(lot, keeper, **said)], keeper)


def page(client, order) -> str:
    return client.get(reverse("commande_emettre", args=[order.pk])).content.decode()


def spoken(receipt: Receipt) -> dict[str, str]:
    return {one["rule"]: one["state"] for one in receipt.judgement["findings"]}


class TestIssue:
    def test_a_receipt_keeps_what_the_rules_said_and_is_judged_the_same_again(self, lot, keeper, region):
        order = bons.issue(drafted(lot, keeper), keeper)

        receipt = Receipt.objects.get(subject_type="bondecommande", subject_id=order.pk)
        assert (receipt.act, receipt.verdict, receipt.derogations) == ("emission", "eligible", [])
        assert {"P01", "P02", "R117", "R118", "R120", "R123"} <= spoken(receipt).keys()
        assert receipt.facts["lot_ordered"] == "0.00"  # what this order holds is not counted against itself
        assert replay().differences == ()
        assert (
            reverse("recu_verifier", args=[receipt.hash[:16]])
            in region.get(reverse("commande_detail", args=[order.pk])).content.decode()
        )

    def test_without_a_mandataire_the_rule_says_so_with_its_passage_and_nothing_can_be_sent(self, keeper, region):
        order = drafted(LotFactory(mandataire=False), keeper)

        said = page(region, order)
        assert "Le lot n’a pas de mandataire" in said
        assert rule_texts()["R117"].citation.quotation in said
        assert "Émettre le bon de commande</button>" not in said
        answer = region.post(reverse("commande_emettre", args=[order.pk]))
        assert answer.status_code == 422
        order.refresh_from_db()
        assert order.state == OrderState.BROUILLON
        assert not Receipt.objects.exists()

    def test_a_price_that_has_changed_is_applied_before_the_order_is_sent(self, keeper, region):
        lot = LotFactory(period=("0", "2000"), price=False)
        price = LotPriceFactory(lot=lot, amount="9.35")
        order = drafted(lot, keeper)
        turn = dt.date(2026, 1, 1)
        price.period = DateRange(price.period.lower, turn)
        price.save()
        LotPriceFactory(lot=lot, amount="9.60", period=DateRange(turn, None))

        with pytest.raises(Unlawful, match=r"9,35.*9,6.*R123"):
            bons.issue(order, keeper)
        assert reverse("commande_prix", args=[order.pk]) in page(region, order)
        region.post(reverse("commande_prix", args=[order.pk]))
        sent = bons.issue(order, keeper)

        assert sent.content["lines"][0]["price"] == "9.60"
        assert list(Composante.objects.order_by("pk").values_list("state", flat=True)) == ["annulee", "commandee"]

    def test_a_mini_in_danger_is_told_and_justifies_nothing(self, keeper, region):
        said = page(region, drafted(LotFactory(period=("1900", "2000")), keeper, places=1))

        assert "En dessous, une pénalité est due." in said
        assert contradictions()["K18"].adopted in said
        assert "Émettre le bon de commande" in said

    def test_hours_that_were_not_foreseen_take_the_agreement_of_the_region(self, lot, keeper, region):
        one = ordered(lot, keeper).composantes.get()
        extra = composantes.complement(
            one, kind=ComposanteKind.SUPPLEMENTAIRE, places=1, hours_each=Decimal(70), reason="Bloc 3 du titre",
            hat=keeper,
        )  # fmt: skip
        order = bons.prepare(lot, [extra], keeper)
        address = reverse("commande_emettre", args=[order.pk])

        assert "Donner l’accord pour les heures supplémentaires." in page(region, order)
        refused = region.post(address)
        assert refused.status_code == 422
        assert "Donnez l’accord demandé" in refused.content.decode()
        region.post(address, {"granted": ["R51"]})

        receipt = Receipt.objects.get(subject_type="bondecommande", subject_id=order.pk)
        assert (receipt.verdict, receipt.derogations) == ("eligible", ["R51"])
        assert receipt.facts["extra_hours_reason"] == "Bloc 3 du titre"

    def test_a_parcours_more_is_of_the_same_training(self, lot, keeper):
        one = ordered(lot, keeper).composantes.get()
        more = composantes.complement(
            one, kind=ComposanteKind.COMPLEMENTAIRE, places=1, hours_each=Decimal(100), reason="Un besoin de plus",
            hat=keeper,
        )  # fmt: skip
        order = bons.prepare(lot, [more], keeper)
        Composante.objects.filter(pk=more.pk).update(reference="S2026-0999")
        with pytest.raises(Unlawful, match="R72"):
            bons.issue(order, keeper)
        Composante.objects.filter(pk=more.pk).update(reference=one.reference)

        bons.issue(order, keeper)

        receipt = Receipt.objects.get(subject_type="bondecommande", subject_id=order.pk)
        assert spoken(receipt)["R72"] == "satisfied"


class TestAvenant:
    def test_its_receipt_names_the_rule_that_allows_the_transfer(self, lot, keeper):
        order = ordered(lot, keeper, {}, {})
        one, two = order.composantes.order_by("pk")
        draft = avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.TRANSFERER, one, keeper, hours=Decimal(10), other=two)

        sent = avenants.issue(draft, keeper, "Un changement de groupe")

        receipt = Receipt.objects.get(subject_type="avenant", subject_id=sent.pk)
        said = spoken(receipt)
        assert (receipt.act, said["R122"], said["P03"], "P02" in said) == ("avenant", "satisfied", "satisfied", False)
        assert replay().differences == ()

    def test_hours_more_are_agreed_on_the_page_with_the_reason(self, lot, keeper, region):
        order = ordered(lot, keeper)
        draft = avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.AUGMENTER, order.composantes.get(), keeper, hours=Decimal(30))
        address = reverse("avenant_emettre", args=[order.pk])

        refused = region.post(address, {"reason": "Certification complète"})
        assert "Donnez l’accord demandé" in refused.content.decode()
        region.post(address, {"reason": "Certification complète", "granted": ["R51"]})

        receipt = Receipt.objects.get(subject_type="avenant", subject_id=draft.pk)
        assert (receipt.derogations, receipt.facts["extra_hours"]) == (["R51"], "30.00")
        assert receipt.facts["extra_hours_reason"] == "Certification complète"

    def test_it_goes_to_the_mandataire_of_the_day(self, lot, keeper):
        order = ordered(lot, keeper)
        lot.members.update(is_active=False)
        draft = avenants.open_avenant(order, keeper)
        one = order.composantes.get()
        with pytest.raises(Unlawful, match="R117"):
            avenants.add_operation(draft, OperationKind.DIMINUER, one, keeper, hours=Decimal(1))

        head = hat_of("organisme")
        lot.members.create(organisation=head.organisation, role="mandataire")
        avenants.add_operation(draft, OperationKind.DIMINUER, one, keeper, hours=Decimal(1))
        sent = avenants.issue(draft, keeper, "Ajustement")

        assert sent.content["addressee"]["name"] == head.organisation.name
        assert avenants.acknowledge(sent, head).state == OrderState.ACCUSE


class TestPrice:
    def asked(self, lot, **said) -> PriceRequest:
        head = hat_of("organisme", organisation=mandataire_of(lot))
        soon = TODAY + dt.timedelta(days=30)
        return prices.ask_price(lot, Decimal("9.80"), soon, "L’énergie des ateliers", head, **said)

    def test_granting_agrees_to_what_the_rules_leave_to_the_region(self, lot):
        transport = {"transport_cost": Decimal(1200), "transport_estimate": "Navette", "company_share": Decimal(400)}
        asked = self.asked(lot, **transport)
        decider = hat_of("region", "decideur")
        client = Client()
        client.force_login(decider.user)
        said = client.get(reverse("lot_prix_decider", args=[lot.pk, asked.pk])).content.decode()
        for rule in ("R124", "R125"):
            assert rule_texts()[rule].citation.quotation in said
        assert "400,00" in said

        prices.grant_price(asked, Decimal("9.70"), asked.wished_on, decider, "Une part de la hausse")

        receipt = Receipt.objects.get(subject_type="pricerequest")
        assert (receipt.act, receipt.derogations, receipt.facts["price_asked"]) == ("prix", ["R124", "R125"], "9.70")
        assert replay().differences == ()

    def test_a_refusal_keeps_what_was_judged(self, lot):
        asked = prices.refuse_price(self.asked(lot), hat_of("region", "decideur"), "La hausse n’est pas raisonnable")

        receipt = Receipt.objects.get(subject_type="pricerequest", subject_id=asked.pk)
        assert (asked.state, receipt.verdict, receipt.derogations) == (PriceRequestState.REFUSEE, "a_instruire", [])

    def test_what_transport_costs_is_worked_out_with_the_share_of_the_company(self, lot):
        with pytest.raises(Unlawful, match=r"chiffrage du transport.*participation de l’entreprise.*R125"):
            self.asked(lot, transport_cost=Decimal(1200))
        client = Client()
        client.force_login(hat_of("organisme", organisation=mandataire_of(lot)).user)
        soon = (timezone.localdate() + dt.timedelta(days=40)).isoformat()
        sent = {"amount": "9,80", "wished_on": soon, "argument": "Une navette", "transport_cost": "1200"}

        answer = client.post(
            reverse("lot_prix_demander", args=[lot.pk]), sent | {"company_share": "1300", "wished_on": "2025-01-01"}
        )

        assert answer.status_code == 422
        said = answer.content.decode()
        assert "Un prix ne change pas pour le passé" in said
        assert "Dites comment le transport est chiffré." in said
        assert "ne prend pas plus" in said
        client.post(
            reverse("lot_prix_demander", args=[lot.pk]), sent | {"company_share": "0", "transport_estimate": "x"}
        )
        assert PriceRequest.objects.get().company_share == 0


def test_what_no_rule_allows_is_refused_in_its_words():
    facts = OrderFacts(moved_within_lot=False)
    said = obstacles(judge_order(facts))
    assert (
        Obstacle("R122", "Des heures ne passent pas d’un lot à l’autre\u00a0: la fongibilité s’arrête au lot.") in said
    )


@pytest.mark.django_db(transaction=True)
def test_two_drafts_that_exchange_their_composantes_wait_for_one_another():
    keeper = hat_of("region", "gestionnaire")
    lot = LotFactory(period=("0", "2000"))
    with transaction.atomic():
        one, two = engaged(lot, keeper, places=1), engaged(lot, keeper, places=1)
        drafts = [bons.prepare(lot, [one], keeper), bons.prepare(lot, [two], keeper)]
    told: list[str] = []
    ready = threading.Barrier(2)

    def take(draft, wanted) -> None:
        close_old_connections()
        try:
            ready.wait(timeout=10)
            bons.revise(draft, [wanted], keeper, title="", note="")
        except Refused as refused:
            told.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=pair) for pair in zip(drafts, (two, one), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    # Each wanted what the other holds: neither waits for ever, no one is given what is elsewhere.
    assert len(told) == 2
    assert all("n’est plus à commander" in one for one in told)
    assert [composante.order_id for composante in Composante.objects.order_by("pk")] == [one.pk for one in drafts]
    assert {composante.state for composante in Composante.objects.all()} == {ComposanteState.ENGAGEE}
