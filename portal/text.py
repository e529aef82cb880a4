"""Markdown to harmless HTML. What people write passes through here and nowhere else."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")

_TAGS = {
    "p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "a", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "hr",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_SCHEMES = {"http", "https", "mailto"}


def clean(html: str) -> SafeString:
    """Only the tags and attributes that a paper needs; nothing that runs, loads or styles."""
    harmless = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")
    # Safe because nh3 has just rebuilt it from an allow-list.
    return mark_safe(harmless)  # noqa: S308


def to_html(markdown: str, *, heading_level: int = 3) -> SafeString:
    """HTML of a text. Its own headings begin at `heading_level`, so that they fit below the page's."""
    tokens = _markdown.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(6, int(token.tag[1]) + heading_level - 1)
            token.tag = f"h{level}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
    return clean(_markdown.renderer.render(tokens, _markdown.options, {}))
