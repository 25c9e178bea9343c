"""What people paste is cleaned, and nothing that they wrote is cut."""

import pytest

from sessions.publication.text import clean, is_legal, one_line, wrap


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("L’œuvre « à l’état » – 12 €…", "L’œuvre « à l’état » – 12 €…"),
        ("\x93L\x92atelier\x94 \x96 fin\x85", "“L’atelier” – fin…"),
        ("un\x0bdeux\x0ctrois\r\nquatre\rcinq\u2028six", "un\ndeux\ntrois\nquatre\ncinq\nsix"),
        ("\uf0b7 plan\n\uf0a7 débit", "• plan\n• débit"),
        ("a\u200bb\u00adc\ufeffd\u202ee", "abcde"),
        ("a\x00b\x08c\x1fd\ufffee", "abcde"),
        ("a\ud800b", "ab"),
        ("1\u202f234\u00a0€", "1\u00a0234\u00a0€"),
        ("  trop   d’espaces \t ici  ", "trop d’espaces ici"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("e\u0301te\u0301", "été"),
        ("<p class=MsoNormal style='margin:0 1px'>Un</p><p>Deux<br/>Trois<o:p></o:p></p>", "Un\nDeux\nTrois"),
        ("<!--[if gte mso 9]><xml>Normal 0 21</xml><![endif]-->Texte", "Texte"),
        ("moins de 5 < 10 et 3 > 2", "moins de 5 < 10 et 3 > 2"),
        ("si a <b et c> d", "si a <b et c> d"),
        ("bravo 👩‍🔧", "bravo 👩‍🔧"),
        ("\x81", ""),
    ],
)
def test_cleaning(pasted: str, cleaned: str) -> None:
    assert clean(pasted) == cleaned


def test_paragraphs_become_one_line_for_the_feed() -> None:
    assert one_line("Premier jour :\n\n• plan\n• débit") == "Premier jour : • plan • débit"


@pytest.mark.parametrize(
    ("text", "legal"), [("é\t\n🛠", True), ("\x00", False), ("\x0b", False), ("\uffff", False), ("\udc00", False)]
)
def test_legality(text: str, legal: bool) -> None:
    assert is_legal(text) is legal


def test_a_line_of_exactly_50_is_kept_and_a_longer_one_wrapped() -> None:
    exact = "x" * 24 + " " + "y" * 25

    assert wrap((exact,)) == [exact]
    assert wrap((exact + "z",)) == ["x" * 24, "y" * 25 + "z"]
    assert wrap(("", " ")) == []
