"""How times, days and places of meetings are written. Pure."""

from __future__ import annotations

from datetime import date, datetime, time


def time_of_day(at: time) -> str:
    """6.30 pm; noon is 12.00 pm."""
    return f"{at.hour % 12 or 12}.{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def day(on: date) -> str:
    """16 October 2018."""
    return f"{on.day} {on:%B %Y}"


def weekday(on: date) -> str:
    """Tuesday 16 October 2018."""
    return f"{on:%A} {day(on)}"


def moment(at: datetime) -> str:
    """5 October 2018, 2.05 pm; in the zone that `at` has."""
    return f"{day(at)}, {time_of_day(at.time())}"
