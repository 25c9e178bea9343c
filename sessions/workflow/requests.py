"""A session request from its first line to the queue: create, fill, send, complete, withdraw, talk about.

Every function takes the hat that acts and raises `Refused`, in French, when the act is not lawful. Sending is
one transaction: number, employers engaged, derogations asked, receipt, history, outbox and news, or nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.numbering import next_number
from core.journal.refusals import Refused
from core.rulebook import receipts
from core.rules import Audience, Judgement, Verdict
from orders.enums import LotRole
from orders.models import Lot
from orders.queries import lots_of, mandataire_of, may_ask, role_on
from orders.workflow.people import members_of, region_of
from sessions.enums import AccessMode, HeadCountCase, RequestState
from sessions.facts import judge_request, obligation_given_up, own_decisions
from sessions.models import Message, RequestDerogation, SessionRequest
from sessions.notices import (
    MandataireTold,
    RequestArrived,
    RequestMessage,
    RequestWithdrawn,
    tell,
)
from sessions.queries.gaps import gaps_of, sheet_faults
from sessions.rules import completeness
from sessions.workflow import around, losses, offers, publication
from sessions.workflow.composantes import drop_hours
from sessions.workflow.posts import engage, free_posts_of, hold, lock_group, must_be_whole

# What a new request takes from an earlier one: how one teaches, not for whom nor when.
COPIED = (
    "lot", "access_mode", "title", "objective", "expected_results", "content", "aim", "certification", "metier",
    "formacodes", "prerequisites", "level_in", "has_licence_module", "for_intermittence", "teaching", "modalities",
    "pathway", "pedagogy", "rhythm", "weekly_hours", "hours_centre", "hours_distance", "hours_refresher",
    "hours_company", "hours_company_other", "entry_mode", "place", "place_name", "place_address", "place_postcode",
    "place_commune", "accessibility", "technical_platform", "catering", "lodging", "transport", "contact_name",
    "contact_email", "contact_phone", "recruitment", "network_referent",
)  # fmt: skip
# Nobody but the workflow writes these.
RESERVED = frozenset(
    {"number", "state", "organisme", "created_by", "verdict", "judged_at", "assigned_to", "sent_at", "completed_at",
     "first_completed_at", "decided_at", "closing_reason", "alert"}
)  # fmt: skip


def create(
    hat: Membership,
    posts: Mapping[int, int] | None = None,
    *,
    access_mode: str = AccessMode.INTENTION,
    lot: Lot | None = None,
) -> SessionRequest:
    """Open a draft that holds `posts` (intention id → number of posts). The lot is chosen when only one will do.

    Raises Refused for a hat that is no organisme, one that has no active lot (R112), or posts just taken.
    """
    if hat.kind != OrganisationKind.ORGANISME:
        raise Refused("Seul un organisme de formation demande une session.")
    lots = list(lots_of(hat.organisation))
    if not lots:
        raise Refused(
            "Votre organisme n’est membre d’aucun lot en cours : il ne peut pas demander de session. "
            "Le mandataire d’un lot peut vous y faire entrer comme sous-traitant."
        )
    with transaction.atomic():
        request = SessionRequest(
            organisme=hat.organisation,
            created_by=hat,
            access_mode=access_mode,
            lot=lot or (lots[0] if len(lots) == 1 else None),
        )
        request.save()
        if posts:
            hold(request, posts, hat)
            _start_from_intentions(request, lots)
        events.record(request, "demande.commencee", "Demande commencée", hat=hat)
    return request


def _start_from_intentions(request: SessionRequest, lots: list[Lot]) -> None:
    """First answers that the chosen posts already give: how many places, which métier, which lot, what title."""
    coverages = list(
        request.coverages.filter(is_live=True)
        .select_related("post__intention__metier", "post__intention__certification", "post__intention__filiere")
        .order_by("id")
    )
    first = coverages[0].post.intention
    request.seats = len(coverages)
    request.title = first.training_title or first.job_title
    request.metier = first.metier
    request.certification = first.certification
    request.starts_on = first.training_start_wished
    fitting = [lot for lot in lots if lot.filiere_id == first.filiere_id]
    if request.lot is None and len(fitting) == 1:
        request.lot = fitting[0]
    request.save()


def clone(hat: Membership, source: SessionRequest) -> SessionRequest:
    """A new draft that teaches the same thing as `source`; posts, dates and places are to be said again."""
    with transaction.atomic():
        request = create(hat, access_mode=source.access_mode)
        for name in COPIED:
            setattr(request, name, getattr(source, name))
        if request.lot and not may_ask(hat, request.lot):
            request.lot = request.place = None
        request.save()
        request.blocks.set(source.blocks.all())
        events.record(
            request, "demande.copiee", f"Description reprise de la demande {source.number or 'en préparation'}", hat=hat
        )
    return request


def choose_posts(request: SessionRequest, hat: Membership, wanted: Mapping[int, int]) -> SessionRequest:
    """Hold exactly these posts (intention id → number). Raises Refused when another request was quicker."""
    with transaction.atomic():
        known = lock_group(request, wanted)
        locked = _editable(request, hat)
        must_be_whole(locked, known)
        before = locked.coverages.filter(is_live=True).count()
        hold(locked, wanted, hat)
        now = locked.coverages.filter(is_live=True).count()
        if locked.seats in (None, before):
            locked.seats = now or None
        _judge(locked)
        locked.save()
    return locked


def save_step(
    request: SessionRequest, hat: Membership, values: Mapping[str, Any], many: Mapping[str, Iterable[Model]] = {}
) -> SessionRequest:
    """Keep what one step says: `values` by field, `many` by relation. Judged again; nothing is lost, nothing sent.

    Raises Refused when the request is no longer the asker's to change.
    """
    if reserved := RESERVED & set(values):
        raise ValueError(f"not answered by a form: {sorted(reserved)}")
    with transaction.atomic():
        locked = _editable(request, hat)
        if not _says_more(locked, values, many):
            return locked
        for name, value in values.items():
            setattr(locked, name, value)
        if locked.head_count_case != HeadCountCase.EQUILIBRE:
            locked.balance_stated_at = None
        locked.save()
        for name, related in many.items():
            getattr(locked, name).set(related)
        _judge(locked)
        locked.save(update_fields=["verdict", "judged_at"])
    return locked


def _says_more(request: SessionRequest, values: Mapping[str, Any], many: Mapping[str, Iterable[Model]]) -> bool:
    """Whether these answers differ from what is kept: a form saved as it is typed often says the same thing twice."""
    if any(getattr(request, name) != value for name, value in values.items()):
        return True
    return any(set(getattr(request, name).all()) != set(related) for name, related in many.items())


def send(request: SessionRequest, hat: Membership, reasons: Mapping[str, str] | None = None) -> SessionRequest:
    """Send the request to the Région, or send it back once completed: it takes its rank now (R99, R100).

    `reasons`: for each derogation to ask (rule id), why. The rank is the day of completeness; a file that the
    Région gave back takes the day on which it is complete again, and keeps the first one beside it.
    Raises Refused: incomplete, not éligible, a reason missing, an employer engaged elsewhere.
    """
    reasons = {rule: text.strip() for rule, text in (reasons or {}).items()}
    with transaction.atomic():
        receipts.hold_chain()
        known = lock_group(request)
        locked = _editable(request, hat)
        must_be_whole(locked, known)
        again = locked.state != RequestState.BROUILLON
        judgement = judge_request(locked, submitting=True)
        _must_be_sendable(locked, judgement, reasons)
        if not locked.is_socle:
            engage(locked, hat)
        now = timezone.now()
        if not locked.number:
            year = timezone.localdate().year
            locked.number = f"{year}-{next_number('demande', year):04d}"
        locked.sent_at = locked.sent_at or now
        locked.completed_at = now
        locked.first_completed_at = locked.first_completed_at or now
        locked.alert = ""
        if not again:
            locked.envoyer()
            locked.save()  # the database reads each move, one by one
        locked.completer()
        locked.verdict, locked.judged_at = judgement.verdict.value, now
        locked.save()
        _ask_derogations(locked, judgement, reasons)
        receipts.issue(locked, "envoi", judgement, hat=hat)
        label = "Demande complétée et renvoyée à la Région" if again else "Demande envoyée à la Région, complète"
        events.record(locked, "demande.envoyee", label, hat=hat, detail={"complete_le": now.isoformat()})
        _tell_sent(locked, again)
    return locked


def _must_be_sendable(request: SessionRequest, judgement: Judgement, reasons: Mapping[str, str]) -> None:
    missing = [one.label for one in completeness(judgement.facts)]  # type: ignore[arg-type]
    missing += [gap.label for gap in gaps_of(request) if gap.label not in missing]
    if missing:
        raise Refused(f"La demande n’est pas complète. Il manque : {', '.join(missing)}.")
    if judgement.verdict == Verdict.NON_ELIGIBLE:
        told = " ".join(finding.message("organisme") for finding in judgement.blocking)
        raise Refused(f"La demande ne peut pas partir ainsi. {told}")
    if faults := sheet_faults(request):
        raise Refused(f"La session ne pourrait pas être publiée ainsi. {' '.join(fault.label for fault in faults)}")
    if untold := [finding.id for finding in own_decisions(judgement) if not reasons.get(finding.id)]:
        raise Refused(f"Dites à la Région pourquoi vous demandez une dérogation ({', '.join(untold)}).")


def _ask_derogations(request: SessionRequest, judgement: Judgement, reasons: Mapping[str, str]) -> None:
    """One row for each rule that waits for the Région; what is no longer needed leaves, what is decided stays."""
    asked = {finding.id for finding in own_decisions(judgement)}
    request.derogations.filter(state=RequestDerogation.State.DEMANDEE).exclude(rule__in=asked).delete()
    for rule in sorted(asked):
        request.derogations.update_or_create(
            rule=rule,
            defaults={
                "asked_reason": reasons[rule],
                "state": RequestDerogation.State.DEMANDEE,
                "decision_reason": "",
                "decided_by": None,
                "decided_at": None,
            },
        )


def _tell_sent(request: SessionRequest, again: bool) -> None:
    what = "complétée" if again else "envoyée"
    version = f"{request.completed_at:%Y%m%d%H%M%S%f}"
    tell(
        RequestArrived,
        region_of(request.lot),
        request,
        f"Demande {request.number} {what} par {request.organisme} : {request.title}",
        once=version,
    )
    assert request.lot is not None  # noqa: S101 a complete request has its lot
    if role_on(request.lot, request.organisme) == LotRole.COTRAITANT and (mandataire := mandataire_of(request.lot)):
        tell(
            MandataireTold,
            members_of(mandataire),
            request,
            f"{request.organisme}, co-traitant du lot {request.lot.number}, saisit la Région : {request.title}",
            once=version,
        )
        events.record(request, "demande.mandataire_informe", f"{mandataire}, mandataire du lot, est informé")


def withdraw(request: SessionRequest, hat: Membership, reason: str) -> SessionRequest:
    """The asker gives up: the posts are free again and their employers may be engaged elsewhere."""
    reason = reason.strip()
    with transaction.atomic():
        known = lock_group(request)
        locked = _own(request, hat)
        must_be_whole(locked, known)
        if locked.state == RequestState.BROUILLON:
            reason = reason or "Brouillon abandonné"
        elif locked.state not in (*RequestState.editable(), RequestState.COMPLETE, RequestState.EN_INSTRUCTION):
            raise Refused("Cette demande est décidée : elle ne se retire plus. Écrivez à la Région.")
        if not reason:
            raise Refused("Dites pourquoi vous retirez la demande : la Région et les employeurs le liront.")
        sent = locked.sent_at is not None
        duty = obligation_given_up(locked)
        locked.closing_reason = reason
        session = getattr(locked, "session", None)
        if session is not None:  # given back after an employer's withdrawal (R18), and given up
            publication.withdraw_session(session, None, reason)
            drop_hours(session, hat=hat, reason=reason)
            offers.take_back_all(locked, "La session n’aura pas lieu.", hat)
            losses.give_up(session, hat)
            around.tell_cancelled(session)
        locked.retirer()
        locked.save()
        free_posts_of(locked, hat=hat, reason=reason)
        events.record(locked, "demande.retiree", "Demande retirée par l’organisme", hat=hat, reason=reason)
        if sent:
            text = f"Demande {locked.number} retirée par {locked.organisme}"
            if duty is not None:
                said = duty.message(Audience.REGION)
                text += f". {said}"
                events.record(locked, "demande.obligatoire_refusee", said, hat=hat)
            tell(RequestWithdrawn, region_of(locked.lot), locked, text)
    return locked


def post_message(request: SessionRequest, hat: Membership, text: str, file: UploadedFile | None = None) -> Message:
    """A word on the file; the other side is told. The Région and the asking organisme alone may write."""
    if hat.kind != OrganisationKind.REGION and hat.organisation_id != request.organisme_id:
        raise Refused("Vous pouvez lire cette demande ; seuls l’organisme qui la porte et la Région s’y écrivent.")
    if request.sent_at is None:
        raise Refused("La Région ne voit pas encore cette demande : envoyez-la d’abord.")
    with transaction.atomic():
        message = Message(request=request, author=hat, text=text.strip())
        if file is not None:
            message.file, message.file_name = file, str(file.name)[:200]
        message.save()
        if hat.kind == OrganisationKind.REGION:
            others = members_of(request.organisme)
            told = f"La Région vous écrit sur la demande {request.number}"
        else:
            others = region_of(request.lot)
            told = f"{request.organisme} vous écrit sur la demande {request.number}"
        tell(RequestMessage, others, request, told, once=f"{message.pk}")
    return message


def _judge(request: SessionRequest) -> Judgement:
    judgement = judge_request(request)
    request.verdict, request.judged_at = judgement.verdict.value, timezone.now()
    return judgement


def _own(request: SessionRequest, hat: Membership) -> SessionRequest:
    """The row, locked, if it belongs to the hat's organisation."""
    locked = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.organisme_id != hat.organisation_id:
        raise Refused("Cette demande est portée par un autre organisme.")
    return locked


def _editable(request: SessionRequest, hat: Membership) -> SessionRequest:
    locked = _own(request, hat)
    if not locked.is_editable:
        raise Refused(
            "La Région a cette demande entre les mains : elle ne se modifie plus. Écrivez-lui, ou retirez la demande."
        )
    return locked
