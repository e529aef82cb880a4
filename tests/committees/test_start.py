"""What committees put on the start page, for each kind of reader."""

from __future__ import annotations

from datetime import date

import pytest

from committees import actions
from portal import jobs
from portal.models import Job, User
from tests import factories
from tests.committees import makers
from tests.committees.test_views import heading, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    return makers.world()


def start(world: makers.World, user: User | None) -> object:
    return makers.signed_in(user).get(f"/{world.partnership.slug}/")


def member(world: makers.World) -> User:
    return factories.user(world.partnership, "member", world.meeting.host)


def publish(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    actions.publish(by=world.clerk, meeting=world.meeting)
    for job in Job.objects.all():
        jobs.run(str(job.pk))


def test_the_clerk_sees_the_clock_and_what_stops_publication(world: makers.World) -> None:
    page = start(world, world.clerk)
    assert heading(page) == f"{world.meeting.committee.short_name}: two working days left to publish"
    assert "Last day: Monday 8 October 2018, five clear days before the meeting" in words(page)
    assert "One thing stops publication: Item 1, report: not cleared" in words(page)
    assert f'href="{world.url}#clearance-1-report"' in page.content.decode()  # type: ignore[attr-defined]


def test_a_meeting_that_is_ready_says_so(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    assert "Ready to publish" in words(start(world, world.clerk))


def test_a_member_sees_the_next_meeting(world: makers.World) -> None:
    committee, host = world.meeting.committee, world.meeting.host
    for name, role in (("Ann Example", "member"), ("Bob Example", "member"), ("Cat Example", "substitute")):
        person = factories.person(name, honorific="councillor")
        committee.memberships.create(person=person, council=host, role=role)
    page = start(world, member(world))
    assert heading(page) == "Your next meeting is in 11 days"
    text = words(page)
    assert "Time 6.30 pm Place Town Hall" in text
    assert f"Chair A member from {host}." in text
    assert "With you Councillor Ann Example and Councillor Bob Example; substitutes: Councillor Cat Example" in text
    assert "Read the papers" not in text
    assert "Update report" not in text


def test_after_publication_a_member_has_the_papers(world: makers.World) -> None:
    publish(world)
    page = start(world, member(world))
    assert "Read the papers (3 pages)" in words(page)
    assert f'href="{world.paper_url}"' in page.content.decode()  # type: ignore[attr-defined]
    members_pack = world.meeting.packs.get(edition="members")
    assert f'href="{world.url}packs/{members_pack.pk}.pdf"' in page.content.decode()  # type: ignore[attr-defined]


def test_after_publication_the_public_has_the_public_edition(world: makers.World) -> None:
    publish(world)
    content = start(world, None).content.decode()  # type: ignore[attr-defined]
    assert f'href="{world.url}packs/{world.meeting.packs.get(edition="public").pk}.pdf"' in content
    assert str(world.meeting.packs.get(edition="members").pk) + ".pdf" not in content


@pytest.mark.parametrize(("today", "said"), [(date(2018, 10, 15), "tomorrow"), (date(2018, 10, 16), "today")])
def test_a_meeting_that_is_near(today: date, said: str) -> None:
    world = makers.world(today=today)
    assert heading(start(world, member(world))) == f"Your next meeting is {said}"


def test_no_meeting_no_panel() -> None:
    world = makers.world(today=date(2018, 10, 17))
    assert world.meeting.committee.name not in words(start(world, member(world)))
