"""The list, its exports, one file's page, its receipt, the personal link."""

import io
import re
import zlib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from core.journal import outbox
from intentions import links, workflow
from intentions.models import Intention
from tests.factories.accounts import hat
from tests.factories.intentions import IntentionFactory, filed

pytestmark = pytest.mark.django_db


def page_of(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The list


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_at_one_and_three(client: Client, django_assert_num_queries, count: int) -> None:
    worn = hat("region")
    client.force_login(worn.user)
    for _ in range(count):
        filed()

    with django_assert_num_queries(7):
        assert page_of(client, "intention_liste").count('<th scope="row">') == count


def test_filters_stand_in_the_address_and_the_export_is_what_is_shown(client: Client) -> None:
    client.force_login(hat("region").user)
    wanted, _other = filed(job_title="Boulangère"), filed(job_title="Cariste")

    page = page_of(client, "intention_liste", q="boulang")
    export = client.get(reverse("intention_export", args=["csv"]), {"q": "boulang"})

    assert wanted.job_title in page
    assert "Cariste" not in page
    assert "/intentions/export.csv?q=boulang" in page
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert [line.split(";")[0] for line in text.splitlines()] == ["Poste", "Boulangère"]
    spreadsheet = b"".join(client.get(reverse("intention_export", args=["xlsx"]), {"q": "boulang"}).streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Poste", "Boulangère"]


def test_an_unreadable_filter_shows_everything(client: Client) -> None:
    client.force_login(hat("region").user)
    intention = filed()

    assert intention.number in page_of(client, "intention_liste", etat="n’importe", page="-3", tri="'; drop")


def test_an_employer_without_intention_is_told_what_to_do(client: Client) -> None:
    client.force_login(hat("employeur").user)

    page = page_of(client, "intention_liste")

    assert "Aucune intention pour l’instant" in page
    assert reverse("intention_nouvelle") in page


# --- One file


def test_the_page_says_verdict_reason_and_history(client: Client) -> None:
    intention = filed(contract_type="cdd", contract_months=4, short_contract_reason="saisonnier")
    client.force_login(intention.filed_by.user)

    page = page_of(client, "intention_detail", intention.pk)

    assert "À instruire" in page
    assert "Pour les CDD de moins de six mois" in page  # the citation
    assert "Intention déposée" in page
    assert "Reprendre pour corriger" in page
    assert "Qualifier" not in page


@pytest.mark.parametrize(
    ("name", "more", "typed"),
    [
        ("intention_derogation", ["R32"], {"decision": "oui"}),
        ("intention_ecarter", [], {}),
        ("intention_retirer", [], {}),
    ],
)
def test_a_refused_act_says_why_on_its_page_and_keeps_the_reason_typed(
    client: Client, name: str, more: list[str], typed: dict[str, str]
) -> None:
    intention = filed(weekly_hours=20, low_hours_reason="boe")
    worn = intention.filed_by if name == "intention_retirer" else hat("region")
    client.force_login(worn.user)
    Intention.objects.filter(pk=intention.pk).update(state="expiree")  # a colleague, or time, was quicker

    page = client.post(reverse(name, args=[intention.pk, *more]), {"reason": "Un motif tapé avec soin.", **typed})

    assert page.status_code == 422
    text = page.content.decode()
    assert "Entre-temps, cette intention est devenue" in text
    assert "Un motif tapé avec soin." in text


def test_the_region_decides_the_derogation_from_the_page(client: Client) -> None:
    intention = filed(weekly_hours=20, low_hours_reason="boe")
    client.force_login(hat("region").user)
    url = reverse("intention_derogation", args=[intention.pk, "R32"])
    assert url in page_of(client, "intention_detail", intention.pk)

    empty = client.post(url, {})
    assert "Choisissez d’accorder ou de refuser" in empty.content.decode()
    client.post(url, {"decision": "oui", "reason": "Poste aménagé"})

    intention.refresh_from_db()
    assert intention.verdict == "eligible"


def test_deciding_does_not_exist_for_a_gestionnaire(client: Client) -> None:
    intention = filed(weekly_hours=20, low_hours_reason="boe")
    client.force_login(hat("region", role="gestionnaire").user)
    url = reverse("intention_derogation", args=[intention.pk, "R32"])

    assert url not in page_of(client, "intention_detail", intention.pk)
    assert client.post(url, {"decision": "oui", "reason": "Poste aménagé"}).status_code == 404


def test_withdraw_resume_and_copy_from_the_page(client: Client) -> None:
    intention = filed()
    client.force_login(intention.filed_by.user)

    client.post(reverse("intention_retirer", args=[intention.pk]), {"reason": "Poste pourvu"})
    assert "Poste pourvu" in page_of(client, "intention_detail", intention.pk)
    client.post(reverse("intention_reprendre", args=[intention.pk]))
    copy = client.post(reverse("intention_modele", args=[intention.pk]))

    intention.refresh_from_db()
    assert intention.state == "brouillon"
    new = Intention.objects.exclude(pk=intention.pk).get()
    assert copy.url == reverse("intention_etape", args=[new.pk, "entreprise"])
    assert (new.job_title, new.hire_on, new.commitment) == (intention.job_title, None, None)


def test_an_intention_given_up_is_judged_no_more(client: Client) -> None:
    intention = filed(contract_type="cdd", contract_months=4, short_contract_reason="saisonnier")
    client.force_login(intention.filed_by.user)
    assert "valable jusqu’au" in page_of(client, "intention_detail", intention.pk)

    workflow.withdraw(intention, hat=intention.filed_by, reason="Poste pourvu")

    page = page_of(client, "intention_detail", intention.pk)
    assert "n’est plus en cours" in page
    assert "valable jusqu’au" not in page
    assert "éligible" not in page.partition("Historique")[0]


def test_the_next_intention_may_start_from_the_last_one(client: Client) -> None:
    last = filed()
    client.force_login(last.filed_by.user)

    page = page_of(client, "intention_nouvelle")

    assert "Repartir de cette intention" in page
    assert reverse("intention_modele", args=[last.pk]) in page


def test_an_act_come_too_late_is_said_not_a_500(client: Client) -> None:
    intention = filed()
    client.force_login(hat("region").user)
    workflow.withdraw(intention, hat=intention.filed_by, reason="Poste pourvu")

    answer = client.post(reverse("intention_qualifier", args=[intention.pk]), {}, follow=True)

    assert "est devenue «\u00a0retirée\u00a0»" in answer.content.decode()


def test_the_receipt_is_a_tagged_pdf(client: Client) -> None:
    intention = filed(contract_type="cdd", contract_months=4, short_contract_reason="saisonnier")
    client.force_login(intention.filed_by.user)

    answer = client.get(reverse("intention_recu", args=[intention.pk]))

    assert answer["Content-Disposition"] == f'attachment; filename="intention-{intention.number}.pdf"'
    assert answer.content.startswith(b"%PDF-")
    parts = re.findall(rb"stream\n(.*?)\nendstream", answer.content, re.DOTALL)
    unpacked = answer.content + b"".join(zlib.decompress(part) for part in parts if part.startswith(b"x"))
    for said in (b"/StructTreeRoot", b"pdfuaid", b"/Lang (fr)", b"Source"):
        assert said in unpacked


def test_a_draft_has_no_receipt(client: Client) -> None:
    draft = IntentionFactory()
    client.force_login(draft.filed_by.user)

    assert client.get(reverse("intention_recu", args=[draft.pk])).status_code == 404


# --- The personal link


def linked(intention: Intention, name: str = "intention_lien", *args: str) -> str:
    return reverse(name, args=[links.token_for(intention), *args])


def test_an_employer_without_an_account_reads_corrects_and_files_again(client: Client) -> None:
    intention = filed(by=hat("organisme"), employer=hat("employeur").organisation, origin="organisme")
    assert intention.number in client.get(linked(intention)).content.decode()

    client.post(linked(intention, "intention_lien_reprendre"))
    step = client.get(linked(intention, "intention_lien_etape", "poste"))
    assert step.status_code == 200
    client.post(linked(intention, "intention_lien_etape", "poste"), {"post_count": "5", "suite": "oui"})
    client.post(linked(intention, "intention_lien_verification"))

    intention.refresh_from_db()
    # A question left empty is emptied: the file lacks its métier now, and waits as a draft.
    assert (intention.state, intention.post_count) == ("brouillon", 5)


def test_the_employer_signs_and_files_a_draft_prepared_for_him(client: Client) -> None:
    draft = IntentionFactory(
        filed_by=hat("organisme"), employer=hat("employeur").organisation, origin="organisme", statement_text=""
    )
    answers = {"milestones": ["stage"], "commitment": "on", "signer": "Camille Durand", "suite": "oui"}

    client.post(linked(draft, "intention_lien_etape", "engagement"), answers)
    client.post(linked(draft, "intention_lien_verification"))

    draft.refresh_from_db()
    assert (draft.state, draft.statement_signed_by) == ("deposee", "Camille Durand")
    assert client.get(linked(draft, "intention_lien_recu")).status_code == 200


def test_an_expired_link_sends_a_new_one_to_the_same_address_only(client: Client) -> None:
    intention = filed()
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        old = links.token_for(intention)

    page = client.get(reverse("intention_lien", args=[old]))
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in page.content.decode()
    assert client.post(reverse("intention_lien_retirer", args=[old]), {"reason": "x"}).status_code == 410
    answer = client.post(reverse("intention_lien_nouveau", args=[old]))
    client.post(reverse("intention_lien_nouveau", args=[old]))  # an impatient second click sends nothing more
    outbox.work_all()

    assert intention.contact_email not in answer.content.decode()
    assert [letter.to for letter in mail.outbox] == [[intention.contact_email]]


@pytest.mark.parametrize("token", ["abc", "a:b:c", "eyJpIjoxfQ:1abcde:xxxx"])
def test_a_forged_link_is_no_page(client: Client, token: str) -> None:
    filed()

    assert client.get(f"/intentions/lien/{token}/").status_code == 404


def test_a_changed_address_voids_the_links_sent_to_the_old_one(client: Client) -> None:
    draft = IntentionFactory(contact_email="ancien@exemple.test")
    url = linked(draft)

    workflow.answer(draft, {"contact_email": "nouveau@exemple.test"}, hat=draft.filed_by)

    assert client.get(url).status_code == 404


def test_a_link_opens_one_intention_and_none_of_the_region_s_acts(client: Client) -> None:
    intention = filed(contract_type="cdd", contract_months=4, short_contract_reason="saisonnier")

    page = client.get(linked(intention)).content.decode()

    assert "Qualifier" not in page
    assert "Suivre ce dossier" not in page
    assert client.get(reverse("intention_detail", args=[intention.pk])).status_code == 302
