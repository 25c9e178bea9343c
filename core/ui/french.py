"""French wording of numbers, dates and words. Pure functions: no Django, no clock, no settings.

Every hard space is U+00A0: the house font lacks U+202F.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MOIS_COURTS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juill.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
UNITS = "heures?|postes?|places?|mois|jours?|euros?|stagiaires?|personnes?|semaines?|h|km|min|Mo|ko|€|%|ans?"

Number = int | float | Decimal


def to_decimal(value: Number | str) -> Decimal:
    """Give a number as Decimal; floats go through their shortest text, so 0.1 stays 0,1."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def parse_nombre(text: str) -> Decimal:
    """Read a number as a French keyboard types it.

    « 1 234,5 », « 1234.5 », « 1 234,50 € » and « −3 » are all read; spaces of any kind group thousands.
    A point followed by exactly three digits beside a comma (« 1.234,5 ») groups thousands too.

    Raises:
        ValueError: when the text holds anything else than one number.
    """
    cleaned = re.sub(r"[\s\u00a0\u202f\u2009']", "", text.strip()).replace(MINUS, "-")
    cleaned = re.sub(r"(€|%|h|heures?)$", "", cleaned, flags=re.IGNORECASE)
    if "," in cleaned:
        if re.search(r"\.", cleaned) and not re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d*", cleaned):
            raise ValueError(f"not a number: {text!r}")
        cleaned = cleaned.replace(".", "").replace(",", ".", 1)
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", cleaned, flags=re.ASCII):
        raise ValueError(f"not a number: {text!r}")
    return Decimal(cleaned)


def parse_jour(text: str) -> date:
    """Read « 2026-11-10 », « 10/11/2026 », « 10.11.26 », « 10 11 2026 » or « 10 novembre 2026 ».

    Raises:
        ValueError: when the text is no date of the calendar, or is of a year before 1900 or after 2199.
    """
    day = _date_in(text)
    if not 1900 <= day.year < 2200:  # « 31/12/9999 » has no day after it
        raise ValueError(f"not a day of our time: {text!r}")
    return day


def _date_in(text: str) -> date:
    text = " ".join(text.replace(NBSP, " ").lower().split())
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, flags=re.ASCII):
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day)
    if match := re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})", text, flags=re.ASCII):
        day, month, year = (int(part) for part in match.groups())
        return date(year + 2000 if year < 100 else year, month, day)
    if match := re.fullmatch(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-zéû]+)\.? (\d{4})", text):
        name = match.group(2)
        for index, (full, short) in enumerate(zip(MOIS, MOIS_COURTS, strict=True), start=1):
            if name in (full, short.rstrip(".")):
                return date(int(match.group(3)), index, int(match.group(1)))
    raise ValueError(f"not a day: {text!r}")


def nombre(value: Number, decimals: int | None = None) -> str:
    """« 1 234,5 ». With ``decimals``, exactly that many, rounded half-up; without, trailing zeros go."""
    number = to_decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(number):f}"
    whole, _, fraction = text.partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    groups = f"{int(whole):,}".replace(",", NBSP)
    sign = MINUS if number < 0 else ""
    return f"{sign}{groups},{fraction}" if fraction else f"{sign}{groups}"


def euros(value: Number) -> str:
    """« 1 234,50 € »."""
    return f"{nombre(value, 2)}{NBSP}€"


def heures(value: Number) -> str:
    """« 1 234,50 heures »; singular under two, as French has it."""
    return f"{nombre(value, 2)}{NBSP}{accord(value, 'heure')}"


def heures_courtes(value: Number) -> str:
    """« 35 h », « 30,5 h »."""
    return f"{nombre(value)}{NBSP}h"


def pourcent(share: Number, decimals: int = 0) -> str:
    """A share between 0 and 1 as « 28 % »."""
    return f"{nombre(to_decimal(share) * 100, decimals)}{NBSP}%"


def taille(octets: int) -> str:
    """A file size: « 812 octets », « 340 ko », « 1,2 Mo »."""
    if octets < 1000:
        return f"{octets}{NBSP}{accord(octets, 'octet')}"
    if octets < 1_000_000:
        return f"{nombre(Decimal(octets) / 1000, 0)}{NBSP}ko"
    megas = (Decimal(octets) / 1_000_000).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{nombre(megas)}{NBSP}Mo"


def _quantieme(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def jour(day: date, *, weekday: bool = True, year: bool = True) -> str:
    """« mardi 10 novembre 2026 »."""
    text = f"{_quantieme(day)}{NBSP}{MOIS[day.month - 1]}"
    if year:
        text += f" {day.year}"
    return f"{JOURS[day.weekday()]} {text}" if weekday else text


def jour_court(day: date) -> str:
    """« 10/11/2026 »."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def jour_abrege(day: date) -> str:
    """« 10 nov. 2026 », for cards and rows."""
    return f"{_quantieme(day)}{NBSP}{MOIS_COURTS[day.month - 1]} {day.year}"


def mois(day: date) -> str:
    """« novembre 2026 »."""
    return f"{MOIS[day.month - 1]} {day.year}"


def a_commune(name: str) -> str:
    """« à Nantes », « au Mans », « aux Herbiers », « à La Flèche »."""
    for article, said in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return said + name.removeprefix(article)
    return f"à {name}"


def de_mois(day: date) -> str:
    """« de novembre 2026 », « d’octobre 2026 »."""
    said = mois(day)
    return f"d’{said}" if said[0] in "ao" else f"de {said}"


def mois_court(day: date) -> str:
    """« nov. 2026 », under the day's figure."""
    return f"{MOIS_COURTS[day.month - 1]} {day.year}"


def heure(when: datetime | time) -> str:
    """« 9 h 14 », « 9 h »."""
    return f"{when.hour}{NBSP}h{NBSP}{when.minute:02d}" if when.minute else f"{when.hour}{NBSP}h"


def moment(when: datetime) -> str:
    """« 23 octobre 2026 à 9 h 14 », in the wall time that is given."""
    return f"{jour(when, weekday=False)} à {heure(when)}"


def periode(start: date, end: date, *, court: bool = False) -> str:
    """« du 16 novembre 2026 au 26 mars 2027 »; ``court`` gives « 16 nov. 2026 – 26 mars 2027 »."""
    if start == end:
        return jour_abrege(start) if court else f"le {jour(start, weekday=False)}"
    if court:
        return f"{jour_abrege(start)} – {jour_abrege(end)}"
    return f"du {jour(start, weekday=False, year=start.year != end.year)} au {jour(end, weekday=False)}"


def depuis(when: datetime, now: datetime) -> str:
    """How long ago, or how soon: « à l’instant », « il y a 3 jours », « hier », « dans 2 heures », « demain ».

    Days are calendar days, so that yesterday evening is « hier » this morning.
    """
    ahead = when > now
    gap: timedelta = when - now if ahead else now - when
    days = abs((when.date() - now.date()).days)
    minutes = int(gap.total_seconds() // 60)
    if minutes < 1:
        return "à l’instant"
    if days == 0:
        text = pluriel(minutes, "minute") if minutes < 60 else pluriel(minutes // 60, "heure")
    elif days == 1:
        return "demain" if ahead else "hier"
    elif days < 60:
        text = pluriel(days, "jour")
    elif days < 730:
        text = pluriel(days // 30, "mois", "mois")
    else:
        text = pluriel(days // 365, "an")
    return f"dans {text}" if ahead else f"il y a {text}"


def accord(number: Number, singular: str, plural: str | None = None) -> str:
    """The word alone, agreed with the number: plural from two on, as French has it."""
    if abs(to_decimal(number)) >= 2:
        return plural if plural is not None else f"{singular}s"
    return singular


def pluriel(number: Number, singular: str, plural: str | None = None) -> str:
    """« 1 place », « 3 places », with a hard space."""
    return f"{nombre(number)}{NBSP}{accord(number, singular, plural)}"


def mesure(number: Number, unit: str) -> str:
    """« 5 stagiaires », « 1 stagiaire », « 0 heure par semaine »: a figure with its unit, given in the plural."""
    head, *rest = unit.split(" ")
    if abs(to_decimal(number)) < 2 and head.endswith("s") and head != "mois":
        head = head.removesuffix("s")
    return f"{nombre(number)}{NBSP}{' '.join([head, *rest])}"


def liste(items: Iterable[str], last: str = "et") -> str:
    """« a, b et c »."""
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def majuscule(text: str) -> str:
    """First letter in capitals, the rest untouched."""
    return text[:1].upper() + text[1:]


def minuscule(text: str) -> str:
    """First letter in lower case, as inside a sentence; an acronym keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def typo(text: str) -> str:
    """Hard spaces before « : ; ? ! » and within « », typographic apostrophes and ellipses.

    Addresses are left alone: a colon without a space before it is not touched. Applying it twice
    changes nothing more.
    """
    text = text.replace("\u202f", NBSP).replace("...", "…")
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" +(?=[:;?!»])", NBSP, text)
    text = re.sub(r"« *(?=[^ \u00a0])", f"«{NBSP}", text)
    text = re.sub(r"(?<=[^ \u00a0])»", f"{NBSP}»", text)
    text = re.sub(rf"(?<=\d) (?=(?:{UNITS})\b|[€%])", NBSP, text)
    return re.sub(r"(?<=\d) (?=\d{3}\b)", NBSP, text)
