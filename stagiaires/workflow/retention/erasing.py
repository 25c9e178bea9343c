"""How data is taken away: rows emptied or removed with all that their history, the journal and the outbox kept."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from core.journal.models import Event, OutboxMessage, OutboxState
from stagiaires.models import (
    Absence,
    AttendanceCorrection,
    CandidateOpinion,
    ContactPoint,
    DataRequest,
    ExchangeFile,
    ExternalEvent,
    HalfDay,
    Hire,
    MonthLock,
    Opinion,
    Outcome,
    PaperSheet,
    Parcours,
    ParcoursDocument,
    PersonalLink,
    Positioning,
    PositioningMessage,
    SensitiveFacts,
    Signature,
    Stagiaire,
    Survey,
    TrainerLink,
)
from stagiaires.models.attendance import PROOF_ERASED
from stagiaires.queries.retention import ERASED

Keys = list[Any]
OF_PERSONS = ("stagiaire", "positioning", "parcours")


def _empty(model: type[models.Model], keys: Keys, **values: Any) -> None:
    """Give these values to the rows and to all that their history kept of them."""
    model._base_manager.filter(pk__in=keys).update(**values)  # noqa: SLF001 Django's own name for it
    for event in _history_of(model):
        kept = {field.name for field in event._meta.concrete_fields}
        said = {name: value for name, value in values.items() if name in kept}
        event._default_manager.filter(pgh_obj_id__in=keys).update(**said)  # noqa: SLF001


def remove(model: type[models.Model], keys: Iterable[Any]) -> None:
    """Remove the rows, and their history with them."""
    gone = list(keys)
    model._base_manager.filter(pk__in=gone).delete()  # noqa: SLF001
    for event in _history_of(model):
        event._default_manager.filter(pgh_obj_id__in=gone).delete()  # noqa: SLF001


def _history_of(model: type[models.Model]) -> list[type[models.Model]]:
    """The table that the triggers of this one write, if it is tracked."""
    return [one for one in apps.get_models() if getattr(one, "pgh_tracked_model", None) is model]


def _words_of(subject_type: str, keys: Keys) -> None:
    """What people wrote in the journal about these files, and what was sent about them."""
    lines = Event.objects.filter(subject_type=subject_type, subject_id__in=keys)
    if subject_type in OF_PERSONS:
        lines.exclude(reason="", detail={}).update(reason="", detail={})
    else:  # the detail holds numbers and seals
        lines.exclude(reason="").update(reason="")
    sent = OutboxMessage.objects.filter(subject_type=subject_type, subject_id__in=keys)
    sent.exclude(state=OutboxState.A_FAIRE).update(payload={}, answer="")


def _where(condition: Q) -> Case:
    """The word that the database asks for, there; nothing elsewhere."""
    return Case(When(condition, then=Value(ERASED)), default=Value(""))


# ---- persons, candidacies, parcours


def candidacies(keys: Keys) -> None:
    _empty(
        Positioning,
        keys,
        note="",
        contact_email="",
        contact_phone="",
        appointment_place="",
        refusal_text="",
        proposal=_where(Q(state="refuse")),
        closing_reason=_where(Q(state="retire")),
        erased_at=timezone.now(),
    )
    PositioningMessage.objects.filter(positioning__in=keys).delete()
    CandidateOpinion.objects.filter(positioning__in=keys).exclude(text="").update(text="")
    _words_of("positioning", keys)


def parcours(keys: Keys) -> None:
    _empty(Parcours, keys, exit_note="", other_funder="", erased_at=timezone.now())
    ParcoursDocument.objects.filter(parcours__in=keys).delete()
    remove(ContactPoint, ContactPoint.objects.filter(parcours__in=keys).values_list("pk", flat=True))
    _empty(
        Outcome,
        list(Outcome.objects.filter(parcours__in=keys).values_list("pk", flat=True)),
        recovery_words="",
        recovery_reason=_where(Q(recovery_decided_at__isnull=False)),
        next_step_reason="",
    )
    _empty(
        Hire,
        list(Hire.objects.filter(parcours__in=keys).values_list("pk", flat=True)),
        employer_name=_where(Q(employer=None)),
        withdrawal_reason=_where(Q(withdrawn_at__isnull=False)),
    )
    _words_of("parcours", keys)


def people(keys: Keys) -> None:
    """Who one is. All that still speaks of the person goes with it, whatever its own delay."""
    candidacies(list(Positioning.objects.filter(stagiaire__in=keys).values_list("pk", flat=True)))
    parcours(list(Parcours.objects.filter(stagiaire__in=keys).values_list("pk", flat=True)))
    sensitive(keys)
    remove(PersonalLink, PersonalLink.objects.filter(stagiaire__in=keys).values_list("pk", flat=True))
    remove(DataRequest, DataRequest.objects.filter(stagiaire__in=keys).values_list("pk", flat=True))
    blank = ("first_name", "last_name", "birth_name", "email", "phone", "address", "postcode", "city")
    _empty(
        Stagiaire,
        keys,
        **dict.fromkeys((*blank, "ft_identifier", "identity_key"), ""),
        birth_on=None,
        purged_at=timezone.now(),
    )
    _words_of("stagiaire", keys)


def sensitive(keys: Keys) -> None:
    SensitiveFacts.objects.filter(pk__in=keys).delete()


# ---- attendance


def absences(keys: Keys) -> None:
    """The reason and the hours stay, and that a proof was given: what was justified stays justified."""
    rows = Absence.objects.filter(pk__in=keys)
    for name in rows.exclude(proof__in=("", PROOF_ERASED)).values_list("proof", flat=True):
        default_storage.delete(name)
    proof = Case(When(proof="", then=Value("")), default=Value(PROOF_ERASED))
    _empty(Absence, keys, note="", proof=proof, proof_name="")
    _words_of("absence", keys)


def drawings(keys: Keys) -> None:
    _empty(Signature, keys, drawing="")


def corrections(keys: Keys) -> None:
    """What it said before may tell an illness."""
    _empty(AttendanceCorrection, keys, was=ERASED, reason=ERASED)


def sheets(keys: Keys) -> None:
    for name in PaperSheet.objects.filter(pk__in=keys).values_list("file", flat=True):
        default_storage.delete(name)
    remove(PaperSheet, keys)


def half_days(keys: Keys) -> None:
    _empty(HalfDay, keys, trainer="", cancellation_reason="")
    _words_of("halfday", keys)


def trainers(keys: Keys) -> None:
    _empty(TrainerLink, keys, trainer=ERASED)


def months(keys: Keys) -> None:
    """Words alone: what is sealed names nobody, and stays."""
    answer = _where(Q(state="renvoye"))
    _empty(MonthLock, keys, note="", answer=answer, reopening_reason=_where(Q(state="rouvert")))
    _words_of("monthlock", keys)


# ---- what follows, partners


def surveys(keys: Keys) -> None:
    dismissal = Case(When(hire_dismissal="", then=Value("")), default=Value(ERASED))
    _empty(Survey, keys, comment="", employer_name="", hire_dismissal=dismissal)
    _words_of("survey", keys)


def opinions(keys: Keys) -> None:
    _empty(Opinion, keys, text="", answer="", moderation_reason=_where(Q(state="ecarte")))
    _words_of("opinion", keys)


def exchange_files(keys: Keys) -> None:
    ExchangeFile.objects.filter(pk__in=keys).update(data=b"", erased_at=timezone.now())


def external_answers(keys: Keys) -> None:
    ExternalEvent.objects.filter(pk__in=keys).update(answer=_where(Q(state="rejete")))


def sent(keys: Keys) -> None:
    OutboxMessage.objects.filter(pk__in=keys).update(payload={}, answer="")
