"""What a year says, without the numbers that the database chose: two equal years have the same fingerprint."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from core.accounts.models import Organisation
from core.journal.models import Event, Notification
from core.rulebook.models import Receipt
from intentions.models import Intention, IntentionDerogation
from invoices.models import Invoice, MonthLine
from orders.models import (
    Avenant,
    BonDeCommande,
    Composante,
    HoursStatement,
    LedgerEntry,
    Lot,
    LotMember,
    LotPeriod,
    LotPlace,
    LotPrice,
)
from sessions.models import (
    Decision,
    ExtraHours,
    Message,
    PlaceOffer,
    RequestDerogation,
    Session,
    SessionRequest,
)
from stagiaires.models import (
    Absence,
    AttendanceCorrection,
    CandidateOpinion,
    ExchangeFile,
    ExternalEvent,
    HalfDay,
    Hire,
    InformationMeeting,
    MeetingInvitation,
    MonthHours,
    MonthLock,
    Opinion,
    Outcome,
    Parcours,
    Positioning,
    Signature,
    Stagiaire,
    Survey,
)


def fingerprint() -> str:
    """SHA-256 of the canonical dump of everything that the demonstration makes."""
    digest = hashlib.sha256()
    for row in _rows():
        digest.update(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode())
    return digest.hexdigest()


def _rows() -> Iterator[list[Any]]:
    dumps = (
        (Organisation, "kind name siret address commune email phone headcount nda qualiopi_until"),
        (Lot, "marche__number number title filiere coordinateur"),
        (LotPeriod, "lot__number mini maxi"),
        (Composante, "number state lot__number kind hours_asked price"),
        (BonDeCommande, "number state lot__number addressee__name title issued_at acknowledged_at"),
        (Avenant, "order__number number state reason issued_at"),
        (PlaceOffer, "request__number intention__number state posts posts_taken"),
        (ExtraHours, "session__number intention__number state places hours_each answer_reason"),
        (HoursStatement, "composante__number month version state hours answer"),
        (MonthLine, "table__order__number table__month composante__number adjusts hours dispute"),
        (Invoice, "number kind state issuer__name month issued_on total status status_at content"),
        (LedgerEntry, "period__lot__number from_account to_account hours document at"),
        (LotMember, "lot__number organisation__name role lack_stated_on"),
        (LotPlace, "lot__number organisme__name name commune"),
        (LotPrice, "lot__number amount"),
        (
            Intention,
            (
                "number state employer__name filed_by__user__email origin metier job_title post_count "
                "workplace_commune contract_type contract_months weekly_hours hire_on training_need certification "
                "milestones statement_text engaged_organisme__name verdict filed_at closed_at closing_reason"
            ),
        ),
        (IntentionDerogation, "intention__number rule state asked_reason decision_reason decided_at"),
        (
            SessionRequest,
            (
                "number state organisme__name lot__number access_mode title objective content aim "
                "starts_on ends_on seats hours_centre hours_company place__name place_name verdict sent_at "
                "completed_at decided_at closing_reason"
            ),
        ),
        (RequestDerogation, "request__number rule state decided_at"),
        (Decision, "request__number kind reason overtaken decided_at"),
        (Session, "number state title starts_on ends_on seats seats_taken commune published_at withdrawn_at"),
        (Message, "request__number author__user__email text created_at"),
        (Stagiaire, "first_name last_name birth_on email phone ft_identifier level created_by__user__email"),
        (Positioning, "stagiaire__last_name session__number state valideur__name answer_due_on refusal_reason"),
        (CandidateOpinion, "positioning__stagiaire__last_name author__user__email favourable text"),
        (InformationMeeting, "session__number starts_at place capacity"),
        (MeetingInvitation, "meeting__session__number positioning__stagiaire__last_name"),
        (
            Parcours,
            "stagiaire__last_name session__number state starts_on left_on exit_reason hours_technique post__rank",
        ),
        (HalfDay, "session__number on_date part kind state opened_at"),
        (Signature, "token half_day__on_date parcours__stagiaire__last_name method signed_at received_at"),
        (Absence, "half_day__on_date parcours__stagiaire__last_name reason stated_at"),
        (AttendanceCorrection, "half_day__on_date parcours__stagiaire__last_name hours made_at"),
        (MonthLock, "session__number month version state locked_at answered_at"),
        (MonthHours, "lock__session__number lock__month parcours__stagiaire__last_name hours hours_absent"),
        (Outcome, "parcours__stagiaire__last_name result recovery"),
        (Hire, "parcours__stagiaire__last_name employer__name contract starts_on confirmed_at"),
        (Survey, "parcours__stagiaire__last_name term due_on reminders answered_at channel situation"),
        (Opinion, "parcours__stagiaire__last_name state welcome support text answer created_at moderated_at"),
        (ExternalEvent, "parcours__stagiaire__last_name partner kind version happened_on state sent_at remote_id"),
        (ExchangeFile, "name rows made_at delivered_at"),
        (Receipt, "at act verdict facts"),
        (Event, "at kind label reason"),
        (Notification, "created_at kind text read_at user__email"),
    )
    for model, names in dumps:
        for values in model.objects.order_by("pk").values_list(*names.split()):
            yield [model.__name__, *values]
