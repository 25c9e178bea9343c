"""The forms of the intentions: the steps, the acts, the filters."""

from intentions.forms.employer import EmployerForm
from intentions.forms.steps import CommitmentForm, ContractForm, PostForm, StepForm, TrainingForm

STEPS: tuple[type[StepForm], ...] = (EmployerForm, PostForm, ContractForm, TrainingForm, CommitmentForm)

__all__ = ["STEPS", "CommitmentForm", "ContractForm", "EmployerForm", "PostForm", "StepForm", "TrainingForm"]
