"""Logs: one JSON object a line, with the request's id. No console renderer (it prints locals), no form data."""

import re
from typing import Any

import structlog

_LINK = re.compile(r"(/simulateur/resultat/|/emargement/f/|/emargement/s/\d+/|/espace/agenda/|/espace/)[^/?\s]+")
_QUERY = re.compile(r"(/[^\s?]*)\?\S*")


def without_answers(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Addresses lose what somebody typed, the answers that a link carries, and the links that open something."""
    for key, value in event.items():
        if key in ("request", "event") and isinstance(value, str):
            event[key] = _LINK.sub(r"\1…", _QUERY.sub(r"\1", value))
    return event


_shared: list = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        *_shared[1:],
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_answers,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": _shared,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "httpx": {"level": "WARNING"},  # at INFO it writes each address, with what was looked for
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "factur-x": {"level": "WARNING"},  # at INFO it says of each invoice that it is right
    },
}
