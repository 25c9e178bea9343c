"""The files that the portal seals are PDF/A-3a and PDF/UA-1, and what looks at them would see a fault."""

from __future__ import annotations

import io
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from invoices.document.files import pdf_of
from tests import pdf_documents
from tests.invoices.contents import invoice
from tests.pdf_checks import faults, faults_of

FILES = {
    "bon de commande": pdf_documents.order_file,
    "bon de commande de trois pages": lambda: pdf_documents.order_file(40),
    "avenant": pdf_documents.avenant_file,
    "lettre": pdf_documents.letter_file,
    "facture": lambda: pdf_of(invoice()),
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_wrong_with_it(name: str) -> None:
    assert faults(FILES[name]()) == []


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
@pytest.mark.parametrize("name", FILES)
def test_vera_pdf_finds_nothing_either(name: str, flavour: str, tmp_path: Path) -> None:
    validator = shutil.which("verapdf")
    if validator is None:
        pytest.skip("veraPDF is not installed: our own checks alone have read the file")
    path = tmp_path / "document.pdf"
    path.write_bytes(FILES[name]())
    said = subprocess.run(
        [validator, "--flavour", flavour, "--format", "text", str(path)], capture_output=True, text=True
    )
    assert said.stdout.startswith("PASS"), said.stdout


# ---- one counter-example for each check


def _font(pdf: Pdf) -> Dictionary:
    return next(iter(pdf.pages[0].obj.Resources.Font.values()))


def _elements(pdf: Pdf, kind: str) -> list[Dictionary]:
    return [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/S") == Name("/" + kind)]


def _lose(holder: str, key: str) -> Callable[[Pdf], None]:
    def spoil(pdf: Pdf) -> None:
        del pdf.Root[holder][key]

    return spoil


def _drop(key: str) -> Callable[[Pdf], None]:
    def spoil(pdf: Pdf) -> None:
        del pdf.Root[key]

    return spoil


def _not_embedded(pdf: Pdf) -> None:
    font = _font(pdf)
    inner = font.DescendantFonts[0] if font.Subtype == Name.Type0 else font
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        if key in inner.FontDescriptor:
            del inner.FontDescriptor[key]


def _without_letters(pdf: Pdf) -> None:
    del _font(pdf)["/ToUnicode"]


def _no_fonts(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.Font = Dictionary()


def _smoothed(pdf: Pdf) -> None:
    image = Stream(pdf, b"\x00", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, Interpolate=True)
    pdf.pages[0].obj.Resources["/XObject"] = Dictionary({"/I": pdf.make_indirect(image)})


def _untagged_words(pdf: Pdf) -> None:
    page = pdf.pages[0]
    pdf.pages[0].Contents = Stream(pdf, page.Contents.read_bytes() + b"\n0 0 10 10 re f\n")


def _lost_mark(pdf: Pdf) -> None:
    for index in range(1, len(pdf.Root.StructTreeRoot.ParentTree.Nums), 2):
        pdf.Root.StructTreeRoot.ParentTree.Nums[index] = Array([])


def _unclosed(pdf: Pdf) -> None:
    pdf.pages[0].Contents = Stream(pdf, pdf.pages[0].Contents.read_bytes() + b"\nEMC\n")


def _unknown_type(pdf: Pdf) -> None:
    _elements(pdf, "P")[0].S = Name("/Paragraphe")


def _cell_alone(pdf: Pdf) -> None:
    _elements(pdf, "TR")[0].S = Name("/Div")


def _skipped_level(pdf: Pdf) -> None:
    _elements(pdf, "H2")[0].S = Name("/H4")


def _no_first_level(pdf: Pdf) -> None:
    _elements(pdf, "H1")[0].S = Name("/P")


def _no_scope(pdf: Pdf) -> None:
    del _elements(pdf, "TH")[0].A["/Scope"]


def _no_words(pdf: Pdf) -> None:
    for one in _elements(pdf, "Figure"):
        del one["/Alt"]


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _named_script(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def _by_itself(pdf: Pdf) -> None:
    pdf.pages[0].obj["/AA"] = Dictionary(O=Dictionary(S=Name.GoTo))


def _wrong_profile(pdf: Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_indirect(Stream(pdf, b"\x00" * 200))


def _said(before: bytes, after: bytes) -> Callable[[Pdf], None]:
    def spoil(pdf: Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert before in packet
        pdf.Root.Metadata.write(packet.replace(before, after))

    return spoil


def _two_titles(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Autre titre"


def _attached(pdf: Pdf) -> None:
    pdf.attachments["donnees.xml"] = pikepdf.AttachedFileSpec(pdf, b"<x/>", mime_type="text/xml")
    spec = pdf.attachments["donnees.xml"].obj
    if "/AFRelationship" in spec:
        del spec["/AFRelationship"]


def _link(pdf: Pdf, **said: object) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 1, 1]), **said)
    pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(note)])


def _loose(pdf: Pdf) -> None:
    _attached(pdf)
    pdf.Root["/AF"] = Array([])


def _link_out_of_order(pdf: Pdf) -> None:
    _link(pdf)
    del pdf.pages[0].obj["/Tabs"]


FAULTS: dict[str, tuple[Callable[[Pdf], None], str]] = {
    "not marked": (_lose("/MarkInfo", "/Marked"), "tagged: not said"),
    "suspect": (lambda pdf: pdf.Root.MarkInfo.update({"/Suspects": True}), "tagged: its tags are suspect"),
    "no structure": (_drop("/StructTreeRoot"), "tagged: no structure"),
    "no language": (_drop("/Lang"), "language: no language"),
    "no title shown": (_lose("/ViewerPreferences", "/DisplayDocTitle"), "title_shown:"),
    "no intent": (_drop("/OutputIntents"), "colours: no output intent"),
    "no profile": (_wrong_profile, "colours: the output intent has no ICC"),
    "no metadata": (_drop("/Metadata"), "metadata: no XMP"),
    "another level": (_said(b'pdfaid:conformance="A"', b'pdfaid:conformance="B"'), "metadata: pdfaid:conformance"),
    "not for everyone": (_said(b"<pdfuaid:part>1<", b"<pdfuaid:part>2<"), "metadata: pdfuaid:part"),
    "two titles": (_two_titles, "metadata: two titles"),
    "not embedded": (_not_embedded, "is not embedded"),
    "no letters": (_without_letters, "does not say which letters"),
    "no font": (_no_fonts, "fonts: no font at all"),
    "smoothed image": (_smoothed, "images:"),
    "untagged": (_untagged_words, "content: page 1: f draws what no tag holds"),
    "lost mark": (_lost_mark, "belongs to no element"),
    "unbalanced mark": (_unclosed, "closed that was not opened"),
    "unknown type": (_unknown_type, "types: Paragraphe is no known type"),
    "cell alone": (_cell_alone, "types: TH inside Div"),
    "skipped level": (_skipped_level, "headings: from H1 to H4"),
    "no first level": (_no_first_level, "headings: it does not begin"),
    "no scope": (_no_scope, "tables: a heading"),
    "lost headings": (_lose("/StructTreeRoot", "/IDTree"), "tables: a cell names headings"),
    "image without words": (_no_words, "figures:"),
    "script": (_script, "scripts: an action runs"),
    "script by name": (_named_script, "scripts: JavaScript by name"),
    "by itself": (_by_itself, "scripts: actions that start by themselves"),
    "attachment": (_attached, "attachments: donnees.xml: no relationship"),
    "loose attachment": (_loose, "attachments: donnees.xml: not associated"),
    "link without words": (_link, "links: page 1: a link without words"),
    "link out of order": (_link_out_of_order, "links: page 1: the tab key"),
    "link outside": (_link, "links: page 1: a link outside the structure"),
    "link not printed": (_link, "links: page 1: an annotation that is not printed"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_is_seen(name: str) -> None:
    spoil, expected = FAULTS[name]
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf_documents.order_file())) as pdf:
        spoil(pdf)
        pdf.save(out, fix_metadata_version=False)
    assert any(expected in one for one in faults(out.getvalue())), faults(out.getvalue())


def test_compressed_metadata_are_seen() -> None:
    with Pdf.open(io.BytesIO(pdf_documents.order_file())) as pdf:
        assert faults_of(pdf) == []
        pdf.Root.Metadata.write(zlib.compress(pdf.Root.Metadata.read_bytes()), filter=Name.FlateDecode)
        assert faults_of(pdf) == ["metadata: the XMP metadata is compressed"]


def test_a_locked_file_is_seen() -> None:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf_documents.order_file())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "encryption: encrypted" in faults(out.getvalue())


def test_a_file_without_identifier_is_seen() -> None:
    whole = pdf_documents.order_file()
    assert any(
        one.startswith("identifier") for one in faults(whole.replace(b"/ID ", b"/XX ").replace(b"/ID[", b"/XX["))
    )


def test_a_wrong_first_line_is_seen() -> None:
    assert any(one.startswith("header") for one in faults(pdf_documents.order_file().replace(b"%PDF-1.7", b"%PDF-1.2")))
