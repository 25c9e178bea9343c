"""The référent of the Réseau pour l’emploi who follows a session, named once it is authorised (R104)."""

from django.db import transaction

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from sessions.enums import RequestState, SessionState
from sessions.models import Session, SessionRequest
from sessions.workflow import publication


def name_referent(request: SessionRequest, hat: Membership, name: str) -> SessionRequest:
    """Keep who follows the session for the Réseau pour l’emploi; its public sheet says it from then on.

    One that waited for this alone begins at once.

    Raises Refused for another organisme’s request, without a name, or when no authorised session is left to follow.
    """
    name = " ".join(name.split())
    with transaction.atomic():
        locked = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        session = Session.objects.select_for_update(of=("self",)).filter(request=locked).first()
        if locked.organisme_id != hat.organisation_id:
            raise Refused("Cette demande est portée par un autre organisme.")
        if session is None or locked.state not in (RequestState.AUTORISEE, RequestState.A_REEXAMINER):
            raise Refused("Aucune session autorisée n’attend de référent ici.")
        if not name:
            raise Refused("Écrivez qui suit la session pour le Réseau pour l’emploi.")
        if name == locked.network_referent:
            return locked
        before, locked.network_referent = locked.network_referent, name
        locked.save(update_fields=["network_referent", "updated_at"])
        label = f"Référent du Réseau pour l’emploi désigné\u00a0: {name}"
        events.record(locked, "demande.referent", label[:300], hat=hat, detail={"avant": before})
        if session.state in (SessionState.AUTORISEE, *SessionState.public()):
            publication.schedule(session)
        publication.begin_if_due(pk=session.pk)
    return locked
