"""Hours that were not foreseen, toward the whole certification: costed, asked, decided, engaged on the lot (R51)."""

from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.rulebook import letters
from core.rulebook.models import Receipt
from orders import proof
from orders.enums import ComposanteKind
from orders.workflow import bons
from sessions.workflow import extra_hours
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotPriceFactory
from tests.factories.sessions import located_organisme
from tests.sessions.steps import again, order, standing_on, start, told

pytestmark = pytest.mark.django_db


def test_hours_more_are_costed_asked_granted_and_engaged_on_the_lot(decider: Membership, client: Client) -> None:
    session, staying, _ = standing_on(decider, 5, 2)
    session = again(session)[1]
    organisme = session.request.created_by
    start(session)
    session = again(session)[1]
    asked = {"intention": staying, "places": 3, "hours_each": Decimal(70), "reason": "Le titre complet."}
    with pytest.raises(Refused, match="pas encore commandée"):
        extra_hours.ask(session, organisme, **asked)
    order(session)
    cost = extra_hours.cost(session, 3, Decimal(70))
    assert (cost.hours, cost.amount, cost.fits) == (Decimal(210), Decimal("1963.50"), True)
    assert cost.left == cost.free - 210

    row = extra_hours.ask(session, organisme, **asked)
    assert told("session.heures_demandees") == {"region"}
    with pytest.raises(Refused, match="attend déjà"):
        extra_hours.ask(session, organisme, **asked)
    with pytest.raises(Refused, match="décideurs"):
        extra_hours.decide(row, hat("region", "gestionnaire"), granted=True, reason="Oui")

    row = extra_hours.decide(row, decider, granted=True, reason="Certification complète visée.")

    made = row.composante
    assert (made.kind, made.hours_asked, made.price) == (ComposanteKind.SUPPLEMENTAIRE, 210, Decimal("9.35"))
    assert made.balance.engage == 210
    assert row.receipt.derogations == ["R51"]
    assert told("session.heures_reponse") == {"organisme", "employeur"}
    assert not list(proof.disagreements())

    letter = letters.write(row.receipt)
    said = letter.content["head"]
    assert (letter.title, said["reason"]) == ("Heures supplémentaires accordées", "Certification complète visée.")
    assert {one["label"]: one["value"] for one in said["examined"]}["Parcours à compléter"] == "3"
    assert [one["rule"] for one in letter.content["granted"]] == ["R51"]
    printed = render_to_string("rulebook/lettre.html", {**letter.content, "qr": ""})
    assert printed.count("Certification complète visée.") == 1
    client.force_login(organisme.user)
    assert client.get(reverse("demande_lettre", args=[session.request_id, row.receipt.pk])).content == bytes(letter.pdf)
    assert "Heures supplémentaires accordées" in client.get(reverse("demande_detail", args=[session.request_id])).text

    # The Région has agreed: the document that carries these hours does not ask again, and cites the receipt.
    keeper = hat("region", "gestionnaire")
    drafted = bons.prepare(made.lot, [made], keeper)
    client.force_login(keeper.user)
    page = client.get(reverse("commande_emettre", args=[drafted.pk])).content.decode()
    assert f"Accord déjà donné\u00a0: reçu n°\u00a0{row.receipt.pk} du" in page
    assert "Donner l’accord pour les heures supplémentaires" not in page
    bons.issue(drafted, keeper)
    kept = Receipt.objects.get(subject_type="bondecommande", subject_id=drafted.pk)
    assert (kept.derogations, kept.judgement["told"]) == (["R51"], {"agreed": [row.receipt.pk]})


def test_hours_beyond_the_maxi_are_refused_to_who_asks_and_an_answer_is_given_once(decider: Membership) -> None:
    organisme = located_organisme()
    lot = LotFactory(mandataire=organisme, period=("0", "4000"))
    session, staying, _ = standing_on(decider, 5, 2, organisme=organisme, lot=lot)
    start(session)
    session = again(session)[1]
    order(session)
    me = session.request.created_by
    with pytest.raises(Refused, match="maxi"):
        extra_hours.ask(session, me, intention=staying, places=7, hours_each=Decimal(70), reason="Le titre complet.")
    row = extra_hours.ask(session, me, intention=staying, places=1, hours_each=Decimal(70), reason="Le titre complet.")

    extra_hours.decide(row, decider, granted=False, reason="La certification est atteinte sans elles.")

    row.refresh_from_db()
    assert (row.state, row.composante) == ("refusee", None)
    letter = letters.write(row.receipt)
    assert letter.title == "Refus d’heures supplémentaires"
    assert [one["rule"] for one in letter.content["obstacles"]] == ["R51"]
    with pytest.raises(Refused, match="refusée"):
        extra_hours.decide(row, decider, granted=True, reason="Finalement oui.")


def test_hours_granted_stay_granted_at_another_price_of_the_lot(decider: Membership) -> None:
    session, staying, _ = standing_on(decider, 5, 2)
    start(session)
    session = again(session)[1]
    order(session)
    asked = extra_hours.ask(
        session, session.request.created_by, intention=staying, places=1, hours_each=Decimal(70), reason="Le titre."
    )
    made = extra_hours.decide(asked, decider, granted=True, reason="Certification visée.").composante
    keeper, today = hat("region", "gestionnaire"), timezone.localdate()
    draft = bons.prepare(made.lot, [made], keeper)
    standing = made.lot.prices.get()
    standing.period = DateRange(standing.period.lower, today)
    standing.save()
    LotPriceFactory(lot=made.lot, amount="9.60", period=DateRange(today, None))

    bons.apply_price(draft, keeper)
    sent = bons.issue(draft, keeper)  # R51: nobody is asked to agree again

    asked.refresh_from_db()
    assert (asked.composante, asked.composante.price) == (sent.composantes.get(), Decimal("9.60"))
    assert asked.composante != made
