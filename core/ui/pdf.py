"""Documents to keep and to read aloud: one run gives a PDF that is both PDF/A-3a (archive) and PDF/UA-1 (tagged).

Nothing is fetched from anywhere but our static files, and no date of the day is written, so that the same words
always give the same bytes: a file can be sealed by its SHA-256.
"""

import mimetypes
import os
import warnings
from pathlib import Path
from typing import Any

import pydyf  # type: ignore[import-untyped]
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# The maker of font subsets writes this moment in each of them, today's if it finds none.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1704067200")
# WeasyPrint declares one variant at a time: what says PDF/UA is added to the metadata of the PDF/A.
_ACCESSIBLE = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    b"<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
    # PDF/A wants every schema that it does not know described.
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
    b'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal"
    b"</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li>"
    b"</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


class OwnFiles(URLFetcher):
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


def render_pdf(template: str, context: dict[str, Any], stylesheet: str) -> bytes:
    """The PDF of a template; `stylesheet` is the static path of its CSS. The same context gives the same bytes."""
    fetcher, fonts = OwnFiles(), FontConfiguration()
    style = CSS(url=f"static:///{stylesheet}", url_fetcher=fetcher, font_config=fonts)
    page = HTML(string=render_to_string(template, context), base_url="static:///", url_fetcher=fetcher)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile to be closed for it
        return bytes(
            page.write_pdf(
                stylesheets=[style],
                font_config=fonts,
                pdf_variant="pdf/a-3a",
                finisher=_say_accessible,
            )
        )


def _say_accessible(_document: Document, pdf: pydyf.PDF) -> None:
    (metadata,) = (one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/Metadata")
    packet = b"".join(part if isinstance(part, bytes) else part.encode() for part in metadata.stream)
    if packet.count(b"</rdf:RDF>") != 1:
        raise ValueError("the metadata is written otherwise than this code expects")
    metadata.stream = [packet.replace(b"</rdf:RDF>", _ACCESSIBLE + b"</rdf:RDF>")]
    metadata.compress = False
