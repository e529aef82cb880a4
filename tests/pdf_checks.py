"""What any test may ask of a PDF: that it is valid and accessible, and what it says page by page.

The programs are Debian packages. Where one is missing the check fails and names it; it never passes unseen.
"""

import html
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

_PACKAGES = {"qpdf": "qpdf", "pdftotext": "poppler-utils", "pdfinfo": "poppler-utils"}

Source = str | Path | bytes


@contextmanager
def _file(source: Source) -> Iterator[Path]:
    if not isinstance(source, bytes):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checked.pdf")
        path.write_bytes(source)
        yield path


def _open(source: Source) -> Pdf:
    return Pdf.open(BytesIO(source) if isinstance(source, bytes) else source)


def _run(program: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    found = shutil.which(program)
    if found is None:
        pytest.fail(f"{program} is not installed: install the Debian package {_PACKAGES[program]}")
    return subprocess.run([found, *arguments], capture_output=True, text=True, check=False)


def assert_qpdf(source: Source) -> None:
    """qpdf finds neither an error nor a warning in the file's syntax and streams."""
    with _file(source) as path:
        ran = _run("qpdf", "--check", path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def assert_ua1(source: Source) -> None:
    """page-validation finds the file to be PDF/UA-1. It does not see a broken ParentTree: see assert_parent_tree."""
    try:
        import page
    except ImportError:
        pytest.fail("page-validation is not installed: install the development dependencies of requirements.lock")
    with _file(source) as path:
        report = page.validate_pdf(path, profile="ua1")
    assert report.is_compliant, "\n".join(sorted({f"{fail.rule_id}: {fail.message}" for fail in report.failures}))


def page_texts(source: Source) -> list[str]:
    """The text of each page as pdftotext lays it out, footers included."""
    with _file(source) as path:
        ran = _run("pdftotext", "-layout", path, "-")
    assert ran.returncode == 0, ran.stderr
    pages = ran.stdout.split("\f")
    assert pages.pop() == "", "pdftotext ends every page with a form feed"
    return pages


def word_boxes(source: Source) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right and bottom of each word, in points from the upper left of its page as it is read."""
    with _file(source) as path:
        ran = _run("pdftotext", "-bbox", path, "-")
    assert ran.returncode == 0, ran.stderr
    found = []
    for *sides, word in re.findall(r'<word xMin="(.+)" yMin="(.+)" xMax="(.+)" yMax="(.+)">(.+)</word>', ran.stdout):
        left, top, right, bottom = (float(side) for side in sides)
        found.append((left, top, right, bottom, html.unescape(word)))
    return found


def struct_text(source: Source) -> str:
    """The structure tree with its text, as pdfinfo reads it through ParentTree and marked content."""
    with _file(source) as path:
        ran = _run("pdfinfo", "-struct-text", path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


def page_labels(source: Source) -> list[str]:
    """The label of each page, as a reader shows it."""
    with _open(source) as pdf:
        return [page.label for page in pdf.pages]


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline: its depth from 0, its title, and the sheet it leads to, counted from 1."""

    depth: int
    title: str
    sheet: int


def outline(source: Source) -> list[Bookmark]:
    """The bookmarks in the order they are read. Fails for links between them that do not match, or lead nowhere."""
    with _open(source) as pdf:
        sheets = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        names = dict(_entries(pdf.Root.Names.Dests, "/Names")) if "/Names" in pdf.Root else {}
        found: list[Bookmark] = []

        def read(parent: Object, depth: int) -> int:
            item, before, count = parent.get("/First"), None, 0
            while item is not None:
                assert item.Parent.objgen == parent.objgen, f"{item.Title}: wrong parent"
                back = item.get("/Prev")
                assert (back and back.objgen) == (before and before.objgen), f"{item.Title}: wrong neighbour"
                sheet = _sheet(item.get("/Dest"), names, sheets)
                assert sheet is not None, f"{item.Title}: leads nowhere"
                found.append(Bookmark(depth, str(item.Title), sheet))
                children = read(item, depth + 1)
                assert abs(int(item.get("/Count", 0))) == children, f"{item.Title}: wrong count"
                before, item, count = item, item.get("/Next"), count + 1
            last = parent.get("/Last")
            assert (last and last.objgen) == (before and before.objgen), "wrong last entry"
            return count

        if "/Outlines" in pdf.Root:
            read(pdf.Root.Outlines, 0)
        return found


def _entries(tree: Object, kind: str) -> Iterator[tuple[int | bytes, Object]]:
    """The entries of a number tree ("/Nums") or name tree ("/Names"), with the order and limits they must have."""

    def plain(key: object) -> int | bytes:
        return bytes(key) if isinstance(key, String) else int(key)

    listed = list(tree.get(kind, Array()).as_list())
    keys = [plain(key) for key in listed[::2]]
    assert keys == sorted(set(keys)), f"{kind}: keys out of order or twice"
    if "/Limits" in tree and keys:
        assert [plain(key) for key in tree.Limits.as_list()] == [keys[0], keys[-1]], f"{kind}: wrong limits"
    yield from zip(keys, listed[1::2], strict=True)
    last = None
    for kid in tree.get("/Kids", Array()).as_list():
        low, high = (plain(key) for key in kid.Limits.as_list())
        assert low <= high, f"{kind}: limits the wrong way round"
        assert last is None or last < low, f"{kind}: two kids overlap"
        last = high
        yield from _entries(kid, kind)


def _sheet(target: Object | None, names: dict, sheets: dict) -> int | None:
    if isinstance(target, String):
        target = names.get(bytes(target))
    if isinstance(target, Dictionary):
        target = target.get("/D")
    return sheets.get(target[0].objgen) if isinstance(target, Array) else None


#: Operators that put something on the page, and those that begin and end marked content.
_PAINTING = "Tj TJ ' \" Do sh f F f* B B* b b* S s"
_MARKING = "BDC BMC EMC"


def _marked_numbers(page: Page) -> tuple[set[int], list[str]]:
    """The numbers of marked content that a page draws, and whatever it draws outside of any mark."""
    numbers: set[int] = set()
    loose: list[str] = []
    open_marks = 0
    for operands, operator in pikepdf.parse_content_stream(page, operators=f"{_MARKING} {_PAINTING}"):
        name = str(operator)
        if name in ("BDC", "BMC"):
            open_marks += 1
            if name == "BDC" and isinstance(operands[1], Dictionary) and "/MCID" in operands[1]:
                number = int(operands[1].MCID)
                if number in numbers:
                    loose.append(f"marked content {number} twice")
                numbers.add(number)
        elif name == "EMC":
            open_marks -= 1
        elif open_marks == 0:
            loose.append(f"{name} outside of any mark")
    return numbers, loose


class _RoundTrip:
    """Follows every reference of a tagged file there and back, and gathers the faults.

    Down: from the structure tree to the content of pages and to annotations. Back: from there through StructParents
    and ParentTree to the element that the tree said. Validators follow one way only.
    """

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.faults: list[str] = []
        self.sheets = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        #: What the structure tree refers to: numbers of marked content by page, and annotations.
        self.content: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        self.annotations: set[tuple[int, int]] = set()
        #: Keys of ParentTree that something refers to.
        self.used: set[int] = set()
        self.ids: dict[bytes, tuple[int, int]] = {}
        self.headers: list[bytes] = []

    def run(self) -> list[str]:
        root = self.pdf.Root.get("/StructTreeRoot")
        if root is None:
            return ["no structure tree"]
        self.owners = dict(_entries(root.ParentTree, "/Nums"))
        self.names = dict(_entries(self.pdf.Root.Names.Dests, "/Names")) if "/Names" in self.pdf.Root else {}
        self._follow_tree(root)
        self._check_keys()
        self._check_ids(root)
        for number, page in enumerate(self.pdf.pages, start=1):
            self._check_page(number, page)
        for name, target in self.names.items():
            if _sheet(target, self.names, self.sheets) is None:
                self.faults.append(f"the destination {name.decode()} is on no page")
        return self.faults

    def _follow_tree(self, root: Object) -> None:
        seen: set[tuple[int, int]] = set()
        waiting: list[tuple[Object, Object, Object | None]] = [(kid, root, None) for kid in root.K.as_list()]
        while waiting:
            element, parent, page = waiting.pop()
            if element.objgen in seen:
                self.faults.append(f"{element.S} {element.objgen} is in the tree twice")
                continue
            seen.add(element.objgen)
            if element.P.objgen != parent.objgen:
                self.faults.append(f"{element.S} {element.objgen} has another parent")
            self._note_cell(element)
            page = element.get("/Pg", page)
            kids = element.get("/K", Array())
            for kid in kids.as_list() if isinstance(kids, Array) else [kids]:
                if isinstance(kid, int):
                    self._check_content(element, page, kid)
                elif kid.get("/Type") == Name.OBJR:
                    self._check_annotation(element, kid.Obj)
                else:
                    waiting.append((kid, element, page))

    def _note_cell(self, element: Object) -> None:
        if "/ID" in element:
            if bytes(element.ID) in self.ids:
                self.faults.append(f"two elements have the ID {element.ID}")
            self.ids[bytes(element.ID)] = element.objgen
        attributes = element.get("/A")
        if isinstance(attributes, Dictionary) and "/Headers" in attributes:
            self.headers += [bytes(header) for header in attributes.Headers.as_list()]

    def _check_content(self, element: Object, page: Object | None, number: int) -> None:
        if page is None or page.objgen not in self.sheets:
            self.faults.append(f"{element.S} has content on a page that is not in the file")
            return
        place = f"{element.S}, sheet {self.sheets[page.objgen]}, content {number}"
        if number in self.content[page.objgen]:
            self.faults.append(f"{place}: has two parents")
        self.content[page.objgen].add(number)
        key = int(page.StructParents)
        self.used.add(key)
        listed = self.owners.get(key)
        if not isinstance(listed, Array) or number >= len(listed):
            self.faults.append(f"{place}: not in ParentTree")
        elif listed[number] is None or listed[number].objgen != element.objgen:
            self.faults.append(f"{place}: ParentTree names another element")

    def _check_annotation(self, element: Object, annotation: Object) -> None:
        self.annotations.add(annotation.objgen)
        key = int(annotation.get("/StructParent", -1))
        self.used.add(key)
        owner = self.owners.get(key)
        if owner is None or isinstance(owner, Array) or owner.objgen != element.objgen:
            self.faults.append(f"{element.S}: ParentTree names another element for its annotation")

    def _check_keys(self) -> None:
        for key, owner in self.owners.items():
            is_empty = isinstance(owner, Array) and all(entry is None for entry in owner.as_list())
            if key not in self.used and not is_empty:
                self.faults.append(f"ParentTree key {key} is used by nothing")
        keys = [int(page.obj.StructParents) for page in self.pdf.pages if "/StructParents" in page.obj]
        if len(keys) != len(set(keys)):
            self.faults.append("two pages have the same StructParents")

    def _check_ids(self, root: Object) -> None:
        listed = dict(_entries(root.IDTree, "/Names")) if "/IDTree" in root else {}
        if {name: element.objgen for name, element in listed.items()} != self.ids:
            self.faults.append("IDTree and the IDs of elements differ")
        for header in self.headers:
            if header not in self.ids:
                self.faults.append(f"a cell names the header {header.decode()}, which is not there")

    def _check_page(self, number: int, page: Page) -> None:
        drawn, loose = _marked_numbers(page)
        referred = self.content[page.obj.objgen]
        self.faults += [f"sheet {number}: {fault}" for fault in loose]
        self.faults += [f"sheet {number}: content {marked} is not in the tree" for marked in sorted(drawn - referred)]
        self.faults += [f"sheet {number}: content {marked} is not drawn" for marked in sorted(referred - drawn)]
        for note in page.obj.get("/Annots", Array()).as_list():
            if note.objgen not in self.annotations:
                self.faults.append(f"sheet {number}: an annotation is not in the tree")
            target = note.get("/Dest", note.get("/A", Dictionary()).get("/D"))
            if target is not None and _sheet(target, self.names, self.sheets) is None:
                self.faults.append(f"sheet {number}: a link leads nowhere")


def parent_tree_faults(source: Source) -> list[str]:
    """Every reference between structure tree, ParentTree, IDTree, destinations and pages that does not match."""
    with _open(source) as pdf:
        return _RoundTrip(pdf).run()


def assert_parent_tree(source: Source) -> None:
    """Structure tree, ParentTree, IDTree, destinations and marked content refer to each other without a fault."""
    faults = parent_tree_faults(source)
    assert not faults, "\n".join(faults[:20])


def assert_accessible(source: Source) -> None:
    """All that a paper or a pack must pass: sound, PDF/UA-1, and tags that hold in both directions."""
    assert_qpdf(source)
    assert_ua1(source)
    assert_parent_tree(source)
