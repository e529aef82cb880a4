"""Joins prepared papers into one pack: tags, bookmarks, page labels, links across papers and drawn footers.

A pack is numbered once for all its editions. Front matter (front sheet, agenda, contents) has roman numbers of its
own; papers count on in arabic numbers from 1. Where the public may not read a paper, one sheet stands for it, whose
number is the range that the paper takes up in the members' edition ("53–54"), and the next paper goes on after it.

Neither WeasyPrint nor Django is imported here: the joining of 300 pages takes about as long as such an import.

How tags survive (ISO 32000-1, 14.7): a plain join of pages loses them all. Pages are copied first and the structure
tree of their paper after them, so that the tree points to the copied pages. Each paper's Document becomes a Part of
the pack's Document. ParentTree, IDTree and named destinations are trees with one kid per paper; only the keys of
ParentTree have to be shifted, since `portal.pdf.prepare` has put the paper's key before all names.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, String

from portal.pdf import PAPER_SCHEME, PaperError
from portal.pdf_footers import Footers


@dataclass(frozen=True, kw_only=True)
class Part:
    """One paper of a pack, in the order of the pack."""

    #: The key given to `portal.pdf.prepare`.
    key: str
    #: The bookmark, such as "6. Update report". It is public wherever the pack is: never a private title.
    title: str
    #: What `portal.pdf.prepare` returned, or the path of a file that holds it.
    prepared: bytes | Path
    #: Titles of the bookmarks it stands under, the outermost first: an item, or the paper it is an appendix of.
    under: tuple[str, ...] = ()
    #: Front matter has roman numbers of its own.
    front: bool = False
    #: Printed number of its first page, where it is not simply the next one.
    number: int | None = None
    #: Pages kept for a restricted paper whose place this one-page part takes.
    reserved: int | None = None
    #: Printed at the head of each page, such as "Restricted: Part II, paragraph 3". It is drawn for the eye alone;
    #: the paper itself has to say it for those who listen.
    marking: str = ""


@dataclass(frozen=True)
class PageRange:
    """Where a part is in the pack. `str()` gives it as an agenda prints it: "7–26", "53–54", "i–ii", or "7"."""

    #: Sheets of the file, counted from 1.
    first_sheet: int
    last_sheet: int
    #: Numbers, whatever the figures they are printed in; they count kept pages, too.
    first: int
    last: int
    #: What is printed on each sheet, and what a reader shows as its label.
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return self.labels[0] if len(self.labels) == 1 else f"{self.labels[0]}–{self.labels[-1]}"


@dataclass(frozen=True)
class JoinedPdf:
    """A pack. The same parts, words and time give the same bytes, so that a hash identifies an edition."""

    pdf: bytes
    pages: int
    ranges: dict[str, PageRange]
    #: Whether every part has tags, and the pack therefore claims PDF/UA-1.
    tagged: bool


def number_pages(parts: Sequence[Part], *, first_number: int = 1) -> dict[str, PageRange]:
    """Each part's pages by its key, for an agenda that is written before the pack is joined.

    Front matter need not be among `parts`: papers are numbered alike with and without it, only sheets differ. Raises
    ValueError for a key that is there twice, a number that is taken, or a kept range whose sheet is not one page.
    """
    with ExitStack() as files:
        return _number(parts, [len(pdf.pages) for pdf in _open(parts, files)], first_number)


def join(
    parts: Sequence[Part],
    *,
    title: str,
    author: str,
    footer_left: str,
    created: datetime,
    lang: str = "en-GB",
    first_number: int = 1,
) -> JoinedPdf:
    """Join prepared papers into one PDF.

    `author` is the committee, never a person. `footer_left` is printed at the foot of each page beside its number:
    committee and date. `created` is the edition's time and must know its zone. `first_number` is the first paper's
    printed number; a supplementary pack goes on where the pack before it ended.

    The pack claims PDF/UA-1 only if every part has tags. Raises ValueError as `number_pages` does, or for no parts at
    all or a `created` without zone; PaperError if a part was not prepared under its key, or a link leads to a paper
    that is not in the pack.
    """
    if not parts:
        raise ValueError("A pack needs at least one paper")
    if created.tzinfo is None:
        raise ValueError("The time of an edition needs its time zone")
    with ExitStack() as files:
        # Copied streams are read from their files when the pack is saved.
        sources = _open(parts, files)
        ranges = _number(parts, [len(source.pages) for source in sources], first_number)
        pack = files.enter_context(Pdf.new())
        tagged = all("/StructTreeRoot" in source.Root for source in sources)
        _copy(pack, parts, sources)
        _resolve_links(pack, parts, ranges)
        _label(pack, parts, ranges)
        sheets = [(label, part.marking) for part in parts for label in ranges[part.key].labels]
        footers = Footers(pack, left=footer_left, texts=[text for sheet in sheets for text in sheet])
        for page, (label, marking) in zip(pack.pages, sheets, strict=True):
            footers.draw(page, label, marking)
        pack.Root.Lang = String(lang)
        pack.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pack.Root.PageMode = Name.UseOutlines
        if tagged:
            pack.Root.MarkInfo = Dictionary(Marked=True)
        _describe(pack, title=title, author=author, lang=lang, created=created, tagged=tagged)
        written = io.BytesIO()
        pack.save(written, min_version="1.7", object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return JoinedPdf(written.getvalue(), len(pack.pages), ranges, tagged)


def _open(parts: Sequence[Part], files: ExitStack) -> list[Pdf]:
    sources = []
    for part in parts:
        file = io.BytesIO(part.prepared) if isinstance(part.prepared, bytes) else part.prepared
        source = files.enter_context(Pdf.open(file))
        if str(source.Root.get("/PackKey", "")) != part.key:
            raise PaperError(f"The PDF of “{part.title}” was not prepared under the key {part.key}")
        sources.append(source)
    return sources


# Numbers


_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def roman(number: int) -> str:
    """A page number of front matter: 4 is "iv". Numbers start at 1."""
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _number(parts: Sequence[Part], counts: Sequence[int], first_number: int) -> dict[str, PageRange]:
    ranges: dict[str, PageRange] = {}
    sheet, following = 1, {True: 1, False: first_number}
    for part, count in zip(parts, counts, strict=True):
        if part.key in ranges:
            raise ValueError(f"Two papers of the pack have the key {part.key}")
        first = following[part.front] if part.number is None else part.number
        if first < following[part.front]:
            raise ValueError(
                f"“{part.title}” cannot begin on page {first}: the next free page is {following[part.front]}"
            )
        if part.reserved is not None and (count != 1 or part.reserved < 1 or part.front):
            raise ValueError(f"“{part.title}” keeps pages: it must be one sheet, among the papers, for a page or more")
        last = first + (part.reserved or count) - 1
        if part.front:
            labels = tuple(roman(number) for number in range(first, last + 1))
        elif part.reserved is not None:
            labels = (f"{first}–{last}" if last > first else str(first),)
        else:
            labels = tuple(str(number) for number in range(first, last + 1))
        ranges[part.key] = PageRange(sheet, sheet + count - 1, first, last, labels)
        sheet, following[part.front] = sheet + count, last + 1
    return ranges


def _label(pack: Pdf, parts: Sequence[Part], ranges: dict[str, PageRange]) -> None:
    """Page labels (ISO 32000-1, 12.4.2): an entry wherever counting on from the page before would be wrong."""
    numbers = Array()
    expected: tuple[bool, int] | None = None
    for part in parts:
        pages = ranges[part.key]
        if part.reserved is not None:
            numbers.append(pages.first_sheet - 1)
            numbers.append(Dictionary(P=pages.labels[0]))
            expected = None
            continue
        if expected != (part.front, pages.first):
            numbers.append(pages.first_sheet - 1)
            numbers.append(Dictionary(S=Name.r if part.front else Name.D, St=pages.first))
        expected = part.front, pages.last + 1
    pack.Root.PageLabels = Dictionary(Nums=numbers)


# Copying


def _copy(pack: Pdf, parts: Sequence[Part], sources: Sequence[Pdf]) -> None:
    """Copy pages, tags, destinations and bookmarks of each part."""
    document = pack.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document))
    tree = pack.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([document])))
    document.P = tree
    elements, owners = Array(), Array()
    identified: list[Object] = []
    destinations: list[Object] = []
    bookmarks = _Bookmarks(pack)
    keys = 0
    for part, source in zip(parts, sources, strict=True):
        start = len(pack.pages)
        for page in source.pages:
            pack.pages.append(page)
        if "/StructTreeRoot" in source.Root:
            copied = pack.copy_foreign(source.Root.StructTreeRoot)
            element = copied.K[0]
            element.S, element.P, element.T = Name.Part, document, String(part.title)
            elements.append(element)
            if "/IDTree" in copied:
                identified.append(copied.IDTree)
            keys = _shift(pack, start, copied.ParentTree, keys, owners)
        if "/Names" in source.Root:
            destinations.append(pack.copy_foreign(source.Root.Names.Dests))
        outline = pack.copy_foreign(source.Root.Outlines) if "/Outlines" in source.Root else None
        bookmarks.add(part, pack.pages[start].obj, outline)
    bookmarks.write()
    if destinations:
        pack.Root.Names = Dictionary(Dests=Dictionary(Kids=_sorted_kids(destinations)))
    if len(elements):
        document.K = elements
        tree.ParentTree = Dictionary(Kids=owners)
        tree.ParentTreeNextKey = keys
        if identified:
            tree.IDTree = Dictionary(Kids=_sorted_kids(identified))
        pack.Root.StructTreeRoot = tree


def _shift(pack: Pdf, start: int, parent_tree: Object, keys: int, owners: Array) -> int:
    """Add a part's ParentTree as a kid with keys from `keys` on; returns the next free key."""
    numbers = list(parent_tree.Nums.as_list())
    shifted = Array()
    for key, owner in zip(numbers[::2], numbers[1::2], strict=True):
        shifted.append(int(key) + keys)
        shifted.append(owner)
    limits = Array([shifted[0], shifted[-2]])
    owners.append(pack.make_indirect(Dictionary(Limits=limits, Nums=shifted)))
    for index in range(start, len(pack.pages)):
        page = pack.pages[index].obj
        page.StructParents = int(page.StructParents) + keys
        for note in page.get("/Annots", Array()).as_list():
            if "/StructParent" in note:
                note.StructParent = int(note.StructParent) + keys
    return int(shifted[-2]) + 1


def _sorted_kids(trees: list[Object]) -> Array:
    return Array(sorted(trees, key=lambda tree: bytes(tree.Limits[0])))


def _top_of(page: Object) -> Array:
    """A destination: the head of a page, at whatever size the reader has chosen."""
    return Array([page, Name.XYZ, None, page.MediaBox[3], None])


def _resolve_links(pack: Pdf, parts: Sequence[Part], ranges: dict[str, PageRange]) -> None:
    """Turn links to "paper:KEY" into links to the first page of that paper, described by its title and page."""
    titles = {part.key: part.title for part in parts}
    for page in pack.pages:
        for note in page.obj.get("/Annots", Array()).as_list():
            action = note.get("/A")
            if action is None or action.get("/S") != Name.URI:
                continue
            scheme, _, key = str(action.URI).partition(":")
            if scheme != PAPER_SCHEME:
                continue
            if key not in ranges:
                raise PaperError(f"A link leads to the paper {key}, which is not in this pack")
            del note["/A"]
            note.Dest = _top_of(pack.pages[ranges[key].first_sheet - 1].obj)
            note.Contents = String(f"{titles[key]}, page {ranges[key].labels[0]}")


class _Bookmarks:
    """The pack's outline (ISO 32000-1, 12.3.3): parts under their items, and each paper's headings under the paper."""

    def __init__(self, pack: Pdf) -> None:
        self._pack = pack
        self._root = pack.make_indirect(Dictionary(Type=Name.Outlines))
        self._kids: dict[tuple[int, int], list[Object]] = {self._root.objgen: []}
        #: The bookmarks open at this point, the outermost first.
        self._open: list[Object] = []

    def add(self, part: Part, first_page: Object, outline: Object | None) -> None:
        depth = 0
        while depth < min(len(part.under), len(self._open)) and str(self._open[depth].Title) == part.under[depth]:
            depth += 1
        del self._open[depth:]
        for title in (*part.under[depth:], part.title):
            self._open.append(self._new(title, first_page))
        headings = [] if outline is None else _chain(outline)
        # A paper's own title on its first page says what the part's bookmark says.
        if len(headings) == 1 and _page_of(headings[0]) == first_page.objgen:
            headings = _chain(headings[0])
        self._kids[self._open[-1].objgen].extend(headings)

    def _new(self, title: str, page: Object) -> Object:
        parent = self._open[-1] if self._open else self._root
        item = self._pack.make_indirect(Dictionary(Title=String(title), Dest=_top_of(page)))
        self._kids[parent.objgen].append(item)
        self._kids[item.objgen] = []
        return item

    def write(self) -> None:
        for objgen, kids in self._kids.items():
            if not kids:
                continue
            parent = self._pack.get_object(objgen)
            for index, kid in enumerate(kids):
                kid.Parent = parent
                for name, neighbour in (("/Prev", index - 1), ("/Next", index + 1)):
                    if 0 <= neighbour < len(kids):
                        kid[name] = kids[neighbour]
                    elif name in kid:
                        del kid[name]
            parent.First, parent.Last = kids[0], kids[-1]
            # Closed: a pack opens on the list of its items. The root counts what is seen.
            parent.Count = len(kids) if objgen == self._root.objgen else -len(kids)
        self._pack.Root.Outlines = self._root


def _chain(parent: Object) -> list[Object]:
    kids = []
    kid = parent.get("/First")
    while kid is not None:
        kids.append(kid)
        kid = kid.get("/Next")
    return kids


def _page_of(item: Object) -> tuple[int, int] | None:
    destination = item.get("/Dest")
    return destination[0].objgen if isinstance(destination, Array) else None


# Metadata


def _describe(pack: Pdf, *, title: str, author: str, lang: str, created: datetime, tagged: bool) -> None:
    """Title, committee and time, in the document information and in XMP (PDF/UA-1, 7.1 and clause 5)."""
    stamp = created.strftime("D:%Y%m%d%H%M%S%z")
    when = String(f"{stamp[:-2]}'{stamp[-2:]}")
    pack.docinfo = pack.make_indirect(
        Dictionary(Title=String(title), Author=String(author), CreationDate=when, ModDate=when)
    )
    with pack.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = [author]
        metadata["dc:language"] = {lang}
        metadata["xmp:CreateDate"] = created.isoformat(timespec="seconds")
        metadata["xmp:ModifyDate"] = created.isoformat(timespec="seconds")
        if tagged:
            metadata["pdfuaid:part"] = "1"
