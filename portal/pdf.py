"""Papers as PDF: one paper's HTML rendered with tags (PDF/UA-1) and prepared for joining into a pack.

`render` and `prepare` are slow (a tenth of a second a page) and depend on the paper alone, so their results are worth
keeping: the same HTML gives the same bytes. `portal.pdf_join` puts prepared papers together and is fast.

What the HTML of a paper must use, so that the pack passes PDF/UA-1 and reads well with assistive technology
----------------------------------------------------------------------------------------------------------------
Headings    One <h1> first, the title of the paper; then <h2>, <h3> as they are nested, which become the paper's
            bookmarks. Write "1. Purpose" as text; the size comes from the style sheet, never from the level. (Levels
            left out are closed up in the tags, but not in the print.)
Tables      <th scope="col"> in a <thead>, <th scope="row"> first in each row, a <th scope="rowgroup"> alone in its
            row above a group of rows; <caption> first. Every row fills the same columns: an empty cell is <td></td>.
            Columns are equally wide unless the first row's cells say otherwise (table-layout: fixed). Never a table
            for layout.
Lists       <ul>, <ol>, <dl>; a list item may hold paragraphs and further lists.
Figures     An inline <svg role="img"> whose first child is a <title> that says what the chart says, with its values;
            aria-label alone is not read from a PDF. An <img> needs an alt text; alt="" fails, so what is only
            decoration is a CSS background. Pictures come from the `files` given to `render`, as <img src="pack:NAME">.
Links       The words of a link say where it leads; they are read out as its description. Inside the paper:
            href="#id", with the id on a heading or paragraph that exists. To another paper of the pack:
            href="paper:KEY", which the join turns into a link to its first page. Otherwise https:, http:, mailto:
            or tel:; a relative address leads nowhere in a file and is refused.
Pages       class="landscape" on a <section> turns its pages, class="front" is the front sheet, class="sealed" the
            sheet in place of a restricted paper. No running header or footer: the join draws them.
Leave out   leader() (thousands of references in the tags), opacity and filters on text (its tags are lost), scripts,
            style attributes, forms, and anything from another host.
"""

from __future__ import annotations

import base64
import binascii
import gc
import io
import logging
import mimetypes
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, String

from portal import pdf_fonts, pdf_tags

#: Scheme of the pictures and fonts that the caller of `render` hands over.
FILE_SCHEME = "pack"
#: Scheme of a link to another paper of the same pack.
PAPER_SCHEME = "paper"
#: Schemes of links that still lead somewhere from a file.
LINK_SCHEMES = frozenset({"https", "http", "mailto", "tel", PAPER_SCHEME})

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class PaperError(ValueError):
    """The paper cannot become a PDF as it is; the message says what to change in it."""


def render(
    html: str,
    *,
    css: str | Path,
    title: str,
    lang: str = "en-GB",
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """One paper as a tagged PDF (PDF/UA-1); the same arguments give the same bytes.

    `html` is a whole document or the content of its body; its title and language are replaced by `title` and `lang`.
    `css` is the text of a style sheet, or its path. `files` are the pictures and fonts it may use, by name, with the
    address "pack:NAME"; nothing else is opened, neither another host nor a file of this machine.

    Raises PaperError for an address outside `files`, a broken link inside the paper, a picture without a description
    or one that cannot be read; portal.pdf_fonts.MissingFont if a face of the pack is not installed.
    """
    # WeasyPrint takes a second to import, and joining, which needs constants of this module, does without it.
    import weasyprint
    from weasyprint.css.counters import CounterStyle
    from weasyprint.urls import FatalURLFetchingError

    pdf_fonts.require_all()
    style = css.read_text("utf-8") if isinstance(css, Path) else css
    fetcher = _LocalFiles(files or {})
    # Both calls need the same one, or the style sheet's own counter styles are not found.
    counters = CounterStyle()
    try:
        with _complaints() as complaints, _garbage_collection_off():
            document = weasyprint.HTML(string=html, url_fetcher=fetcher)
            _name(document.etree_element, title, lang)
            pdf: bytes = document.write_pdf(
                stylesheets=[weasyprint.CSS(string=style, url_fetcher=fetcher, counter_style=counters)],
                counter_style=counters,
                pdf_variant="pdf/ua-1",
                finisher=_finish,
            )
    except FatalURLFetchingError as error:
        raise PaperError(str(error.__cause__ or error)) from error
    if complaints:
        raise PaperError("The paper cannot be printed: " + "; ".join(dict.fromkeys(complaints)))
    return pdf


def prepare(pdf: bytes, key: str) -> bytes:
    """Make one paper's PDF ready for `pdf_join.join`; the same arguments give the same bytes.

    `key` names the paper within its packs (letters, digits, dots, hyphens and underscores): IDs and named destinations
    get it as a prefix, so that those of two papers never meet. The tags are mended (see portal.pdf_tags). Of the
    document information only the title stays: no author's name or address travels with a pack. A PDF that was made
    elsewhere may be prepared too; its tags are dropped unless they are of WeasyPrint's shape, its form fields and
    scripts in any case. Raises ValueError for a key of other characters, PaperError for what is no readable PDF.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot name a paper: use letters, digits, dots, hyphens and underscores")
    with _opened(pdf) as paper:
        # "/" is in no key, so that the names of one paper are one unbroken stretch in the order of a name tree.
        prefix = f"{key}/"
        _drop_active_content(paper)
        _prefix_destinations(paper, prefix)
        _close_outline(paper)
        if pdf_tags.has_known_tags(paper):
            pdf_tags.prepare_tags(paper, prefix)
        else:
            pdf_tags.drop_tags(paper)
        title = paper.docinfo.get("/Title")
        paper.docinfo = paper.make_indirect(Dictionary() if title is None else Dictionary(Title=title))
        paper.Root.PackKey = String(key)
        written = io.BytesIO()
        paper.save(written, min_version="1.7", object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return written.getvalue()


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has; raises PaperError for what is no readable PDF."""
    with _opened(pdf) as opened:
        return len(opened.pages)


@contextmanager
def _opened(pdf: bytes) -> Iterator[Pdf]:
    try:
        opened = Pdf.open(io.BytesIO(pdf))
    except pikepdf.PasswordError as error:
        raise PaperError("The PDF is protected by a password; remove the protection and upload it again") from error
    except pikepdf.PdfError as error:
        raise PaperError(f"The file cannot be read as a PDF: {error}") from error
    with opened:
        yield opened


# Rendering


class _LocalFiles:
    """WeasyPrint's URL fetcher, which serves the caller's files and data: addresses and refuses all else."""

    # WeasyPrint asks for this: a failure stops the rendering, where it would print a paper without its picture.
    _fail_on_errors = True

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def __call__(self, url: str) -> Any:
        from weasyprint.urls import URLFetcherResponse

        scheme, _, rest = url.partition(":")
        if scheme == FILE_SCHEME and rest in self._files:
            kind = mimetypes.guess_type(rest)[0] or "application/octet-stream"
            return URLFetcherResponse(url, self._files[rest], {"Content-Type": kind})
        if scheme == "data":
            kind, comma, content = rest.partition(",")
            if comma:
                return URLFetcherResponse(url, _decoded(kind, content), {"Content-Type": kind.split(";")[0]})
        raise PaperError(f"The paper asks for {url[:200]}, which is not part of it: upload it with the paper")


def _decoded(kind: str, content: str) -> bytes:
    """The bytes of a data: address (RFC 2397)."""
    unquoted = unquote_to_bytes(content)
    if not kind.endswith(";base64"):
        return unquoted
    try:
        return base64.b64decode(unquoted, validate=True)
    except binascii.Error as error:
        raise PaperError("A picture that is written into the paper itself is damaged; upload it again") from error


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Gather what WeasyPrint only logs as an error: a missing description, a link to no anchor, a broken picture."""
    found: list[str] = []
    thread = threading.get_ident()

    class Gather(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                found.append(record.getMessage()[:200])

    handler = Gather(logging.ERROR)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


@contextmanager
def _garbage_collection_off() -> Iterator[None]:
    """Layout makes boxes by the hundred thousand that all live to the end; counting them over and over takes longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _name(html: Any, title: str, lang: str) -> None:
    """Give the parsed document its title and language, and take out what would travel as metadata."""
    html.set("lang", lang)
    head = html.find("head")
    for element in [*head.findall("title"), *head.findall("meta")]:
        head.remove(element)
    named = head.makeelement("title", {})
    named.text = title
    head.insert(0, named)


def _finish(document: Any, pdf: Any) -> None:
    """Describe links by their words, where WeasyPrint repeats the address (PDF/UA-1, 7.18.5), and number lists."""
    import pydyf

    for page in document.pages:
        for kind, target, _, box in page.links:
            if kind == "external" and target.partition(":")[0].lower() not in LINK_SCHEMES:
                raise PaperError(f"The link to {target} leads nowhere in a PDF: write its whole address with https://")
            pictures = [f" {image.get('alt', '')} " for image in box.element.iter("img")]
            words = " ".join("".join([*box.element.itertext(), *pictures]).split())
            if box.link_annotation and words:
                box.link_annotation["Contents"] = pydyf.String(words)
    if any(obj.get("S") == "/Figure" and "Alt" not in obj for obj in pdf.objects if isinstance(obj, pydyf.Dictionary)):
        raise PaperError(
            "A picture has no description: an <img> needs an alt text, an <svg> a <title> as its first element"
        )
    # Tags do not say which HTML element they are of, but lists are written in the order of their boxes.
    lists = [obj for obj in pdf.objects if isinstance(obj, pydyf.Dictionary) and obj.get("S") == "/L"]
    tags = [
        box.element_tag
        for page in document.pages
        for box in page._page_box.descendants(placeholders=True)
        if getattr(box, "element_tag", None) in ("ol", "ul", "dl")
    ]
    if len(lists) == len(tags):
        for element, tag in zip(lists, tags, strict=True):
            if tag != "dl":
                numbering = "/Decimal" if tag == "ol" else "/Disc"
                element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})


# Preparing


def _drop_active_content(pdf: Pdf) -> None:
    """Take out what acts by itself or belongs to one file alone: form fields, scripts, attachments, open actions."""
    for name in ("/AcroForm", "/OpenAction", "/AA", "/Perms", "/Collection"):
        if name in pdf.Root:
            del pdf.Root[name]
    names = pdf.Root.get("/Names", Dictionary())
    for name in ("/JavaScript", "/EmbeddedFiles"):
        if name in names:
            del names[name]
    for page in pdf.pages:
        if "/AA" in page.obj:
            del page.obj["/AA"]
        annotations = page.obj.get("/Annots")
        if annotations is not None:
            kept = [note for note in annotations.as_list() if note.get("/Subtype") != Name.Widget]
            for note in kept:
                if "/AA" in note:
                    del note["/AA"]
                if "/A" in note and note.A.get("/S") not in (Name.GoTo, Name.URI):
                    del note["/A"]
            if kept:
                page.obj.Annots = Array(kept)
            else:
                del page.obj["/Annots"]


def _prefixed(prefix: str, name: Object) -> str:
    """A destination's name for the pack, in ASCII, so that its order is the same however it is encoded."""
    return prefix + quote(str(name).removeprefix("/"), safe="")


def _pairs(tree: Object) -> Iterator[tuple[Object, Object]]:
    """The entries of a name tree (ISO 32000-1, 7.9.6)."""
    listed = tree.get("/Names", Array()).as_list()
    yield from zip(listed[::2], listed[1::2], strict=True)
    for kid in tree.get("/Kids", Array()).as_list():
        yield from _pairs(kid)


def _prefix_destinations(pdf: Pdf, prefix: str) -> None:
    """Put the prefix before named destinations and before every link and bookmark that goes to one."""
    tree = pdf.Root.get("/Names", Dictionary()).get("/Dests")
    found: dict[str, Object] = {} if tree is None else {_prefixed(prefix, name): value for name, value in _pairs(tree)}
    old = pdf.Root.get("/Dests")  # PDF 1.1 kept them in a dictionary
    if old is not None:
        found |= {_prefixed(prefix, Name(name)): value for name, value in old.items()}
        del pdf.Root["/Dests"]
    if found:
        names = Array()
        for name in sorted(found):
            names.append(String(name))
            names.append(found[name])
        limits = Array([String(min(found)), String(max(found))])
        destinations = pdf.make_indirect(Dictionary(Names=names, Limits=limits))
        pdf.Root.Names = Dictionary(Dests=destinations)
    elif "/Names" in pdf.Root:
        del pdf.Root["/Names"]

    def rename(holder: Object, name: str) -> None:
        value = holder.get(name)
        if isinstance(value, String | Name):
            holder[name] = String(_prefixed(prefix, value))

    linking = [note for page in pdf.pages for note in page.obj.get("/Annots", Array()).as_list()]
    for holder in (*linking, *(item for item, _ in _outline_items(pdf))):
        rename(holder, "/Dest")
        action = holder.get("/A")
        if isinstance(action, Dictionary) and action.get("/S") == Name.GoTo:
            rename(action, "/D")


def _outline_items(pdf: Pdf) -> list[tuple[Object, int]]:
    """Every bookmark with the number of its children."""
    found: list[tuple[Object, int]] = []

    def read(parent: Object) -> int:
        count = 0
        item = parent.get("/First")
        while item is not None:
            count += 1
            found.append((item, read(item)))
            item = item.get("/Next")
        return count

    outline = pdf.Root.get("/Outlines")
    if outline is not None:
        read(outline)
    return found


def _close_outline(pdf: Pdf) -> None:
    """Close every bookmark, so that a pack opens on its list of items (a negative count: ISO 32000-1, table 153)."""
    for item, children in _outline_items(pdf):
        if children:
            item.Count = -children
        elif "/Count" in item:
            del item["/Count"]
