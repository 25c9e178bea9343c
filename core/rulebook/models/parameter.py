"""Dated values of the parameters and of the rules."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from core.journal.history import tracked

# A day that has begun was judged with what stood then: what remains open is the future alone. A first value may still
# be loaded over days that nothing was judged on: a portal that starts tells what held before it.
PAST_IS_KEPT = """
    today := (now() AT TIME ZONE 'Europe/Paris')::date;
    IF TG_OP = 'INSERT' THEN
        IF coalesce(lower(NEW.period), '-infinity') <= today
           AND (EXISTS (SELECT FROM rulebook_parameter known WHERE known.name = NEW.name)
                OR EXISTS (SELECT FROM rulebook_receipt judged
                           WHERE coalesce(judged.judged_on, (judged.at AT TIME ZONE 'Europe/Paris')::date)
                                 <@ NEW.period))
        THEN
            RAISE EXCEPTION 'parameter %: the past is not rewritten', NEW.name USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'parameter %: never deleted', OLD.name USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.name, NEW.value, NEW.source, NEW.reason, lower(NEW.period))
       IS DISTINCT FROM (OLD.name, OLD.value, OLD.source, OLD.reason, lower(OLD.period))
       OR (upper(NEW.period) IS DISTINCT FROM upper(OLD.period)
           AND (coalesce(upper(OLD.period), 'infinity') <= today OR coalesce(upper(NEW.period), 'infinity') <= today))
       OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL)
       OR (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND coalesce(lower(OLD.period), today) <= today)
    THEN
        RAISE EXCEPTION 'parameter %: the past is not rewritten', OLD.name USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class ParameterQuerySet(models.QuerySet["Parameter"]):
    def standing(self) -> "ParameterQuerySet":
        """Those that were not withdrawn before they began."""
        return self.filter(withdrawn_at=None)


@tracked()
class Parameter(models.Model):
    """One value of one parameter of the rules over a period. Periods of a parameter never overlap.

    A rule that the Région switches is dated in the same way: `name` is then the rule's id, `value` its mode or
    « retiree » (`LEFT_OUT`).
    """

    name = models.SlugField("paramètre", max_length=60)
    value = models.CharField("valeur", max_length=200)
    period = DateRangeField("en vigueur")
    source = models.CharField("source", max_length=200, blank=True)
    reason = models.TextField("motif")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField("décidée le", auto_now_add=True, null=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.TextField("motif du retrait", blank=True)

    objects = ParameterQuerySet.as_manager()

    class Meta:
        verbose_name = "paramètre"
        ordering = ["name", "period"]
        constraints = [
            ExclusionConstraint(
                name="parameter_periods_apart",
                expressions=[("name", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(withdrawn_at=None),
                violation_error_message="Une autre valeur de ce paramètre couvre déjà une partie de la période.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="parameter_withdrawal_reason",
                violation_error_message="Une valeur retirée porte la date et le motif de son retrait.",
            ),
            models.CheckConstraint(
                condition=~Q(value__regex=r"^\s*$"),
                name="parameter_value_written",
                violation_error_message="Un paramètre porte une valeur.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="past_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("today", "date")],
                func=PAST_IS_KEPT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
