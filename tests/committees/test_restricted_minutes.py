"""Minutes whose paper is restricted: nothing of them becomes public, and members read them whole."""

from __future__ import annotations

from datetime import date

import pytest

from committees import actions
from committees.models import MinuteItem, Minutes, Paper
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db

OPEN, CLOSED = "Zanzibar was discussed.", "Zanzibar won the contract."


@pytest.fixture
def world() -> makers.World:
    """Checked minutes with an open and a restricted item, on the agenda as the only paper of a Part II item."""
    world = makers.world()
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held", published_before_portal=True)
    minutes = Minutes.objects.create(meeting=before, state=Minutes.State.CHECKED)
    MinuteItem.objects.create(minutes=minutes, number=1, title="Update", text=OPEN)
    MinuteItem.objects.create(
        minutes=minutes, number=2, title="Contract", part="II", exempt_paragraphs=[3], text=CLOSED
    )
    restricted = factories.item(
        world.meeting, 2, title="Minutes", kind="minutes", part="II", exempt_paragraphs=[3], public_interest="Prices."
    )
    factories.paper(restricted, 1, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes", title="Minutes")
    return world


def open_paper(world: makers.World) -> None:
    item = factories.item(world.meeting, 3, title="Open minutes", kind="minutes")
    before = Minutes.objects.get().meeting
    factories.paper(item, 1, kind=Paper.Kind.MINUTES, minutes_of=before, slug="open-minutes", title="Minutes")


def publish(world: makers.World) -> None:
    for paper in Paper.objects.filter(item__meeting=world.meeting):
        actions.clear_paper(by=world.clerk, paper=paper)
    actions.publish(by=world.clerk, meeting=world.meeting)


def members_paper(world: makers.World) -> str:
    member = factories.user(world.partnership, "member", world.partnership.places.first().council)
    return makers.signed_in(member).get(f"{world.url}papers/2/minutes/").content.decode()


def test_minutes_of_a_restricted_paper_stay_closed(world: makers.World) -> None:
    publish(world)
    assert Minutes.objects.get().state == Minutes.State.CHECKED
    public = makers.signed_in(None)
    july = world.url.replace("2018-10-16", "2018-07-04")
    assert public.get(f"{july}minutes/").status_code == 404
    for url in (july, world.url, f"{world.url}papers/2/minutes/"):
        assert "Zanzibar" not in public.get(url, follow=True).content.decode()


def test_members_have_the_whole_of_them(world: makers.World) -> None:
    publish(world)
    page = members_paper(world)
    assert (page.count(OPEN), page.count(CLOSED)) == (1, 1)


def test_beside_an_open_paper_the_restricted_items_are_kept_apart(world: makers.World) -> None:
    open_paper(world)
    publish(world)
    page = members_paper(world)
    assert (page.count(OPEN), page.count(CLOSED)) == (0, 1)
    assert Minutes.objects.get().state == Minutes.State.PUBLISHED
    public = makers.signed_in(None).get(f"{world.url.replace('2018-10-16', '2018-07-04')}minutes/").content.decode()
    assert (public.count(OPEN), public.count(CLOSED)) == (1, 0)


def test_an_open_paper_of_another_meeting_does_not_count(world: makers.World) -> None:
    other = factories.meeting(world.meeting.committee, on=date(2018, 12, 4))
    item = factories.item(other, 1, title="Minutes", kind="minutes")
    before = Minutes.objects.get().meeting
    factories.paper(item, 1, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes", title="Minutes")
    publish(world)
    assert members_paper(world).count(OPEN) == 1
