"""What a paper says, ready to be shown: the same on its web page and in the pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from committees.numbering import Block, Kind
from portal import text

#: A section's heading is <h2>; headings in its text begin one below.
_SECTION_LEVEL = 2


@dataclass(frozen=True)
class Value:
    """Words of a cover table, with an address where they lead somewhere."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    term: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Piece:
    """A paragraph with its number and what belongs to it; or a heading or table, which has none."""

    number: str
    html: SafeString


@dataclass(frozen=True)
class SectionContent:
    """`position` is that of the section in the paper. `block` is the HTML of figures from another app, live or, where
    `reported_to` names a meeting, frozen. `restricted` says why there is nothing to read."""

    position: int
    number: str
    heading: str
    pieces: tuple[Piece, ...] = ()
    resolutions: tuple[str, ...] = ()
    block: SafeString | str = ""
    reported_to: str = ""
    is_wide: bool = False
    restricted: str = ""

    @property
    def title(self) -> str:
        return f"{self.number}. {self.heading}" if self.number and self.heading else self.heading


@dataclass(frozen=True)
class Body:
    """A cover table, the sections, and words that close the paper."""

    cover_caption: str = ""
    cover: tuple[Row, ...] = ()
    sections: tuple[SectionContent, ...] = ()
    closing: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperContent:
    """`kicker` says where the paper belongs, `byline` whose it is; the restriction is empty for an open paper."""

    kicker: str
    title: str
    byline: str
    restriction_label: str
    restriction_reason: str
    is_landscape: bool
    body: Body


def pieces(blocks: Sequence[Block]) -> tuple[Piece, ...]:
    """Blocks of Markdown as HTML, each with its number."""
    made = []
    for block in blocks:
        if block.kind is Kind.HEADING:
            level = min(6, _SECTION_LEVEL + block.level)
            made.append(Piece("", format_html("<h{}>{}</h{}>", level, block.source, level)))
        else:
            made.append(Piece(block.number, _with_number(text.to_html(block.source), block.number)))
    return tuple(made)


def _with_number(html: SafeString, number: str) -> SafeString:
    """The number goes into the first line of its paragraph: no page break parts them, and they are read out as one."""
    if not number:
        return html
    mark = format_html('<span class="no">{} </span>', number)
    opening = "<p>"
    if not html.startswith(opening):
        return mark_safe(f"<p>{mark}</p>{html}")  # noqa: S308 - both parts are safe already
    return mark_safe(f"{opening}{mark}{html.removeprefix(opening)}")  # noqa: S308 - as above
