"""A checker of PDF/UA-1 that knows nothing of how our prints are made: those failure conditions of the Matterhorn
Protocol that a machine can decide and that a print of text, lists and tables can meet (ISO 14289-1; protocol 1.1).

`failures(pdf)` names each condition that fails. The typesetter claims the standard; this reads the file again.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from daras.pages.tests import pdf_text

STANDARD = frozenset(
    f"/{name}"
    for name in (
        "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
        "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD",
        "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby",
        "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure", "Formula", "Form",
    )
)  # fmt: skip
#: What may stand below what (ISO 32000-1, 14.8.4.3).
BELOW = {
    "/L": {"/LI", "/L", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TFoot": {"/TR"},
    "/TR": {"/TH", "/TD"},
}
ONLY_IN = {
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
    "/THead": {"/Table"},
    "/TBody": {"/Table"},
}
PAINTS = frozenset(
    {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "BI", "INLINE IMAGE"}
)


@dataclass(slots=True)
class Element:
    """One element of the structure tree, with its type as the standard calls it."""

    node: Any
    kind: str
    parent: str
    children: list[Element] = field(default_factory=list)
    marked: list[tuple[tuple[int, int], int]] = field(default_factory=list)  # page, number of the content

    def all(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.all()


def failures(data: bytes) -> list[str]:
    """Every failure condition that holds, as "14-003: ..."; an empty list for a file that meets what is checked."""
    with pikepdf.open(io.BytesIO(data)) as file:
        found = [*_document(file), *_metadata(file)]
        if "/StructTreeRoot" not in file.Root:
            return [*found, "01-005: there is no structure tree"]
        tree = _tree(file, found)
        found += [*_shape(tree), *_headings(tree), *_tables(tree), *_figures(tree)]
        for page in file.pages:
            found += [*_content(file, page, tree), *_page(page)]
        return [*found, *_fonts(file)]


def _document(file: pikepdf.Pdf) -> Iterator[str]:
    marks: Any = file.Root.get("/MarkInfo", pikepdf.Dictionary())
    if marks.get("/Marked") is not True:
        yield "06-001: the file does not say that it is tagged"
    if marks.get("/Suspects", False) is True:
        yield "01-007: the tags are said to be doubtful"
    shown: Any = file.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    if shown.get("/DisplayDocTitle") is not True:
        yield "07-001: the title is not what a reader shows"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", str(file.Root.get("/Lang", ""))):
        yield "11-006: the language is not said"
    if file.is_encrypted and not file.allow.accessibility:
        yield "26-002: assistive technology is locked out"


def _metadata(file: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in file.Root:
        yield "06-001: there is no XMP metadata"
        return
    text = file.Root.Metadata.read_bytes().decode("utf-8")
    if not re.search(r"<pdfuaid:part>\s*1\s*</pdfuaid:part>|pdfuaid:part=\"1\"", text):
        yield "06-002: the file does not say that it is PDF/UA-1"
    if not re.search(r"<dc:title>.*?<rdf:li[^>]*>\s*[^<\s]", text, re.S):
        yield "06-003: there is no title in the metadata"


def _tree(file: pikepdf.Pdf, found: list[str]) -> Element:
    roles = {str(name): str(kind) for name, kind in file.Root.StructTreeRoot.get("/RoleMap", {}).items()}
    tree = Element(file.Root.StructTreeRoot, "root", "")
    for kid in _kids(tree.node):
        tree.children.append(_element(kid, "root", None, roles, found))
    for element in tree.all():
        if element.kind != "root" and "/P" not in element.node:
            found.append(f"09-001: {element.kind} does not say below what it stands")
    return tree


def _element(node: Any, parent: str, page: Any, roles: dict[str, str], found: list[str]) -> Element:
    element = Element(node, _standard(str(node.S), roles, found), parent)
    page = node.get("/Pg", page)
    for kid in _kids(node):
        if isinstance(kid, int):
            element.marked.append((page.objgen, kid))
        elif kid.get("/Type") == "/MCR":
            element.marked.append((kid.get("/Pg", page).objgen, int(kid.MCID)))
        elif "/S" in kid:
            element.children.append(_element(kid, element.kind, page, roles, found))
    return element


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array | list) else [kids]


def _standard(kind: str, roles: dict[str, str], found: list[str]) -> str:
    seen: set[str] = set()
    while kind not in STANDARD and kind in roles:
        if kind in seen:
            found.append(f"02-003: {kind} is mapped in a circle")
            return kind
        seen.add(kind)
        kind = roles[kind]
    if kind not in STANDARD:
        found.append(f"02-001: {kind} is no standard type and not mapped to one")
    return kind


def _shape(tree: Element) -> Iterator[str]:
    for element in tree.all():
        allowed = BELOW.get(element.kind)
        for child in element.children:
            if allowed is not None and child.kind not in allowed:
                yield f"09-004: {child.kind} stands directly in {element.kind}"
        if element.kind in ONLY_IN and element.parent not in ONLY_IN[element.kind]:
            yield f"09-005: {element.kind} stands in {element.parent}"


def _headings(tree: Element) -> Iterator[str]:
    before = 0
    for element in tree.all():
        level = re.fullmatch(r"/H([1-6])", element.kind)
        if level is None:
            continue
        now = int(level[1])
        if before == 0 and now != 1:
            yield "14-002: the first heading is not of the first level"
        elif now > before + 1:
            yield f"14-003: a heading of level {now} follows one of level {before}"
        before = now
    if before == 0:
        yield "14-002: there is no heading"


def _attributes(node: Any) -> Iterator[Any]:
    said = node.get("/A", [])
    yield from (
        each for each in (said if isinstance(said, pikepdf.Array) else [said]) if isinstance(each, pikepdf.Dictionary)
    )


def _columns(cell: Element) -> int:
    return max((int(said.get("/ColSpan", 1)) for said in _attributes(cell.node)), default=1)


def _tables(tree: Element) -> Iterator[str]:
    ids = {bytes(each.node.ID) for each in tree.all() if "/ID" in each.node}
    for table in (each for each in tree.all() if each.kind == "/Table"):
        rows = [each for each in table.all() if each.kind == "/TR"]
        widths = [sum(map(_columns, row.children)) for row in rows]
        if len(set(widths)) > 1:
            yield f"15-001: the rows of a table are not equally long: {sorted(set(widths))}"
        cells = [each for each in table.all() if each.kind in {"/TH", "/TD"}]
        if not any(cell.kind == "/TH" for cell in cells):
            yield "15-003: a table has no headings"
        for cell in cells:
            said = list(_attributes(cell.node))
            if cell.kind == "/TH" and not any(a.get("/Scope") in ("/Row", "/Column", "/Both") for a in said):
                yield "15-003: the heading of a table does not say what it is the heading of"
            named = [bytes(each) for a in said for each in a.get("/Headers", [])]
            if any(each not in ids for each in named):
                yield "15-004: a cell names a heading that is not there"


def _figures(tree: Element) -> Iterator[str]:
    for element in tree.all():
        if element.kind in {"/Figure", "/Formula"} and not ("/Alt" in element.node or "/ActualText" in element.node):
            yield "13-004: a picture has no words"


def _content(file: pikepdf.Pdf, page: pikepdf.Page, tree: Element) -> Iterator[str]:
    """Everything painted belongs to the tree or is said to be an artifact, never both; and the tree and the page name
    each other."""
    owned = {number for each in tree.all() for where, number in each.marked if where == page.obj.objgen}
    parents = _parents(file, page)
    inside: list[str | int] = []
    seen: set[int] = set()
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in {"BDC", "BMC"}:
            tag = str(instruction.operands[0])
            number = _number(page, instruction.operands[1]) if operator == "BDC" else None
            if tag == "/Artifact" and any(isinstance(each, int) for each in inside):
                yield "01-003: an artifact stands inside tagged content"
            if number is not None and "artifact" in inside:
                yield "01-004: tagged content stands inside an artifact"
            if number is not None:
                seen.add(number)
                if number not in owned:
                    yield f"01-005: content {number} of a page belongs to nothing in the tree"
                if number not in parents:
                    yield f"01-006: content {number} of a page is not in the tree of parents"
            inside.append("artifact" if tag == "/Artifact" else number if number is not None else "other")
        elif operator == "EMC":
            inside.pop()
        elif operator in PAINTS and not any(each == "artifact" or isinstance(each, int) for each in inside):
            yield f"01-005: {operator} paints something that is neither tagged nor an artifact"
    for missing in sorted(owned - seen):
        yield f"01-006: the tree names content {missing}, which the page has not"


def _number(page: pikepdf.Page, properties: Any) -> int | None:
    if isinstance(properties, pikepdf.Name):
        properties = page.Resources.Properties[properties]
    number = properties.get("/MCID")
    return None if number is None else int(number)


def _parents(file: pikepdf.Pdf, page: pikepdf.Page) -> set[int]:
    """The numbers of a page's contents whose parents the file's tree of parents knows."""
    key = page.obj.get("/StructParents")
    tree = file.Root.StructTreeRoot.get("/ParentTree")
    if key is None or tree is None:
        return set()

    def pairs(node: Any) -> Iterator[tuple[int, Any]]:
        numbers = list(node.get("/Nums", []))
        yield from zip(map(int, numbers[::2]), numbers[1::2], strict=True)
        for kid in node.get("/Kids", []):
            yield from pairs(kid)

    known = dict(pairs(tree)).get(int(key), [])
    return {number for number, parent in enumerate(known) if isinstance(parent, pikepdf.Dictionary)}


def _page(page: pikepdf.Page) -> Iterator[str]:
    notes: Any = page.obj.get("/Annots", [])
    if len(notes) and page.obj.get("/Tabs") != "/S":
        yield "28-008: the tab key does not follow the structure"
    for note in notes:
        if "/Contents" not in note and "/StructParent" not in note:
            yield "28-004: an annotation has no words and no place in the tree"


def _fonts(file: pikepdf.Pdf) -> Iterator[str]:
    fonts = {font.objgen: font for page in file.pages for font in page.Resources.get("/Font", {}).values()}
    for font in fonts.values():
        name = str(font.get("/BaseFont", "?"))
        shapes = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        drawn: Any = shapes.get("/FontDescriptor", {})
        if not any(key in drawn for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"31-009: the font {name} is not in the file"
        if "/ToUnicode" not in font:
            yield f"31-027: nobody can tell which letters the font {name} draws"
    for page in file.pages:
        for piece in pdf_text.pieces(page):
            if any(letter in {"", "\x00", "\ufeff", "\ufffe"} for letter in piece.letters):
                yield "31-028: a letter that is drawn is not one of the alphabet"
