"""Whether a meeting's agenda can still be published in time, and how that is said. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from committees.clock import AGENDA_CLEAR_DAYS, clear_days, latest_publication
from portal.words import counted
from portal.working_days import is_working_day

_NO_DAYS: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Timing:
    """`days_left` counts the working days from today on which publication is still in time, today included.

    `clear_days` are those that publication today would give.
    """

    today: date
    meeting_on: date
    last_day: date
    days_left: int
    clear_days: int

    @property
    def is_in_time(self) -> bool:
        return self.clear_days >= AGENDA_CLEAR_DAYS

    @property
    def is_over(self) -> bool:
        return self.today > self.meeting_on

    def said(self) -> str:
        """How long there is to publish: "two working days left to publish"."""
        if self.is_over:
            return "its day has passed without publication"
        if not self.is_in_time:
            return "too late to publish without an urgency route"
        if self.today == self.last_day:
            return "today is the last day to publish"
        return f"{counted(self.days_left, 'working day')} left to publish"


def timing(today: date, meeting_on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> Timing:
    """Where today stands. `closed` holds closed days beside weekends and bank holidays, as in committees.clock."""
    last_day = latest_publication(meeting_on, AGENDA_CLEAR_DAYS, closed=closed)
    span = max(0, (last_day - today).days + 1)
    return Timing(
        today=today,
        meeting_on=meeting_on,
        last_day=last_day,
        days_left=sum(is_working_day(today + timedelta(days=offset), closed=closed) for offset in range(span)),
        clear_days=clear_days(today, meeting_on, closed=closed),
    )


def countdown(today: date, on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> str:
    """How far off a day is: "in three working days", "today", "in two days" where only days off lie between.

    Working days are counted from the day after today up to that day itself. Days long past or far ahead are said in
    years; "" for what is past.
    """
    if on < today:
        return ""
    if on == today:
        return "today"
    days = (on - today).days
    if days > 366:
        years = on.year - today.year - ((on.month, on.day) < (today.month, today.day))
        return f"in {counted(years, 'year')}" if years else ""
    working = sum(is_working_day(today + timedelta(days=offset), closed=closed) for offset in range(1, days + 1))
    return f"in {counted(working, 'working day')}" if working else f"in {counted(days, 'day')}"
