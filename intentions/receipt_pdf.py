"""The receipt of a filed intention, as a tagged PDF that a screen reader can read (PDF/UA)."""

import mimetypes
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.rulebook.receipts import last_receipt
from core.rules import Audience
from intentions.facts import judge_intention
from intentions.models import Intention
from intentions.recap import recap_of
from intentions.verdicts import view_of


class _OwnFiles(URLFetcher):
    """Our static files and nothing else: no address, no file of the machine, whatever the text holds."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"})

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("static:///"):
            path = finders.find(url.removeprefix("static:///"))
            if path is None:
                raise ValueError(f"No static file {url}")
            content_type = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(str(path)).read_bytes(), {"Content-Type": content_type})
        return super().fetch(url, headers)


def render(intention: Intention) -> bytes:
    """The PDF's bytes. Raises ValueError for an intention that was never filed."""
    if intention.filed_at is None:
        raise ValueError("not filed")
    html = render_to_string(
        "intentions/recu.html",
        {
            "intention": intention,
            "groups": recap_of(intention),
            "verdict": view_of(judge_intention(intention), Audience.EMPLOYEUR),
            "receipt": last_receipt(intention),
        },
    )
    fetcher, fonts = _OwnFiles(), FontConfiguration()
    style = CSS(url="static:///css/recu.css", url_fetcher=fetcher, font_config=fonts)
    page = HTML(string=html, base_url="static:///", url_fetcher=fetcher)
    return bytes(page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"))
