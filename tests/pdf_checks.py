"""What a validator of PDF/A-3a and PDF/UA-1 looks for, as far as it can be read in the file.

`faults(pdf)` returns what is wrong, each as « check: what »; nothing is expected. It does not take the place of
veraPDF, which is asked too where it is at hand: see `tests/test_sealed_documents.py`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

# Operators that put something on the page; a form (Do) is looked into as well.
PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh", "BI", "INLINE IMAGE"}
STANDARD_TYPES = {
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct", "Private",
    "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead",
    "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "Warichu",
    "Figure", "Formula", "Form",
}  # fmt: skip
PARENTS = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}}
RELATIONSHIPS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}
_checks: list[Callable[[Pdf], Iterator[str]]] = []


def faults(content: bytes) -> list[str]:
    """Everything that is wrong with a file."""
    found = list(_header(content))
    with Pdf.open(io.BytesIO(content)) as pdf:
        return found + faults_of(pdf)


def faults_of(pdf: Pdf) -> list[str]:
    """Everything that is wrong with a file that is open; its first lines are not read."""
    return [f"{check.__name__}: {what}" for check in _checks for what in check(pdf)]


def _check(function: Callable[[Pdf], Iterator[str]]) -> Callable[[Pdf], Iterator[str]]:
    _checks.append(function)
    return function


def _header(content: bytes) -> Iterator[str]:
    first, second = content.split(b"\n", 2)[:2]
    if not re.fullmatch(rb"%PDF-1\.[4-7]\r?", first):
        yield f"header: {first!r}"
    if not second.startswith(b"%") or len(second) < 5 or min(second[1:5]) < 128:
        yield "header: no line of four bytes over 127"


# ---- the file as a whole


@_check
def encryption(pdf: Pdf) -> Iterator[str]:
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        yield "encrypted"


@_check
def identifier(pdf: Pdf) -> Iterator[str]:
    if len(pdf.trailer.get("/ID", [])) != 2:
        yield "no identifier of the file"


@_check
def scripts(pdf: Pdf) -> Iterator[str]:
    for one in (held for whole in pdf.objects for held in _held(whole)):
        if one.get("/S") in (Name.JavaScript, Name.Launch, Name.Movie, Name.Sound, Name.ImportData) or "/JS" in one:
            yield "an action runs something"
        if "/AA" in one:
            yield "actions that start by themselves"
    if "/JavaScript" in pdf.Root.get("/Names", {}):
        yield "JavaScript by name"


def _held(one: Any) -> Iterator[Any]:
    """An object and what is written inside it, the objects that stand on their own left out."""
    if isinstance(one, Array):
        inside = list(one)
    elif isinstance(one, Dictionary | Stream):
        yield one
        inside = [value for _, value in one.items()]
    else:
        return
    for value in inside:
        if isinstance(value, Object) and not value.is_indirect:
            yield from _held(value)


@_check
def colours(pdf: Pdf) -> Iterator[str]:
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == Name.GTS_PDFA1]
    if not intents:
        yield "no output intent for PDF/A"
    for one in intents:
        profile = one.get("/DestOutputProfile")
        if profile is None or profile.read_bytes()[36:40] != b"acsp":
            yield "the output intent has no ICC profile"


@_check
def metadata(pdf: Pdf) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if stream is None:
        yield "no XMP metadata"
        return
    if "/Filter" in stream:
        yield "the XMP metadata is compressed"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        wanted = {"pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
        for key, value in wanted.items():
            if str(xmp.get(_QUALIFIED[key], "")) != value:
                yield f"{key} is not {value}"
        title = xmp.get("dc:title")
    if not title:
        yield "no title in the XMP metadata"
    elif str(pdf.docinfo.get("/Title", title)) != str(title):
        yield "two titles"


_QUALIFIED = {
    "pdfaid:part": "{http://www.aiim.org/pdfa/ns/id/}part",
    "pdfaid:conformance": "{http://www.aiim.org/pdfa/ns/id/}conformance",
    "pdfuaid:part": "{http://www.aiim.org/pdfua/ns/id/}part",
}


@_check
def title_shown(pdf: Pdf) -> Iterator[str]:
    if pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        yield "the window shows the name of the file, not the title"


@_check
def language(pdf: Pdf) -> Iterator[str]:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", str(pdf.Root.get("/Lang", ""))):
        yield "no language"


@_check
def attachments(pdf: Pdf) -> Iterator[str]:
    associated = {one.objgen for one in pdf.Root.get("/AF", [])}
    for name, attached in pdf.attachments.items():
        spec = attached.obj
        if spec.get("/AFRelationship") not in RELATIONSHIPS:
            yield f"{name}: no relationship with the document"
        if spec.objgen not in associated:
            yield f"{name}: not associated with the document"
        if not spec.get("/F") or not spec.get("/UF"):
            yield f"{name}: not named twice"
        if "/Subtype" not in spec.get("/EF", {}).get("/F", {}):
            yield f"{name}: no type"


# ---- fonts and images


def _resources(holder: Object, seen: set[tuple[int, int]]) -> Iterator[Object]:
    """The resources of a page or of a form, and those of the forms that it draws."""
    resources = holder.get("/Resources", Dictionary())
    yield resources
    for one in resources.get("/XObject", Dictionary()).values():
        if one.get("/Subtype") == Name.Form and one.objgen not in seen:
            seen.add(one.objgen)
            yield from _resources(one, seen)


def _every_resources(pdf: Pdf) -> Iterator[Object]:
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        yield from _resources(page.obj, seen)


@_check
def fonts(pdf: Pdf) -> Iterator[str]:
    known = {font.objgen: font for one in _every_resources(pdf) for font in one.get("/Font", Dictionary()).values()}
    if not known:
        yield "no font at all"
    for font in known.values():
        name = str(font.get("/BaseFont", ""))
        inner = font.DescendantFonts[0] if font.get("/Subtype") == Name.Type0 else font
        descriptor = inner.get("/FontDescriptor", Dictionary())
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"{name} is not embedded"
        if "/ToUnicode" not in font:
            yield f"{name} does not say which letters its glyphs are"


@_check
def images(pdf: Pdf) -> Iterator[str]:
    for one in _every_resources(pdf):
        for image in one.get("/XObject", Dictionary()).values():
            if image.get("/Subtype") == Name.Image and image.get("/Interpolate", False):
                yield "an image is smoothed by the reader"


# ---- the structure


def _elements(node: Object, parent: str = "", depth: int = 0) -> Iterator[tuple[Dictionary, str]]:
    """Every element of the structure with the type of its parent."""
    children = node.get("/K", Array())
    for child in children if isinstance(children, Array) else [children]:
        if isinstance(child, Dictionary) and "/S" in child:
            yield child, parent
            yield from _elements(child, str(child.S)[1:], depth + 1)


def _tree(pdf: Pdf) -> Object:
    return pdf.Root.get("/StructTreeRoot", Dictionary())


@_check
def tagged(pdf: Pdf) -> Iterator[str]:
    if pdf.Root.get("/MarkInfo", {}).get("/Marked") is not True:
        yield "not said to be tagged"
    if pdf.Root.get("/MarkInfo", {}).get("/Suspects", False):
        yield "its tags are suspect"
    if not list(_elements(_tree(pdf))):
        yield "no structure"


@_check
def types(pdf: Pdf) -> Iterator[str]:
    roles = {str(key)[1:]: str(value)[1:] for key, value in _tree(pdf).get("/RoleMap", Dictionary()).items()}
    for element, parent in _elements(_tree(pdf)):
        kind = str(element.S)[1:]
        if roles.get(kind, kind) not in STANDARD_TYPES:
            yield f"{kind} is no known type"
        if kind in PARENTS and parent not in PARENTS[kind]:
            yield f"{kind} inside {parent or 'nothing'}"


@_check
def headings(pdf: Pdf) -> Iterator[str]:
    levels = [int(str(one.S)[2:]) for one, _ in _elements(_tree(pdf)) if re.fullmatch(r"/H[1-6]", str(one.S))]
    if not levels or levels[0] != 1:
        yield "it does not begin with a heading of the first level"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"from H{before} to H{after}"


@_check
def tables(pdf: Pdf) -> Iterator[str]:
    """Each heading says what it heads, and each cell names headings that are found."""
    named = _names(_tree(pdf).get("/IDTree", Dictionary()))
    for element, _ in _elements(_tree(pdf)):
        if element.S == Name.TH and not any("/Scope" in one for one in _attributes(element)):
            yield "a heading of a table does not say what it heads"
        for heads in (one.get("/Headers", Array()) for one in _attributes(element)):
            if lost := {str(one) for one in heads} - named:
                yield f"a cell names headings that are not found: {sorted(lost)}"


def _names(node: Object) -> set[str]:
    """The names of a name tree."""
    pairs = node.get("/Names", Array())
    found = {str(pairs[i]) for i in range(0, len(pairs), 2)}
    return found.union(*(_names(kid) for kid in node.get("/Kids", Array())))


def _attributes(element: Dictionary) -> list[Object]:
    held = element.get("/A", Array())
    return [one for one in (held if isinstance(held, Array) else [held]) if isinstance(one, Dictionary)]


@_check
def figures(pdf: Pdf) -> Iterator[str]:
    for element, _ in _elements(_tree(pdf)):
        if str(element.S) == "/Figure" and not str(element.get("/Alt", element.get("/ActualText", ""))).strip():
            yield "an image without words"


@_check
def links(pdf: Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        annotations = list(page.obj.get("/Annots", []))
        if annotations and page.obj.get("/Tabs") != Name.S:
            yield f"page {number}: the tab key does not follow the structure"
        for one in annotations:
            if not str(one.get("/Contents", "")).strip():
                yield f"page {number}: a link without words"
            if "/StructParent" not in one:
                yield f"page {number}: a link outside the structure"
            if not int(one.get("/F", 0)) & 4:
                yield f"page {number}: an annotation that is not printed"


# ---- what is on the pages


@_check
def content(pdf: Pdf) -> Iterator[str]:
    """Everything that is drawn belongs to the structure, or is said to be decoration."""
    numbers = _parent_tree(pdf)
    for number, page in enumerate(pdf.pages, 1):
        owned = numbers.get(int(page.obj.get("/StructParents", -1)))
        yield from (f"page {number}: {what}" for what in _drawn(page.obj, owned, set()))


def _drawn(holder: Object, owned: Object | None, seen: set[tuple[int, int]]) -> Iterator[str]:
    marks: list[bool] = []
    forms = holder.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    for operands, operator in pikepdf.parse_content_stream(holder):
        name = str(operator)
        if name in ("BMC", "BDC"):
            known, fault = _mark(operands, owned, holder)
            marks.append(known)
            if fault:
                yield fault
        elif name == "EMC":
            if not marks:
                yield "a mark is closed that was not opened"
            else:
                marks.pop()
        elif name in PAINTS and not any(marks):
            form = forms.get(str(operands[0])) if name == "Do" else None
            if form is None or form.get("/Subtype") != Name.Form:
                yield f"{name} draws what no tag holds"
            elif form.objgen not in seen:
                seen.add(form.objgen)
                yield from _drawn(form, owned, seen)


def _mark(operands: Any, owned: Object | None, holder: Object) -> tuple[bool, str]:
    """Whether what follows is accounted for, and what is wrong with its mark."""
    if str(operands[0]) == "/Artifact":
        return True, ""
    said = operands[1] if len(operands) > 1 else Dictionary()
    if isinstance(said, Name):
        said = holder.get("/Resources", Dictionary()).get("/Properties", Dictionary()).get(str(said), Dictionary())
    if "/MCID" not in said:
        return False, ""
    rank = int(said.MCID)
    if not isinstance(owned, Array) or rank >= len(owned) or not isinstance(owned[rank], Dictionary):
        return True, f"mark {rank} belongs to no element"
    return True, ""


def _parent_tree(pdf: Pdf) -> dict[int, Object]:
    found: dict[int, Object] = {}

    def read(node: Object) -> None:
        pairs = node.get("/Nums", Array())
        found.update({int(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)})
        for kid in node.get("/Kids", Array()):
            read(kid)

    read(_tree(pdf).get("/ParentTree", Dictionary()))
    return found
