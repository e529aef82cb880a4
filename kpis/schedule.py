"""In which months an indicator is asked for. Pure.

Quarters and years are those of English councils, whose financial year ends with March: a quarterly figure is asked for
in June, September, December and March, a yearly one in March. Months are given as their first days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

# How many months lie between one that is asked for and the next.
EVERY = {"month": 1, "quarter": 3, "year": 12}


def is_asked(frequency: str, month: date, *, starts_on: date | None = None, ends_on: date | None = None) -> bool:
    """Whether a figure is asked for in the month. `frequency` is "month", "quarter" or "year"."""
    if (starts_on is not None and month < starts_on) or (ends_on is not None and month > ends_on):
        return False
    return (month.month - 3) % EVERY[frequency] == 0


def asked(
    frequency: str, months: Sequence[date], *, starts_on: date | None = None, ends_on: date | None = None
) -> tuple[date, ...]:
    """Those of the months in which a figure is asked for, in their order."""
    return tuple(month for month in months if is_asked(frequency, month, starts_on=starts_on, ends_on=ends_on))


def last_asked_before(frequency: str, month: date) -> date:
    """The last month before this one in which a figure was asked for: the month before, the quarter's or year's end."""
    before = month.year * 12 + month.month - 2
    while (before % 12 + 1 - 3) % EVERY[frequency]:
        before -= 1
    return date(before // 12, before % 12 + 1, 1)
