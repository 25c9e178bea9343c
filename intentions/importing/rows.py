"""One row: read as the answers of the five steps, filed by the same rules as the form, or refused with its reasons."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.refusals import Refused
from intentions import workflow
from intentions.employers import EmployerProblem, name_employer
from intentions.enums import Channel, Origin
from intentions.forms import STEPS
from intentions.forms.references import Several
from intentions.importing import words
from intentions.importing.columns import BY_KEY, of_all_rows
from intentions.models import ImportBatch, ImportRow, Intention
from intentions.workflow.base import origin_of

_READ = {
    "contract_type": words.contract,
    "contract_months": words.months,
    "short_contract_reason": words.short_reason,
    "low_hours_reason": words.low_reason,
    "nature": words.nature,
    "post_is_new": words.yes_no,
}


class RowRefused(Exception):
    """Why a row cannot be filed: French sentences, each naming its column."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def file_row(values: list[str], batch: ImportBatch, hat: Membership) -> Intention:
    """File the intention that a row describes. The caller undoes everything when it raises.

    A form sent by an employer is a written confirmation (R02, R03): the row itself is kept as the statement.

    Raises:
        workflow.TwinFound: the need is known already.
        RowRefused: with every reason found, not only the first.
    """
    mapping: Mapping[str, str] = batch.mapping
    once = of_all_rows(mapping)
    given = once | {mapping[str(at)]: value for at, value in enumerate(values) if str(at) in mapping and value}
    data = _form_data(given)
    blank = Intention(filed_by=hat, origin=origin_of(hat))
    forms_of_row = [step(data, intention=blank, by_employer=False) for step in STEPS]
    reasons = [reason for form in forms_of_row for reason in _reasons(form, given)]
    if reasons:
        raise RowRefused(reasons)
    answers = {name: value for form in forms_of_row for name, value in form.answers().items()}
    answers |= _employer(forms_of_row[0].cleaned_data, blank, hat) | _origin(answers, hat)
    answers["statement_text"] = _as_text(batch.headers, values, once)
    draft = workflow.start(hat, channel=Channel.IMPORT, answers=answers)
    try:
        return workflow.deposit(draft, hat=hat, in_bulk=True, tell_employer=batch.tell_employers)
    except workflow.TwinFound:
        raise
    except Refused as refusal:
        raise RowRefused([refusal.message]) from refusal


def _form_data(given: Mapping[str, str]) -> MultiValueDict[str, Any]:
    """The row as the five steps would receive it."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for key, value in given.items():
        if key in ("milestones", "commitment"):
            continue
        data[key] = _READ[key](value) if key in _READ else value
    data.setlist("milestones", words.milestones(given.get("milestones", "")))
    if words.yes_no(given.get("commitment", "")) == "oui":
        data["commitment"] = "on"
    data["suite"] = "oui"
    data["precisions"] = ",".join(name for step in STEPS for name in step.precisions)
    return data


def _employer(cleaned: dict[str, Any], blank: Intention, hat: Membership) -> dict[str, Any]:
    try:
        return name_employer(blank, cleaned, hat=hat, ask_register=False)
    except EmployerProblem as problem:
        raise RowRefused([f"{BY_KEY['employer_name'].label}\u00a0: {problem.message}"]) from problem


def _origin(answers: Mapping[str, Any], hat: Membership) -> dict[str, Any]:
    """A row that the Région takes over was written by an employer; a valideur stands guarantor of his own rows."""
    if hat.kind == OrganisationKind.REGION:
        return {"origin": Origin.EMPLOYEUR}
    return {} if answers.get("guarantor") else {"guarantor": str(hat.user)}


def _reasons(form: forms.Form, given: Mapping[str, str]) -> list[str]:
    found = []
    for name, errors in form.errors.items():
        label = BY_KEY[name].label if name in BY_KEY else str(form.fields[name].label)
        written = f" («\u00a0{given[name][:60]}\u00a0»)" if name in given else ""
        found += [f"{label}{written}\u00a0: {_said(error)}" for error in errors.as_data()]
    return found


def _said(error: ValidationError) -> str:
    """A table has no « below » to choose in: what to write is told."""
    if isinstance(error, Several):
        meant = " ou ".join(f"{thing.pk} ({thing})" for thing in error.found[:3])
        return f"plusieurs réponses possibles. Écrivez le code de la vôtre, par exemple {meant}."
    return str(error.messages[0])


def _as_text(headers: list[str], values: list[str], once: Mapping[str, str]) -> str:
    lines = [f"{header}\u00a0: {value}" for header, value in zip(headers, values, strict=True) if value]
    lines += [f"{BY_KEY[key].label}, pour tout le tableau\u00a0: {value}" for key, value in once.items()]
    return "Formulaire de contact repris\n" + "\n".join(lines)


def treat(row: ImportRow, hat: Membership) -> None:
    """File one row or note why not. The row is locked by the caller; nothing half-done stays."""
    try:
        with transaction.atomic():
            intention = file_row(row.values, row.batch, hat)
    except workflow.TwinFound as known:
        row.state, row.reasons = ImportRow.State.DOUBLON, [known.message]
    except RowRefused as refused:
        row.state, row.reasons = ImportRow.State.REFUSEE, refused.reasons
    else:
        row.state, row.intention, row.reasons = ImportRow.State.ACCEPTEE, intention, []
    row.save(update_fields=["state", "intention", "reasons"])
