"""People in training: positioned, admitted on a post, signed for, followed to the job."""

from stagiaires.models.attendance import (
    Absence,
    AttendanceCorrection,
    Exemption,
    HalfDay,
    MonthHours,
    MonthLock,
    Signature,
)
from stagiaires.models.exchange import ExchangeDownload, ExchangeFile, ExchangeSender, ExternalEvent
from stagiaires.models.followup import DataRequest, Opinion, OpinionReport, PersonalLink, Survey
from stagiaires.models.outcome import CommitmentAnswer, ContactPoint, Hire, Milestone, Outcome
from stagiaires.models.parcours import Parcours, ParcoursDocument
from stagiaires.models.person import SensitiveFacts, SensitiveReading, Stagiaire
from stagiaires.models.positioning import (
    CandidateOpinion,
    InformationMeeting,
    MeetingEmployer,
    MeetingInvitation,
    Positioning,
    PositioningMessage,
    SessionReferent,
)
from stagiaires.models.retention import Hold
from stagiaires.models.trainer import PaperSheet, RefusedSignature, TrainerLink

__all__ = [
    "Absence",
    "AttendanceCorrection",
    "CandidateOpinion",
    "CommitmentAnswer",
    "ContactPoint",
    "DataRequest",
    "ExchangeDownload",
    "ExchangeFile",
    "ExchangeSender",
    "Exemption",
    "ExternalEvent",
    "HalfDay",
    "Hire",
    "Hold",
    "InformationMeeting",
    "MeetingEmployer",
    "MeetingInvitation",
    "Milestone",
    "MonthHours",
    "MonthLock",
    "Opinion",
    "OpinionReport",
    "Outcome",
    "PaperSheet",
    "Parcours",
    "ParcoursDocument",
    "PersonalLink",
    "Positioning",
    "PositioningMessage",
    "RefusedSignature",
    "SensitiveFacts",
    "SensitiveReading",
    "SessionReferent",
    "Signature",
    "Stagiaire",
    "Survey",
    "TrainerLink",
]
