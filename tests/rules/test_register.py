"""The register as data: complete, sourced, and quoting what the sources really say."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from core.rules import Citation, Mode, contradictions, default_parameters, documents, rule_texts
from core.rules.catalogue import TEXTS, source_words

SOURCES = Path(__file__).parents[2].parent / "shared" / "seeds"
QUOTED = [
    *((rule.id, citation) for rule in rule_texts().values() for citation in rule.citations if citation.quotation),
    *((k.id, citation) for k in contradictions().values() for reading in k.readings for citation in reading.citations),
]


def test_the_register_holds_every_rule_with_its_mode():
    ids = [rule_id for rule_id in rule_texts() if rule_id[0] == "R"]
    assert sorted(ids) == sorted(f"R{number:02d}" for number in range(1, 138))
    modes = Counter(rule_texts()[rule_id].mode for rule_id in ids)
    assert modes == {Mode.AUTHORISE: 30, Mode.BLOCK: 40, Mode.DEROGATION: 16, Mode.INFORM: 37, Mode.WARN: 14}
    assert [r for r in rule_texts() if r[0] == "P"] == [f"P{number:02d}" for number in range(1, 18)]


def test_contradictions_show_their_readings_and_the_rules_that_they_bear_on():
    assert list(contradictions()) == [f"K{number}" for number in range(1, 27)]
    for contradiction in contradictions().values():
        assert len(contradiction.readings) >= 2
        assert all(reading.citations for reading in contradiction.readings)
        assert contradiction.adopted.endswith(".")
        assert set(contradiction.rules) <= set(rule_texts())


def test_every_rule_quotes_its_source_in_short():
    for rule in rule_texts().values():
        assert rule.citation.quotation, rule.id
        assert rule.citation.reference.startswith(rule.citation.document.title)
        assert max(len(citation.quotation) for citation in rule.citations) <= 240, rule.id


def test_parameters_name_rules_and_a_source():
    parameters = default_parameters()
    for key in parameters:
        parameter = parameters.describe(key)
        assert parameter.source
        assert set(parameter.rules) <= set(rule_texts())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("F0:290 ; S1:401-402", "Foire aux questions, ligne 290 ; Présentation du dispositif, lignes 401 à 402"),
        ("choix : F0:293 ne fixe aucun délai", "choix du portail : Foire aux questions, ligne 293 ne fixe aucun délai"),
        ("choix : rien ne la fixe (question Q14)", "choix du portail : rien ne la fixe"),
        ("Code de la commande publique, article R2192-10", "Code de la commande publique, article R2192-10"),
        ("Courrier Z9:4", "Courrier Z9:4"),
    ],
)  # fmt: skip
def test_the_source_of_a_figure_names_its_document(written: str, read: str):
    assert source_words(written).replace("\u00a0", " ") == read


def test_every_figure_has_bounds_that_hold_it():
    figures = default_parameters()
    for key in figures:
        value, about = figures[key], figures.describe(key)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            assert about.minimum is not None, key
            assert about.maximum is not None, key
            assert about.minimum <= value <= about.maximum, key


def test_texts_follow_french_typography():
    for path in TEXTS.glob("*.toml"):
        text = re.sub(r"#.*", "", path.read_text())
        assert "\u202f" not in text, path.name
        assert not re.search(r"[A-Za-zéèà]'[A-Za-zéèàê]", text), path.name


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text.replace("’", "'"))


@pytest.mark.parametrize(
    ("rule_id", "citation"), QUOTED, ids=[f"{r}-{c.document.code}-{c.first_line}" for r, c in QUOTED]
)
def test_the_quotation_stands_in_the_source(rule_id: str, citation: Citation):
    path = SOURCES / citation.document.file
    if not path.exists():
        pytest.skip("the source documents are not beside the project")
    lines = path.read_text().split("\n")
    passage = _plain("".join(lines[citation.first_line - 1 : citation.last_line]))
    start = 0
    for part in citation.quotation.split("[…]"):
        found = passage.find(_plain(part), start)
        assert found >= 0, f"{rule_id}: « {part} » is not at {citation.reference}"
        start = found + 1


def test_documents_are_named_with_their_edition():
    assert documents()["F0"].reference == "Foire aux questions, édition du 12 février 2024"
    assert rule_texts()["R67"].citation.reference == ("Foire aux questions, édition du 12 février 2024, ligne 131")
