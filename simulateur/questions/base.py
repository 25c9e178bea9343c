"""A page of questions whose answers are facts. Nothing is stored: the facts come in and go out with the address."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from core.reference.models import Departement
from core.rulebook.parameters import current
from core.rules import Facts, Judgement, Parameters
from core.rules.reading import FIRST_DAY, LAST_DAY, MAX_NUMBER
from core.ui.french import nombre


def borrowed(form: type[forms.Form], name: str, **changes: Any) -> Any:
    """A copy of a question that a room already asks: same words, same limits, same input."""
    field = deepcopy(form.base_fields[name])
    for key, value in changes.items():
        setattr(field, key, value)
    return field


def departement_choices() -> list[Any]:
    """The départements of the region first, then the others that the lists know (two queries)."""
    own = current()["departements"]
    rows = Departement.objects.filter(retired_on=None).order_by("code").values_list("code", "name")
    names = {code: f"{name} ({code})" for code, name in rows}
    others = [(code, name) for code, name in names.items() if code not in own]
    known = [(code, names.get(code, code)) for code in own]
    return [("", "Choisissez"), ("Dans la région", known), ("Ailleurs", others or [("00", "Un autre département")])]


class QuestionPage(forms.Form):
    """One small group of questions.

    `facts` is what is known already. `gives` names the facts that a field gives when it is not the one it is named
    after. `precisions` are the questions that only some answers call for.
    """

    slug: ClassVar[str] = ""
    title: ClassVar[str] = ""
    heading: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    optional: ClassVar[tuple[str, ...]] = ()
    precisions: ClassVar[tuple[str, ...]] = ()
    gives: ClassVar[dict[str, tuple[str, ...]]] = {}
    derived: ClassVar[dict[str, str]] = {}  # fact: from what the page works it out
    asks: ClassVar[dict[str, Any]] = {}
    use_required_attribute = False
    do_not_call_in_templates = True

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        self.facts = facts
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.hide_optional = name not in self.optional  # type: ignore[attr-defined]
            if name not in self.initial:
                self.initial[name] = self.known(name)

    def clean(self) -> dict[str, Any]:
        """Say beside its question what no link could carry: the address of the next page would be refused."""
        data = super().clean() or self.cleaned_data
        for name, value in list(data.items()):
            if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
                self.add_error(name, f"Écrivez une date entre {FIRST_DAY.year} et {LAST_DAY.year}.")
            elif isinstance(value, int | Decimal) and not -MAX_NUMBER <= value <= MAX_NUMBER:
                self.add_error(name, f"Écrivez un nombre d’au plus {nombre(MAX_NUMBER)}.")
        return data

    @classmethod
    def question_of(cls) -> dict[str, str]:
        """Each fact that this page gives, and the question that gives it."""
        return {fact: name for name in cls.base_fields for fact in cls.gives.get(name, (name,))}

    def known(self, name: str) -> Any:
        """What the facts say already for this question, as its field shows it."""
        return getattr(self.facts, name, None)

    def answers(self) -> dict[str, Any]:
        """The facts given by the valid answers of the questions that were shown; an emptied one becomes unknown."""
        shown = str(self.data.get("precisions", "")).split(",")
        found: dict[str, Any] = {}
        for name in self.fields:
            if name in self.precisions and name not in shown:
                found |= dict.fromkeys(self.gives.get(name, (name,)))
            elif name in self.cleaned_data:
                found |= self.given(name, self.cleaned_data[name])
        return found

    def given(self, name: str, value: Any) -> dict[str, Any]:
        """The facts that one answer gives. Choices become members of the list of their fact."""
        kind = self.facts.describe(name)["kind"]
        of = getattr(kind, "of", None)
        if of is not None:
            return {name: tuple(of(item) for item in value) or None}
        if value in (None, ""):
            return {name: None}
        return {name: value if isinstance(value, kind) else kind(value)}

    def wanted(self, judgement: Judgement) -> list[str]:
        """Which of the `precisions` these answers call for."""
        return []

    def say_figures(self, figures: Parameters) -> None:
        """Put beside the questions the thresholds of the day; a page that names none says nothing more."""

    def keep_only(self, precisions: list[str]) -> None:
        """Drop the precisions that are not asked."""
        for name in self.precisions:
            if name not in precisions:
                self.fields.pop(name, None)

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.precisions]

    def precision_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.precisions]


def asked(judgement: Judgement) -> set[str]:
    """Rules that would have the Région decide, on these answers."""
    return {finding.id for finding in (*judgement.to_decide, *judgement.granted)}
