"""Calendars and Atom: read back with other people's readers, and nothing restricted in any byte of any feed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from django.test import Client

from committees import notice_actions
from committees.models import Meeting
from committees.notice_actions import NewTime
from tests import factories
from tests.committees import feed_world, makers
from tests.committees.feed_world import LONDON, MARKER

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def world() -> makers.World:
    return feed_world.world()


def address(world: makers.World, name: str, *, committee: bool = False) -> str:
    start = f"/{world.partnership.slug}/"
    return f"{start}committees/{world.meeting.committee.slug}/{name}" if committee else f"{start}{name}"


def events(world: makers.World, query: str = "", **where: bool) -> dict[str, Any]:
    """The events of a calendar as the library reads them, by summary and day."""
    response = Client().get(f"{address(world, 'calendar.ics', **where)}{query}")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    read = icalendar.Calendar.from_ical(response.content)
    assert not read.errors
    found = {}
    for event in read.walk("VEVENT"):
        assert not event.errors
        begins = event.decoded("dtstart")
        on = begins.date() if isinstance(begins, datetime) else begins
        found[f"{on} {event['summary']}"] = event
    return found


def meeting_on(world: makers.World, on: str, **where: bool) -> Any:
    return events(world, **where)[f"{on} {world.meeting.committee.name}"]


# iCalendar


def test_a_meeting_stands_in_the_calendar(world: makers.World) -> None:
    event = meeting_on(world, "2018-10-16")
    assert event.decoded("dtstart") == datetime(2018, 10, 16, 18, 30, tzinfo=LONDON)
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert (event["status"], event["sequence"], event["location"]) == ("CONFIRMED", 0, "Town Hall")
    assert event["url"] == f"http://testserver{world.url}"
    # Published at 9.30 am in summer time; no time of asking.
    stamp = datetime.fromisoformat("2018-10-05T08:30:00+00:00")
    assert event.decoded("dtstamp") == event.decoded("last-modified") == stamp
    assert len(events(world)) == 3


def test_the_time_zone_is_that_of_london(world: makers.World) -> None:
    body = Client().get(address(world, "calendar.ics")).content.decode()
    read = icalendar.Calendar.from_ical(body)
    zone = read.walk("VTIMEZONE")[0]
    assert zone["tzid"] == "Europe/London"
    rules = {part.name: part["rrule"].to_ical().decode() for part in zone.subcomponents}
    assert rules == {
        "DAYLIGHT": "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "STANDARD": "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    }
    # Offsets by the component alone: summer time on 16 October, none on 4 December.
    london = zone.to_tz(lookup_tzid=False)
    assert datetime(2018, 10, 16, 18, 30, tzinfo=london).utcoffset() == timedelta(hours=1)
    assert datetime(2018, 12, 4, 18, 30, tzinfo=london).utcoffset() == timedelta(0)
    assert "\r\n" in body
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))


def test_a_move_and_a_cancellation_keep_the_identifier(world: makers.World) -> None:
    before = meeting_on(world, "2018-12-04")
    draft = Meeting.objects.get(on=date(2018, 12, 4))
    notice_actions.move_meeting(
        by=world.clerk, meeting=draft, to=NewTime(date(2018, 12, 11), time(10), "Civic Suite", "The hall is shut.")
    )
    moved = meeting_on(world, "2018-12-11")
    assert (moved["uid"], moved["sequence"]) == (before["uid"], 1)
    assert moved.decoded("dtstart") == datetime(2018, 12, 11, 10, tzinfo=LONDON)
    assert moved.decoded("last-modified") > before.decoded("last-modified")
    assert "The hall is shut." in moved["description"]
    notice_actions.cancel_meeting(by=world.clerk, meeting=draft, reason="No business.")
    cancelled = meeting_on(world, "2018-12-11")
    assert (cancelled["uid"], cancelled["sequence"], cancelled["status"]) == (before["uid"], 2, "CANCELLED")
    assert cancelled["description"] == "Cancelled. No business."


def test_dates_are_events_of_a_day(world: makers.World) -> None:
    found = events(world, "?dates=1")
    short = world.meeting.committee.short_name
    event = found[f"2018-10-08 {short}, 16 October 2018: Agenda and reports"]
    assert event.decoded("dtstart") == date(2018, 10, 8)
    assert event.decoded("dtend") == date(2018, 10, 9)
    assert "Local Government Act 1972, section 100B(3)" in event["description"]
    assert f"2018-10-16 {world.meeting.committee.name}" in found
    uid, sequence = event["uid"], event["sequence"]
    notice_actions.add_closed_day(by=world.clerk, partnership=world.partnership, on=date(2018, 10, 9), reason="Storm")
    again = events(world, "?dates=1")[f"2018-10-05 {short}, 16 October 2018: Agenda and reports"]
    assert again["uid"] == uid
    assert again["sequence"] > sequence
    assert len({one["uid"] for one in found.values()}) == len(found)


def test_a_committee_has_a_calendar_of_its_own(world: makers.World) -> None:
    other = factories.meeting(factories.committee(world.partnership), date(2018, 11, 6))
    assert f"2018-11-06 {other.committee.name}" in events(world)
    assert f"2018-11-06 {other.committee.name}" not in events(world, committee=True)
    assert meeting_on(world, "2018-10-16", committee=True)["uid"] == meeting_on(world, "2018-10-16")["uid"]
    assert Client().get(address(world, "committees/none/calendar.ics")).status_code == 404


def test_a_title_with_every_sign_is_escaped(world: makers.World) -> None:
    Meeting.objects.filter(on=date(2018, 10, 16)).update(venue="Room 1; Hall, \\ “A”\nEND:VEVENT")
    assert meeting_on(world, "2018-10-16")["location"] == "Room 1; Hall, \\ “A”\nEND:VEVENT"


# Atom


def entries(world: makers.World, **where: bool) -> list[dict[str, str]]:
    response = Client().get(address(world, "publications.atom", **where))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    found = []
    for node in root.findall(f"{ATOM}entry"):
        # RFC 4287, 4.1.2: each of them once.
        parts = {name: node.findall(f"{ATOM}{name}") for name in ("id", "title", "updated", "link", "summary")}
        assert {len(part) for part in parts.values()} == {1}
        row = {name: part[0].text or "" for name, part in parts.items()}
        found.append(row | {"link": parts["link"][0].attrib["href"]})
    return found


def test_publications_newest_first(world: makers.World) -> None:
    assert [(row["title"].partition(":")[0], row["updated"]) for row in entries(world)] == [
        ("Decision 2018-10-16/3", "2018-10-17T12:00:00+00:00"),
        ("Decision 2018-10-16/2", "2018-10-17T11:00:00+00:00"),
        ("Decision 2018-10-16/1", "2018-10-17T10:00:00+00:00"),
        *sorted([("Agenda", "2018-10-05T08:30:00+00:00"), ("Pack, public edition", "2018-10-05T08:30:00+00:00")],
                key=lambda row: [r["id"] for r in entries(world) if r["title"].startswith(row[0])], reverse=True),
        ("Notice", "2018-10-01T08:00:00+00:00"),
        ("Minutes", "2018-07-20T08:00:00+00:00"),
    ]  # fmt: skip
    summaries = {row["title"]: row["summary"] for row in entries(world)}
    assert summaries["Decision 2018-10-16/1: Decision 1"] == "Agreed as set out."
    assert summaries["Decision 2018-10-16/2: Decision 2"] == "Part II, paragraph 3"
    # Open by itself, but made under a restricted item.
    assert summaries["Decision 2018-10-16/3: Decision 3"] == "Restricted"


def test_the_feed_itself(world: makers.World) -> None:
    root = ElementTree.fromstring(Client().get(address(world, "publications.atom")).content)
    assert root.find(f"{ATOM}updated").text == "2018-10-17T12:00:00+00:00"  # type: ignore[union-attr]
    assert root.find(f"{ATOM}id").text.startswith("urn:uuid:")  # type: ignore[union-attr]
    assert root.find(f"{ATOM}author/{ATOM}name").text == world.partnership.name  # type: ignore[union-attr]
    links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://testserver{address(world, 'publications.atom')}"


def test_every_link_of_an_entry_opens_for_the_public(world: makers.World) -> None:
    for row in entries(world):
        path = row["link"].removeprefix("http://testserver").partition("#")[0]
        response = Client().get(path)
        assert response.status_code == 200, row
        assert makers.body(response)


def test_identifiers_last(world: makers.World) -> None:
    before = {row["title"].partition(":")[0]: row["id"] for row in entries(world)}
    draft = Meeting.objects.get(on=date(2018, 12, 4))
    notice_actions.cancel_meeting(by=world.clerk, meeting=draft, reason="No business.")
    after = {row["title"].partition(":")[0]: row["id"] for row in entries(world)}
    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after) == len(before) + 1
    assert {row["id"] for row in entries(world, committee=True)} == set(after.values())


# All feeds

NAMES = ("calendar.ics", "calendar.ics?dates=1", "publications.atom", "oparl/", "feeds/")
LISTS = (
    "body", "organization", "person", "membership", "meeting", "agenda-item", "consultation", "paper", "file",
    "legislative-term", "location",
)  # fmt: skip


def every_address(world: makers.World) -> list[str]:
    found = [address(world, name) for name in NAMES]
    found += [address(world, name, committee=True) for name in ("calendar.ics?dates=1", "publications.atom")]
    for name in LISTS:
        url = address(world, f"oparl/{name}/")
        found += [url, f"{url}?limit=1", f"{url}?modified_since=2018-01-01T00:00:00%2B00:00"]
        found += [one["id"].removeprefix("http://testserver") for one in Client().get(url).json()["data"]]
    return found


@pytest.mark.parametrize("role", ["", "clerk", "member"])
def test_nothing_restricted_in_any_byte(world: makers.World, role: str) -> None:
    """For whoever asks: a cache would hand a clerk's answer to the public."""
    council = world.partnership.places.first().council
    user = factories.user(world.partnership, role, council if role == "member" else None) if role else None
    client = makers.signed_in(user)
    addresses = every_address(world)
    assert len(addresses) > 50
    for url in addresses:
        response = client.get(url)
        sent = response.content + repr(response.headers.items()).encode()
        assert response.status_code == 200, url
        assert MARKER.encode() not in sent.lower(), url
        assert b"@" not in sent, url
        assert not re.search(rb'"(phone|email)"|mailto:|tel:', sent), url


def test_a_feed_is_the_same_for_everybody_and_may_be_kept(world: makers.World) -> None:
    for name in ("calendar.ics", "calendar.ics?dates=1", "publications.atom", "oparl/", "oparl/meeting/"):
        url = address(world, name)
        answer = Client().get(url)
        assert answer["Cache-Control"] == "public, max-age=900"
        assert "Cookie" not in answer.get("Vary", "")
        assert answer.cookies == {}
        assert makers.signed_in(world.clerk).get(url).content == answer.content == Client().get(url).content
        again = Client().get(url, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        by_time = Client().get(url, headers={"If-Modified-Since": answer["Last-Modified"]})
        assert by_time.status_code == 304
        assert Client().head(url).status_code == 200
    draft = Meeting.objects.get(on=date(2018, 12, 4))
    url = address(world, "calendar.ics")
    before = Client().get(url)
    notice_actions.cancel_meeting(by=world.clerk, meeting=draft, reason="No business.")
    assert Client().get(url, headers={"If-None-Match": before["ETag"]}).status_code == 200
    assert Client().get(url, headers={"If-Modified-Since": before["Last-Modified"]}).status_code == 200


@pytest.mark.parametrize(
    ("name", "queries"),
    [("calendar.ics", 14), ("calendar.ics?dates=1", 16), ("publications.atom", 12), ("oparl/meeting/", 17)],
)
def test_the_queries_do_not_grow(world: makers.World, django_assert_num_queries: Any, name: str, queries: int) -> None:
    url = address(world, name)
    with django_assert_num_queries(queries):
        Client().get(url)
    for month in (1, 2, 3):
        held = factories.meeting(world.meeting.committee, date(2019, month, 5), published=True)
        item = factories.item(held)
        factories.paper(item)
        makers.restricted_paper(item, 2)
    with django_assert_num_queries(queries):
        Client().get(url)


def test_pages_lead_to_the_feeds(world: makers.World) -> None:
    calendar, atom = (address(world, name, committee=True) for name in ("calendar.ics", "publications.atom"))
    for page in (world.url, address(world, "", committee=True)):
        content = re.sub(r"\s+", " ", Client().get(page).content.decode())
        assert (
            f'<link rel="alternate" type="text/calendar" title="Meetings of the committee" href="{calendar}">'
            in content
        )
        assert (
            f'<link rel="alternate" type="application/atom+xml" title="Publications of the committee" href="{atom}">'
            in content
        )
        assert f'<a href="{calendar}">Calendar</a>' in content
    listed = Client().get(address(world, "feeds/")).content.decode()
    assert f"http://testserver{calendar}" in listed
