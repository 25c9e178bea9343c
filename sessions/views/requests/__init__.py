"""The organisation's side: its requests, the intentions that wait, the stepped form, the sending, the thread."""

from sessions.views.requests.correction import request_sheet
from sessions.views.requests.file import (
    request_detail,
    request_file,
    request_letter,
    request_message,
    request_referent,
    request_withdraw,
)
from sessions.views.requests.lists import request_export, request_list
from sessions.views.requests.posts import request_create, request_posts, waiting_intentions
from sessions.views.requests.steps import request_check, request_step

__all__ = [
    "request_check",
    "request_create",
    "request_detail",
    "request_export",
    "request_file",
    "request_letter",
    "request_list",
    "request_message",
    "request_posts",
    "request_referent",
    "request_sheet",
    "request_step",
    "request_withdraw",
    "waiting_intentions",
]
