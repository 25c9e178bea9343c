"""Documents to keep and to read aloud: one run gives a PDF that is both PDF/A-3a (archive) and PDF/UA-1 (tagged).

Nothing is fetched from anywhere but our static files, and no date of the day is written, so that the same words
always give the same bytes: a file can be sealed by its SHA-256.
"""

import mimetypes
import os
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# The maker of font subsets writes this moment in each of them, today's if it finds none.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1704067200")


@dataclass(frozen=True)
class Property:
    """One property of the metadata: its value, and what PDF/A wants said of it."""

    name: str
    value: str
    description: str
    kind: str = "Text"
    category: str = "external"


@dataclass(frozen=True)
class Schema:
    """Properties that another standard than PDF/A wants in the metadata; PDF/A wants them described."""

    prefix: str
    namespace: str
    title: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Attached:
    """A file inside the document. `relationship` as PDF/A-3 names it: Data, Source, Supplement…"""

    name: str
    data: bytes
    description: str
    at: datetime  # its date: fixed, so that the document is the same when it is made again
    relationship: str = "Data"


# WeasyPrint declares one variant at a time: what says PDF/UA is added to the metadata of the PDF/A.
ACCESSIBLE = Schema(
    "pdfuaid",
    "http://www.aiim.org/pdfua/ns/id/",
    "PDF/UA identification",
    (Property("part", "1", "Part of ISO 14289", kind="Integer", category="internal"),),
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


class _Presses(threading.local):
    """What each thread prints with, by stylesheets: read once, fonts unpacked once. They are not safe for two."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, ...], tuple[FontConfiguration, list[CSS]]] = {}

    def of(self, sheets: tuple[str, ...]) -> tuple[FontConfiguration, list[CSS]]:
        if sheets not in self.known:
            fonts = FontConfiguration()
            self.known[sheets] = fonts, styles_of(sheets, fonts)
        return self.known[sheets]


def styles_of(sheets: Sequence[str], fonts: FontConfiguration) -> list[CSS]:
    """These static stylesheets as WeasyPrint reads them, each over the one before."""
    return [CSS(url=f"static:///{path}", url_fetcher=OwnFiles(), font_config=fonts) for path in sheets]


_presses = _Presses()


def render_pdf(
    template: str,
    context: dict[str, Any],
    *stylesheets: str,
    attached: Sequence[Attached] = (),
    schemas: Sequence[Schema] = (),
) -> bytes:
    """The PDF of a template; `stylesheets`: the static paths of its CSS. The same context gives the same bytes."""
    fonts, styles = _presses.of(stylesheets)
    page = HTML(string=render_to_string(template, context), base_url="static:///", url_fetcher=OwnFiles())
    files = [
        Attachment(
            string=one.data, name=one.name, description=one.description, created=one.at, modified=one.at,
            relationship=one.relationship,
        )
        for one in attached
    ]  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile to be closed for it
        return bytes(
            page.write_pdf(
                stylesheets=styles,
                font_config=fonts,
                pdf_variant="pdf/a-3a",
                attachments=files,
                finisher=partial(_finish, schemas=(ACCESSIBLE, *schemas)),
            )
        )


def _finish(_document: Document, pdf: pydyf.PDF, *, schemas: Sequence[Schema]) -> None:
    _tie_headings(pdf)
    (metadata,) = (one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/Metadata")
    packet = b"".join(part if isinstance(part, bytes) else part.encode() for part in metadata.stream)
    if packet.count(b"</rdf:RDF>") != 1:
        raise ValueError("the metadata is written otherwise than this code expects")
    metadata.stream = [packet.replace(b"</rdf:RDF>", _described(schemas).encode() + b"</rdf:RDF>")]
    metadata.compress = False
    if named := pdf.catalog.get("AF"):
        once = pydyf.Array(dict.fromkeys(named))  # WeasyPrint names each file twice
        if len(named) != 2 * len(once):
            raise ValueError("the attached files are named otherwise than this code expects")
        pdf.catalog["AF"] = once


def _tie_headings(pdf: pydyf.PDF) -> None:
    """Let the headings of tables be found: WeasyPrint names them in the cells, without the tree of these names.

    Each says what it heads too: its row when cells follow it there, else its column.
    """
    elements = {one.reference: one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and "S" in one}
    headings = [one for one in elements.values() if one["S"] == "/TH" and "ID" in one]
    for one in headings:
        row = elements[one["P"]]
        has_cells = any(elements[child]["S"] == "/TD" for child in row["K"] if child in elements)
        one["A"]["Scope"] = "/Row" if has_cells else "/Column"
    if headings:
        (root,) = (
            one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructTreeRoot"
        )
        names = sorted({one["ID"].string: one for one in headings}.items(), key=lambda pair: pair[0])
        pairs = [part for name, one in names for part in (pydyf.String(name), one.reference)]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})


def _described(schemas: Sequence[Schema]) -> str:
    values = "".join(
        f'<rdf:Description rdf:about="" xmlns:{schema.prefix}="{schema.namespace}">'
        + "".join(
            f"<{schema.prefix}:{one.name}>{escape(one.value)}</{schema.prefix}:{one.name}>" for one in schema.properties
        )
        + "</rdf:Description>"
        for schema in schemas
    )
    return (
        values + '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
        + "".join(_description(schema) for schema in schemas)
        + "</rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    )


def _description(schema: Schema) -> str:
    properties = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{one.name}</pdfaProperty:name>'
        f"<pdfaProperty:valueType>{one.kind}</pdfaProperty:valueType><pdfaProperty:category>{one.category}"
        f"</pdfaProperty:category><pdfaProperty:description>{escape(one.description)}</pdfaProperty:description></rdf:li>"
        for one in schema.properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{schema.title}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{schema.namespace}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{schema.prefix}</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
        f"{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
