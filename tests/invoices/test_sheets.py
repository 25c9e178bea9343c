"""The supporting sheets of an invoice: what they say, sealed with it, within the limits of Chorus Pro."""

import datetime as dt
import hashlib
import io
import zipfile
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from invoices.document.sheets import ALL_MAX, FILE_MAX, NAME_MAX, Weighed, faults, file_name, pdf_of
from invoices.models import Invoice, PayerSettings
from invoices.workflow import invoices, tables
from invoices.workflow.files import keep_file
from invoices.workflow.sheets import keep_sheets
from orders.queries import mandataire_of
from stagiaires import codes
from stagiaires.workflow import absences, half_days, months, signatures, timetable
from stagiaires.workflow.half_days import Opener
from stagiaires.workflow.signatures import Said
from tests.factories.accounts import hat, siret
from tests.factories.commandes import ordered
from tests.factories.invoices import agreed, agreed_months, billing, located
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, parcours
from tests.pdf_checks import faults as pdf_faults

MARCH = dt.date(2027, 3, 1)
HALVES = Decimal("3.50")
CONTENT = {
    "invoice": "F2026-00001", "issued_on": "2026-11-05", "order": "2024-15-BC-0007", "seller": "Greta Loire",
    "composante": "C2026-0001", "title": "Soudeur assembleur industriel", "organisme": "Greta Loire",
    "month": "2026-10-01", "adjusts": False, "billed": "70.00", "total": "70.00", "booked_on": "2026-11-03",
    "rows": [{"parcours": 12, "session": "S2026-0377", "hours": "70.00", "absent": "3.50"}],
    "seals": [{"session": "S2026-0377", "version": 1, "sha256": "a" * 64, "confirmed_on": "2026-11-03"}],
}  # fmt: skip

# One counter-example for each limit of Chorus Pro: 50 characters, 10 MB each, 120 MB in all.
GOOD = Weighed("heures-C2026-0001-2026-10.pdf", 40_000)
WRONG = {
    "sheet_name_long": [Weighed("h" * (NAME_MAX - 3) + ".pdf", 1)],
    "sheet_name_signs": [Weighed("relevé d’heures.pdf", 1)],
    "sheet_twice": [GOOD, Weighed(GOOD.name.upper().replace("PDF", "pdf"), 1)],
    "sheet_empty": [Weighed("heures.pdf", 0)],
    "sheet_heavy": [Weighed("heures.pdf", FILE_MAX)],
    "sheets_heavy": [Weighed(f"heures-{rank}.pdf", FILE_MAX - 1) for rank in range(13)],
}


@pytest.mark.parametrize("code", WRONG)
def test_what_chorus_pro_would_refuse_is_refused_here(code):
    found = faults(WRONG[code])
    assert {one.code for one in found} == {code}
    assert all(one.message.endswith(".") for one in found)


def test_just_within_the_limits_nothing_is_wrong():
    assert faults([Weighed("h" * (NAME_MAX - 4) + ".pdf", FILE_MAX - 1)]) == []
    assert faults([Weighed(f"heures-{rank}.pdf", ALL_MAX // 20) for rank in range(20)]) == []
    longest = file_name("C2026-99999999999999", MARCH)
    assert faults([Weighed(longest, 1)]) == []


def test_the_same_sheet_gives_the_same_bytes_and_is_archived_like_the_invoice():
    made = pdf_of(CONTENT)
    assert made == pdf_of(CONTENT)
    assert pdf_faults(made) == []
    text = PdfReader(io.BytesIO(made)).pages[0].extract_text().replace("\xa0", " ")
    for word in ("F2026-00001", "2024-15-BC-0007", "n° 12", "70,00 heures", "a" * 64):
        assert word in text
    by_hand = pdf_of(CONTENT | {"rows": [], "seals": []})
    assert "Relevé d’heures" in PdfReader(io.BytesIO(by_hand)).pages[0].extract_text()


def at(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


@pytest.mark.django_db
def test_from_the_signatures_to_the_sheet_of_the_invoice(time_machine, client: Client):
    """Planned by the timetable, signed, sealed, confirmed, agreed, invoiced: the sheet says it without a name."""
    morning_of = dt.date(2027, 3, 2)
    time_machine.move_to(at(morning_of, dt.time(9, 5)))
    session = published_session(starts_on=dt.date(2027, 2, 1), ends_on=dt.date(2027, 6, 30))
    keeper = hat("region", "gestionnaire", organisation=located("Région", region=True, siret=siret(4400)))
    here, away, gone = (parcours(session) for _ in range(3))
    order = ordered(session.lot, keeper, {"organisme": session.organisme, "ends_on": dt.date(2027, 6, 30)})
    composante = order.composantes.get()
    type(here).objects.filter(session=session).update(composante=composante)
    type(here).objects.filter(pk=gone.pk).update(left_on=dt.date(2027, 3, 1))
    opener = Opener(hat=member_of(session.organisme))
    morning = HalfDayFactory(session=session, on_date=morning_of, secret=codes.new_secret())
    stage = HalfDayFactory(session=session, on_date=dt.date(2027, 3, 3), secret=codes.new_secret(), kind="entreprise")
    timetable.exempt([stage], away, opener.hat)
    half_days.open_half_day(morning, opener)
    signatures.take(morning.pk, [Said(uuid4(), here.pk, timezone.now())], opener)
    time_machine.move_to(at(dt.date(2027, 3, 31), dt.time(18)))
    absences.state_absence(morning, away, opener, reason="maladie")
    absences.correct(stage, here, opener.hat, hours=HALVES, reason="Attesté par l’employeur")
    lock = months.confirm(months.lock_month(session, MARCH, opener.hat), keeper)

    mandataire = mandataire_of(session.lot)
    mandataire.address, mandataire.postcode, mandataire.city = "3 rue des Écoles", "44000", "Nantes"
    mandataire.siret = siret(4401)
    mandataire.save()
    ours = member_of(mandataire)
    billing(mandataire, ours)
    PayerSettings.objects.create(
        region=keeper.organisation, valid_from=dt.date(2024, 1, 1), service_code="FORMATION", set_by=keeper
    )
    table = tables.open_table(order, MARCH)
    line = table.lines.get()
    assert (line.hours_planned, line.hours) == (3 * HALVES, HALVES), "three were planned there, one left, one was ill"
    client.force_login(keeper.user)
    page = client.get(reverse("service_fait", args=[order.pk, "2027-03"])).content.decode().replace("\xa0", " ")
    assert "−7,00 heures" in page
    assert "à expliquer" in page
    tables.comment(line, ours, gap="absences", note="Deux absents le 2 mars.")
    tables.comment(line, keeper, gap="absences", note="Vu.")
    page = client.get(reverse("service_fait", args=[order.pk, "2027-03"])).content.decode()
    assert "à expliquer" not in page
    for words in ("Absences", "Deux absents le 2 mars.", "Vu."):
        assert words in page
    invoice = invoices.issue(agreed(table, ours, keeper), ours)

    sheet = invoice.sheets.get()
    assert sheet.name == f"heures-{composante.number}-2027-03.pdf"
    assert [(row["parcours"], row["hours"], row["absent"]) for row in sheet.content["rows"]] == [
        (here.pk, "3.50", "0.00"),
        (away.pk, "0.00", "3.50"),
    ]
    assert sheet.content["seals"][0]["sha256"] == lock.sha256
    said = str(sheet.content)
    for person in (here.stagiaire, away.stagiaire):
        assert person.last_name not in said
        assert person.first_name not in said
    assert "maladie" not in said
    assert keep_sheets(invoice) == 1
    assert keep_sheets(invoice) == 0, "done once"


@pytest.mark.django_db
def test_the_sheets_are_sealed_with_the_invoice_and_downloaded_with_it(client: Client):
    (table,), ours, _keeper = agreed_months(1)
    invoice = invoices.issue(table, ours)
    sheet = invoice.sheets.get()
    client.force_login(ours.user)
    one, whole = (reverse(f"facture_{name}", args=args) for name, args in (
        ("piece", [invoice.pk, sheet.pk]), ("ensemble", [invoice.pk])
    ))  # fmt: skip
    before = client.get(one).content  # the worker has not come by yet
    keep_file(invoice)
    sheet.refresh_from_db()
    inside = PdfReader(io.BytesIO(client.get(reverse("facture_fichier", args=[invoice.pk])).content)).attachments
    assert inside[sheet.name] == [before], "what is deposited carries it"
    assert client.get(one).content == before == bytes(sheet.pdf)
    assert (sheet.sha256, sheet.size) == (hashlib.sha256(before).hexdigest(), len(before))
    assert "relevé" in PdfReader(io.BytesIO(before)).pages[0].extract_text().lower()
    files = zipfile.ZipFile(io.BytesIO(client.get(whole).content))
    assert files.namelist() == [f"{invoice.number}.pdf", sheet.name]
    assert files.read(sheet.name) == before
    for change in ({"content": {}}, {"name": "x.pdf"}, {"pdf": b"x"}, {"sha256": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(sheet).objects.filter(pk=sheet.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        sheet.delete()
    note = invoices.credit(Invoice.objects.get(pk=invoice.pk), "Le code service était faux.", ours)
    assert not note.sheets.exists()
