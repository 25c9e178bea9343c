"""Numbers, dates and words as a French reader expects them."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ui import french

NB = "\u00a0"
money = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"),
        (1234, None, f"1{NB}234"),
        (Decimal("1234.50"), None, f"1{NB}234,5"),
        (Decimal("1234.505"), 2, f"1{NB}234,51"),
        (0.1, None, "0,1"),
        (-35, 2, "−35,00"),
        (Decimal("-0.001"), 2, "0,00"),
        (10_000_000, 0, f"10{NB}000{NB}000"),
    ],
)
def test_a_number_has_hard_spaces_and_a_comma(value, decimals, text):
    assert french.nombre(value, decimals) == text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (5, "stagiaires", f"5{NB}stagiaires"),
        (1, "stagiaires", f"1{NB}stagiaire"),
        (0, "places", f"0{NB}place"),
        (Decimal("1.5"), "heures par semaine", f"1,5{NB}heure par semaine"),
        (1, "mois", f"1{NB}mois"),
        (1, "km", f"1{NB}km"),
    ],
)
def test_a_unit_agrees_with_its_figure(number, unit, text):
    assert french.mesure(number, unit) == text


@given(money)
def test_what_is_written_is_read_back(value):
    assert french.parse_nombre(french.nombre(value, 2)) == value


@given(money)
def test_no_narrow_space_anywhere(value):
    """The house font has no U+202F: it would show as a box."""
    assert "\u202f" not in french.euros(value) + french.heures(value)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"),
        (" 1 234,5 ", "1234.5"),
        ("1\u202f234,50 €", "1234.50"),
        ("1.234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("30,5 heures", "30.5"),
        ("−3", "-3"),
        (",5", "0.5"),
    ],
)
def test_a_number_is_read_as_french_keyboards_type_it(typed, value):
    assert french.parse_nombre(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "trente", "1,2,3", "1e5", "NaN", "12 mois et demi", "1.23,4", "١٢", "--3"])
def test_anything_else_is_no_number(typed):
    with pytest.raises(ValueError, match="not a number"):
        french.parse_nombre(typed)


@given(st.text(max_size=20))
def test_reading_a_number_never_fails_otherwise(typed):
    with suppress(ValueError):
        assert french.parse_nombre(typed).is_finite()


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_back_however_it_is_written(day):
    written = [day.isoformat(), french.jour_court(day), french.jour(day), french.jour(day, weekday=False)]
    assert [french.parse_jour(text) for text in written] == [day] * 4
    assert french.parse_jour(french.jour_abrege(day)) == day


@pytest.mark.parametrize("typed", ["", "31/02/2026", "2026-13-01", "10/11", "demain", "10 brumaire 2026", "31/12/9999"])
def test_anything_else_is_no_day(typed):
    with pytest.raises(ValueError, match=r"not a day|must be in|out of range"):
        french.parse_jour(typed)


def test_days_and_moments():
    when = datetime(2026, 10, 23, 9, 14)  # noqa: DTZ001 - wall time
    assert french.jour(date(2026, 11, 10)) == f"mardi 10{NB}novembre 2026"
    assert french.jour(date(2027, 2, 1)) == f"lundi 1er{NB}février 2027"
    assert french.moment(when) == f"23{NB}octobre 2026 à 9{NB}h{NB}14"
    assert french.heure(when.replace(minute=0)) == f"9{NB}h"
    assert french.periode(date(2026, 11, 16), date(2027, 3, 26)) == f"du 16{NB}novembre 2026 au 26{NB}mars 2027"
    assert french.periode(date(2026, 3, 2), date(2026, 3, 26)) == f"du 2{NB}mars au 26{NB}mars 2026"
    assert french.periode(date(2026, 3, 2), date(2026, 3, 2)) == f"le 2{NB}mars 2026"


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(seconds=30), "à l’instant"),
        (timedelta(minutes=5), f"il y a 5{NB}minutes"),
        (timedelta(hours=1, minutes=59), f"il y a 1{NB}heure"),
        (timedelta(hours=12), "hier"),
        (timedelta(days=3), f"il y a 3{NB}jours"),
        (timedelta(days=100), f"il y a 3{NB}mois"),
        (timedelta(days=800), f"il y a 2{NB}ans"),
        (timedelta(hours=-2), f"dans 2{NB}heures"),
        (timedelta(days=-1), "demain"),
        (timedelta(days=-13), f"dans 13{NB}jours"),
    ],
)
def test_how_long_ago_counts_calendar_days(gap, text):
    now = datetime(2026, 11, 21, 10, 47)  # noqa: DTZ001 - wall time
    assert french.depuis(now - gap, now) == text


def test_plural_starts_at_two():
    assert [french.pluriel(n, "place") for n in (0, 1, 2)] == [f"0{NB}place", f"1{NB}place", f"2{NB}places"]
    assert french.heures(Decimal("1.99")) == f"1,99{NB}heure"
    assert french.pluriel(3, "place libre", "places libres") == f"3{NB}places libres"
    assert french.accord(5, "est", "sont") == "sont"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Nantes", "à Nantes"),
        ("Le Mans", "au Mans"),
        ("Les Herbiers", "aux Herbiers"),
        ("La Flèche", "à La Flèche"),
        ("L’Île-d’Yeu", "à L’Île-d’Yeu"),
        ("Lesconil", "à Lesconil"),
    ],
)
def test_the_article_of_a_commune_is_contracted(name, text):
    assert french.a_commune(name) == text


def test_small_words():
    assert french.liste(["Nantes"]) == "Nantes"
    assert french.liste(["Nantes", "Laval", "Cholet"]) == "Nantes, Laval et Cholet"
    assert french.pourcent(Decimal("0.285")) == f"29{NB}%"
    assert french.heures_courtes(Decimal("35.00")) == f"35{NB}h"
    assert [french.taille(n) for n in (1, 340_000, 1_200_000, 5_000_000)] == [
        f"1{NB}octet",
        f"340{NB}ko",
        f"1,2{NB}Mo",
        f"5{NB}Mo",
    ]


def test_typography():
    assert french.typo("L'équilibre : « oui » ?") == f"L’équilibre{NB}: «{NB}oui{NB}»{NB}?"
    assert french.typo("voir https://exemple.test/a:b... 35 h, 1 200 €") == (
        f"voir https://exemple.test/a:b… 35{NB}h, 1{NB}200{NB}€"
    )


@given(st.text(alphabet="aé '«»:;?!.\u00a0\u202f12h€", max_size=40))
def test_typography_applied_twice_changes_nothing_more(text):
    once = french.typo(text)
    assert french.typo(once) == once
