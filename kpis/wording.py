"""Words that pages, charts and blocks of kpis share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

NOT_REPORTED = "Not reported"


def month(period: date) -> str:
    return f"{period:%B %Y}"


def span(first: date, last: date) -> str:
    """The run of months in words: "September 2018", "June to September 2018", "November 2018 to January 2019"."""
    if first == last:
        return month(first)
    return f"{first:%B}{'' if first.year == last.year else f' {first.year}'} to {month(last)}"


def group_heading(name: str, units: Sequence[str]) -> str:
    """The heading of a group of indicators, with the unit where all of them are percentages."""
    return f"{name}, per cent" if units and all(unit == "percent" for unit in units) else name
