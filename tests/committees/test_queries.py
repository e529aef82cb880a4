"""Pages ask the database the same number of questions however much there is to show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees import packs
from committees.models import MinuteItem, Minutes, Pack, Paper
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries)


def fill(world: makers.World, count: int) -> None:
    """So many items, papers, sections, packs, seats, meetings and minutes more."""
    council = world.partnership.places.order_by("position").first().council
    for n in range(count):
        item = factories.item(world.meeting, 10 + n)
        for position in (1, 2):
            paper = factories.paper(item, position, slug=f"paper-{position}")
            makers.section(paper, 1)
            makers.section(paper, 2)
        makers.restricted_paper(item, 3)
        Pack.objects.create(
            meeting=world.meeting, edition="public", number=n + 1, file=f"packs/{n}.pdf", sha256="0" * 64, pages=1,
            bytes=1, built_at=timezone.now(), ranges={},
        )  # fmt: skip
        person = factories.person(honorific="councillor")
        world.meeting.committee.memberships.create(person=person, council=council, role="member")
        past = factories.meeting(
            world.meeting.committee, on=date(2018, 7, 4) - timedelta(days=n), state="held",
            published_before_portal=True,
        )  # fmt: skip
        past.attendances.create(person=person, council=council, status="present", capacity="member")
        factories.meeting(world.meeting.committee, on=date(2018, 12, 4) + timedelta(days=n))
    held = world.meeting.committee.meetings.get(on=date(2018, 7, 4))
    minutes = Minutes.objects.create(meeting=held, state="published")
    for n in range(count):
        made = MinuteItem.objects.create(minutes=minutes, number=n + 1, title="Item", text="Said.")
        made.resolutions.create(number=1, text="Resolved.")
    factories.paper(world.item, 5, kind=Paper.Kind.MINUTES, minutes_of=minutes.meeting, slug="minutes", title="Minutes")


@pytest.mark.parametrize("role", ["clerk", "anonymous"])
@pytest.mark.parametrize(
    "page",
    [
        "/{slug}/",
        "/{slug}/meetings/",
        "/{slug}/committees/{committee}/",
        "/{slug}/meetings/{committee}/2018-10-16/",
        "/{slug}/meetings/{committee}/2018-07-04/",
        "/{slug}/meetings/{committee}/2018-07-04/minutes/",
    ],
)
def test_pages_ask_the_same_with_more_to_show(role: str, page: str) -> None:
    counts = []
    for count in (1, 3):
        world = makers.world()
        if count == 3:
            for _ in range(2):
                place = world.partnership.places.count()
                world.partnership.places.create(council=factories.council(), position=place)
        fill(world, count)
        url = page.format(slug=world.partnership.slug, committee=world.meeting.committee.slug)
        counts.append(asked(makers.signed_in(world.clerk if role == "clerk" else None), url))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


@pytest.mark.parametrize("slug", ["report", "minutes"])
def test_a_paper_asks_the_same_with_more_sections(slug: str) -> None:
    counts = []
    for count in (1, 3):
        world = makers.world()
        fill(world, count)
        for position in range(2, 2 + count):
            makers.section(world.paper, position)
        counts.append(asked(makers.signed_in(world.clerk), f"{world.url}papers/1/{slug}/"))
    assert counts[0] == counts[1]


def test_a_pack_asks_of_each_paper_for_its_rendering_alone() -> None:
    """One more paper, one more question: whether it is rendered already."""
    counts = []
    for count in (1, 3):
        world = makers.world()
        for position in range(2, 2 + count):
            makers.section(factories.paper(world.item, position))
        packs.build(world.meeting, "public")
        with CaptureQueriesContext(connection) as queries:
            packs.build(world.meeting, "public")
        counts.append(len(queries))
    assert counts[1] - counts[0] == 2
