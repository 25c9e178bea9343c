"""Pages that fail their test on any error of theirs, people signed in, and the worker at hand."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.accounts.hats import SESSION_KEY
from core.accounts.models import Membership, User
from core.journal import outbox

PATIENCE = 30_000  # milliseconds: a slow machine is not a failure
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test."""
    for item in items:
        if item.path.is_relative_to(__file__.rsplit("/", 1)[0]):
            item.add_marker("browser")


class Watch:
    """What goes wrong in a page: console errors (CSP violations are among them), exceptions, failed requests.

    `expected` is for a test that provokes an error: fragments of messages that it awaits.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.expected: list[str] = []

    def over(self, page: Page) -> None:
        page.on("console", lambda said: said.type == "error" and self._note(f"console : {said.text} ({page.url})"))
        page.on("pageerror", lambda error: self._note(f"exception : {error} ({page.url})"))
        page.on("requestfailed", self._failed)
        page.on("response", lambda answer: answer.status >= 500 and self._note(f"{answer.status} : {answer.url}"))

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or a page left before its answer
            self._note(f"requête : {request.url} {request.failure}")

    def _note(self, problem: str) -> None:
        if not any(fragment in problem for fragment in self.expected):
            self.problems.append(problem)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    assert not watching.problems, "\n".join(watching.problems)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of every open page of a failed test, in `var/navigateur/`."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and browser:
        folder = Path(settings.VAR_DIR) / "navigateur"
        folder.mkdir(parents=True, exist_ok=True)
        pages = [page for context in browser.contexts for page in context.pages]
        for rank, page in enumerate(pages):
            page.screenshot(path=folder / f"{item.name}-{rank}.png", full_page=True)
    return report


@pytest.fixture(autouse=True)
def static_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window asks for each file once, as it does in production where their names are those of their content."""
    serve = StaticFilesHandler.serve

    def kept(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    monkeypatch.setattr(StaticFilesHandler, "serve", kept)


@pytest.fixture
def new_context(browser: Browser, live_server: Any, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a window of its own: cookies, size, JavaScript or not (`java_script_enabled=False`)."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": {"width": 1280, "height": 900}, "locale": "fr-FR", **options}
        )
        context.set_default_timeout(PATIENCE)
        context.on("page", watch.over)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A visitor's page."""
    return new_context().new_page()


def sign_in(context: BrowserContext, user: User, hat: Membership | None = None) -> None:
    """Give the window the session of this person, with this hat on."""
    client = Client()
    client.force_login(user)
    if hat:
        session = client.session
        session[SESSION_KEY] = hat.pk
        session.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )


@pytest.fixture
def page_as(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`page_as(hat)`: a page of a window where this person is signed in with this hat."""

    def open_as(hat: Membership, **options: Any) -> Page:
        context = new_context(**options)
        sign_in(context, hat.user, hat)
        return context.new_page()

    return open_as


@pytest.fixture
def worker() -> Callable[[], int]:
    """`worker()` does what the Celery worker would do now; returns how many messages of the outbox it took."""
    return outbox.work_all
