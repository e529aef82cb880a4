"""Time within service hours, in which targets are counted. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from kpis.tickets.mapping import seconds_of
from kpis.tickets.moments import Clock
from portal.working_days import bank_holidays


class ServiceHours:
    """Service seconds between two moments.

    `hours` has from and to by weekday ("0" is Monday), "24:00" for the day's end; a weekday without them is closed,
    and so is a bank holiday in England and a day of `closed`, whatever its weekday. Hours are wall-clock hours: a
    day of 24 hours has 23 or 25 where the clocks change. `first` and `last` bound the days that are known.
    """

    def __init__(
        self, hours: Mapping[str, tuple[str, str]], *, first: date, last: date, closed: AbstractSet[date], clock: Clock
    ) -> None:
        holidays = bank_holidays(first.year, last.year) | closed
        spans = {int(day): (seconds_of(begin), seconds_of(end)) for day, (begin, end) in hours.items()}
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        total, epoch = 0, date(1970, 1, 1).toordinal()
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            span = spans.get(day.weekday())
            if span is None or day in holidays:
                continue
            midnight = (day.toordinal() - epoch) * 86_400
            begin, end = clock.utc(midnight + span[0]), clock.utc(midnight + span[1])
            self._begins.append(begin)
            self._ends.append(end)
            self._before.append(total)
            total += end - begin

    def _until(self, moment: int) -> int:
        place = bisect_right(self._begins, moment) - 1
        if place < 0:
            return 0
        return self._before[place] + min(moment, self._ends[place]) - self._begins[place]

    def between(self, begin: int, end: int) -> int:
        """Service seconds from one UTC moment to another, both in seconds since 1970."""
        return self._until(end) - self._until(begin)
