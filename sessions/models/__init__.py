"""Asked (request), decided (decision), shown (session, publication), gone on with when an employer leaves (cascade)."""

from sessions.models.cascade import CoverageLoss, ExtraHours, PlaceOffer
from sessions.models.decision import Decision, RequestDerogation
from sessions.models.request import Coverage, Message, SessionRequest
from sessions.models.session import CatalogueWord, FeedRelease, PublicationRecord, Quarantine, Reader, Session

__all__ = [
    "CatalogueWord",
    "Coverage",
    "CoverageLoss",
    "Decision",
    "ExtraHours",
    "FeedRelease",
    "Message",
    "PlaceOffer",
    "PublicationRecord",
    "Quarantine",
    "Reader",
    "RequestDerogation",
    "Session",
    "SessionRequest",
]
