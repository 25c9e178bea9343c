"""The letter of a decision: what it says, who may read it, that it never changes, and how anyone checks it."""

import hashlib
import re
import time
import zlib
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.outbox import work_one
from core.journal.refusals import Refused
from core.rulebook import letters
from core.rulebook.models import Letter, LetterText, Receipt
from core.ui.french import jour
from intentions.enums import DerogationState
from intentions.models import Intention
from intentions.workflow import decide_derogation as decide_on_intention
from intentions.workflow import keep_verdict, resume, set_aside, withdraw
from sessions.models import RequestDerogation, SessionRequest
from sessions.workflow import decisions
from tests.factories.accounts import hat
from tests.factories.intentions import IntentionFactory, filed
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return hat("region")


def refused(region, **given) -> SessionRequest:
    asked = SessionRequestFactory(in_queue=True, **given)
    decisions.refuse(asked, region, "Le besoin est déjà couvert par la session 2026-0001.")
    asked.refresh_from_db()
    return asked


def receipt_of(subject, act: str = "decision") -> Receipt:
    return Receipt.objects.filter(subject_id=subject.pk, act=act).latest("pk")


def text_of(pdf: bytes) -> str:
    """The uncompressed streams of a PDF, where its structure can be read."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = [pdf]
    for stream in streams:
        try:
            # Not `zlib.decompress`: a stream whose last byte is a carriage return loses it to the expression above.
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found).decode("latin-1")


def test_the_worker_writes_the_letter_of_a_refusal(region) -> None:
    asked = refused(region)
    while work_one():
        pass

    letter = Letter.objects.get(receipt=receipt_of(asked))

    assert letter.content["head"]["decision"] == "La Région refuse l’ouverture de cette session."
    assert "2026-0001" in letter.content["head"]["reason"]
    assert letter.content["head"]["addressee"][0] == asked.organisme.name
    assert hashlib.sha256(bytes(letter.pdf)).hexdigest() == letter.sha256


def test_an_authorisation_quotes_every_rule_that_it_rests_on(region) -> None:
    asked = SessionRequestFactory(in_queue=True)
    decisions.authorise(asked, region)

    letter = letters.write(receipt_of(asked))

    assert letter is not None
    assert letter.title == "Autorisation d’une session de formation"
    kept = letter.content["kept"]
    assert {"R01", "R11", "R67", "R112", "R115"} <= {one["rule"] for one in kept}
    assert all(one["source"] and one["message"] for one in kept)
    assert letter.content["obstacles"] == letter.content["ways"] == []


def test_a_refused_derogation_is_told_with_its_reason_and_what_can_be_done(region) -> None:
    asked = SessionRequestFactory(in_queue=True, seats=4)
    row = RequestDerogation.objects.create(request=asked, rule="R69", asked_reason="Petit atelier")
    decisions.decide_derogation(row, region, granted=False, reason="L’équilibre n’est pas attesté.")
    decisions.refuse(asked, region, "Il manque un stagiaire.")

    letter = letters.write(receipt_of(asked))

    assert letter is not None
    (told,) = letter.content["head"]["derogations"]
    assert (told["rule"], told["granted"], told["reason"]) == ("R69", False, "L’équilibre n’est pas attesté.")
    assert "R67" in {one["rule"] for one in letter.content["obstacles"]}
    assert not any("Viser l’ouverture" in step["sentence"] for way in letter.content["ways"] for step in way["steps"])
    said = [step["sentence"] for way in letter.content["ways"] for step in way["steps"]]
    assert any("groupe existant" in sentence for sentence in said)


def test_the_letter_never_changes_whatever_happens_to_the_file(region) -> None:
    asked = refused(region)
    first = letters.write(receipt_of(asked))
    asked.organisme.name = "Un autre nom"
    asked.organisme.save()

    again = letters.write(receipt_of(asked))

    assert first is not None
    assert again is not None
    assert (again.pk, bytes(again.pdf)) == (first.pk, bytes(first.pdf))
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Letter.objects.filter(pk=first.pk).update(title="Autre")


def test_the_same_content_gives_the_same_bytes(region) -> None:
    letter = letters.write(receipt_of(refused(region)))

    assert letter is not None
    assert letters.pdf_of(letter.content) == bytes(letter.pdf)


def test_a_letter_is_made_in_less_than_two_seconds(region) -> None:
    letter = letters.write(receipt_of(refused(region)))
    assert letter is not None
    start = time.process_time()  # what others do on the machine is left out
    letters.pdf_of(letter.content)

    assert time.process_time() - start < 2  # 0.4 s on a quiet machine


def test_the_file_is_tagged_titled_in_french_with_its_fonts(region) -> None:
    letter = letters.write(receipt_of(refused(region)))
    assert letter is not None
    found = text_of(bytes(letter.pdf))

    assert bytes(letter.pdf).startswith(b"%PDF-1.7")
    assert re.search(r"/MarkInfo\s*<<\s*/Marked true", found)
    assert re.search(r"/Lang\s*\(fr\)", found)
    assert "/StructTreeRoot" in found
    assert re.search(r"/DisplayDocTitle true", found)
    assert "/Outlines" in found
    assert "/FontFile" in found
    assert "Source-Sans-3" in found
    assert "<pdfuaid:part>1</pdfuaid:part>" in found
    assert re.search(r"pdfaid:part(>|=\")3", found)
    assert re.search(r"pdfaid:conformance(>|=\")A", found)
    assert "/Alt" in found  # the QR code is described


def test_the_organisme_and_the_region_download_it_and_nobody_else(client: Client, region) -> None:
    asked = refused(region)
    receipt = receipt_of(asked)
    letters.write(receipt)
    url = reverse("demande_lettre", args=[asked.pk, receipt.pk])

    for reader in (asked.created_by, region):
        client.force_login(reader.user)
        answer = client.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content == bytes(Letter.objects.get().pdf)
    for stranger in (hat("organisme"), hat("employeur")):
        client.force_login(stranger.user)
        assert client.get(url).status_code == client.post(url).status_code == 404


def test_a_letter_not_written_yet_is_prepared_on_demand(client: Client, region) -> None:
    asked = refused(region)
    url = reverse("demande_lettre", args=[asked.pk, receipt_of(asked).pk])
    client.force_login(asked.created_by.user)

    assert client.get(url).status_code == 404
    page = client.get(reverse("demande_detail", args=[asked.pk])).content.decode()
    assert "Préparer la lettre" in page
    assert client.post(url).status_code == 302
    assert client.get(url).status_code == 200
    assert "Télécharger la lettre" in client.get(reverse("demande_detail", args=[asked.pk])).content.decode()


def test_a_receipt_of_another_act_or_file_has_no_letter_here(client: Client, region) -> None:
    asked, other = refused(region), refused(region)
    client.force_login(asked.created_by.user)

    assert client.post(reverse("demande_lettre", args=[asked.pk, receipt_of(other).pk])).status_code == 404


def intention_to_decide() -> Intention:
    return filed(hat("employeur"), contract_type="cdd", contract_months=5, short_contract_reason="saisonnier")


def test_the_employer_reads_why_his_derogation_is_refused(client: Client, region) -> None:
    intention = intention_to_decide()
    row = intention.derogations.get(rule="R31")
    assert row.state == DerogationState.DEMANDEE
    decide_on_intention(row, granted=False, reason="Le poste dure toute l’année.", hat=region)
    receipt = receipt_of(intention, "derogation")

    client.force_login(intention.filed_by.user)
    url = reverse("intention_lettre", args=[intention.pk, receipt.pk])
    assert client.post(url).status_code == 302
    assert client.get(url).status_code == 200
    content = Letter.objects.get(receipt=receipt).content
    assert content["head"]["title"] == "Refus d’une dérogation"
    assert content["head"]["derogations"][0]["reason"] == "Le poste dure toute l’année."
    assert any("Porter le CDD à" in step["sentence"] for way in content["ways"] for step in way["steps"])


def test_an_intention_set_aside_has_its_letter(region) -> None:
    intention = filed(hat("employeur"))
    set_aside(intention, hat=region, reason="Un apprentissage répondra mieux.")

    content = letters.write(receipt_of(intention, "ecart")).content  # type: ignore[union-attr]

    assert content["head"]["title"] == "Intention d’embauche non éligible"
    assert content["head"]["reason"] == "Un apprentissage répondra mieux."


def test_a_letter_written_later_says_what_was_judged_that_day(region) -> None:
    """The file goes its way before the worker comes: given back, changed, sent again, its derogation asked anew."""
    asked = SessionRequestFactory(in_queue=True, seats=4, posts=4)
    row = RequestDerogation.objects.create(request=asked, rule="R69", asked_reason="Petit atelier")
    decisions.decide_derogation(row, region, granted=False, reason="L’équilibre n’est pas attesté.")
    decisions.ask_completion(asked, region, "Il manque un stagiaire.")
    start = asked.starts_on
    SessionRequest.objects.filter(pk=asked.pk).update(seats=9, title="Autre chose", starts_on=None, hours_centre=10)
    RequestDerogation.objects.filter(pk=row.pk).update(
        state="demandee", decision_reason="", decided_by=None, decided_at=None
    )

    while work_one():
        pass
    letter = Letter.objects.get(receipt=receipt_of(asked, "complement"))

    head = letter.content["head"]
    said = {line["label"]: line["value"] for line in head["examined"]}
    assert letter.title == "Demande de session à compléter"
    assert "Soudeur assembleur industriel" in head["about"]
    assert said["Places"] == "4"
    assert jour(start, weekday=False, year=False) in said["Dates"]
    assert said["Durée par stagiaire"] == "665\u00a0h"
    assert head["reason"] == "Il manque un stagiaire."
    assert head["decided_by"].startswith("Complément demandé par")
    assert [one["reason"] for one in head["derogations"]] == ["L’équilibre n’est pas attesté."]


def test_a_session_suspended_then_cancelled_has_a_letter_of_each(client: Client, region) -> None:
    asked = SessionRequestFactory(in_queue=True)
    decisions.authorise(asked, region)
    decisions.suspend(asked, region, "L’atelier est en travaux.")
    decisions.cancel(asked, region, "L’employeur ferme son site.")
    asked.refresh_from_db()
    while work_one():
        pass

    suspended, cancelled = (
        Letter.objects.get(receipt=receipt_of(asked.session, act)) for act in ("suspension", "annulation")
    )
    assert asked.decisions.get(kind="annulation").receipt == cancelled.receipt
    assert (suspended.content["head"]["reason"], cancelled.content["head"]["reason"]) == (
        "L’atelier est en travaux.",
        "L’employeur ferme son site.",
    )
    assert "R19" in {one["rule"] for one in cancelled.content["kept"]}
    client.force_login(asked.created_by.user)
    page = client.get(reverse("demande_detail", args=[asked.pk])).content.decode()
    assert page.count("Télécharger la lettre") == 3  # the authorisation's too
    assert client.get(reverse("demande_lettre", args=[asked.pk, cancelled.receipt_id])).status_code == 200


def test_the_portal_s_own_verdict_has_its_letter(client: Client) -> None:
    employer = hat("employeur")
    draft = IntentionFactory(filed_by=employer, contract_type="independant")
    client.force_login(employer.user)
    url = reverse("intention_verification", args=[draft.pk])
    assert "Recevoir ce verdict par lettre" in client.get(url).content.decode()

    for _ in range(2):  # nothing has moved: it is the same receipt
        assert client.post(url, {"lettre": "oui", "cle": str(uuid4())}).status_code == 302
    assert Receipt.objects.filter(act="verdict").count() == 1
    while work_one():
        pass

    content = Letter.objects.get(receipt__act="verdict").content
    assert content["head"]["decided_by"].startswith("Verdict rendu par le portail seul")
    assert content["obstacles"]
    assert content["ways"]
    assert "Télécharger la lettre" in client.get(url).content.decode()
    with pytest.raises(Refused, match="n’est pas non éligible"):
        keep_verdict(IntentionFactory(filed_by=employer), hat=employer)


def test_what_the_region_withdraws_is_told_by_letter_whatever_becomes_of_the_file(region) -> None:
    author = hat("employeur")
    intention = filed(author, post_count=3)
    withdraw(intention, hat=region, reason="Le besoin est couvert autrement.")
    resume(intention, hat=author)
    Intention.objects.filter(pk=intention.pk).update(job_title="Autre métier")

    content = letters.write(receipt_of(intention, "retrait")).content  # type: ignore[union-attr]

    assert content["head"]["reason"] == "Le besoin est couvert autrement."
    assert intention.job_title in content["head"]["about"]
    assert {"label": "Emplois proposés", "value": "3\u00a0postes"} in content["head"]["examined"]


def test_anyone_checks_a_receipt_without_learning_anything_of_the_file(client: Client, region) -> None:
    asked = refused(region)
    receipt = receipt_of(asked)
    letter = letters.write(receipt)
    page = client.get(reverse("recu_verifier", args=[letters.code_of(receipt)])).content.decode()

    assert "Ce reçu existe, et il est intact" in page
    assert receipt.hash in page
    assert letter is not None
    assert letter.sha256 in page
    assert [word for word in (asked.title, asked.organisme.name, asked.number, str(region.user)) if word in page] == []


@pytest.mark.parametrize("code", ["0" * 16, "abc", "%", "a" * 64])
def test_a_code_that_nothing_carries_is_absent(client: Client, code: str) -> None:
    absent = client.get(f"/recus/{code}/")

    assert absent.status_code == 404
    if len(code) >= 16:  # what cannot be a code at all is an absent page like any other
        assert "Aucun reçu ne porte ce code" in absent.content.decode()
        assert 'action="/recus/"' in absent.content.decode()
    assert "Aucun reçu ne porte ce code" in client.get("/recus/", {"code": code}).content.decode()


def test_the_code_of_a_letter_may_be_typed(client: Client, region) -> None:
    receipt = receipt_of(refused(region))

    assert client.get("/recus/", {"code": f" {receipt.hash[:16].upper()} "}).url == f"/recus/{receipt.hash[:16]}/"  # type: ignore[attr-defined]


def test_without_a_text_of_the_region_the_letter_says_that_it_lacks(region) -> None:
    content = letters.write(receipt_of(refused(region))).content  # type: ignore[union-attr]

    assert content["appeal_is_default"] is True
    assert content["appeal"].startswith("[À compléter par la Région")


def test_the_administrator_dates_the_text_of_the_letters(client: Client, region) -> None:
    administrator = hat("region", role="administrateur")
    client.force_login(administrator.user)
    today = timezone.localdate()
    sent = {"body": "Vous pouvez écrire à la Région.", "valid_from": f"{today:%d/%m/%Y}", "reason": "Premier texte"}

    assert client.post(reverse("lettres_texte"), sent).status_code == 302

    assert "Vous pouvez écrire à la Région." in client.get(reverse("lettres_texte")).content.decode()
    content = letters.write(receipt_of(refused(region))).content  # type: ignore[union-attr]
    assert (content["appeal"], content["appeal_is_default"]) == ("Vous pouvez écrire à la Région.", False)
    assert LetterText.objects.get().author == administrator.user
    assert client.post(reverse("lettres_texte"), {}).status_code == 422
    assert letters.appeal_text(today.replace(year=today.year - 1))[1] is True
