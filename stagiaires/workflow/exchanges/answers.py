"""What a partner answers to an event, and what is done of a refusal; who tells a file."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events as journal
from core.journal.models import Event
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from orders.workflow.people import members_of
from stagiaires.enums import ExternalMove, ExternalState, Sender
from stagiaires.exchanges.agora import ANSWERS
from stagiaires.exchanges.shape import Cells
from stagiaires.models import ExchangeSender, ExternalEvent
from stagiaires.parcours_notices import ExchangeRefused
from stagiaires.workflow import acts
from stagiaires.workflow.exchanges.events import TELLER, chosen_of
from stagiaires.workflow.exchanges.files import must_send

_WITH = ("parcours__session", "parcours__organisme")
NOTED = "Cette réponse est déjà notée."


def accept(event: ExternalEvent, hat: Membership, *, remote_id: str = "", source: str = "") -> ExternalEvent:
    """The partner took it; `remote_id`: the number that he gives to the file; `source`: the SHA-256 of his answers."""
    with transaction.atomic():
        held = _hold(event, hat, ExternalMove.ACCEPTER.sources)
        held.answered_at, held.answer = timezone.now(), ""
        held.remote_id = remote_id.strip()[:80] or held.remote_id
        held.accepter()
        held.save()
        label = f"Accepté par {held.get_partner_display()}"
        journal.record(held, "echange.accepte", label, hat=hat, detail=_from(source))
    return held


def refuse(event: ExternalEvent, hat: Membership, *, reason: str, source: str = "") -> ExternalEvent:
    """The partner did not take it, for this reason. The organisme hears of it: what is wrong is often in its file."""
    if not reason.strip():
        raise Refused("Recopiez le motif du refus : il dit ce qui est à corriger.")
    with transaction.atomic():
        held = _hold(event, hat, ExternalMove.REJETER.sources)
        held.answered_at, held.answer = timezone.now(), reason.strip()
        held.rejeter()
        held.save()
        label = f"Refusé par {held.get_partner_display()}"
        journal.record(held, "echange.refuse", label, hat=hat, reason=held.answer, detail=_from(source))
        session = held.parcours.session
        text = f"{session.title} ({session.number}) : {held.get_partner_display()} refuse un dossier, lisez pourquoi"
        url = reverse("echange_evenement", args=[held.pk])
        notify(ExchangeRefused, members_of(held.parcours.organisme), held, text, url, str(held.attempts))
    return held


def send_again(event: ExternalEvent, hat: Membership) -> ExternalEvent:
    """What was wrong is put right: the event waits again, for the next file."""
    with transaction.atomic():
        held = _hold(event, hat, ExternalMove.RENVOYER.sources)
        held.file, held.sent_at, held.answered_at, held.answer = None, None, None, ""
        held.renvoyer()
        held.save()
        journal.record(held, "echange.renvoye", "Remis parmi ce qui attend", hat=hat)
    return held


def entrust(event: ExternalEvent, hat: Membership, *, sender: str, reason: str) -> int:
    """Another tells this file: what waits of it, or was refused, and all that follows. Returns how many events."""
    if sender == Sender.REGION:
        raise Refused("Choisissez qui transmet à la place de la Région.")
    if not reason.strip():
        raise Refused("Dites pourquoi un autre transmet ce dossier.")
    with transaction.atomic():
        rows = _file_of(event, hat, ExternalMove.CONFIER.sources)
        if any(row.file_id is not None and row.state == ExternalState.A_ENVOYER for row in rows):
            raise Refused("Ce dossier est dans un fichier qui va partir : attendez la réponse du partenaire.")
        for row in rows:
            row.sender, row.answer, row.file, row.sent_at = sender, "", None, None
            row.confier()
            row.save()
            label = f"Transmis par un autre : {Sender(sender).within}"
            journal.record(row, "echange.confie", label, hat=hat, reason=reason.strip())
        _choose(event, sender, hat)
    return len(rows)


def take_back(event: ExternalEvent, hat: Membership, *, reason: str) -> int:
    """The Région tells this file from now on, with what another had still to tell. Returns how many events that is.

    What stands in a file that was made for the other is told by him: said again, the partner would hear it twice.
    """
    if not reason.strip():
        raise Refused("Dites pourquoi la Région reprend ce dossier.")
    with transaction.atomic():
        rows = [row for row in _file_of(event, hat, ExternalMove.REPRENDRE.sources) if row.file_id is None]
        if not rows and chosen_of(event.parcours_id, event.partner) == Sender.REGION:
            raise Refused("La Région a déjà repris ce dossier : ce qui en restait est transmis par elle.")
        for row in rows:
            row.sender = Sender.REGION
            row.reprendre()
            row.save()
            journal.record(row, "echange.repris", "Transmis de nouveau par la Région", hat=hat, reason=reason.strip())
        _choose(event, Sender.REGION, hat)
    return len(rows)


def _choose(event: ExternalEvent, sender: str, hat: Membership) -> None:
    """What follows of this file is told by this one, whoever told what came before."""
    label = f"Dossier transmis à {event.get_partner_display()} par {Sender(sender).within}"
    detail = {"partner": str(event.partner), "sender": str(sender)}
    journal.record(event.parcours, TELLER, label, hat=hat, detail=detail)


def take_answers(rows: Sequence[Cells], hat: Membership) -> tuple[int, list[tuple[int, str]]]:
    """Note every answer of a file that the partner sent. Returns how many, and (line, why) of those left aside.

    The same file taken again notes nothing: what it refused may have been sent once more since.
    """
    must_send(hat)
    accepted, _ = ANSWERS.columns[1].codes.values()
    known = {one.key: one for one in ExternalEvent.objects.filter(key__in=[_key(row) for row in rows])}
    source = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    noted = set(
        Event.objects.filter(
            subject_type="externalevent",
            subject_id__in=[one.pk for one in known.values()],
            detail__answers=source,
        ).values_list("subject_id", flat=True)
    )
    done, left = 0, []
    for line, row in enumerate(rows, start=2):
        event = known.get(_key(row))
        status = row["STATUT"].strip().upper()[:1]
        try:
            if event is None:
                raise Refused("Aucun événement ne porte cette clé.")
            if event.pk in noted:
                raise Refused(NOTED)
            if status not in ANSWERS.columns[1].codes.values():
                raise Refused("Le statut est A (accepté) ou R (refusé).")
            if status == accepted:
                accept(event, hat, remote_id=row["IDENTIFIANT"], source=source)
            else:
                refuse(event, hat, reason=row["MOTIF"], source=source)
        except Refused as refused:
            left.append((line, refused.message))
        else:
            done += 1
            noted.add(event.pk)
    return done, left


def _key(row: Cells) -> str:
    return row["CLE_EVENEMENT"].strip()


def _from(source: str) -> dict[str, str]:
    """How the history names the file of answers: never in words."""
    return {"answers": source} if source else {}


def choose_sender(
    hat: Membership, *, partner: str, access_mode: str, valid_from: date, sender: str, reason: str
) -> ExchangeSender:
    """From a day on, who tells the files admitted then. Raises Refused for the past, or when it is said already."""
    if hat.kind != OrganisationKind.REGION or hat.role != Role.ADMINISTRATEUR:
        raise Refused("Un administrateur de la Région dit qui transmet.")
    if valid_from < timezone.localdate():
        raise Refused("Ce choix vaut à partir d’aujourd’hui, ou d’un jour à venir.")
    with lost_race({"exchange_sender_once": "Un choix vaut déjà à partir de ce jour."}):
        return ExchangeSender.objects.create(
            partner=partner, access_mode=access_mode, valid_from=valid_from, sender=sender, reason=reason.strip(),
            set_by=hat,
        )  # fmt: skip


def _hold(event: ExternalEvent, hat: Membership, states: Sequence[str]) -> ExternalEvent:
    must_send(hat)
    held = ExternalEvent.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=event.pk)
    if held.state not in states:
        raise Refused(f"Cet événement est maintenant « {held.get_state_display().lower()} » : c’est trop tard.")
    return held


def _file_of(event: ExternalEvent, hat: Membership, states: Sequence[str]) -> list[ExternalEvent]:
    """The events of the same file for the same partner that are in one of these states, held in order."""
    must_send(hat)
    acts.hold(event.parcours)
    rows = ExternalEvent.objects.select_for_update(of=("self",)).filter(
        parcours=event.parcours_id, partner=event.partner, state__in=states
    )
    held = list(rows.order_by("id"))
    if not held:
        raise Refused("Aucun événement de ce dossier n’est concerné.")
    return held
