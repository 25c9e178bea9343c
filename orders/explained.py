"""What a forecast says, figure by figure, each with how it is worked out in plain words."""

from dataclasses import dataclass
from decimal import Decimal

from core.ui.french import euros, heures, jour, nombre, pluriel, pourcent
from orders.forecast import LEAST_MONTHS, Forecast
from orders.queries.trajectory import Trajectory


@dataclass(frozen=True)
class Figure:
    """A figure of the forecast: its name, its value, and how it comes. `rule`: the text it rests on."""

    label: str
    value: str
    how: str
    rule: str = ""


def explained(goes: Trajectory, more: Decimal | None = None) -> list[Figure]:
    """What to expect of a period, with `more` heures-stagiaires authorised today; empty when nothing is foretold."""
    if goes.is_over:
        return [_over(goes)]
    foretold = goes.what_if(more or Decimal(0))
    if foretold is None:
        return []
    return [
        *([] if more else [_pace(foretold)]),
        _end(goes, foretold),
        _exhausted(goes, foretold),
        _doubt(goes, foretold),
        _penalty(goes, foretold),
    ]


def waiting_words() -> str:
    """Why nothing is foretold yet."""
    return f"Il faut {LEAST_MONTHS} mois entiers de la période pour prévoir la suite."


def _pace(said: Forecast) -> Figure:
    how = f"Moyenne des {pluriel(said.months, 'mois entier', 'mois entiers')} passés depuis le début de la période."
    return Figure("Rythme", f"{heures(said.pace)} par mois", how)


def _end(goes: Trajectory, said: Forecast) -> Figure:
    how = (
        f"{heures(said.used)} déjà autorisées, plus {heures(said.pace)} pendant {nombre(said.left)} mois, "
        f"sans dépasser le maxi de {heures(goes.period.maxi)}."
    )
    return Figure("Fin de période", heures(said.expected), how)


def _exhausted(goes: Trajectory, said: Forecast) -> Figure:
    left = goes.period.maxi - said.used
    how = f"Les {heures(max(left, Decimal(0)))} qui restent jusqu’au maxi, au rythme de {heures(said.pace)} par mois."
    value = jour(said.exhausted_on, weekday=False) if said.exhausted_on else "Pas avant la fin de la période"
    return Figure("Maxi atteint", value, how, "R118")


def _doubt(goes: Trajectory, said: Forecast) -> Figure:
    if said.used >= goes.period.mini:
        how = f"Le mini de {heures(goes.period.mini)} est déjà autorisé."
    else:
        how = (
            f"La chance de finir sous {heures(goes.period.mini)}, si les mois à venir varient comme les mois passés, "
            f"d’environ {heures(said.spread)} d’un mois à l’autre (écart-type, loi normale)."
        )
    return Figure("Risque de ne pas atteindre le mini", pourcent(said.below_mini), how, "R118")


def _penalty(goes: Trajectory, said: Forecast) -> Figure:
    how = f"{_formula(goes, said.lacking)} Les heures qui manqueraient sont une moyenne sur toutes les fins possibles."
    return Figure("Pénalité à provisionner", euros(said.penalty), how, "R118")


def _over(goes: Trajectory) -> Figure:
    missing = max(goes.period.mini - goes.used, Decimal(0))
    value = euros(goes.penalty_due) if missing else "Aucune"
    how = (
        _formula(goes, missing)
        if missing
        else f"{heures(goes.used)} autorisées, pour un mini de {heures(goes.period.mini)}."
    )
    return Figure("Pénalité de la période finie", value, how, "R118")


def _formula(goes: Trajectory, missing: Decimal) -> str:
    share, price = pourcent(goes.terms.penalty_share), euros(goes.terms.price)
    return f"{heures(missing)} sous le mini × {price} l’heure × {share} (part du prix due, datée par la Région)."
