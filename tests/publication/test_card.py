"""The card tells what the feed tells."""

import json

from sessions.publication.card import card
from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.structure import NS
from tests.factories.publication import a_contact, a_sheet, with_block

L = {"l": NS}


def test_a_card_can_be_kept_as_json_and_comes_back_the_same() -> None:
    made = card(a_sheet(**with_block(), handicap_contact=a_contact()))

    assert json.loads(json.dumps(made)) == made


def test_a_card_and_a_record_of_one_sheet_agree() -> None:
    sheet = a_sheet(content="L\x92atelier\x00 et   la cabine", places=8)
    made, record = card(sheet), formation_element(sheet, FeedSettings())

    def told(path: str) -> str:
        return record.xpath(f"string({path})", namespaces=L)

    assert made["content"] == told("l:contenu-formation") == "L’atelier et la cabine"
    assert made["title"] == told("l:intitule-formation")
    assert made["start"].replace("-", "") == told("//l:session/l:periode/l:debut")
    assert str(made["hours_company"]) == told("//l:nombre-heures-entreprise")
    assert str(made["places"]) == told("//l:nb-places-financees")
    assert made["place"]["city"] == told("//l:lieu-de-formation//l:ville")
    assert f"{made['access_phrase']} Conditions et prérequis\u00a0: {made['prerequisites']}" == told(
        "//l:conditions-specifiques"
    )


def test_a_card_keeps_paragraphs_and_numbers() -> None:
    made = card(a_sheet(content="Un\nDeux"))

    assert made["content"] == "Un\nDeux"
    assert (made["hours_company"], made["weekly_hours"]) == (140, 35)
    assert made["meetings"][0]["start"] == "09:30"


def test_a_card_says_nothing_of_the_lot_nor_of_the_order() -> None:
    flat = json.dumps(card(a_sheet(lot_number="LOT-CANARI", order_reference="BC-CANARI")))

    assert "CANARI" not in flat
