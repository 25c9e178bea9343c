"""The stepped form of a session request. Every step may be saved unfinished; the check page says what lacks.

Limits of the texts are those of the published sheet, so that what is authorised can be published as it stands.
"""

from sessions.forms.requests.acts import CheckForm, MessageForm, ReferentForm, WithdrawForm
from sessions.forms.requests.base import StepForm
from sessions.forms.requests.course import CourseForm
from sessions.forms.requests.filters import RequestFilterForm, WaitingFilterForm
from sessions.forms.requests.group import GroupForm
from sessions.forms.requests.place import PeopleForm, PlaceForm
from sessions.forms.requests.training import TrainingForm

STEPS: dict[str, tuple[str, type[StepForm]]] = {
    "groupe": ("Le groupe", GroupForm),
    "formation": ("La formation", TrainingForm),
    "deroulement": ("Le déroulement", CourseForm),
    "lieu": ("Le lieu", PlaceForm),
    "personnes": ("Les personnes", PeopleForm),
}

# Where each fact that the rules ask for is answered.
STEP_OF_FACT = {
    **dict.fromkeys(
        ("lot", "access_mode", "intentions", "seats", "head_count_case", "existing_group", "complements", "same_domain",
         "balance_statement", "price_unchanged", "mandataire_informed", "group_cannot", "mandataire_agrees"),
        "groupe",
    ),
    **dict.fromkeys(
        ("title", "objective", "expected_results", "content", "aim", "certification_code", "training_filiere",
         "prerequisites", "specific_need", "employer_opinion", "formacodes", "metier", "licence_module",
         "intermittence"),
        "formation",
    ),
    **dict.fromkeys(
        ("modalities", "hours_centre", "hours_distance", "hours_refresher", "hours_company", "hours_company_other",
         "entry_mode", "starts_on", "ends_on", "rhythm", "hours"),
        "deroulement",
    ),
    **dict.fromkeys(("place", "training_departement", "place_reason", "place_known"), "lieu"),
    "contact": "personnes",
}  # fmt: skip

__all__ = [
    "STEPS",
    "STEP_OF_FACT",
    "CheckForm",
    "MessageForm",
    "ReferentForm",
    "RequestFilterForm",
    "WaitingFilterForm",
    "WithdrawForm",
]
