"""The clerk of the council that hosts a meeting runs it, and no other meeting."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from committees.models import Meeting, Pack, Paper
from portal import permissions
from portal.models import Council, User
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    """The first council hosts on 16 October 2018; each meeting has a restricted paper."""
    world = makers.world()
    world.meeting.committee.clerk_follows_host = True
    world.meeting.committee.save()
    makers.restricted_paper(world.item, 2)
    return world


@pytest.fixture
def elsewhere(world: makers.World) -> Meeting:
    """A meeting of the same committee that the second council hosts."""
    meeting = factories.meeting(world.meeting.committee, date(2018, 12, 4), host=council(world, 1))
    makers.restricted_paper(factories.item(meeting), 1)
    return meeting


def council(world: makers.World, place: int) -> Council:
    return world.partnership.places.order_by("position")[place].council


def clerk_of(world: makers.World, place: int) -> User:
    return factories.user(world.partnership, "council-clerk", council(world, place))


def url_of(world: makers.World, meeting: Meeting) -> str:
    return world.url.replace("2018-10-16", str(meeting.on))


def test_they_prepare_edit_and_read_what_their_council_hosts(world: makers.World, elsewhere: Meeting) -> None:
    clerk = makers.signed_in(clerk_of(world, 0))
    assert clerk.get(world.paper_url).status_code == 200
    assert clerk.get(f"{world.url}papers/1/commercial/").status_code == 200
    assert clerk.get(f"{world.paper_url}sections/1/").status_code == 200
    assert clerk.post(f"{world.paper_url}clear/").status_code == 302
    assert Paper.objects.get(pk=world.paper.pk).cleared_at is not None


def test_of_other_meetings_they_know_what_the_public_knows(world: makers.World, elsewhere: Meeting) -> None:
    clerk, url = makers.signed_in(clerk_of(world, 0)), url_of(world, elsewhere)
    assert clerk.get(f"{url}papers/1/commercial/").status_code == 404
    assert clerk.post(f"{url}papers/1/commercial/clear/").status_code == 403
    assert clerk.get(f"{url}publish/confirm/").status_code == 403
    assert "Commercial" not in clerk.get(url).content.decode()


def test_lists_hold_the_papers_of_hosted_meetings_alone(world: makers.World, elsewhere: Meeting) -> None:
    user = clerk_of(world, 0)
    seen = set(Paper.objects.visible_to(user, world.partnership).values_list("item__meeting__on", flat=True))
    assert seen == {date(2018, 10, 16)}


def test_so_with_packs(world: makers.World, elsewhere: Meeting) -> None:
    for meeting in (world.meeting, elsewhere):
        Pack.objects.create(
            meeting=meeting, edition="members", number=1, file="x.pdf", sha256="0", pages=1, bytes=1,
            built_at="2018-10-01T09:00Z",
        )  # fmt: skip
    user = clerk_of(world, 0)
    seen = set(Pack.objects.visible_to(user, world.partnership).values_list("meeting__on", flat=True))
    assert seen == {date(2018, 10, 16)}


def test_the_right_moves_with_the_host(world: makers.World) -> None:
    world.meeting.host = council(world, 1)
    world.meeting.save()
    assert makers.signed_in(clerk_of(world, 0)).get(world.paper_url).status_code == 404
    assert makers.signed_in(clerk_of(world, 1)).get(world.paper_url).status_code == 200


def test_without_the_rule_nothing_moves(world: makers.World) -> None:
    world.meeting.committee.clerk_follows_host = False
    world.meeting.committee.save()
    assert makers.signed_in(clerk_of(world, 0)).get(world.paper_url).status_code == 404


def test_a_clerk_of_the_partnership_keeps_all(world: makers.World, elsewhere: Meeting) -> None:
    assert makers.signed_in(world.clerk).get(f"{url_of(world, elsewhere)}papers/1/commercial/").status_code == 200


def test_a_question_that_names_no_meeting_is_answered_no(world: makers.World) -> None:
    user, at = clerk_of(world, 0), {"committee_id": world.meeting.committee_id}
    assert not permissions.may(user, permissions.MEETING_EDIT, world.partnership)
    assert not permissions.may(user, permissions.MEETING_EDIT, world.partnership, **at)
    assert permissions.may(user, permissions.MEETING_EDIT, world.partnership, **at, meeting_id=world.meeting.pk)
    for permission in (permissions.COMMITTEE_EDIT, permissions.PERIOD_SAVE, permissions.ACTION_EDIT):
        assert not permissions.may(user, permission, world.partnership)


def test_the_same_council_in_another_partnership_gives_nothing(world: makers.World) -> None:
    other = factories.partnership(council(world, 0))
    user = factories.user(other, "council-clerk", council(world, 0))
    assert makers.signed_in(user).get(world.paper_url).status_code == 404


def test_accounts_that_are_no_councils_clerk_cost_no_question(world: makers.World, django_assert_num_queries) -> None:
    user = User.objects.get(pk=world.clerk.pk)
    with django_assert_num_queries(1):
        permissions.rights_of(user)


def test_views_of_a_meeting_always_name_it() -> None:
    """A view that asks with the committee alone would shut the hosting clerk out."""
    for path in (Path(settings.BASE_DIR) / "committees" / "views").glob("*.py"):
        assert not re.findall(r"committee_id=meeting\.committee_id", path.read_text("utf-8")), path.name
