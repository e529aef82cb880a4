"""Draws what the pages of a pack show beside their papers: footer, page number, and the marking of restricted pages.

All of it is marked as an artifact (ISO 32000-1, 14.8.2.2): assistive technology has the page label and does not read
the committee's name out on every page. Lengths are in points, positions from the lower left of the page as it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Object, Page, Pdf

from portal.pdf_fonts import BOLD, REGULAR, Face

_MM = 72 / 25.4


@dataclass(frozen=True)
class _Margins:
    """As wide as the text of pack.css; the footer stands halfway down the margin below it, the marking above it."""

    left: float
    right: float
    foot: float
    head: float


_PORTRAIT = _Margins(left=24 * _MM, right=20 * _MM, foot=11 * _MM, head=10 * _MM)
_LANDSCAPE = _Margins(left=16 * _MM, right=16 * _MM, foot=9 * _MM, head=8 * _MM)

_GREY = "0.2824 0.3255 0.3529"  # #48535a
_INK = "0.0784 0.098 0.1098"  # #14191c
_HATCH = "0.451 0.498 0.5255"  # #737f86
_LEFT_SIZE, _NUMBER_SIZE, _MARKING_SIZE = 8.5, 10.0, 9.0
#: Between the words at the left and the number, and between the hatched mark and its words.
_GAP, _MARK_GAP = 12.0, 5.0
_MARK = 15.0

#: How the page as it is read lies in its own coordinates, by its rotation: the start of a matrix, and the corner of
#: the box (indices of left, bottom, right, top) that is seen at the lower left.
_TURNS = {
    0: ("1 0 0 1", 0, 1),
    90: ("0 1 -1 0", 2, 1),
    180: ("-1 0 0 -1", 2, 3),
    270: ("0 -1 1 0", 0, 3),
}


class Footers:
    """The footers of one pack, with faces that hold just the characters which its footers show."""

    def __init__(self, pack: Pdf, *, left: str, texts: Iterable[str]) -> None:
        """`left` is the same on every page; `texts` are all the numbers and markings that will be drawn."""
        self._pack = pack
        self._left = left
        self._regular = Face(REGULAR, [left])
        self._bold = Face(BOLD, texts)
        self._fonts = {"/PackRegular": self._regular.embed(pack), "/PackBold": self._bold.embed(pack)}
        self._save = pack.make_stream(b"q\n")

    def draw(self, page: Page, label: str, marking: str) -> None:
        """Draw a page's footer with its number, and its marking if it has one, over what is on the page."""
        box = [float(side) for side in page.cropbox.as_list()]
        width, height = box[2] - box[0], box[3] - box[1]
        rotation = int(page.obj.get("/Rotate", 0)) % 360
        if rotation in (90, 270):
            width, height = height, width
        margins = _LANDSCAPE if width > height else _PORTRAIT
        turn, corner_x, corner_y = _TURNS[rotation]
        place = f"q {turn} {box[corner_x]:.2f} {box[corner_y]:.2f} cm\n"

        # The paper's own content may leave its coordinates turned, so it is wrapped in q and Q.
        drawn = "Q\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n" + place
        drawn += self._footer(label, width, margins) + "Q\nEMC\n"
        if marking:
            drawn += "/Artifact <</Type /Pagination /Subtype /Header>> BDC\n" + place
            drawn += self._marking(marking, width, height, margins) + "Q\nEMC\n"
        contents = page.obj.get("/Contents", Array())
        own = contents.as_list() if isinstance(contents, Array) else [contents]
        page.obj.Contents = Array([self._save, *own, self._pack.make_stream(drawn.encode())])
        self._add_fonts(page.obj)

    def _footer(self, label: str, width: float, margins: _Margins) -> str:
        number_width = self._bold.width(label, _NUMBER_SIZE)
        # Capitals of both sizes are centred on the same line, near enough, if they share the base line.
        base = margins.foot - 0.35 * _LEFT_SIZE
        room = width - margins.left - margins.right - number_width - _GAP
        lines = _wrap(self._left, self._regular, _LEFT_SIZE, room)
        drawn = f"{_GREY} rg\n"
        for index, line in enumerate(reversed(lines)):
            drawn += _text(
                "/PackRegular", _LEFT_SIZE, margins.left, base + index * 1.25 * _LEFT_SIZE, line, self._regular
            )
        drawn += f"{_INK} rg\n"
        return drawn + _text("/PackBold", _NUMBER_SIZE, width - margins.right - number_width, base, label, self._bold)

    def _marking(self, marking: str, width: float, height: float, margins: _Margins) -> str:
        base = height - margins.head - 0.35 * _MARKING_SIZE
        left = margins.left + _MARK + _MARK_GAP
        top = base + 0.75 * _MARKING_SIZE
        drawn = f"{_hatched(margins.left, base, _MARK, top - base)}{_INK} rg\n"
        for index, line in enumerate(_wrap(marking, self._bold, _MARKING_SIZE, width - left - margins.right)):
            drawn += _text("/PackBold", _MARKING_SIZE, left, base - index * 1.25 * _MARKING_SIZE, line, self._bold)
        return drawn

    def _add_fonts(self, page: Object) -> None:
        if "/Resources" not in page:
            page.Resources = Dictionary()
        if "/Font" not in page.Resources:
            page.Resources.Font = Dictionary()
        for name, font in self._fonts.items():
            page.Resources.Font[name] = font


def _text(font: str, size: float, x: float, y: float, text: str, face: Face) -> str:
    return f"BT {font} {size} Tf {x:.2f} {y:.2f} Td {face.encode(text).decode()} Tj ET\n"


def _hatched(x: float, y: float, width: float, height: float) -> str:
    """A small hatched field: hatching means restricted, on every page and sheet of the portal."""
    strokes = "".join(
        f"{x + step:.2f} {y:.2f} m {x + step + height:.2f} {y + height:.2f} l\n"
        for step in range(-round(height), round(width), 3)
    )
    field = f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
    return f"q {_HATCH} RG 0.8 w\nq {field} W n\n{strokes}S Q\n{_INK} RG 0.5 w {field} S Q\n"


def _wrap(text: str, face: Face, size: float, room: float) -> list[str]:
    """The text in lines no longer than `room`; a single word longer than that stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
