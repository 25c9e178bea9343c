"""The formats are tables: each writes its own examples, and the documentation says what they are."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core.reference.text import normalise
from stagiaires.enums import AbsenceReason, ExitReason, ExternalKind, PositioningState
from stagiaires.exchanges import FORMATS, agora, presences, reading
from stagiaires.exchanges.positionings import KAIROS_STATES, OUIFORM_STATES, REFUSALS
from stagiaires.exchanges.shape import TRANSFORMS, Column, differences, from_csv, to_csv, to_json
from stagiaires.models.positioning import REFUSALS as REASONS

PAGE = Path(settings.BASE_DIR) / "docs" / "echanges.md"


def record_of(shape: Any) -> dict[str, Any]:
    """What the portal would hold to write the examples of a format."""
    said: dict[str, Any] = {}
    for column in shape.columns:
        if not column.source or not column.example:
            continue
        raw: Any = column.example
        if column.codes:
            raw = next(ours for ours, theirs in column.codes.items() if theirs == column.example)
        elif column.transform == "jour":
            day, month, year = column.example.split("/")
            raw = f"{year}-{month}-{day}"
        elif column.transform == "nombre_virgule":
            raw = column.example.replace(",", ".")
        elif column.transform == "mois":
            raw = f"{column.example}-01"
        at = said
        *path, last = column.source.split(".")
        for part in path:
            at = at.setdefault(part, {})
        at[last] = raw
    return said


@pytest.mark.parametrize("slug", FORMATS)
def test_a_format_writes_its_own_examples(slug: str):
    shape = FORMATS[slug]
    assert len(set(shape.names)) == len(shape.names)
    assert shape.key in shape.names
    assert shape.to_confirm, "les sources ne disent pas ce format : la page le dit"
    written = shape.row(record_of(shape))
    assert written == shape.example()
    assert shape.lacking(written) == []
    assert shape.lacking(shape.row({})) == [column for column in shape.columns if column.needed]
    assert from_csv(to_csv(shape.names, [written])) == [written]
    assert f'"format": "{slug}"' in to_json(shape, [written]).decode()
    for column in shape.columns:
        assert column.transform in TRANSFORMS
        assert column.source or column.note.startswith("manque"), column.name


def test_what_would_run_in_a_spreadsheet_does_not_and_comes_back_as_it_was():
    rows = [{"A": "=1+1", "B": "+33 6 12 34 56 78"}]
    data = to_csv(["A", "B"], rows)
    assert b"'=1+1;'+33 6 12 34 56 78" in data
    assert from_csv(data) == rows


def test_every_word_of_the_portal_has_its_code():
    assert set(agora.KINDS) == {one.kind for one in agora.TRIGGERS} == set(ExternalKind) - {"ais", "aes"}
    assert set(agora.EXITS) == {*ExitReason.values, "acheve"}
    assert set(presences.REASONS) == set(AbsenceReason.values)
    for states in (KAIROS_STATES, OUIFORM_STATES):
        assert set(states) == set(PositioningState.values)
    assert set(REFUSALS) == {value for value, _ in REASONS}
    codes = [code for shape in (KAIROS_STATES, OUIFORM_STATES) for code in shape.values()]
    assert all(normalise(code) for code in codes)


def test_only_those_whom_the_payer_may_pay_are_in_his_file():
    assert [presences.regime_of(said) for said in (True, False, None)] == ["allocation", "region", "inconnu"]
    rows = [{"finance": "oui", "regime": regime} for regime in presences.REGIMES]
    assert [presences.ASP.keeps(row) for row in rows] == [True, False, True]
    assert all(presences.FRANCE_TRAVAIL.keeps(row) for row in rows)
    assert not presences.ASP.keeps({"finance": "non", "regime": "region"})


def test_two_versions_are_compared_row_by_row():
    before = [{"K": "1", "H": "7"}, {"K": "2", "H": "7"}, {"K": "3", "H": "7"}]
    after = [{"K": "1", "H": "7"}, {"K": "2", "H": "3"}, {"K": "4", "H": "7"}]
    said = [(row["MOUVEMENT"], row["K"], row["H"]) for row in differences("K", before, after)]
    assert said == [("M", "2", "3"), ("A", "4", "7"), ("S", "3", "7")]


def test_a_value_that_has_no_code_is_left_as_it_is():
    column = Column("X", "a.b", "essai", transform="code", codes={"oui": "O"})
    assert column.write({"a": {"b": "oui"}}) == "O"
    assert column.write({"a": {"b": "autre"}}) == "autre"
    assert column.write({"a": None}) == ""


def test_the_documentation_says_the_formats_as_they_are():
    page = PAGE.read_text(encoding="utf-8")
    assert reading.within(page) == page, "manage.py formats --write"
