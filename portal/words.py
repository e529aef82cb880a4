"""Counts, lists and times in words, as UK readers write them."""

from __future__ import annotations

from datetime import date, datetime, time

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def counted(number: int, noun: str = "", plural: str = "") -> str:
    """A count in a sentence: "one action", "12 actions", "no action"."""
    word = _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"
    if not noun:
        return word
    return f"{word} {noun if number in {0, 1} else plural or f'{noun}s'}"


def listed(items: list[str]) -> str:
    """Brent, Lewisham and Southwark."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def day(on: date) -> str:
    """16 October 2018."""
    return f"{on.day} {on:%B %Y}"


def hour(moment: time | datetime) -> str:
    """6.30 pm. (Django's own format can only say "p.m.".)"""
    return f"{moment.hour % 12 or 12}.{moment.minute:02} {'am' if moment.hour < 12 else 'pm'}"


def moment(at: datetime) -> str:
    """16 October 2018, 6.30 pm. The moment is taken as it stands: make it local first."""
    return f"{at.day} {at:%B %Y}, {hour(at)}"


def short_moment(at: datetime) -> str:
    """16 Oct 2018, 6.30 pm, for tables."""
    return f"{at.day} {at:%b %Y}, {hour(at)}"
