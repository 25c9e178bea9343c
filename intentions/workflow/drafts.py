"""A draft: started, answered as one goes, signed or joined, copied from an earlier one."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.events import record
from core.journal.refusals import Refused
from core.reference.models import Filiere
from intentions.enums import Channel, IntentionState
from intentions.models import Intention
from intentions.remembered import remembered
from intentions.statement import declaration_text
from intentions.workflow.base import locked, origin_of, require_owner, require_state

COPIED = (
    "employer",
    "contact_name",
    "contact_email",
    "contact_phone",
    "metier",
    "job_title",
    "post_is_new",
    "workplace_commune",
    "workplace_address",
    "user_company",
    "outside_reason",
    "out_of_region_reason",
    "contract_type",
    "contract_months",
    "weekly_hours",
    "short_contract_reason",
    "low_hours_reason",
    "reason_detail",
    "training_title",
    "training_need",
    "certification",
    "filiere",
    "milestones",
    "milestones_answered",
)


def start(hat: Membership, *, channel: str = Channel.PORTAIL, answers: Mapping[str, Any] | None = None) -> Intention:
    """A new draft of this hat, with what is answered already; an employer's own names him and his town.

    His street is not copied: it would stay, silently, when he says another town.
    """
    intention = Intention(filed_by=hat, origin=origin_of(hat), channel=channel)
    if hat.kind == OrganisationKind.EMPLOYEUR:
        intention.employer = hat.organisation
        intention.contact_name = hat.user.get_full_name()
        intention.contact_email = hat.user.email
        intention.contact_phone = hat.user.phone or hat.organisation.phone
        intention.workplace_commune = hat.organisation.commune
    for name, value in (answers or {}).items():
        setattr(intention, name, value)
    intention.filiere = filiere_of(intention)
    with transaction.atomic():
        intention.save()
        record(intention, "intention.commencee", "Brouillon commencé", hat=hat)
    return intention


def answer(intention: Intention, answers: Mapping[str, Any], *, hat: Membership | None) -> Intention:
    """Keep these answers, complete or not; a statement signed on other answers falls.

    Returns the intention as it now stands, with its `filiere` found from the certification or the métier.
    """
    with transaction.atomic():
        draft = locked(intention)
        require_owner(draft, hat)
        require_state(draft, IntentionState.BROUILLON)
        for name, value in answers.items():
            setattr(draft, name, value)
        draft.filiere = filiere_of(draft)
        if draft.statement_signed_at and draft.statement_text != declaration_text(draft):
            draft.statement_signed_at, draft.statement_signed_by, draft.statement_text = None, "", ""
        draft.save()
    return draft


def attach(intention: Intention, upload: UploadedFile, *, hat: Membership | None) -> Intention:
    """Keep a written document as the statement (R03). The stored name says nothing; the given one is shown."""
    with transaction.atomic():
        draft = locked(intention)
        require_owner(draft, hat)
        require_state(draft, IntentionState.BROUILLON)
        given = (upload.name or "document").replace("\\", "/").rsplit("/", 1)[-1]
        suffix = given.rsplit(".", 1)[-1].lower() if "." in given else "bin"
        safe_suffix = suffix if suffix.isalnum() and len(suffix) <= 5 else "bin"
        draft.statement_name = given[-200:]
        draft.statement_file.save(f"{get_random_string(24)}.{safe_suffix}", upload, save=False)
        draft.statement_signed_at, draft.statement_signed_by, draft.statement_text = None, "", ""
        draft.save()
        record(draft, "intention.ecrit", "Écrit joint", hat=hat, detail={"nom": draft.statement_name})
    return draft


def sign(intention: Intention, name: str, *, hat: Membership | None) -> Intention:
    """Sign the statement online: its text, the signer's name and the moment are kept (R02). The employer alone may."""
    with transaction.atomic():
        draft = locked(intention)
        require_owner(draft, hat)
        require_state(draft, IntentionState.BROUILLON)
        if hat is not None and hat.organisation_id != draft.employer_id:
            raise Refused("La déclaration en ligne se signe par l’employeur lui-même. Joignez plutôt son écrit.")
        draft.statement_text = declaration_text(draft)
        draft.statement_signed_by = name
        draft.statement_signed_at = timezone.now()
        draft.statement_file, draft.statement_name = "", ""
        draft.save()
        record(draft, "intention.signee", f"Déclaration signée en ligne par {name}", hat=hat)
    return draft


def clone(intention: Intention, *, hat: Membership) -> Intention:
    """A new draft with the same need; dates, posts, commitment and statement are to be given again."""
    with transaction.atomic():
        copy = start(hat)
        for name in COPIED:
            setattr(copy, name, getattr(intention, name))
        if hat.kind == OrganisationKind.EMPLOYEUR:
            copy.employer = hat.organisation
        copy.save()
    return copy


def filiere_of(intention: Intention) -> Filiere | None:
    """The sector of the certification, else the one whose ROME prefixes fit the métier best."""
    if intention.certification and intention.certification.filiere_id:
        return intention.certification.filiere
    code = intention.metier_id or ""
    best: tuple[int, Filiere | None] = (0, None)
    for filiere in remembered(Filiere, lambda: list(Filiere.objects.filter(retired_on=None))) if code else ():
        fit = max((len(p) for p in filiere.rome_prefixes if code.startswith(p)), default=0)
        if fit > best[0]:
            best = (fit, filiere)
    return best[1]
