"""The list at the top of every page. Each app registers its entry, so an entry appears with its app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from portal.models import Partnership


@dataclass(frozen=True)
class Entry:
    """`shown_to` decides by right; `sections` are the URL names on whose pages the entry is the current one."""

    label: str
    url_name: str
    position: int
    shown_to: Callable[[Any, Partnership], bool]
    sections: frozenset[str]


_entries: list[Entry] = []


def register(entry: Entry) -> Entry:
    _entries.append(entry)
    _entries.sort(key=lambda known: known.position)
    return entry


def entries(request: HttpRequest, partnership: Partnership) -> list[dict[str, Any]]:
    """The entries that this reader has, with their address and whether it is where they are."""
    current = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {
            "label": entry.label,
            "url": reverse(entry.url_name, kwargs={"partnership": partnership.slug}),
            "current": current == entry.url_name or current in entry.sections,
        }
        for entry in _entries
        if entry.shown_to(request.user, partnership)
    ]
