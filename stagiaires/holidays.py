"""Jours fériés of metropolitan France, computed: no list to keep from year to year."""

from datetime import date, timedelta
from functools import cache

_FIXED = {
    (1, 1): "Jour de l’an",
    (5, 1): "Fête du Travail",
    (5, 8): "Victoire de 1945",
    (7, 14): "Fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "Armistice de 1918",
    (12, 25): "Noël",
}


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus's algorithm)."""
    golden, century, rank = year % 19, year // 100, year % 100
    leap, centuries = century // 4, century % 4
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - moon_shift + 15) % 30
    weekday = (32 + 2 * centuries + 2 * (rank // 4) - epact - rank % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> dict[date, str]:
    """The eleven jours fériés of a year, each with its name."""
    sunday = easter(year)
    moving = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
    fixed = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    return fixed | {sunday + timedelta(days=after): name for after, name in moving.items()}


def is_holiday(day: date) -> bool:
    return day in holidays(day.year)
