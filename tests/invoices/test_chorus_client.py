"""The client speaks to the stand-in over a real socket: documented shapes, and every way in which an answer fails."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from invoices.chorus.client import Account, PisteClient
from invoices.chorus.connection import check, connect, is_configured
from invoices.chorus.contract import AnswerLost, Call, FlowState, RefusedForGood, TryAgain
from invoices.chorus.stand_in import CLIENT, LOGIN, PASSWORD, SECRET, Mishap, StandIn
from invoices.document.files import pdf_of
from tests.invoices.contents import invoice

pytestmark = pytest.mark.django_db

SIRET, OTHER = "19440029300019", "13000548100010"
NAME = f"{SIRET}-F2026-00001.pdf"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def there() -> Iterator[StandIn]:
    with StandIn(reads_files=False) as stand_in:
        yield stand_in


def client(there: StandIn, *, seconds: float = 5.0, watched: list[Call] | None = None, **account: Any) -> PisteClient:
    known = {"client_id": CLIENT, "client_secret": SECRET, "login": LOGIN, "password": PASSWORD} | account
    calls: list[Call] = [] if watched is None else watched
    return PisteClient(Account(there.url, there.url, **known), seconds=seconds, watch=calls.append)


def test_a_file_goes_from_its_deposit_to_its_statuses(there):
    said = client(there)
    flow = said.deposit(NAME, b"%PDF")
    assert flow.startswith("CPP")
    assert said.report(flow).state == FlowState.INTEGRE
    found = said.find("F2026-00001", SIRET)
    assert found is not None
    assert found.flow == flow
    told = said.history(found.identifier)
    assert [one.status for one in told] == [
        "DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION", "SERVICE_FAIT", "MANDATEE",
        "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE", "MISE_EN_PAIEMENT",
    ]  # fmt: skip
    assert told[0].at.utcoffset() is not None, "Chorus Pro says Paris without saying it"


def test_a_file_that_waits_is_neither_known_nor_refused():
    with StandIn(reads_files=False, integration=HOUR) as there:
        said = client(there)
        flow = said.deposit(NAME, b"%PDF")
        assert said.report(flow).state == FlowState.EN_COURS
        assert said.report("CPP-inconnu").state == FlowState.EN_COURS
        assert said.find("F2026-00001", SIRET) is None


def test_the_same_number_with_another_supplier_is_another_invoice(there):
    said = client(there)
    said.deposit(f"{OTHER}-F2026-00001.pdf", b"%PDF")
    assert said.find("F2026-00001", SIRET) is None
    assert said.find("F2026-00001", OTHER) is not None


def test_of_two_files_for_one_invoice_the_one_of_its_flow_is_read(there):
    said = client(there)
    first, second = said.deposit(NAME, b"%PDF"), said.deposit(NAME, b"%PDF")
    assert said.find("F2026-00001", SIRET, first).flow == first
    assert said.find("F2026-00001", SIRET).flow == second


def test_a_list_of_several_pages_is_read_to_its_end(there, monkeypatch):
    monkeypatch.setattr("invoices.chorus.client.PER_PAGE", 2)
    said = client(there)
    for siret in ("1" * 14, "2" * 14, "3" * 14, "4" * 14, SIRET):
        said.deposit(f"{siret}-F2026-00001.pdf", b"%PDF")
    assert said.find("F2026-00001", SIRET) is not None
    assert there.calls["recherche"] == 3


def test_the_file_itself_is_read_as_chorus_pro_would():
    with StandIn() as there:
        said = client(there)
        content = invoice()
        flow = said.deposit("a.pdf", pdf_of(content))
        assert said.report(flow).state == FlowState.INTEGRE
        assert said.find(content.number, content.seller.siret) is not None
        report = said.report(said.deposit("b.pdf", b"%PDF-1.7 sans facture"))
        assert report.state == FlowState.REJETE
        assert report.errors == ("Le fichier n’est pas un Factur-X lisible.",)


@pytest.mark.parametrize(
    ("process", "legal_id", "faults"), [("S1", "siren", 2), ("A1", "siren", 1), ("A1", "siret", 0)]
)
def test_a_platform_older_than_the_norm_takes_what_the_payer_may_ask_for(process, legal_id, faults):
    with StandIn(older=True) as there:
        said = client(there)
        report = said.report(said.deposit("a.pdf", pdf_of(invoice(process=process, legal_id=legal_id))))
        assert len(report.errors) == faults
        assert report.state == (FlowState.REJETE if faults else FlowState.INTEGRE)


@pytest.mark.parametrize(
    ("mishap", "write", "read"),
    [
        (Mishap(taken=True, drop=True), AnswerLost, TryAgain),
        (Mishap(drop=True), AnswerLost, TryAgain),
        (Mishap(taken=True, seconds=0.4), AnswerLost, TryAgain),
        (Mishap(taken=True, status=502, body="<html>"), AnswerLost, TryAgain),
        (Mishap(status=503), AnswerLost, TryAgain),
        (Mishap(taken=True, status=200, body="<html>"), AnswerLost, TryAgain),
        (Mishap(taken=True, status=200, body="[]"), AnswerLost, TryAgain),
        (Mishap(taken=True, status=200, body='{"codeRetour": 20000, "libelle": "Technique"}'), AnswerLost, TryAgain),
        (Mishap(status=302), AnswerLost, TryAgain),
        (Mishap(status=429, retry_after="90"), TryAgain, TryAgain),
        (Mishap(status=403), TryAgain, TryAgain),
        (Mishap(status=404), TryAgain, TryAgain),
        (Mishap(status=400, body='{"libelle": "Syntaxe inconnue"}'), RefusedForGood, RefusedForGood),
        (Mishap(status=413), RefusedForGood, RefusedForGood),
        (Mishap(status=200, body='{"codeRetour": 20001, "libelle": "GDP_MSG_11.022"}'), RefusedForGood, RefusedForGood),
    ],
)  # fmt: skip
def test_what_each_failure_means_for_what_is_sent_and_for_what_is_asked(there, mishap, write, read):
    watched: list[Call] = []
    said = client(there, seconds=0.2 if mishap.seconds else 5.0, watched=watched)
    there.plan("depot", mishap)
    with pytest.raises(write) as told:
        said.deposit(NAME, b"%PDF")
    assert type(told.value) is write
    assert told.value.words
    there.plan("historique", mishap)
    with pytest.raises(read):
        said.history(1)
    assert [call.act for call in watched] == ["depot", "historique"]
    assert all(call.words for call in watched)


def test_an_answer_without_a_flow_is_a_lost_one(there):
    there.plan("depot", Mishap(taken=True, status=200, body='{"codeRetour": 0, "libelle": "GCU_MSG_01_000"}'))
    with pytest.raises(AnswerLost):
        client(there).deposit(NAME, b"%PDF")


def test_an_answer_of_another_shape_is_no_answer(there):
    there.plan(
        "recherche", Mishap(status=200, body='{"codeRetour": 0, "listeFactures": [{"numeroFacture": "F2026-00001"}]}')
    )
    with pytest.raises(TryAgain, match="fournisseur"):
        client(there).find("F2026-00001", SIRET)
    history = '{"codeRetour": 0, "historiquesDesStatuts": {"histoStatut": [{"histoStatutDatePassage": "hier"}]}}'
    there.plan("historique", Mishap(status=200, body=history))
    with pytest.raises(TryAgain, match="date"):
        client(there).history(1)
    there.plan("historique", Mishap(status=200, body='{"codeRetour": 0, "historiquesDesStatuts": "?"}'))
    with pytest.raises(TryAgain, match="forme inconnue"):
        client(there).history(1)


def test_a_server_that_is_not_there_has_received_nothing():
    with StandIn() as there:
        said = client(there)
    with pytest.raises(TryAgain, match="ne répond pas"):
        said.deposit(NAME, b"%PDF")


def test_chorus_pro_says_how_long_to_wait(there):
    there.plan("depot", Mishap(status=429, retry_after="90"), Mishap(status=429, retry_after="plus tard"))
    said = client(there)
    with pytest.raises(TryAgain) as told:
        said.deposit(NAME, b"%PDF")
    assert told.value.after == 90
    with pytest.raises(TryAgain) as told:
        said.deposit(NAME, b"%PDF")
    assert told.value.after is None


def test_one_token_serves_until_its_end_and_a_refused_one_is_asked_again(there):
    said = client(there)
    with time_machine.travel(dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC), tick=True) as clock:
        said.find("F2026-00001", SIRET)
        said.find("F2026-00001", SIRET)
        assert there.calls["jeton"] == 1
        there.expire_tokens()
        said.deposit(NAME, b"%PDF")
        assert (there.calls["jeton"], len(there.flows)) == (2, 1)
        clock.shift(HOUR)
        said.find("F2026-00001", SIRET)
        assert there.calls["jeton"] == 3


@pytest.mark.parametrize("wrong", [{"client_secret": "faux"}, {"password": "faux"}])
def test_wrong_credentials_are_the_portals_own_trouble(there, wrong):
    with pytest.raises(TryAgain) as told:
        client(there, **wrong).deposit(NAME, b"%PDF")
    assert told.value.ours
    assert there.flows == []
    assert "faux" not in repr(client(there, **wrong)._account), "a secret is not shown"


def test_no_call_is_made_inside_a_transaction(there):
    said = client(there)
    acts = (
        lambda: said.deposit(NAME, b"%PDF"),
        lambda: said.report("CPP1"),
        lambda: said.find("F2026-00001", SIRET),
        lambda: said.history(1),
    )
    for act in acts:
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            act()
    assert there.calls.total() == 0


def test_without_settings_there_is_no_exchange_and_half_of_them_is_a_mistake(settings):
    assert not is_configured()
    assert connect([].append) is None
    assert check() == []
    settings.CHORUS_API_URL = "https://api.exemple.test"
    assert connect([].append) is None
    assert "CHORUS_LOGIN" in check()[0].msg
