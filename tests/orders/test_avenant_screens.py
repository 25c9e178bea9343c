"""The screens of an avenant: what it moves, what it refuses, and the free hours on both sides."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from core.rules import rule_texts
from orders.enums import OperationKind, OrderState
from orders.models import Avenant, LotBalance
from orders.queries import avenants as both_sides
from orders.workflow import avenants
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory
from tests.orders.screens import page, signed

pytestmark = pytest.mark.django_db
AVENANT_QUERIES = 8


def free(lot) -> Decimal:
    return LotBalance.objects.get(period__lot=lot).disponible


class TestAvenant:
    def said(self, kind: str, one, **more) -> dict:
        return {"kind": kind, "composante": str(one), "composante-code": one.pk, "unit": "heures", **more}

    def test_places_go_from_one_to_the_other_then_it_is_sent_and_acknowledged(
        self, lot, order, keeper, region, mandataire
    ):
        one, two = order.composantes.order_by("pk")
        region.post(reverse("avenant_ouvrir", args=[order.pk]))
        sent = self.said("transferer", one, other=two.number, quantity="2", unit="places")  # typed, nothing picked
        assert region.post(reverse("avenant", args=[order.pk]), sent).status_code == 302

        said = page(region, "avenant", order.pk)
        assert "− 200,00 heures" in said
        assert "+ 200,00 heures" in said
        without = region.post(reverse("avenant_emettre", args=[order.pk]), {"reason": " "})
        assert "Écrivez le motif de l’avenant" in without.content.decode()
        said = {"reason": "Deux stagiaires changent de groupe"}
        region.post(reverse("avenant_emettre", args=[order.pk]), said)
        again = region.post(reverse("avenant_emettre", args=[order.pk]), said, follow=True)  # clicked twice
        assert "n’est plus en préparation" in again.content.decode()

        assert [c.balance.commande for c in order.composantes.order_by("pk")] == [300, 700]
        head = signed(mandataire)
        assert "Deux stagiaires changent de groupe" in page(head, "commande_detail", order.pk)
        head.post(reverse("avenant_accuser", args=[order.pk, 1]))
        assert order.avenants.get().state == OrderState.ACCUSE

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"kind": "augmenter", "quantity": "1001"}, "le maxi du lot serait dépassé (P02)"),
            ({"kind": "diminuer", "quantity": "501"}, "que 500,00 heures"),
            ({"kind": "diminuer"}, "Dites combien"),
            ({"kind": "diminuer", "quantity": "1,5", "unit": "places"}, "entier"),
            ({"kind": "transferer", "quantity": "7"}, "vers quelle composante"),
            ({"kind": "diminuer", "quantity": "7", "composante": "C1900-0001"}, "n’est pas de ce bon de commande"),
            ({}, "Choisissez ce que change l’avenant."),
        ],
    )
    def test_a_refusal_stands_at_its_field_and_nothing_is_lost(self, order, keeper, region, sent, words):
        avenants.open_avenant(order, keeper)
        one = order.composantes.first()

        answer = region.post(reverse("avenant", args=[order.pk]), {"composante": one.number, "unit": "heures", **sent})

        said = answer.content.decode().replace("\u00a0", " ")
        assert answer.status_code == 422
        assert words in said
        assert f'value="{sent.get("composante", one.number)}"' in said
        assert sent.get("quantity", "") in said
        assert not Avenant.objects.get().operations.exists()

    def test_another_lot_is_refused_at_the_field(self, order, keeper, region):
        avenants.open_avenant(order, keeper)
        elsewhere = ordered(LotFactory(), keeper).composantes.get()
        sent = self.said("transferer", order.composantes.first(), other=elsewhere.number, quantity="5")

        answer = region.post(reverse("avenant", args=[order.pk]), sent)

        said = answer.content.decode()
        assert "la fongibilité s’arrête au lot (R122)" in answer.context["form"].errors["other"][0]
        assert rule_texts()["R122"].citation.quotation in said

    def test_the_free_hours_of_the_lot_are_shown_on_both_sides(self, lot, order, keeper, region):
        draft, one = avenants.open_avenant(order, keeper), order.composantes.first()
        avenants.add_operation(draft, OperationKind.AJOUTER, engaged(lot, keeper, places=3), keeper)
        avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, hours=Decimal(50))
        sides = both_sides.before_and_after(draft)
        told = both_sides.free_before_and_after(draft, sides)

        avenants.issue(draft, keeper, "Un groupe de plus", granted=["R51"])

        assert told == (700, free(lot)) == (700, 650)

    def test_what_was_added_since_it_was_read_is_read_before_it_is_sent(self, order, keeper, region):
        draft, (one, two) = avenants.open_avenant(order, keeper), order.composantes.order_by("pk")
        avenants.add_operation(draft, OperationKind.DIMINUER, one, keeper, hours=Decimal(1))
        address = reverse("avenant_emettre", args=[order.pk])
        read = {"reason": "Un départ", "reading": region.get(address).context["reading"]}
        avenants.add_operation(draft, OperationKind.DIMINUER, two, keeper, hours=Decimal(400))

        answer = region.post(address, read)

        assert answer.status_code == 422
        assert "relisez-le" in answer.content.decode()
        assert "Un départ" in answer.content.decode()
        assert region.post(address, read | {"reading": answer.context["reading"]}).status_code == 302
        assert order.avenants.get().state == OrderState.EMIS

    def test_an_operation_is_dropped_and_the_draft_given_up(self, order, keeper, region, mandataire):
        draft = avenants.open_avenant(order, keeper)
        line = avenants.add_operation(
            draft, OperationKind.AUGMENTER, order.composantes.first(), keeper, hours=Decimal(1)
        )
        assert "préparation" not in page(signed(mandataire), "commande_detail", order.pk)

        region.post(reverse("avenant_operation_retirer", args=[order.pk, line.pk]))
        assert not draft.operations.exists()
        region.post(reverse("avenant_abandonner", args=[order.pk]))

        assert region.get(reverse("avenant", args=[order.pk])).status_code == 404

    def test_its_composantes_are_proposed_by_number_or_by_words_on_each_side(self, lot, order, keeper, region):
        avenants.open_avenant(order, keeper)
        ready = engaged(lot, keeper, title="Chaudronnerie", places=1)
        beside = ordered(lot, keeper, {"title": "Montage", "places": 1}).composantes.get()
        ordered(LotFactory(), keeper, {"title": "Ailleurs"})

        def labels(side: str, words: str) -> list[str]:
            answer = region.get(reverse("avenant_composantes", args=[order.pk, side]), {"q": words})
            return [one["label"].partition(" · ")[2] for one in answer.json()]

        assert labels("source", "") == ["A", "B", "Chaudronnerie"]
        assert labels("source", f"chaud {ready.number[:3]}") == ["Chaudronnerie"]
        assert labels("cible", "") == ["A", "B", "Montage"]
        assert labels("cible", beside.number.lower()) == ["Montage"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_its_cost_does_not_grow(self, lot, keeper, region, count, django_assert_num_queries):
        order = ordered(lot, keeper, *[{"places": 1}] * count)
        draft = avenants.open_avenant(order, keeper)
        for one in order.composantes.all():
            avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, hours=Decimal(1))
        with django_assert_num_queries(AVENANT_QUERIES):
            page(region, "avenant", order.pk)
