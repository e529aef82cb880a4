"""The structure tree of one paper: made right and made small before papers are joined.

WeasyPrint's tags pass PDF/UA-1 for plain pages, but not for all that people write, and they are bulky. Worked on here
(ISO 32000-1, 14.7 and 14.8; ISO 14289-1, clause 7):

* half of all its elements are Spans around one run of text; they are folded into the paragraph or cell they stand in;
* what is in a list item beside label and body goes into the body, as a loose Markdown list writes paragraphs there,
  and so do the lists within it;
* a cell is linked to every header that holds for it: WeasyPrint knows a heading over several columns for the first of
  them alone, so that "July 2018" would be read out for one council of three;
* the bounding boxes of figures are in the page's points, from its lower edge;
* headings start at level 1 and leave none out, whatever levels the author used for their size;
* words in bold within a link are no second link, and an anchor without an address is none at all;
* content of page-margin boxes, which hangs on no element, is an artifact.

The tree is read into Python once, changed there and written back: each look at an object of a PDF costs microseconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Operator, Pdf, String, parse_content_stream, unparse_content_stream

_HEADINGS = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
#: Elements that hold text themselves, so that a plain Span in them says nothing more.
_TEXT = _HEADINGS | frozenset({"P", "LBody", "Lbl", "TD", "TH", "Caption", "Link", "Span"})
#: Elements without a meaning of their own.
_PLAIN = frozenset({"Span", "NonStruct"})
#: Elements that say nothing once they are empty. An empty cell stays: it keeps the columns in step.
_NOTHING_IF_EMPTY = _PLAIN | {"P", "Div", "Sect"}
#: What such an element may carry and still be folded or dropped.
_BARE = frozenset({"/S", "/Type", "/P", "/Pg", "/K"})

#: A page or an object of a file, by its number and generation.
ObjGen = tuple[int, int]


@dataclass(slots=True, eq=False)
class Element:
    """One structure element. Its kids are elements, numbers of marked content on its page, or object references."""

    obj: Object
    role: str
    page: ObjGen | None
    kids: list[Element | int | Object]
    changed: bool = False

    @property
    def elements(self) -> list[Element]:
        return [kid for kid in self.kids if isinstance(kid, Element)]

    def is_bare(self) -> bool:
        return set(self.obj.keys()) <= _BARE


def has_known_tags(pdf: Pdf) -> bool:
    """Whether the file's tags are of the shape that WeasyPrint writes: one Document, and no names of its own."""
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None or any(name in tree for name in ("/RoleMap", "/ClassMap", "/Namespaces")):
        return False
    kids = tree.get("/K")
    return isinstance(kids, Array) and len(kids) == 1 and kids[0].get("/S") == Name.Document


def drop_tags(pdf: Pdf) -> None:
    """Take away the tags of a file made elsewhere: half a structure tree would mislead more than none."""
    for name in ("/StructTreeRoot", "/MarkInfo"):
        if name in pdf.Root:
            del pdf.Root[name]
    for page in pdf.pages:
        for obj in (page.obj, *page.obj.get("/Annots", [])):
            for name in ("/StructParents", "/StructParent"):
                if name in obj:
                    del obj[name]


def prepare_tags(pdf: Pdf, prefix: str) -> None:
    """Do all that the module's head says to the tags of `pdf`; IDs of elements begin with `prefix` afterwards."""
    root = pdf.Root.StructTreeRoot
    document = _read(root.K[0], None)
    _drop_inner_links(document, pdf)
    _level_headings(document)
    heights = {page.obj.objgen: float(page.obj.MediaBox[3]) for page in pdf.pages}
    _mend(document, pdf, heights)
    identified = _identify(document, prefix)
    _write(document)
    if identified:
        names = Array()
        for identifier in sorted(identified):
            names.append(String(identifier))
            names.append(identified[identifier])
        limits = Array([String(min(identified)), String(max(identified))])
        root.IDTree = pdf.make_indirect(Dictionary(Names=names, Limits=limits))
    _renumber(pdf, document)


def _read(obj: Object, page: ObjGen | None) -> Element:
    own = obj.get("/Pg")
    page = page if own is None else own.objgen
    kids = obj.get("/K")
    listed: list[Object] = [] if kids is None else list(kids.as_list()) if isinstance(kids, Array) else [kids]
    return Element(
        obj,
        str(obj.S)[1:],
        page,
        [_read(kid, page) if isinstance(kid, Dictionary) and "/S" in kid else kid for kid in listed],
    )


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.elements:
        yield from _walk(kid)


def _is_reference(kid: Element | int | Object) -> bool:
    """Whether a kid refers to an annotation (ISO 32000-1, 14.7.4.3)."""
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR


def _drop_inner_links(document: Element, pdf: Pdf) -> None:
    """Leave a link its own annotations: WeasyPrint writes another for each element in it, outside of any Link."""
    dropped: set[ObjGen] = set()

    def drop(element: Element, in_link: bool) -> None:
        if in_link and any(_is_reference(kid) for kid in element.kids):
            dropped.update(kid.Obj.objgen for kid in element.kids if isinstance(kid, Object) and _is_reference(kid))
            element.kids = [kid for kid in element.kids if not _is_reference(kid)]
            element.changed = True
        for kid in element.elements:
            drop(kid, in_link or element.role == "Link")

    drop(document, False)
    if dropped:
        for page in pdf.pages:
            if "/Annots" in page.obj:
                kept = [note for note in page.obj.Annots.as_list() if note.objgen not in dropped]
                page.obj.Annots = Array(kept)


def _level_headings(document: Element) -> None:
    """Number headings by how they are nested: the first is H1, and none is more than one below the one before it."""
    above: list[int] = []
    for element in _walk(document):
        if element.role in _HEADINGS:
            level = int(element.role[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            element.role = f"H{len(above)}"
            element.obj.S = Name(f"/{element.role}")


def _mend(element: Element, pdf: Pdf, heights: dict[ObjGen, float]) -> None:
    """Mend an element's kids, then the element."""
    for kid in element.elements:
        _mend(kid, pdf, heights)
    if element.role == "Link" and not any(_is_reference(kid) for kid in element.kids):
        element.role = "Span"
        element.obj.S = Name.Span
    _fold(element)
    if element.role == "LI":
        _gather_body(element, pdf)
    elif element.role == "L":
        _nest_lists(element, pdf)
    elif element.role == "Table":
        _link_headers(element)
    elif element.role == "Figure" and element.page is not None:
        _place(element.obj, heights[element.page])


def _fold(element: Element) -> None:
    kids: list[Element | int | Object] = []
    for kid in element.kids:
        if isinstance(kid, Element):
            if not kid.kids and kid.role in _NOTHING_IF_EMPTY and kid.is_bare():
                element.changed = True
                continue
            content = _plain_content(kid, element.page) if element.role in _TEXT else None
            if content is not None:
                kids.extend(content)
                element.changed = True
                continue
        kids.append(kid)
    element.kids = kids


def _plain_content(element: Element, page: ObjGen | None) -> list[int] | None:
    """The marked content of an element without a meaning of its own, if it has nothing else and is on that page."""
    if element.role not in _PLAIN or element.page != page or not element.is_bare():
        return None
    found: list[int] = []
    for kid in element.kids:
        inner = _plain_content(kid, page) if isinstance(kid, Element) else [kid] if isinstance(kid, int) else None
        if inner is None:
            return None
        found.extend(inner)
    return found


def _gather_body(item: Element, pdf: Pdf) -> None:
    """Leave a list item its label and one body that holds all else (ISO 32000-1, table 336)."""
    labels: list[Element | int | Object] = []
    rest: list[Element | int | Object] = []
    for kid in item.kids:
        (labels if isinstance(kid, Element) and kid.role == "Lbl" else rest).append(kid)
    if not rest or (len(rest) == 1 and isinstance(rest[0], Element) and rest[0].role == "LBody"):
        return
    bodies = [kid for kid in rest if isinstance(kid, Element) and kid.role == "LBody"]
    body = bodies[0] if bodies else _new_body(item, pdf)
    gathered: list[Element | int | Object] = []
    for kid in rest:
        if isinstance(kid, Element) and kid.role == "LBody":
            gathered.extend(kid.kids)
            for grandchild in kid.elements:
                grandchild.obj.P = body.obj
        else:
            gathered.append(kid)
            if isinstance(kid, Element):
                kid.obj.P = body.obj
    body.kids, body.changed = gathered, True
    item.kids, item.changed = [*labels, body], True


def _new_body(item: Element, pdf: Pdf) -> Element:
    fresh = Dictionary(Type=Name.StructElem, S=Name.LBody, P=item.obj)
    if "/Pg" in item.obj:
        fresh.Pg = item.obj.Pg
    return Element(pdf.make_indirect(fresh), "LBody", item.page, [])


def _nest_lists(outer: Element, pdf: Pdf) -> None:
    """Move the lists that WeasyPrint leaves beside their list item into its body, where readers count the levels."""
    kids: list[Element | int | Object] = []
    for kid in outer.kids:
        item = kids[-1] if kids else None
        if not (isinstance(kid, Element) and kid.role == "L" and isinstance(item, Element) and item.role == "LI"):
            kids.append(kid)
            continue
        bodies = [inner for inner in item.elements if inner.role == "LBody"]
        body = bodies[0] if bodies else _new_body(item, pdf)
        if not bodies:
            item.kids, item.changed = [*item.kids, body], True
        body.kids, body.changed = [*body.kids, kid], True
        kid.obj.P = body.obj
        outer.changed = True
    outer.kids = kids


def _place(figure: Object, height: float) -> None:
    """Turn WeasyPrint's box of a figure (CSS pixels from the top) into the page's points (ISO 32000-1, 14.8.5.4.3)."""
    attributes = figure.get("/A")
    if isinstance(attributes, Dictionary) and "/BBox" in attributes:
        left, top, right, bottom = (float(side) * 0.75 for side in attributes.BBox.as_list())
        attributes.BBox = Array([round(side, 3) for side in (left, height - bottom, right, height - top)])


@dataclass(slots=True)
class _Headers:
    """The headers that hold so far, while the rows of a table are read."""

    columns: defaultdict[int, list[str]]
    rows: defaultdict[int, list[str]]
    group: list[str]


def _rows(table: Element) -> Iterator[tuple[Element, Element | None]]:
    """Each row with the row group it stands in."""
    for kid in table.elements:
        if kid.role == "TR":
            yield kid, None
        elif kid.role in ("THead", "TBody", "TFoot"):
            yield from ((row, kid) for row in kid.elements if row.role == "TR")


def _link_headers(table: Element) -> None:
    """Give every header cell its scope and every other cell the IDs of the headers that hold for it.

    The rules are HTML's (Living Standard, 4.9.12.2), with the scope told by where a header stands: in the head of the
    table or in a row of headers alone it holds for its columns; alone in a row, across columns, for the rows below it
    up to the next such row; else for its row.
    """
    headers = _Headers(defaultdict(list), defaultdict(list), [])
    taken: set[tuple[int, int]] = set()
    last_group: Element | None = None
    for y, (row, group) in enumerate(_rows(table)):
        cells = [cell for cell in row.elements if cell.role in ("TH", "TD")]
        only_headers = all(cell.role == "TH" for cell in cells)
        in_head = group is not None and group.role == "THead"
        if group is not last_group:
            headers.group, last_group = [], group
        x = 0
        for cell in cells:
            while (x, y) in taken:
                x += 1
            attributes = cell.obj.A
            columns = range(x, x + int(attributes.get("/ColSpan", 1)))
            rows = range(y, y + int(attributes.get("/RowSpan", 1)))
            taken.update((column, line) for column in columns for line in rows)
            if cell.role == "TH":
                identifier = str(cell.obj.ID)
                scope = Name.Column
                if in_head or (only_headers and (len(cells) > 1 or len(columns) == 1)):
                    for column in columns:
                        headers.columns[column].append(identifier)
                elif only_headers:
                    headers.group, scope = [identifier], Name.Row
                else:
                    scope = Name.Row
                    for line in rows:
                        headers.rows[line].append(identifier)
                attributes.Scope = scope
            else:
                # A header over two of the cell's columns is named once.
                found = dict.fromkeys(headers.group)
                for line in rows:
                    found.update(dict.fromkeys(headers.rows[line]))
                for column in columns:
                    found.update(dict.fromkeys(headers.columns[column]))
                attributes.Headers = Array([String(identifier) for identifier in found])
            x = columns.stop


def _identify(document: Element, prefix: str) -> dict[str, Object]:
    """Put the prefix before every ID and every reference to one; returns the identified elements."""
    identified: dict[str, Object] = {}
    for element in _walk(document):
        if element.role not in ("TH", "TD"):
            continue
        if "/ID" in element.obj:
            identifier = prefix + str(element.obj.ID)
            element.obj.ID = String(identifier)
            identified[identifier] = element.obj
        attributes = element.obj.get("/A")
        if isinstance(attributes, Dictionary) and "/Headers" in attributes:
            if len(attributes.Headers):
                attributes.Headers = Array([String(prefix + str(header)) for header in attributes.Headers.as_list()])
            else:
                del attributes["/Headers"]
    return identified


def _write(document: Element) -> None:
    for element in _walk(document):
        if element.changed:
            kids = [kid.obj if isinstance(kid, Element) else kid for kid in element.kids]
            if len(kids) == 1:
                element.obj.K = kids[0]
            elif kids:
                element.obj.K = Array(kids)
            elif "/K" in element.obj:
                del element.obj["/K"]


def _renumber(pdf: Pdf, document: Element) -> None:
    """Write the ParentTree anew: pages have the keys from 0 in their order, then come links and other objects."""
    owners: defaultdict[ObjGen, dict[int, Object]] = defaultdict(dict)
    referred: list[tuple[Object, Object]] = []
    for element in _walk(document):
        for kid in element.kids:
            if isinstance(kid, int) and element.page is not None:
                owners[element.page][kid] = element.obj
            elif isinstance(kid, Object) and _is_reference(kid):
                referred.append((kid.Obj, element.obj))
    old = pdf.Root.StructTreeRoot.ParentTree.Nums
    marked = {int(old[at]): len(old[at + 1]) for at in range(0, len(old), 2) if isinstance(old[at + 1], Array)}
    numbers = Array()
    for key, page in enumerate(pdf.pages):
        mine = owners[page.obj.objgen]
        count = marked.get(int(page.obj.StructParents), 0)
        unowned = {number for number in range(count) if number not in mine}
        if unowned:
            _make_artifacts(pdf, page.obj, unowned)
        page.obj.StructParents = key
        numbers.append(key)
        numbers.append(Array([mine.get(number) for number in range(count)]))
    for key, (obj, owner) in enumerate(referred, start=len(pdf.pages)):
        obj.StructParent = key
        numbers.append(key)
        numbers.append(owner)
    pdf.Root.StructTreeRoot.ParentTree = Dictionary(Nums=numbers)


def _make_artifacts(pdf: Pdf, page: Object, unowned: set[int]) -> None:
    """Mark content that no element owns as an artifact: a running title is layout, not reading matter."""
    instructions: list[tuple[list[Object], Operator]] = []
    for instruction in parse_content_stream(page):
        operands = list(instruction.operands)
        if (
            str(instruction.operator) == "BDC"
            and isinstance(operands[1], Dictionary)
            and operands[1].get("/MCID") in unowned
        ):
            instructions.append(([Name.Artifact], Operator("BMC")))
        else:
            instructions.append((operands, instruction.operator))
    page.Contents = pdf.make_stream(unparse_content_stream(instructions))
