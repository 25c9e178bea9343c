"""What is signed and made for one parcours: the contract, the charter, the commitment, the certificates.

A document is written once, sealed by its SHA-256; a change makes the next version.
"""

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.refusals import Refused
from stagiaires.enums import CertificationResult, DocumentKind, ParcoursState
from stagiaires.models import Parcours, ParcoursDocument
from stagiaires.parcours_papers import content_of, render
from stagiaires.workflow import acts


def make_contract(parcours: Parcours, hat: Membership) -> ParcoursDocument:
    """P06: the contrat individuel de formation, as the parcours stands now. Made again, it is the next version."""
    with transaction.atomic():
        held = acts.hold(parcours, ParcoursState.active())
        acts.must_be_organisme(held, hat)
        made = keep(held, DocumentKind.CONTRAT, hat)
        if held.contract_made_at is None:
            held.contract_made_at = timezone.now()
            held.save(update_fields=["contract_made_at"])
    return made


def accept_charter(parcours: Parcours, hat: Membership | None) -> Parcours:
    """R84: the person accepts the charter; noted by the organisme, or said by the person himself (None)."""
    with transaction.atomic():
        held = acts.hold(parcours, ParcoursState.active())
        if hat is not None:
            acts.must_be_organisme(held, hat)
        if held.charter_accepted_at is None:
            held.charter_accepted_at = timezone.now()
            held.save(update_fields=["charter_accepted_at"])
            keep(held, DocumentKind.CHARTE, hat)
    return held


def sign_commitment(parcours: Parcours, hat: Membership | None) -> Parcours:
    """R38: the person commits to a salaried job in a partner company, before the entry."""
    with transaction.atomic():
        held = acts.hold(parcours, ParcoursState.active())
        if hat is not None:
            acts.must_be_organisme(held, hat)
        if held.commitment_signed_at is None:
            held.commitment_signed_at = timezone.now()
            held.save(update_fields=["commitment_signed_at"])
            acts.note(held, "engagement", "Engagement de se salarier signé", hat)
    return held


def make_certificate(parcours: Parcours, hat: Membership) -> ParcoursDocument:
    """The certificate of the end; when the certification is partial, that of the blocks acquired (R48)."""
    with transaction.atomic():
        held = acts.hold(parcours, [ParcoursState.ACHEVE, ParcoursState.ABANDONNE])
        acts.must_be_organisme(held, hat)
        outcome = getattr(held, "outcome", None)
        if outcome is None or outcome.result == CertificationResult.EN_ATTENTE:
            raise Refused("Notez d’abord le résultat du parcours.")
        partial = outcome.result == CertificationResult.PARTIELLE
        made = keep(held, DocumentKind.COMPETENCES if partial else DocumentKind.ATTESTATION, hat)
        outcome.certificate_given_on = timezone.localdate()
        outcome.noted_by = hat
        outcome.save()
    return made


def keep(held: Parcours, kind: DocumentKind, hat: Membership | None) -> ParcoursDocument:
    """Make the next version of this paper and seal it. Inside the caller's transaction, the row held."""
    last = held.documents.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    content: dict[str, Any] = content_of(held, kind, last + 1)
    pdf = render(kind, content)
    made = ParcoursDocument.objects.create(
        parcours=held, kind=kind, version=last + 1, content=content, pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(), made_by=hat,
    )  # fmt: skip
    again = f", version {made.version}" if made.version > 1 else ""
    word = {DocumentKind.CHARTE: "acceptée", DocumentKind.CONTRAT: "établi"}.get(kind, "établie")
    acts.note(held, "document", f"{kind.label} : {word}{again}", hat)
    return made


def is_current(parcours: Parcours) -> bool:
    """Whether the contract still says what the parcours is: dates, hours, rhythm, employer."""
    last = parcours.documents.filter(kind=DocumentKind.CONTRAT).defer("pdf").first()
    if last is None:
        return False
    now = content_of(parcours, DocumentKind.CONTRAT, last.version)
    return all(last.content.get(name) == now[name] for name in ("hours", "starts_on", "ends_on", "rate", "employer"))
