"""Meetings as an iCalendar (RFC 5545). The same meetings give the same bytes: no time in it is that of asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

LONDON = "Europe/London"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One event. `begins` is a moment for a meeting and a day for what has only a date.

    `sequence` grows with every change of day, time, place or state (RFC 5545, 3.8.7.4); `modified` is when that was.
    """

    uid: str
    sequence: int
    created: datetime
    modified: datetime
    begins: datetime | date
    summary: str
    description: str
    url: str
    is_cancelled: bool
    ends: datetime | None = None
    location: str = ""


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Joint committee portal//Meetings//EN-GB")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add_component(_london())
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.modified.astimezone(ZoneInfo("UTC")))
    event.add("created", entry.created.astimezone(ZoneInfo("UTC")))
    event.add("last-modified", entry.modified.astimezone(ZoneInfo("UTC")))
    if isinstance(entry.begins, datetime):
        event.add("dtstart", entry.begins.astimezone(ZoneInfo(LONDON)))
        if entry.ends is not None:
            event.add("dtend", entry.ends.astimezone(ZoneInfo(LONDON)))
    else:
        event.add("dtstart", entry.begins)
        event.add("dtend", entry.begins + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    event.add("url", entry.url)
    return event


def _london() -> Timezone:
    """Summer time from the last Sunday in March to the last in October, as it has been since 1996."""
    zone = Timezone()
    zone.add("tzid", LONDON)
    for kind, name, begins, month, before, after in (
        (TimezoneDaylight, "BST", "1996-03-31T01:00", 3, timedelta(0), _HOUR),
        (TimezoneStandard, "GMT", "1996-10-27T02:00", 10, _HOUR, timedelta(0)),
    ):
        part = kind()
        part.add("tzname", name)
        # Without a zone: it is the local time at which the zone changes.
        part.add("dtstart", datetime.fromisoformat(begins))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone
