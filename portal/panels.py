"""Panels of the start page. Each app registers what it has to say to a reader, so portal knows nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from portal.models import Partnership

Say = Callable[[HttpRequest, "Partnership"], str]


class Place(StrEnum):
    """Across the page on top, in the main column, or beside it."""

    LEAD = "lead"
    MAIN = "main"
    ASIDE = "aside"


@dataclass(frozen=True)
class Panel:
    """`render` gives the panel's HTML, a section of its own, or "" where it has nothing for this reader.

    `headline` gives the finding that may head the whole page, "" where there is none: "Your next meeting is in
    eleven days". The first panel that has one heads the page.
    """

    name: str
    position: int
    render: Say
    headline: Say | None = None
    place: Place = Place.MAIN


_panels: dict[str, Panel] = {}


def register(*, name: str, position: int, render: Say, headline: Say | None = None, place: Place = Place.MAIN) -> Panel:
    panel = Panel(name, position, render, headline, place)
    _panels[name] = panel
    return panel


def _ordered() -> list[Panel]:
    return sorted(_panels.values(), key=lambda panel: (panel.position, panel.name))


def html(request: HttpRequest, partnership: Partnership) -> dict[str, list[SafeString]]:
    """The panels that have something for this reader, in order, by the name of their place."""
    drawn: dict[str, list[SafeString]] = {place.value: [] for place in Place}
    for panel in _ordered():
        text = panel.render(request, partnership)
        if text:
            # Safe because panels render templates, which escape.
            drawn[panel.place.value].append(mark_safe(text))  # noqa: S308
    return drawn


def headline(request: HttpRequest, partnership: Partnership) -> str:
    """The first finding that a panel has for this reader, or ""."""
    found = (panel.headline(request, partnership) for panel in _ordered() if panel.headline is not None)
    return next((text for text in found if text), "")
