"""Quotations followed into a new edition: found whatever the typography, moved, changed, or gone."""

from collections import Counter

import pytest

from core.rules import documents
from core.rules.passages import Fate, Followed, Text, cited_in, follow, words_diff
from tests.rules.test_register import SOURCES

TEXT = """Titre

Le minimum pour ouvrir une session est
fixé à cinq stagiaires.

La durée est de « 24 heures » minimum. Des
adaptations peuvent s'avérer nécessaires.
"""


def source(code: str) -> str:
    path = SOURCES / documents()[code].file
    if not path.exists():
        pytest.skip("the source documents are not beside the project")
    return path.read_text()


def fates(found: list[Followed]) -> Counter[str]:
    return Counter(one.fate.value for one in found)


def of(found: list[Followed], kind: str, key: str, first_line: int) -> Followed:
    return next(
        one for one in found if (one.cited.kind, one.cited.id, one.cited.citation.first_line) == (kind, key, first_line)
    )


@pytest.mark.parametrize(
    ("quotation", "lines"),
    [
        ("Le minimum pour ouvrir une session est fixé à cinq stagiaires.", (3, 4)),
        ("LE MINIMUM pour ouvrir", (3, 3)),
        ("La durée est de “24\u00a0heures” minimum.", (6, 6)),
        ("La durée […] s’avérer nécessaires", (6, 7)),
        ("s’avérer […] La durée", None),
        ("fixé à six stagiaires", None),
        ("", None),
    ],
)
def test_a_quotation_is_found_whatever_its_spaces_and_signs(quotation: str, lines: tuple[int, int] | None):
    assert Text(TEXT).find(quotation) == lines


def test_of_two_places_the_nearest_to_the_old_line_is_taken():
    text = Text("Oui.\n\nNon.\n\nOui.\n")
    assert text.find("Oui.", near=1) == (1, 1)
    assert text.find("Oui.", near=6) == (5, 5)


def test_the_nearest_passage_and_its_difference():
    nearest, lines, likeness = Text(TEXT).nearest("Le minimum pour ouvrir une session est fixé à quatre stagiaires.")
    assert (nearest, lines) == ("Le minimum pour ouvrir une session est fixé à cinq stagiaires.", (3, 4))
    assert 0.8 < likeness < 1
    assert words_diff("fixé à quatre stagiaires.", "fixé à cinq stagiaires.") == [
        ("=", "fixé à"),
        ("-", "quatre"),
        ("+", "cinq"),
        ("=", "stagiaires."),
    ]


def test_an_empty_text_has_lost_everything():
    found = follow(Text(""), "F0")
    assert set(fates(found)) <= {Fate.GONE, Fate.UNKNOWN}
    assert len(found) == len(cited_in("F0"))


@pytest.mark.parametrize("code", ["F0", "F2", "S1", "P3"])
def test_the_edition_that_was_read_stands_as_it_was_read(code: str):
    text = Text(source(code))
    assert set(fates(follow(text, code))) <= {Fate.SAME, Fate.UNKNOWN}
    assert set(fates(follow(text, code, text))) == {Fate.SAME}


def test_lines_put_in_move_the_passages_after_them():
    lines = source("F0").split("\n")
    new = Text("\n".join([*lines[:30], "Une question nouvelle ?", "", "⇒ Une réponse.", "", *lines[30:]]))
    found = follow(new, "F0")
    assert of(found, "regle", "R09", 35).after == (39, 39)
    assert of(found, "regle", "R64", 27).fate is Fate.SAME
    assert not any(one.fate.calls for one in found)


def test_a_changed_figure_is_shown_with_its_difference():
    text = source("F0").replace("fixée à 24 heures minimum", "fixée à 20 heures minimum")
    found = follow(Text(text), "F0")
    one = of(found, "question", "vingt-quatre-heures", 263)
    assert (one.fate, one.after) == (Fate.CHANGED, (263, 263))
    assert ("-", "24") in one.diff
    assert ("+", "20") in one.diff
    rule = of(found, "regle", "R32", 263)
    assert (rule.fate, [sign for sign, _ in rule.diff].count("-")) == (Fate.CHANGED, 1)
    assert fates(found)[Fate.GONE] == 0


def test_a_deleted_passage_is_gone():
    lines = source("F0").split("\n")
    assert lines[94].startswith("⇒ Non, les sessions")
    found = follow(Text("\n".join(lines[:92] + lines[96:])), "F0")
    assert of(found, "question", "cie", 95).fate is Fate.GONE
    assert of(found, "regle", "R36", 95).fate is Fate.GONE
    assert of(found, "regle", "R24", 99).fate is Fate.MOVED
    assert of(found, "regle", "R24", 99).after == (95, 95)


def test_a_figure_changed_beside_a_quotation_is_seen_when_the_old_text_is_known():
    old = source("F0")
    new = Text(old.replace("11 000 stagiaires sont rémunérés", "9 000 stagiaires sont rémunérés"))
    assert of(follow(new, "F0"), "question", "remuneration-longue-duree", 499).fate is Fate.SAME
    one = of(follow(new, "F0", Text(old)), "question", "remuneration-longue-duree", 499)
    assert one.fate is Fate.AROUND
    assert one.after == (499, 499)


def test_an_edition_after_a_moved_one_is_compared_with_the_lines_of_that_one():
    lines = source("F0").split("\n")
    moved = "\n".join(["Avant-propos", "", *lines])
    again = follow(Text(moved), "F0", Text(moved))
    assert set(fates(again)) <= {Fate.SAME}
    back = of(follow(Text("\n".join(lines)), "F0", Text(moved)), "regle", "R09", 35)
    assert (back.fate, back.before, back.after) == (Fate.MOVED, (37, 37), (35, 35))
