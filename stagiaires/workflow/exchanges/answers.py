"""What a partner answers to an event, and what is done of a refusal; who tells a file."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events as journal
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from orders.workflow.people import members_of
from stagiaires.enums import ExternalMove, ExternalState, Sender
from stagiaires.exchanges.agora import ANSWERS
from stagiaires.exchanges.shape import Cells
from stagiaires.models import ExchangeSender, ExternalEvent
from stagiaires.parcours_notices import ExchangeRefused
from stagiaires.workflow import acts
from stagiaires.workflow.exchanges.files import must_send

_WITH = ("parcours__session", "parcours__organisme")


def accept(event: ExternalEvent, hat: Membership, *, remote_id: str = "") -> ExternalEvent:
    """The partner took it; `remote_id`: the number that he gives to the file."""
    with transaction.atomic():
        held = _hold(event, hat, ExternalMove.ACCEPTER.sources)
        held.answered_at, held.answer = timezone.now(), ""
        held.remote_id = remote_id.strip()[:80] or held.remote_id
        held.accepter()
        held.save()
        journal.record(held, "echange.accepte", f"Accepté par {held.get_partner_display()}", hat=hat)
    return held


def refuse(event: ExternalEvent, hat: Membership, *, reason: str) -> ExternalEvent:
    """The partner did not take it, for this reason. The organisme hears of it: what is wrong is often in its file."""
    if not reason.strip():
        raise Refused("Recopiez le motif du refus : il dit ce qui est à corriger.")
    with transaction.atomic():
        held = _hold(event, hat, ExternalMove.REJETER.sources)
        held.answered_at, held.answer = timezone.now(), reason.strip()
        held.rejeter()
        held.save()
        label = f"Refusé par {held.get_partner_display()}"
        journal.record(held, "echange.refuse", label, hat=hat, reason=held.answer)
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
            label = f"Transmis par un autre : {Sender(sender).label.lower()}"
            journal.record(row, "echange.confie", label, hat=hat, reason=reason.strip())
    return len(rows)


def take_back(event: ExternalEvent, hat: Membership, *, reason: str) -> int:
    """The Région tells this file again, what another was to tell included. Returns how many events."""
    if not reason.strip():
        raise Refused("Dites pourquoi la Région reprend ce dossier.")
    with transaction.atomic():
        rows = _file_of(event, hat, ExternalMove.REPRENDRE.sources)
        for row in rows:
            row.sender, row.file, row.sent_at = Sender.REGION, None, None
            row.reprendre()
            row.save()
            journal.record(row, "echange.repris", "Transmis de nouveau par la Région", hat=hat, reason=reason.strip())
    return len(rows)


def take_answers(rows: Sequence[Cells], hat: Membership) -> tuple[int, list[tuple[int, str]]]:
    """Note every answer of a file that the partner sent. Returns how many, and (line, why) of those left aside."""
    must_send(hat)
    accepted, _ = ANSWERS.columns[1].codes.values()
    done, left = 0, []
    for line, row in enumerate(rows, start=2):
        event = ExternalEvent.objects.filter(key=row["CLE_EVENEMENT"].strip()).first()
        status = row["STATUT"].strip().upper()[:1]
        try:
            if event is None:
                raise Refused("Aucun événement ne porte cette clé.")
            if status not in ANSWERS.columns[1].codes.values():
                raise Refused("Le statut est A (accepté) ou R (refusé).")
            if status == accepted:
                accept(event, hat, remote_id=row["IDENTIFIANT"])
            else:
                refuse(event, hat, reason=row["MOTIF"])
        except Refused as refused:
            left.append((line, refused.message))
        else:
            done += 1
    return done, left


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
