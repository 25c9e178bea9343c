"""Each page of the world is read once by each role: rights, policy and canaries look at the same answer."""

import copy
import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.contrib.sessions.models import Session as WebSession
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

from core.accounts.hats import hats_of
from core.accounts.models import User
from tests.access.world import World


@dataclass(frozen=True)
class Answer:
    """What a role is told: a code, with the two redirections in words, or the error that it met."""

    code: int | str
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    wrote: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The page; empty for a file."""
        return self.content.decode() if self.headers.get("Content-Type", "").startswith("text/html") else ""

    @property
    def everything(self) -> str:
        """All that it says, a spreadsheet's cells and the headers included."""
        content = self.content
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"\n".join(book.read(name) for name in book.namelist())
        return content.decode(errors="replace") + str(self.headers)


class Known(ClientHandler):
    """The person and the hats are the same at each of a thousand requests: they are asked of the database once."""

    def __init__(self, person: User) -> None:
        super().__init__(enforce_csrf_checks=False)
        asking = HttpRequest()
        asking.user = person
        self.known = person, hats_of(asking)

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:
        request._cached_user, hats = copy.deepcopy(self.known)  # type: ignore[attr-defined]
        vars(request)["hats"] = hats
        return super().get_response(request)


class Reader:
    """One role before the world. Whatever a request writes is undone, and the cookies that it leaves are forgotten."""

    def __init__(self, world: World, role: str) -> None:
        self.client: Client = world.client(role)
        self.cookies = dict(self.client.cookies)
        if role != "anonyme":
            self.client.handler = Known(User.objects.get(pk=self.client.session["_auth_user_id"]))
        self.read: dict[str, Answer] = {}

    def get(self, url: str) -> Answer:
        """What stands at this address, and what it wrote; read once."""
        if url not in self.read:
            before = written()
            answer = self.ask("GET", url)
            after = written()
            wrote = tuple(name for name, count in after.items() if count != before.get(name, 0))
            self.read[url] = replace(answer, wrote=wrote)
        return self.read[url]

    def ask(self, method: str, url: str, data: dict[str, Any] | None = None) -> Answer:
        with transaction.atomic():
            try:
                answer = self.client.get(url) if method == "GET" else self.client.post(url, data)
                content = answer.getvalue()  # a file is closed once it is read
            except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 told with the other differences
                return Answer(f"{type(error).__name__} : {str(error)[:200]}")
            finally:
                transaction.set_rollback(True)
                self.client.cookies.clear()
                self.client.cookies.update(self.cookies)
        return Answer(self._said(answer), dict(answer.headers), content)

    @staticmethod
    def _said(answer: Any) -> int | str:
        if answer.status_code == 302:
            if answer["Location"].startswith(reverse("account_login")):
                return "entrer"
            if answer["Location"] == reverse("sans_casquette"):
                return "accueillir"
        return int(answer.status_code)


def written() -> dict[str, int]:
    """Rows inserted, changed and deleted so far by this transaction, by table; the web sessions left aside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return {name: count for name, count in cursor.fetchall() if name != WebSession._meta.db_table}
