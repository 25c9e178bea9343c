"""From facts to the answers of a draft: the way back of `facts_of`, for what a simulation already knows."""

from typing import Any

from django.core.exceptions import ValidationError

from core.reference.models import Commune, Metier
from intentions.models import Intention
from intentions.rules import IntentionFacts

# What a draft keeps under another name than the fact.
_NAMES = {"posts": "post_count", "hire_date": "hire_on", "wished_start": "training_start_wished"}
_ALIKE = (
    "need_from_survey",
    "outside_reason",
    "job_title",
    "posts",
    "post_is_new",
    "wished_start",
    "hire_date",
    "training_need",
    "contract_type",
    "short_contract_reason",
    "weekly_hours",
    "low_hours_reason",
    "commitment",
)


def answers_from(facts: IntentionFacts) -> dict[str, Any]:
    """The fields of an intention that these facts fill. Two queries.

    The employer, the guarantor and the written statement are never taken from a simulation: they are said by the one
    who files. Neither is the origin, which the hat says. What a draft could not hold is left to be said again.
    """
    given: dict[str, Any] = {
        _NAMES.get(name, name): getattr(value, "value", value)
        for name in _ALIKE
        if (value := getattr(facts, name)) is not None
    }
    if facts.contract_months is not None and facts.contract_months == facts.contract_months.to_integral_value():
        given["contract_months"] = int(facts.contract_months)
    found = {name: value for name, value in given.items() if _fits(name, value)}
    if facts.rome and (metier := Metier.objects.filter(pk=facts.rome).first()):
        found["metier"] = metier
    if commune := _commune(facts):
        found["workplace_commune"] = commune
    if facts.milestones:
        found |= {"milestones": [str(one.value) for one in facts.milestones], "milestones_answered": True}
    if found.get("commitment") is False:
        found.pop("commitment")  # left to be said by the one who commits
    return found


def _fits(name: str, value: Any) -> bool:
    """Whether a draft can hold this answer: whoever writes a link may say a million posts, or fewer than none."""
    try:
        field: Any = Intention._meta.get_field(name)
        field.clean(value, None)
    except ValidationError:
        return False
    return True


def _commune(facts: IntentionFacts) -> Commune | None:
    if not facts.workplace_commune or not facts.workplace_departement:
        return None
    named = Commune.objects.filter(name=facts.workplace_commune, departement=facts.workplace_departement)
    return named.order_by("pk").first()
