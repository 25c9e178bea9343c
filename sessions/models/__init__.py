"""Asked (request), decided (decision), shown (session, publication)."""

from sessions.models.decision import Decision, RequestDerogation
from sessions.models.request import Coverage, Message, SessionRequest
from sessions.models.session import CatalogueWord, FeedRelease, PublicationRecord, Quarantine, Reader, Session

__all__ = [
    "CatalogueWord",
    "Coverage",
    "Decision",
    "FeedRelease",
    "Message",
    "PublicationRecord",
    "Quarantine",
    "Reader",
    "RequestDerogation",
    "Session",
    "SessionRequest",
]
