"""Words that pages, charts and blocks of kpis share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.numbers import MINUS, format_change, format_number

NOT_REPORTED = "Not reported"
NOT_AVAILABLE = "Not available"
WITHHELD = "Withheld"


def amount(value: Decimal | int | None, unit: str, decimals: int = 0) -> str:
    """A figure of an indicator as it is shown: money as £1,234.50, everything else as the number it is."""
    return _in_pounds(format_number(value, decimals), unit)


def change(value: Decimal | int | None, unit: str, decimals: int = 0) -> str:
    """A change of one, with its sign: +46, −£1,200.00."""
    return _in_pounds(format_change(value, decimals), unit)


def _in_pounds(text: str, unit: str) -> str:
    if not text or unit != "currency":
        return text
    sign = text[0] if text[0] in ("+", MINUS) else ""
    return f"{sign}£{text[len(sign) :]}"


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
