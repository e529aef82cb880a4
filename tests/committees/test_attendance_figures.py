"""Attendance over a period, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from committees import attendance_figures
from committees.models import Committee, Meeting
from portal.models import Council, Person
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    """Three meetings held and one cancelled, in 2018; the one of 16 October is to come."""
    world = makers.world()
    for month, state in ((1, "held"), (3, "held"), (5, "cancelled"), (7, "held")):
        factories.meeting(world.meeting.committee, date(2018, month, 4), state=state)
    return world


def council(world: makers.World, place: int = 0) -> Council:
    return world.partnership.places.order_by("position")[place].council


def meeting(world: makers.World, month: int) -> Meeting:
    return world.meeting.committee.meetings.get(on=date(2018, month, 4))


def came(world: makers.World, month: int, person: Person, status: str = "present", **values: Any) -> None:
    meeting(world, month).attendances.create(
        **({"person": person, "council": council(world), "status": status, "capacity": "member"} | values)
    )


def row(committee: Committee, person: Person, **period: date) -> attendance_figures.Row:
    return next(one for one in attendance_figures.of(committee, **period).rows if one.person == person)


def test_a_member_over_a_year(world: makers.World) -> None:
    """Three meetings: there in January, apologies in March, nothing recorded in July; May was cancelled."""
    committee, ann = world.meeting.committee, factories.person("Ann")
    committee.memberships.create(person=ann, council=council(world), role="member", from_on=date(2017, 5, 1))
    came(world, 1, ann)
    came(world, 3, ann, "apologies")
    came(world, 5, ann)
    found = row(committee, ann)
    assert (found.expected, found.present, found.apologies, found.absent, found.share) == (3, 1, 1, 1, "33%")
    figures = attendance_figures.of(committee)
    assert (figures.held, figures.cancelled) == (3, 1)


def test_a_seat_counts_while_it_is_held(world: makers.World) -> None:
    committee, ann = world.meeting.committee, factories.person("Ann")
    committee.memberships.create(
        person=ann, council=council(world), role="member", from_on=date(2018, 3, 4), until_on=date(2018, 7, 3)
    )
    assert (row(committee, ann).expected, row(committee, ann).absent) == (1, 1)


def test_a_seat_of_unknown_age_counts_where_the_record_names_its_holder(world: makers.World) -> None:
    committee, ann = world.meeting.committee, factories.person("Ann")
    committee.memberships.create(person=ann, council=council(world), role="member")
    came(world, 7, ann, "absent")
    assert (row(committee, ann).expected, row(committee, ann).absent, row(committee, ann).share) == (1, 1, "0%")


def test_substitutes_are_shown_as_such(world: makers.World) -> None:
    committee, ann, sue = world.meeting.committee, factories.person("Ann"), factories.person("Sue")
    came(world, 1, ann)
    came(world, 3, ann, "apologies")
    came(world, 3, sue, capacity="substitute", stands_in_for=ann)
    substitute = row(committee, sue)
    assert (substitute.expected, substitute.substituted, substitute.share) == (0, 1, "")
    assert row(committee, ann).represented == 1
    (own, other) = attendance_figures.of(committee).councils
    assert (own.expected, own.present, own.substituted, own.share, own.filled) == (2, 1, 1, "50%", "100%")
    assert (other.expected, other.share, other.filled) == (0, "", "")


def test_officers_are_left_out(world: makers.World) -> None:
    came(world, 1, factories.person("Olive"), capacity="officer")
    assert attendance_figures.of(world.meeting.committee).rows == ()


@pytest.mark.parametrize(
    ("since", "until", "held"),
    [
        (date(2018, 1, 4), date(2018, 3, 4), 2),
        (date(2018, 1, 5), None, 2),
        (None, date(2018, 1, 3), 0),
        (None, None, 3),
    ],
)
def test_the_first_and_the_last_day_count(
    world: makers.World, since: date | None, until: date | None, held: int
) -> None:
    assert attendance_figures.of(world.meeting.committee, since, until).held == held


@pytest.mark.parametrize(("part", "whole", "said"), [(1, 3, "33%"), (2, 3, "67%"), (1, 8, "13%"), (0, 0, "")])
def test_shares(part: int, whole: int, said: str) -> None:
    assert attendance_figures.share(part, whole) == said


def test_the_meeting_of_4_july_2018() -> None:
    """Of six members one came and five sent apologies; two substitutes sat, for Brent and Lewisham."""
    partnership = makers.load_seed()
    figures = attendance_figures.of(partnership.committees.get())
    assert figures.held == 1
    assert [(str(row.council), row.expected, row.present, row.substituted) for row in figures.councils] == [
        ("Brent", 2, 0, 1),
        ("Lewisham", 2, 0, 1),
        ("Southwark", 2, 1, 0),
    ]


def test_the_page_and_its_csv(world: makers.World) -> None:
    ann = factories.person("=Ann")
    came(world, 1, ann)
    url = f"/{world.partnership.slug}/committees/{world.meeting.committee.slug}/attendance"
    client = makers.signed_in(world.clerk)
    page = client.get(f"{url}/?since=2018-01-01&until=2018-12-31")
    assert "Attendance at 3 meetings" in page.content.decode()
    assert "attendance.csv?since=2018-01-01&amp;until=2018-12-31" in page.content.decode()
    lines = makers.body(client.get(f"{url}.csv")).decode("utf-8-sig").splitlines()
    assert lines[1] == f"{council(world)},'=Ann,1,1,0,0,100%,0,0"
    assert client.get(f"{url}/?since=2018-12-31&until=2018-01-01").status_code == 422


def test_the_number_of_queries_does_not_grow(world: makers.World, django_assert_num_queries: Any) -> None:
    for number in range(3):
        came(world, 1, factories.person(f"P{number}"))
        with django_assert_num_queries(4):
            attendance_figures.of(world.meeting.committee)
