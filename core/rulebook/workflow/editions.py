"""Date a value of a parameter, or of a rule; withdraw one that has not begun. The past is never rewritten."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.rulebook.enums import LEFT_OUT
from core.rulebook.models import Parameter, Proposal
from core.rulebook.notices import RulesChange
from core.rulebook.parameters import Editions, read, with_unit, written
from core.rulebook.workflow.base import require_keeper
from core.rules import Mode, default_parameters, rule_texts
from core.ui.french import jour, nombre

_EDITION_LOCK = 0x1E1E  # one hand at a time on the dated values
_TAKEN = {"parameter_periods_apart": "Une autre valeur vient d’être datée sur cette période. Relisez l’historique."}


def checked_value(name: str, text: str) -> str:
    """The value as it is stored: a figure in the type and bounds of its parameter, or the mode of a rule.

    Raises Refused, in French, for a value of another sort, or a name that neither the figures nor the rules have.
    """
    if name in rule_texts():
        if text == LEFT_OUT or text in {mode.value for mode in Mode}:
            return text
        raise Refused("Choisissez ce que devient la règle.")
    if name not in default_parameters():
        raise Refused("Aucun paramètre ne porte ce nom.")
    described, like = default_parameters().describe(name), default_parameters()[name]
    if isinstance(like, int | Decimal) and not isinstance(like, bool):
        text = "".join(text.split()).replace(",", ".")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    try:
        value = read(text, like)
    except ValueError as error:
        raise Refused(_expected(like)) from error
    if isinstance(like, tuple):
        _check_list(value)
    elif isinstance(like, int | Decimal) and not isinstance(like, bool):
        low, high = described.minimum or Decimal(0), described.maximum
        if value < low or (high is not None and value > high):
            up_to = f" et {nombre(high)}" if high is not None else ""
            raise Refused(
                f"Écrivez un nombre entre {nombre(low)}{up_to} ({described.unit})."
                if up_to
                else f"Écrivez un nombre d’au moins {nombre(low)} ({described.unit})."
            )
    if len(written(value)) > 200:
        raise Refused("Cette valeur est trop longue\u00a0: 200 signes au plus.")
    return written(value)


def _expected(like: Any) -> str:
    if isinstance(like, bool):
        return "Répondez par oui ou par non."
    if isinstance(like, Decimal):
        return "Écrivez un nombre, par exemple 12 ou 12,5."
    if isinstance(like, int):
        return "Écrivez un nombre entier, par exemple 24."
    if isinstance(like, tuple):
        return "Séparez les valeurs par des virgules, sans en laisser de vide."
    return "Écrivez une valeur."


def _check_list(values: tuple[str, ...]) -> None:
    """The only lists are of départements."""
    if wrong := [value for value in values if not (2 <= len(value) <= 3 and value.isalnum() and value.isascii())]:
        raise Refused(f"«\u00a0{wrong[0]}\u00a0» n’est pas un code de département, par exemple 44.")
    if len(set(values)) < len(values):
        raise Refused("Une valeur est écrite deux fois.")


def checked_start(starts_on: date) -> None:
    """Raises Refused for a day that has begun: its files are judged already."""
    if starts_on <= timezone.localdate():
        raise Refused("Choisissez un jour à venir\u00a0: ce qui est en vigueur aujourd’hui a déjà servi à juger.")
    if starts_on > timezone.localdate() + timedelta(days=3660):
        raise Refused("Choisissez un jour dans les dix ans.")


def set_value(name: str, text: str, starts_on: date, *, hat: Membership, reason: str, source: str = "") -> Parameter:
    """Date a value from a day on. What holds on that day ends the day before; what begins later stays.

    Args:
        name: a parameter's key, or a rule's id.
        text: the value as typed; see `checked_value`.
        reason: why, published with the value. `source`: the act that it rests on.

    Raises Refused: another role, a day that has begun, a value of another sort, nothing that changes.
    """
    require_keeper(hat)
    value = checked_value(name, text)
    checked_start(starts_on)
    if not reason.strip():
        raise Refused("Dites pourquoi\u00a0: ce motif est publié avec la valeur.")
    with transaction.atomic():
        _alone()
        standing = list(Parameter.objects.standing().filter(name=name).select_for_update(of=("self",)))
        covering = next((row for row in standing if starts_on in row.period), None)
        if covering is not None and covering.period.lower == starts_on:
            raise Refused(
                f"Une valeur est déjà datée du {jour(starts_on, weekday=False)}. "
                "Retirez-la d’abord si elle n’est plus la bonne."
            )
        if is_same(name, value, value_on(name, starts_on)):
            raise Refused("C’est déjà la valeur de ce jour-là\u00a0: rien ne changerait.")
        later = [row.period.lower for row in standing if row.period.lower and row.period.lower > starts_on]
        with lost_race(_TAKEN):
            if covering is not None:
                covering.period = DateRange(covering.period.lower, starts_on)
                covering.save()
            made = Parameter.objects.create(
                name=name,
                value=value,
                period=DateRange(starts_on, min(later, default=None)),
                source=source.strip(),
                reason=reason.strip(),
                author=hat.user,
            )
        label = f"{label_of(name)}\u00a0: {said(name, value)} à partir du {jour(starts_on, weekday=False)}"
        events.record(made, "parametre.date", label[:300], hat=hat, reason=made.reason)
    return made


def withdraw(parameter: Parameter, *, hat: Membership, reason: str) -> Parameter:
    """Take back a value that has not begun; the one before it holds again on its days.

    Raises Refused: another role, a value that has begun, or was withdrawn already, no reason.
    """
    require_keeper(hat)
    if not reason.strip():
        raise Refused("Dites pourquoi cette valeur est retirée.")
    with transaction.atomic():
        _alone()
        row = Parameter.objects.select_for_update(of=("self",)).get(pk=parameter.pk)
        if row.withdrawn_at is not None:
            raise Refused("Cette valeur est déjà retirée.")
        if row.period.lower is None or row.period.lower <= timezone.localdate():
            raise Refused(
                "Cette valeur a commencé\u00a0: elle a servi à juger et ne se retire plus. Datez-en une autre."
            )
        row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = timezone.now(), hat.user, reason.strip()
        row.save()
        before = Parameter.objects.standing().filter(name=row.name, period__endswith=row.period.lower).first()
        if before is not None:
            before.period = DateRange(before.period.lower, row.period.upper)
            before.save()
        label = f"{label_of(row.name)}\u00a0: {said(row.name, row.value)} est retirée avant d’avoir commencé"
        events.record(row, "parametre.retire", label[:300], hat=hat, reason=row.withdrawal_reason)
        _tell_withdrawn(row, label)
    return row


def _tell_withdrawn(row: Parameter, text: str) -> None:
    """Those who were told of the change hear that it does not come."""
    for proposal in Proposal.objects.filter(parameter=row):
        told = proposal.acknowledgements.values("organisation")
        hats = active_hats().filter(organisation__in=told).order_by("id")
        notify(RulesChange, hats, proposal, text, reverse("regle_nouvelle", args=[proposal.pk]), dedupe_key="retrait")


def value_on(name: str, day: date) -> str:
    """The value of a figure or the mode of a rule on a day, as it is stored."""
    edition = Editions().on(day)
    if name in rule_texts():
        return dict(edition.switches).get(name, rule_texts()[name].mode.value) or LEFT_OUT
    return written(edition[name])


def is_same(name: str, one: str, other: str) -> bool:
    """Whether two stored values say the same thing; the order of a list says nothing."""
    if name in default_parameters() and isinstance(default_parameters()[name], tuple):
        return sorted(one.split(", ")) == sorted(other.split(", "))
    return one == other


def label_of(name: str) -> str:
    """How a figure or a rule is named in a sentence."""
    return f"Règle {name}" if name in rule_texts() else default_parameters().describe(name).label


def said(name: str, value: str) -> str:
    """A stored value as one reads it: « 24 heures par semaine », « 44, 49 et 53 », « ne s’applique plus »."""
    if name in rule_texts():
        return "ne s’applique plus" if value == LEFT_OUT else Mode(value).label
    described, like = default_parameters().describe(name), default_parameters()[name]
    try:
        return with_unit(read(value, like), described.unit)
    except ValueError:
        return f"«\u00a0{value}\u00a0», illisible"


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_EDITION_LOCK])
