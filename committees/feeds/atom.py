"""Publications as an Atom feed (RFC 4287). Times are those of publication, identifiers last for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    identity: UUID
    title: str
    summary: str
    url: str
    kind: str
    updated: datetime
    media_type: str = "text/html"


def feed(
    *, identity: UUID, title: str, author: str, url: str, web: str, entries: Sequence[Entry], never: datetime
) -> bytes:
    """Newest first. `never` is the time of a feed in which nothing stands yet."""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})
    newest = sorted(entries, key=lambda entry: (entry.updated, str(entry.identity)), reverse=True)
    _add(root, "id", f"urn:uuid:{identity}")
    _add(root, "title", title)
    _add(root, "updated", (newest[0].updated if newest else never).isoformat())
    _add(root, "link", "", rel="self", type="application/atom+xml", href=url)
    _add(root, "link", "", rel="alternate", type="text/html", href=web)
    _add(_add(root, "author", ""), "name", author)
    for entry in newest:
        node = _add(root, "entry", "")
        _add(node, "id", f"urn:uuid:{entry.identity}")
        _add(node, "title", entry.title)
        _add(node, "updated", entry.updated.isoformat())
        _add(node, "published", entry.updated.isoformat())
        _add(node, "category", "", term=entry.kind)
        _add(node, "link", "", rel="alternate", type=entry.media_type, href=entry.url)
        _add(node, "summary", entry.summary, type="text")
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> ElementTree.Element:
    node = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text:
        node.text = "".join(sign for sign in text if sign in "\t\n" or ord(sign) >= 32)
    return node
