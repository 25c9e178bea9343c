"""What a person asks about the data held on him: corrected by the organisme, erased by the Région. Each is answered.

Nothing is changed by the request itself: whoever answers has made the change, or says why not.
"""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.models import Erasure
from core.journal.notices import notify
from core.journal.outbox import enqueue
from core.journal.refusals import Refused, lost_race
from stagiaires.enums import DataRequestKind, ParcoursState
from stagiaires.followup_notices import DataAsked
from stagiaires.models import (
    Absence,
    AttendanceCorrection,
    DataRequest,
    ExternalEvent,
    Hold,
    Opinion,
    Stagiaire,
    Survey,
)
from stagiaires.workflow.retention import erasing

ERASE = "donnees.effacer"
# What the words of a parcours say goes with its person; signatures, which justify what was paid, have their own delay.
WITH_HIM: tuple[tuple[models.Manager[Any], Callable[[erasing.Keys], None]], ...] = (
    (Survey.objects, erasing.surveys),
    (Opinion.objects, erasing.opinions),
    (Absence.objects, erasing.absences),
    (AttendanceCorrection.objects, erasing.corrections),
    (ExternalEvent.objects, erasing.external_answers),
)
WAITS = "Vous avez déjà fait cette demande : elle attend sa réponse."


def ask(stagiaire: Stagiaire, kind: DataRequestKind, text: str) -> DataRequest:
    """The person asks. To correct: his organisme, the one that trains him now or did last; to erase: the Région.

    Raises Refused without words for a correction, or while the same request waits.
    """
    if kind == DataRequestKind.RECTIFICATION and not text.strip():
        raise Refused("Dites ce qui est à corriger, et ce qu’il faut lire à la place.")
    with transaction.atomic():
        to = _organisme_of(stagiaire) if kind == DataRequestKind.RECTIFICATION else None
        with lost_race({"data_request_one_waiting": WAITS}):
            made = DataRequest.objects.create(stagiaire=stagiaire, kind=kind, text=text.strip(), organisme=to)
        events.record(stagiaire, "personne.demande", f"Demande de la personne : {kind.label.lower()}")
        words = "corriger une information" if to else "faire effacer ses données"
        told = f"Une personne en formation demande à {words}"
        notify(DataAsked, _who_answers(to), made, told, reverse("droits_repondre", args=[made.pk]))
    return made


def _organisme_of(stagiaire: Stagiaire) -> Organisation | None:
    last = stagiaire.parcours.select_related("organisme").order_by("-starts_on", "-pk").first()
    return last.organisme if last else None


def _who_answers(organisme: Organisation | None) -> list[Membership]:
    if organisme is not None:
        return list(active_hats(organisation=organisme))
    return list(active_hats(organisation__kind=OrganisationKind.REGION, role=Role.ADMINISTRATEUR))


def visible_to(hat: Membership) -> QuerySet[DataRequest]:
    """An organisme: what is asked of it. The Région's administrators: what is asked of the Région. What waits first."""
    rows = DataRequest.objects.select_related("stagiaire", "answered_by__user").order_by("-answered_at", "created_at")
    if hat.kind == OrganisationKind.ORGANISME:
        return rows.filter(organisme=hat.organisation_id)
    if hat.kind == OrganisationKind.REGION and hat.role == Role.ADMINISTRATEUR:
        return rows.filter(organisme=None)
    return rows.none()


def may_answer(asked: DataRequest, hat: Membership) -> bool:
    """The organisme that was asked; for the Région, its administrators, who answer for the data."""
    if asked.organisme_id is not None:
        return hat.organisation_id == asked.organisme_id
    return hat.kind == OrganisationKind.REGION and hat.role == Role.ADMINISTRATEUR


def answer(asked: DataRequest, hat: Membership, *, granted: bool, text: str) -> DataRequest:
    """Say what was done, or why not; the person reads it on his page. Raises Refused for another hat, or answered."""
    if not granted and not text.strip():
        raise Refused("Dites pourquoi la demande n’est pas acceptée : la personne le lira.")
    with transaction.atomic():
        held = DataRequest.objects.select_for_update(of=("self",)).select_related("stagiaire").get(pk=asked.pk)
        if not may_answer(held, hat):
            raise Refused("Qui tient ces données répond à la demande.")
        if held.answered_at is not None:
            raise Refused("Cette demande a déjà sa réponse.")
        held.granted, held.answer = granted, text.strip()
        held.answered_by, held.answered_at = hat, timezone.now()
        held.save()
        if granted and held.kind == DataRequestKind.EFFACEMENT:
            must_be_erasable(held.stagiaire)
            enqueue(ERASE, held, "1")  # the person is written to first: nothing says afterwards where
        word = "acceptée" if granted else "non acceptée"
        events.record(held.stagiaire, "personne.reponse", f"Demande sur ses données : {word}", hat=hat)
    return held


def must_be_erasable(stagiaire: Stagiaire) -> None:
    """Raises Refused while the person is in training, or under a hold."""
    if stagiaire.parcours.filter(state__in=ParcoursState.active()).exists():
        raise Refused("Cette personne est en formation : ses données servent encore. Elles s’effacent après sa sortie.")
    about = Q(stagiaire=stagiaire) | Q(session__in=stagiaire.parcours.values("session"))
    if Hold.objects.filter(about, lifted_at=None).exists():
        raise Refused("L’effacement est suspendu par un litige ou un contrôle : il attend qu’il soit levé.")


def erase(stagiaire: Stagiaire) -> None:
    """All that names the person goes now, before its own delay, with its line in the journal of erasures.

    Raises Refused when something stands in the way since the answer.
    """
    with transaction.atomic():
        held = Stagiaire.objects.select_for_update(of=("self",)).get(pk=stagiaire.pk)
        must_be_erasable(held)
        today = timezone.localdate()
        Erasure.objects.create(setting="demande", what="à la demande de la personne", before=today, rows=1)
        for rows, forget in WITH_HIM:
            forget(list(rows.filter(parcours__stagiaire=held).values_list("pk", flat=True)))
        erasing.people([held.pk])
