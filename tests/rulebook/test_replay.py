"""Receipts judge the same again; a chain that was tampered with is found, and where."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core.journal.models import Notification
from core.journal.outbox import work_one
from core.rulebook import controls, tasks
from core.rulebook import replay as replay_module
from core.rulebook.models import Control, Receipt
from core.rulebook.parameters import Editions
from core.rulebook.receipts import issue, seal
from core.rulebook.replay import fingerprint, rejudge, replay
from core.rules import Mode, Variant, Verdict
from intentions.rules import IntentionFacts, judge
from sessions.facts import judge_request
from tests.factories.accounts import OrganisationFactory, hat
from tests.factories.intentions import filed
from tests.factories.rulebook import dated, days
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db

SHORT = IntentionFacts(contract_type="cdd", contract_months=4, weekly_hours=Decimal(30))


def receipts(number: int = 3) -> list[Receipt]:
    return [issue(OrganisationFactory(), "essai", judge(SHORT, Editions().today())) for _ in range(number)]


def force(sql: str, values: list[Any]) -> None:
    """Write past the triggers, as only the owner of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


# --- Judged again


def test_what_was_decided_judges_the_same_again() -> None:
    filed()
    request = SessionRequestFactory(in_queue=True)
    issue(request, "envoi", judge_request(request))

    again = replay()

    assert (again.count, again.differences, again.renamed) == (Receipt.objects.count(), (), 0)
    assert again.count >= 2


def test_the_database_and_the_replay_name_an_outcome_alike() -> None:
    receipt = receipts(1)[0]
    receipt.refresh_from_db()

    assert receipt.judged_as == "intention"
    assert receipt.outcome == fingerprint(rejudge(receipt))


def test_a_receipt_of_an_earlier_day_is_judged_by_the_rules_and_figures_of_that_day() -> None:
    dated("R32", "W", -90, -30)
    dated("weekly_hours_min", "35", -90, -30)
    receipt = issue(OrganisationFactory(), "essai", judge(SHORT, Editions().on(days(-60))))

    again = rejudge(receipt)

    assert again.finding("R32").is_warning
    assert again.ruleset_hash == receipt.ruleset_hash
    assert replay().differences == ()


def test_a_receipt_may_be_judged_under_a_variant() -> None:
    receipt = receipts(1)[0]

    assert rejudge(receipt).finding("R31").is_to_decide
    assert "R31" not in {finding.id for finding in rejudge(receipt, Variant(parameters={"months_min": 3})).to_decide}
    assert rejudge(receipt, Variant(without=("R31",))).finding("R31") is None
    assert rejudge(receipt, Variant(modes={"R31": Mode.BLOCK})).verdict is Verdict.NON_ELIGIBLE


def test_a_verdict_that_no_longer_follows_from_its_facts_is_told_with_its_rules() -> None:
    receipt = receipts(1)[0]
    force(
        "UPDATE rulebook_receipt SET facts = jsonb_set(facts, '{contract_months}', '\"12\"') WHERE id = %s",
        [receipt.pk],
    )

    found = replay().differences

    assert [(one.receipt, one.subject_type, one.act) for one in found] == [(receipt.pk, "organisation", "essai")]
    assert "R31" in found[0].rules
    assert (found[0].hash_then, found[0].hash_now) == (receipt.ruleset_hash, receipt.ruleset_hash)


def test_facts_that_the_rules_no_longer_know_are_a_difference_and_not_a_crash() -> None:
    receipt = receipts(1)[0]
    force("UPDATE rulebook_receipt SET facts = '{\"age_du_capitaine\": 42}' WHERE id = %s", [receipt.pk])

    assert "age_du_capitaine" in replay().differences[0].problem


def test_the_first_receipts_named_no_day_and_wrote_lists_as_python_does() -> None:
    receipt = receipts(1)[0]
    force(
        "UPDATE rulebook_receipt SET judged_on = NULL, "
        "parameters = jsonb_set(parameters, '{departements}', to_jsonb(%s::text)) WHERE id = %s",
        ["('44', '49', '53', '72', '85')", receipt.pk],
    )

    assert replay().differences == ()


@pytest.mark.django_db(transaction=True)
def test_several_processes_share_the_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_module, "SMALL", 0)
    with transaction.atomic():
        receipts(5)

    assert replay(processes=2).count == 5


def test_the_command_tells_the_differences_and_fails() -> None:
    out = io.StringIO()
    receipt = receipts(2)[1]
    call_command("replay", processes=1, stdout=out)
    assert "Aucun écart" in out.getvalue()

    force("UPDATE rulebook_receipt SET verdict = 'eligible' WHERE id = %s", [receipt.pk])
    with pytest.raises(CommandError, match="organisation essai\u00a0: 1"):
        call_command("replay", processes=1, stdout=out)

    assert f"reçu {receipt.pk}" in out.getvalue()


# --- The chain


def test_a_chain_that_nobody_touched_is_whole() -> None:
    receipts(3)

    assert controls.walk().broken is None
    assert controls.walk().count == 3


def test_a_row_that_was_edited_is_located() -> None:
    rows = receipts()
    force("UPDATE rulebook_receipt SET verdict = 'eligible' WHERE id = %s", [rows[1].pk])

    broken = controls.walk().broken

    assert (broken.receipt, "réécrit" in broken.what) == (rows[1].pk, True)


def test_a_row_that_was_edited_and_sealed_anew_breaks_the_next_link() -> None:
    rows = receipts()
    rows[1].verdict = "eligible"
    force("UPDATE rulebook_receipt SET verdict = 'eligible', hash = %s WHERE id = %s", [seal(rows[1]), rows[1].pk])

    assert controls.walk().broken.receipt == rows[2].pk


def test_a_row_that_was_deleted_is_located_by_the_one_after() -> None:
    rows = receipts()
    force("DELETE FROM rulebook_receipt WHERE id = %s", [rows[1].pk])

    broken = controls.walk().broken

    assert (broken.receipt, "ôté" in broken.what) == (rows[2].pk, True)


def test_the_first_row_cannot_go_unseen() -> None:
    rows = receipts()
    force("DELETE FROM rulebook_receipt WHERE id = %s", [rows[0].pk])

    assert controls.walk().broken.receipt == rows[1].pk


def test_the_last_rows_cannot_go_unseen_since_the_last_look() -> None:
    rows = receipts()
    assert controls.check_chain().faults == 0
    force("DELETE FROM rulebook_receipt WHERE id = %s", [rows[2].pk])

    broken = controls.walk().broken

    assert (broken.receipt, "fin" in broken.what) == (rows[2].pk, True)


def test_two_rows_that_were_swapped_are_located() -> None:
    first, second, third = (row.pk for row in receipts())
    away = third + 1000
    for old, new in ((first, away), (second, first), (away, second)):
        force("UPDATE rulebook_receipt SET id = %s WHERE id = %s", [new, old])

    broken = controls.walk().broken

    assert (broken.receipt, "déplacé" in broken.what) == (first, True)


def test_a_row_that_was_slipped_in_is_located() -> None:
    rows = receipts()
    columns = (
        "at, judged_on, subject_type, subject_id, act, facts, parameters, derogations, verdict, judgement, "
        "ruleset_hash, author_id, hat_id, previous_hash"
    )
    force("UPDATE rulebook_receipt SET id = id + 1 WHERE id = %s", [rows[2].pk])
    force(
        f"INSERT INTO rulebook_receipt (id, hash, {columns}) OVERRIDING SYSTEM VALUE "  # noqa: S608 written above
        f"SELECT %s, repeat('0', 64), {columns} FROM rulebook_receipt WHERE id = %s",
        [rows[2].pk, rows[1].pk],
    )

    broken = controls.walk().broken

    assert (broken.receipt, "ajouté" in broken.what) == (rows[2].pk, True)


def test_the_nightly_look_is_kept_and_tells_the_administrators_when_something_is_wrong() -> None:
    keeper, other = hat("region", "administrateur"), hat("region", "gestionnaire")
    rows = receipts()
    tasks.check_receipts()
    assert not Notification.objects.exists()

    force("UPDATE rulebook_receipt SET verdict = 'eligible' WHERE id = %s", [rows[1].pk])
    tasks.check_receipts()

    assert Control.objects.count() == 4
    assert set(Notification.objects.values_list("user", flat=True)) == {keeper.user_id}
    assert other.user_id != keeper.user_id


def test_the_administrator_asks_for_a_look_now_and_hears_how_it_ends(client: Client) -> None:
    keeper = hat("region", "administrateur")
    filed()
    client.force_login(keeper.user)
    url = reverse("recus")
    assert "cette nuit, ou dès que vous le demandez" in client.get(url).content.decode()

    client.post(url, {"cle": str(uuid4())})
    client.post(url, {"cle": str(uuid4())})  # asked twice, it is one look

    page = client.get(url).content.decode()
    assert "Contrôle en cours" in page
    assert "Contrôler maintenant" not in page
    assert "HX-Refresh" not in client.get(url, headers={"HX-Request": "true"}).headers
    while work_one():
        pass
    assert client.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert sorted(Control.objects.values_list("kind", flat=True)) == ["chaine", "rejeu"]
    told = Notification.objects.get(kind="regles.recus_controles")
    assert (told.user, "la chaîne est entière" in told.text) == (keeper.user, True)
    assert "Contrôler maintenant" in client.get(url).content.decode()


def test_the_page_of_the_administrator_says_where_it_broke(client: Client) -> None:
    client.force_login(hat("region", "administrateur").user)
    url = reverse("recus")
    assert "Pas encore contrôlée" in client.get(url).content.decode()

    filed()
    tasks.check_receipts()
    page = client.get(url).content.decode()
    assert "La chaîne est entière" in page
    assert "Aucun écart" in page

    receipt = Receipt.objects.get()
    force("UPDATE rulebook_receipt SET at = at + %s WHERE id = %s", [timedelta(days=1), receipt.pk])
    tasks.check_receipts()
    page = client.get(url).content.decode()
    assert f"La chaîne est rompue au reçu {receipt.pk}" in page
    assert f"/intentions/{receipt.subject_id}/" in page
