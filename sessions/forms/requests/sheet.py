"""« Corriger la fiche »: the public texts of an authorised session that cannot be published as they stand."""

from typing import Any

from sessions.forms.requests.base import StepForm
from sessions.forms.requests.course import CourseForm
from sessions.forms.requests.place import PeopleForm, PlaceForm
from sessions.forms.requests.training import TrainingForm

_TEXTS = {
    TrainingForm: ("title", "objective", "expected_results", "content", "prerequisites"),
    CourseForm: ("rhythm", "pedagogy"),
    PlaceForm: ("accessibility", "transport", "catering", "lodging"),
    PeopleForm: ("contact_name", "contact_email", "contact_phone", "recruitment", "network_referent"),
}
TEXTS = tuple(name for names in _TEXTS.values() for name in names)


class SheetForm(StepForm):
    """The same questions as in the steps, those that change nothing of what was decided: words and contact."""

    needed = frozenset({"title", "objective", "expected_results", "content", "rhythm"})
    asks = PeopleForm.asks
    clean_contact_phone = PeopleForm.clean_contact_phone

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            self.fields[name].required = True


SheetForm.base_fields = {name: form.base_fields[name] for form, names in _TEXTS.items() for name in names}
