"""The ten points that make a feed readable by real importers, beyond its schema. One test each, in their order."""

import gzip
import re
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

from lxml import etree

from sessions.publication import sheet as sheet_module
from sessions.publication.checks import check
from sessions.publication.feed import gzip_path, write_feed
from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import Recruitment
from sessions.publication.structure import NS, validate_element
from tests.factories.publication import TODAY, a_numbered_sheet, a_sheet, change

L = {"l": NS}


def publish(sheets, path: Path, **options):
    return write_feed(sheets, path, FeedSettings(), **{"previous_count": 0, "today": TODAY} | options)


def test_1_default_namespace_never_a_prefix(tmp_path: Path) -> None:
    publish([a_sheet()], tmp_path / "lheo.xml")

    written = (tmp_path / "lheo.xml").read_text()
    root = etree.fromstring(written.encode())

    assert {element.prefix for element in root.iter()} == {None}
    assert {etree.QName(element).namespace for element in root.iter()} == {NS}
    assert written.count("xmlns") == 1


def test_2_one_element_per_line_and_each_formation_starts_its_line(tmp_path: Path) -> None:
    sheets = [a_numbered_sheet(1, content="Premier jour :\n• plan\n\n• débit"), a_numbered_sheet(2)]

    publish(sheets, tmp_path / "lheo.xml")

    lines = (tmp_path / "lheo.xml").read_text().splitlines()
    assert len([line for line in lines if line.startswith("<formation ")]) == 2
    assert len([line for line in lines if line == "</formation>"]) == 2
    one_element = re.compile(r"\t*(<[\w-]+( [\w-]+=\"[^\"]*\")*/?>|</[\w-]+>|<([\w-]+)[^<>]*>[^<>]*</\3>)")
    assert [line for line in lines[1:] if not one_element.fullmatch(line)] == []


def test_3_one_action_one_session_one_place_one_trainer_per_formation() -> None:
    formation = formation_element(a_sheet(), FeedSettings())

    counts = {
        path: formation.xpath(f"count({path})", namespaces=L)
        for path in ("l:action", "l:action/l:session", "l:action/l:lieu-de-formation", "l:action/l:organisme-formateur")
    }

    assert set(counts.values()) == {1}
    assert formation.xpath("string(l:action/l:organisme-formateur/@numero)", namespaces=L) == "OF-0002"


def test_4_formacodes_carry_their_version_and_the_first_is_principal() -> None:
    formation = formation_element(a_sheet(formacodes=("23026", "23035")), FeedSettings())

    codes = formation.xpath("//l:code-FORMACODE | //l:code-public-vise", namespaces=L)

    assert [(code.text, dict(code.attrib)) for code in codes] == [
        ("23026", {"ref": "V14", "tag": "principal"}),
        ("23035", {"ref": "V14"}),
        ("80006", {"ref": "V14"}),
    ]


def test_5_a_bad_record_is_quarantined_with_its_reason_and_the_others_published(tmp_path: Path) -> None:
    bad = a_numbered_sheet(2, places=0, url="")

    report = publish([a_numbered_sheet(1), bad, a_numbered_sheet(3)], tmp_path / "lheo.xml")

    assert report.published == 2
    assert [(item.number, [problem.field for problem in item.problems]) for item in report.quarantined] == [
        ("S-000002", ["places", "url"])
    ]
    assert "S-000002" not in (tmp_path / "lheo.xml").read_text()


def test_6_a_feed_that_shrank_abnormally_waits_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    publish([a_numbered_sheet(rank) for rank in range(20)], path)
    before = path.read_bytes()
    few = [a_numbered_sheet(rank) for rank in range(10)]

    refused = publish(few, path, previous_count=20)

    assert refused.refused_reason == (
        "Le flux passerait de 20 à 10 sessions\u00a0: le précédent reste servi. Confirmez si cette baisse est voulue."
    )
    assert path.read_bytes() == before
    assert set(tmp_path.iterdir()) == {path, gzip_path(path)}

    confirmed = publish(few, path, previous_count=20, confirm_shrink=True)

    assert (confirmed.refused_reason, confirmed.published) == ("", 10)
    assert path.read_bytes() != before


def test_7_the_feed_is_full_and_a_closed_session_says_so(tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    first, second = a_numbered_sheet(1), a_numbered_sheet(2)
    publish([first, second], path)

    publish([change(second, recruitment=Recruitment.CLOSED)], path, previous_count=2)

    root = etree.parse(path)
    assert root.xpath("//l:session/@numero", namespaces=L) == ["S-000002"]
    assert root.xpath("string(//l:etat-recrutement)", namespaces=L) == "2"


def test_8_utf8_with_legal_characters_plain_and_gzip(tmp_path: Path) -> None:
    path = tmp_path / "lheo.xml"
    pasted = "L\x92atelier\x0b\u200b\uf0b7 souder\x00 \ufffe\ud800l’œuvre 🛠"

    report = publish([a_sheet(content=pasted)], path)

    plain = path.read_bytes()
    assert report.quarantined == ()
    assert plain.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    assert gzip.decompress(gzip_path(path).read_bytes()) == plain
    root = etree.fromstring(plain)
    assert root.findtext(f".//{{{NS}}}contenu-formation") == "L’atelier • souder l’œuvre 🛠"


def test_9_what_makes_no_sense_is_refused() -> None:
    nonsense = [
        a_sheet(places=-3, places_left=None),
        change(a_sheet(), trainer=change(a_sheet().trainer, siret="1234567820001A")),
        a_sheet(content=" \n "),
        a_sheet(end=date(2026, 12, 1)),
        a_sheet(start="20261239"),
    ]

    assert [[problem.field for problem in check(sheet, TODAY)] for sheet in nonsense] == [
        ["places"],
        ["trainer"],
        ["content"],
        ["end"],
        ["start"],
    ]


def test_9_the_schema_alone_would_have_accepted_it(official_schema: Path) -> None:
    formation = formation_element(a_sheet(end=date(2026, 12, 1)), FeedSettings())
    formation.set("datemaj", "2026-06-01")

    assert etree.XMLSchema(etree.parse(official_schema)).validate(formation)
    assert validate_element(formation) == ["«\u00a0formation\u00a0»\u00a0: datemaj n’est pas une date AAAAMMJJ."]


def test_10_no_employer_no_stagiaire_no_price_can_be_in_a_sheet() -> None:
    kinds = [
        kind
        for kind in vars(sheet_module).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == sheet_module.__name__
    ]

    names = {kind.__name__: sorted(field.name for field in fields(kind)) for kind in kinds}

    forbidden = re.compile(
        "employ|compan(y|ies)$|intention|stagiaire|trainee|person|birth|price|prix|cost|cout|amount|montant|tarif|rate"
    )
    assert {kind: [name for name in found if forbidden.search(name)] for kind, found in names.items()} == {
        "Address": [],
        "Place": [],
        "Contact": [],
        "Organisme": [],
        "CertificationRef": [],
        "CompetenceBlock": [],
        "InformationMeeting": [],
        # Hours spent in a company: a number.
        "SessionSheet": ["hours_company"],
    }
