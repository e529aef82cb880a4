"""Numbers of sections and paragraphs, made from the order of the text, so that web page and print agree.

Councils number the paragraphs of a report so that a meeting can name one ("3.11"). Every paragraph at the top level of
a section's Markdown has a number; a list, a quotation or code that follows belongs to the paragraph above it; headings
within a section and tables have none. Items of an ordered list have letters: a), b) … (the style sheets draw them).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark").enable("table")


class Scheme(Enum):
    """How a paper is numbered."""

    SECTIONS = "sections"  # 1. Purpose, 1.1, 1.2; 2. Recommendations, 2.1 …
    CONTINUOUS = "continuous"  # paragraphs 1, 2, 3 … through all sections; headings without number
    NONE = "none"


class Kind(Enum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of Markdown at the top level. `number` is empty where it has none.

    `level` is that of a heading, from 1 and without gaps; 0 for other kinds.
    """

    kind: Kind
    number: str
    source: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A section as written. `is_numbered` False leaves it out of the numbering altogether."""

    heading: str
    body: str
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class NumberedSection:
    """`number` is that of the section ("3"), empty where it has none; `blocks` are its text in order."""

    number: str
    heading: str
    blocks: tuple[Block, ...]


def number(sections: Sequence[Section], scheme: Scheme) -> tuple[NumberedSection, ...]:
    """Sections and their paragraphs with their numbers, in the order given.

    Under SECTIONS a section without a heading goes on with the numbers of the one before it.
    """
    numbered: list[NumberedSection] = []
    section_number, paragraph = 0, 0
    for section in sections:
        blocks = list(split(section.body))
        if not section.is_numbered or scheme is Scheme.NONE:
            numbered.append(NumberedSection("", section.heading, tuple(blocks)))
            continue
        own = ""
        if scheme is Scheme.SECTIONS and (section.heading or section_number == 0):
            section_number, paragraph = section_number + 1, 0
            own = str(section_number)
        for at, block in enumerate(blocks):
            if block.kind is Kind.PARAGRAPH:
                paragraph += 1
                label = f"{section_number}.{paragraph}" if scheme is Scheme.SECTIONS else str(paragraph)
                blocks[at] = Block(block.kind, label, block.source)
        numbered.append(NumberedSection(own, section.heading, tuple(blocks)))
    return tuple(numbered)


def split(markdown: str) -> Iterator[Block]:
    """The blocks of a text, unnumbered. What is neither paragraph, heading nor table joins the paragraph above it.

    Heading levels are closed up: the first is 1, and none is more than one deeper than the one before it.
    """
    lines = markdown.splitlines()
    tokens = _markdown.parse(markdown)
    held: list[str] = []  # a paragraph and what belongs to it
    levels: list[int] = []  # of the headings that stand above, as written

    def release() -> Iterator[Block]:
        if held:
            yield Block(Kind.PARAGRAPH, "", "\n\n".join(held))
            held.clear()

    for at, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        source = "\n".join(lines[slice(*token.map)]).strip("\n")
        if token.type == "heading_open":
            yield from release()
            level = int(token.tag[1])
            while levels and levels[-1] >= level:
                levels.pop()
            levels.append(level)
            yield Block(Kind.HEADING, "", _words(tokens[at + 1]), len(levels))
        elif token.type == "table_open":
            yield from release()
            yield Block(Kind.TABLE, "", source)
        else:
            if token.type == "paragraph_open":
                yield from release()
            held.append(source)
    yield from release()


def _words(inline: Token) -> str:
    """The text of a heading without its emphasis."""
    return "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"})
