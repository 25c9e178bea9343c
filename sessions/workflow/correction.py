"""The words of an authorised session put right, when they keep it out of the catalogue."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from core.ui.french import liste
from orders.workflow.people import region_of
from sessions.enums import RequestState
from sessions.models import Quarantine, Session, SessionRequest
from sessions.notices import SheetCorrected, tell
from sessions.publication.checks import LABELS
from sessions.workflow import publication


def correct_sheet(request: SessionRequest, hat: Membership, values: Mapping[str, Any]) -> SessionRequest:
    """Keep these public texts on an authorised request whose session is in quarantine, and publish it again.

    What was decided (places, dates, hours, place, certification) is out of reach: the form asks words and a
    contact. What stood before is kept in the history, and the Région is told. Raises Refused otherwise.
    """
    with transaction.atomic():
        locked = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        session = Session.objects.select_for_update(of=("self",)).filter(request=locked).first()
        if locked.organisme_id != hat.organisation_id:
            raise Refused("Cette demande est portée par un autre organisme.")
        waits = session is not None and Quarantine.objects.filter(session=session).exists()
        if session is None or not waits or locked.state != RequestState.AUTORISEE:
            raise Refused("La fiche de cette session n’attend plus de correction.")
        before = {name: getattr(locked, name) for name, value in values.items() if getattr(locked, name) != value}
        for name in before:
            setattr(locked, name, values[name])
        locked.save()
        session.title = locked.title
        session.save(update_fields=["title"])
        if before:
            words = liste(LABELS.get(name, "le contact") for name in dict.fromkeys(_label_key(name) for name in before))
            label = f"Fiche publique corrigée par l’organisme\u00a0: {words}"
            events.record(locked, "demande.fiche_corrigee", label[:300], hat=hat, detail={"avant": before})
            text = f"{locked.organisme} a corrigé la fiche de la session {session.number}\u00a0: {words}"
            tell(SheetCorrected, region_of(locked.lot), locked, text, once=str(session.sheet_version))
        publication.schedule(session)
    return locked


def _label_key(name: str) -> str:
    """The published name of a field of the request; the three of the contact are one."""
    if name.startswith("contact_"):
        return "contact"
    return {"recruitment": "recruitment_modalities", "network_referent": "registration_modalities"}.get(name, name)
