"""The table that officers fill in: its headings, its rows, and how its columns are known again in a file. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kpis import typed

SHEET = "Return"
CODE, FIGURE, NUMERATOR, DENOMINATOR = "code", "figure", "numerator", "denominator"
# How a column that is read may be headed, in small letters; whatever follows a figure's " for " names its return.
_KNOWN = {
    "code": CODE,
    "indicator code": CODE,
    "figure": FIGURE,
    "in time": NUMERATOR,
    "how many in time": NUMERATOR,
    "numerator": NUMERATOR,
    "measured": DENOMINATOR,
    "how many measured": DENOMINATOR,
    "denominator": DENOMINATOR,
}
LABELS = {FIGURE: "Figure", NUMERATOR: "In time", DENOMINATOR: "Measured"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An indicator of a return: what stands in its boxes now, as typed, and the figure before as it is printed.

    `stored` has a text for FIGURE and, where it has counts, for NUMERATOR and DENOMINATOR. `unit` is its name in words,
    `is_percent` whether a per cent sign may follow its figure.
    """

    code: str
    name: str
    unit: str
    is_percent: bool
    before: str
    stored: dict[str, str]


def headings(place: str) -> list[str]:
    """`place` names the return: "Brent, October 2018"."""
    return ["Code", "Indicator", "Unit", "Figure before", f"Figure for {place}", "In time", "Measured"]


def rows(entries: Sequence[Entry]) -> list[list[Any]]:
    """A row for each indicator, with what was reported before and what is in the draft already."""
    return [
        [one.code, one.name, one.unit, _number(one.before)]
        + [_number(one.stored.get(kind, "")) for kind in (FIGURE, NUMERATOR, DENOMINATOR)]
        for one in entries
    ]


def _number(text: str) -> Decimal | str | None:
    """A number where the text is one, so that spreadsheets count with it; else the text as it stands."""
    try:
        return typed.read(text, percent=True)
    except typed.Unreadable:
        return text


def column_of(heading: str) -> tuple[str, str] | None:
    """What a column holds, and the return that its heading names, if one; None for a column that is not read.

    "Figure for Brent, October 2018" is (FIGURE, "Brent, October 2018").
    """
    words = " ".join(heading.split())
    name, _, place = words.partition(" for ")
    known = _KNOWN.get(name.casefold())
    return (known, place) if known is not None else None
