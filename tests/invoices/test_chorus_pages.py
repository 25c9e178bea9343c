"""What the organisme and the Région read of a deposit, and the buttons that are there when they are lawful."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from core.accounts.hats import SESSION_KEY
from core.accounts.models import Membership
from core.journal.models import Notification
from invoices.chorus.stand_in import Mishap, StandIn
from invoices.enums import DepositState
from invoices.models import BillingProfile, ChorusCall, Deposit, Invoice
from invoices.workflow import deposits, exchange
from tests.factories.accounts import hat
from tests.factories.chorus import copies, linked, sealed_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(settings) -> Iterator[StandIn]:
    with StandIn(reads_files=False) as stand_in:
        linked(settings, stand_in)
        yield stand_in


def signed_in(one: Membership) -> Client:
    client = Client()
    client.force_login(one.user)
    session = client.session
    session[SESSION_KEY] = one.pk
    session.save()
    return client


def page(invoice: Invoice, one: Membership) -> str:
    return signed_in(one).get(reverse("facture_detail", args=[invoice.pk])).content.decode()


def test_the_organisme_deposits_with_a_button_and_reads_what_becomes_of_it(there):
    invoice, ours, keeper = sealed_invoice()
    assert "Déposer sur Chorus Pro" in page(invoice, ours)
    assert "Déposer sur Chorus Pro" not in page(invoice, keeper)
    answer = signed_in(ours).post(reverse("facture_deposer", args=[invoice.pk]), follow=True)
    assert "Le dépôt est demandé" in answer.content.decode()
    assert "Déposer sur Chorus Pro" not in page(invoice, ours)
    exchange.sweep()
    assert "Déposée par le portail" in page(invoice, ours)
    Deposit.objects.update(next_at="2026-01-01T00:00:00Z")
    there.stories[invoice.number] = (("DEPOSEE", ""), ("REJETEE", "Le service fait est contesté."))
    exchange.sweep()
    for reader, said in ((ours, "Le rejet est définitif"), (keeper, "Le mandataire en est averti")):
        text = page(invoice, reader)
        assert "Le service fait est contesté." in text
        assert said in text
    assert reverse("facture_avoir", args=[invoice.pk]) in page(invoice, ours)
    assert reverse("facture_statut", args=[invoice.pk]) not in page(invoice, ours), "the portal follows it"


def test_a_refused_deposit_says_why_and_may_be_asked_again(there):
    invoice, ours, keeper = sealed_invoice()
    there.plan("depot", Mishap(status=200, body='{"codeRetour": 20001, "libelle": "Compte non rattaché."}'))
    deposits.ask(invoice, ours)
    exchange.sweep()
    text = page(invoice, ours)
    assert "Compte non rattaché." in text
    assert "Déposer de nouveau" in text
    assert "Déposer de nouveau" not in page(invoice, keeper)
    assert "réglages du payeur" in page(invoice, keeper)
    assert {one.user for one in Notification.objects.filter(kind="facture.depot")} == {ours.user, keeper.user}
    signed_in(ours).post(reverse("facture_deposer", args=[invoice.pk]))
    assert Deposit.objects.get().round == 2


def test_without_exchange_the_page_leads_to_the_manual_route():
    invoice, ours, _ = sealed_invoice()
    text = page(invoice, ours)
    assert "déposez le fichier vous-même" in text
    assert "Déposer sur Chorus Pro" not in text
    client = signed_in(ours)
    address = reverse("facture_a_la_main", args=[invoice.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"at": "2999-01-01"}).status_code == 422
    assert client.post(address, {"at": "2026-11-20"}).status_code == 422, "the invoice is of the day after"
    assert "Écrivez une date du calendrier" in client.post(address, {"at": "31/02/2026"}).content.decode()
    assert client.post(address, {"at": "21/11/2026"}).status_code == 302
    assert Deposit.objects.get().state == DepositState.A_LA_MAIN
    assert client.get(address).status_code == 404
    assert reverse("facture_statut", args=[invoice.pk]) in page(invoice, ours)


def test_taking_over_by_hand_asks_why_and_may_be_undone(there):
    invoice, ours, keeper = sealed_invoice()
    deposits.ask(invoice, ours)
    client, address = signed_in(ours), reverse("facture_a_la_main", args=[invoice.pk])
    assert "Dites pourquoi" in client.post(address, {"at": "2026-11-21"}).content.decode()
    client.post(address, {"at": "2026-11-21", "reason": "Le compte technique est fermé."})
    assert Deposit.objects.get().state == DepositState.A_LA_MAIN
    back = reverse("facture_rendre", args=[invoice.pk])
    text = page(invoice, ours)
    assert "Le compte technique est fermé." in text
    assert back in text
    assert back not in page(invoice, keeper)
    client.post(back)
    assert Deposit.objects.get().state == DepositState.INCERTAIN
    assert "Le portail l’y cherche" in page(invoice, ours)


def test_the_organisme_charges_the_portal_and_takes_it_back(there):
    invoice, ours, _ = sealed_invoice()
    client, address = signed_in(ours), reverse("facturation_mandat")
    client.post(address, {})
    assert not BillingProfile.objects.get().mandated
    assert "Charger le portail des dépôts" in page(invoice, ours)
    client.post(address, {"given": "on"})
    assert BillingProfile.objects.get().mandated
    stranger = signed_in(hat("organisme"))
    assert "informations de facturation" in stranger.post(address, {"given": "on"}).content.decode()


def test_the_administrator_watches_the_exchange(there, settings, django_assert_num_queries):
    first, ours, keeper = sealed_invoice()
    admin = signed_in(hat("region", "administrateur", organisation=keeper.organisation))
    address = reverse("chorus_echanges")
    assert "Le portail est relié" in admin.get(address).content.decode()
    there.plan("depot", *[Mishap(status=200, body='{"codeRetour": 20001, "libelle": "Compte non rattaché."}')] * 3)
    for count, invoices in ((1, [first]), (3, copies(first, 2))):
        for invoice in invoices:
            deposits.ask(invoice, ours)
        exchange.sweep()
        with django_assert_num_queries(10):
            text = admin.get(address).content.decode()
        assert text.count("Refusée au dépôt") == count
        assert ChorusCall.objects.filter(outcome="refuse").count() == count
    assert "La dernière demande a échoué" in text
    settings.CHORUS_PASSWORD = ""
    assert "n’est pas relié" in admin.get(address).content.decode()
    assert signed_in(keeper).get(address).status_code == 404


def test_the_list_says_where_each_deposit_stands_and_is_narrowed_by_it(there):
    first, ours, _ = sealed_invoice()
    second, third = copies(first, 2)
    there.plan("depot", Mishap(status=200, body='{"codeRetour": 20001, "libelle": "Compte non rattaché."}'))
    deposits.ask(second, ours)
    exchange.sweep()
    deposits.ask(third, ours)
    client, address = signed_in(ours), reverse("facture_liste")
    for where, invoice, said in (
        ("a_deposer", first, "Émise, à déposer"),
        ("a_reprendre", second, "Refusée au dépôt"),
        ("en_cours", third, "Dépôt demandé"),
    ):
        text = client.get(address, {"ou": where}).content.decode()
        assert [one.number for one in (first, second, third) if f">{one.number}<" in text] == [invoice.number], where
        assert said in text
