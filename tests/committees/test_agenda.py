"""Arranging a meeting and building its agenda."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from committees import agenda, agenda_actions
from committees.agenda_actions import ItemText
from committees.models import AgendaItem, Meeting, TemplateItem
from portal.models import AuditEvent, Part
from portal.policies import Refused
from tests import factories
from tests.browser import assert_axe, assert_fits
from tests.committees import makers
from tests.committees.test_views import words

NEW = ItemText(AgendaItem.Kind.REPORT, "New business", "To consider it.")


# Order


@pytest.mark.parametrize(
    ("one", "to", "expected"),
    [
        ("c", 1, "cabd"),
        ("a", 3, "bcad"),
        ("b", 2, "abcd"),
        ("a", 99, "bcda"),
        ("d", 0, "dabc"),
    ],
)
def test_one_moves_and_the_others_keep_their_order(one: str, to: int, expected: str) -> None:
    assert "".join(agenda.moved("abcd", one, to)) == expected


@given(st.permutations(range(6)), st.integers(0, 5), st.integers(-3, 9))
def test_moving_loses_nothing(order: list[int], one: int, to: int) -> None:
    after = agenda.moved(order, one, to)
    assert sorted(after) == list(range(6))
    assert [key for key in after if key != one] == [key for key in order if key != one]


def test_what_is_not_on_the_agenda_cannot_move() -> None:
    with pytest.raises(ValueError, match="not on this agenda"):
        agenda.moved("abc", "d", 1)


# Arranging


@pytest.fixture
def world(db: None) -> makers.World:
    return makers.world()


@pytest.fixture
def clerk(world: makers.World) -> Client:
    return makers.signed_in(world.clerk)


def titles(meeting: Meeting) -> list[tuple[int, str]]:
    return list(meeting.items.order_by("number").values_list("number", "title"))


def arrange(world: makers.World, on: date) -> Meeting:
    return agenda_actions.arrange_meeting(
        by=world.clerk,
        committee=world.meeting.committee,
        on=on,
        starts_at=time(18, 30),
        venue="Town Hall",
        host=world.meeting.host,
    )


def test_a_meeting_begins_with_the_items_of_the_template(world: makers.World) -> None:
    committee = world.meeting.committee
    rows = [
        ("apologies", "Apologies", Part.ONE),
        ("minutes", "Minutes of the previous meeting", Part.ONE),
        ("urgent", "Urgent Part II business", Part.TWO),
    ]
    for position, (kind, title, part) in enumerate(rows, start=1):
        TemplateItem.objects.create(committee=committee, position=position, kind=kind, title=title, part=part)
    # The one before is that of 16 October: a cancelled one and a later one do not count.
    factories.meeting(committee, date(2018, 11, 6), state=Meeting.State.CANCELLED)
    factories.meeting(committee, date(2019, 5, 1))
    made = arrange(world, date(2018, 12, 4))
    assert titles(made) == [(1, "Apologies"), (2, "Minutes of 16 October 2018"), (3, "Urgent Part II business")]
    assert made.items.get(number=3).part == Part.TWO
    event = AuditEvent.objects.get(verb="meeting.arrange")
    assert (event.by, event.after["on"]) == (world.clerk, "2018-12-04")


def test_a_day_that_has_passed_or_is_taken_is_refused(world: makers.World) -> None:
    with pytest.raises(Refused, match="4 October 2018 has passed"):
        arrange(world, date(2018, 10, 4))
    with pytest.raises(Refused, match="has a meeting on Tuesday 16 October 2018 already"):
        arrange(world, date(2018, 10, 16))
    assert Meeting.objects.count() == 1


def test_arranging_by_form(world: makers.World, clerk: Client) -> None:
    address = f"/{world.partnership.slug}/meetings/arrange/"
    committee = world.meeting.committee
    wrong = clerk.post(address, {"committee": committee.pk, "on": "16/10/2018", "starts_at": "late", "venue": "Hall"})
    assert wrong.status_code == 422
    assert "Begins at: Write the time like 18:30." in words(wrong)
    taken = {"committee": committee.pk, "on": "2018-10-16", "starts_at": "18:30", "venue": "Hall"}
    refused = clerk.post(address, taken)
    assert refused.status_code == 422
    assert f"Day: The {committee.short_name} has a meeting on Tuesday 16 October 2018 already." in words(refused)
    assert 'value="Hall"' in refused.content.decode()
    done = clerk.post(address, taken | {"on": "2018-12-04"})
    made = Meeting.objects.get(on=date(2018, 12, 4))
    assert done["Location"] == f"/{world.partnership.slug}/meetings/{committee.slug}/2018-12-04/agenda/"
    assert (made.starts_at, made.venue, made.host) == (time(18, 30), "Hall", None)


# Items


@pytest.fixture
def three(world: makers.World) -> list[AgendaItem]:
    """Items 1 to 3; the first has a paper."""
    return [world.item, factories.item(world.meeting, 2), factories.item(world.meeting, 3)]


def test_an_item_is_added_at_a_place(world: makers.World, three: list[AgendaItem]) -> None:
    agenda_actions.add_item(by=world.clerk, meeting=world.meeting, text=NEW, after=1)
    assert titles(world.meeting) == [(1, "Update"), (2, "New business"), (3, "Item 2"), (4, "Item 3")]
    agenda_actions.add_item(by=world.clerk, meeting=world.meeting, text=NEW)
    agenda_actions.add_item(by=world.clerk, meeting=world.meeting, text=NEW, after=0)
    assert [title for _, title in titles(world.meeting)] == [
        "New business", "Update", "New business", "Item 2", "Item 3", "New business",
    ]  # fmt: skip


def test_items_move(world: makers.World, three: list[AgendaItem], clerk: Client) -> None:
    address = f"{world.url}agenda/{three[2].pk}/move/"
    answer = clerk.post(address, {"to": "1"})
    assert answer["Location"] == f"{world.url}agenda/#item-{three[2].pk}"
    assert titles(world.meeting) == [(1, "Item 3"), (2, "Update"), (3, "Item 2")]
    event = AuditEvent.objects.get(verb="agenda.move")
    assert (event.before, event.after) == ({"number": 3}, {"number": 1})
    clerk.post(address, {"to": "1"})  # it stands there already
    assert AuditEvent.objects.filter(verb="agenda.move").count() == 1
    for nonsense in ("", "up", "-1", "1.5", "²", "9" * 40):
        assert "Choose the place" in words(clerk.post(address, {"to": nonsense}, follow=True))
    assert titles(world.meeting) == [(1, "Item 3"), (2, "Update"), (3, "Item 2")]


def test_an_item_without_papers_can_go(world: makers.World, three: list[AgendaItem], clerk: Client) -> None:
    clerk.post(f"{world.url}agenda/{three[1].pk}/remove/")
    assert titles(world.meeting) == [(1, "Update"), (2, "Item 3")]
    page = words(clerk.post(f"{world.url}agenda/{three[0].pk}/remove/", follow=True))
    assert "This item has papers." in page
    assert titles(world.meeting) == [(1, "Update"), (2, "Item 3")]


def test_the_second_of_two_clerks_is_told(world: makers.World, three: list[AgendaItem], clerk: Client) -> None:
    address = f"{world.url}agenda/{three[1].pk}/"
    form = clerk.get(address).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', form)[1]  # type: ignore[index]
    first = {"title": "The first one's title", "kind": "report", "note": "", "seen": seen}
    assert clerk.post(address, first).status_code == 302
    second = clerk.post(address, first | {"title": "The second one's title"})
    assert second.status_code == 409
    page = words(second)
    assert "Somebody else has changed this item" in page
    assert "The first one's title" in page
    assert 'value="The second one&#x27;s title"' in second.content.decode()
    again = re.search(r'name="seen" value="(\w+)"', second.content.decode())[1]  # type: ignore[index]
    clerk.post(address, first | {"title": "The second one's title", "seen": again})
    assert AgendaItem.objects.get(pk=three[1].pk).title == "The second one's title"


@pytest.mark.parametrize("step", ["add", "edit", "move", "remove"])
def test_a_published_agenda_does_not_change(world: makers.World, three: list[AgendaItem], step: str) -> None:
    Meeting.objects.filter(pk=world.meeting.pk).update(published_before_portal=True)
    before = titles(world.meeting)
    act = {
        "add": lambda: agenda_actions.add_item(by=world.clerk, meeting=world.meeting, text=NEW),
        "edit": lambda: agenda_actions.edit_item(
            by=world.clerk, item=three[1], text=NEW, seen=ItemText.of(three[1]).token()
        ),
        "move": lambda: agenda_actions.move_item(by=world.clerk, item=three[1], to=1),
        "remove": lambda: agenda_actions.remove_item(by=world.clerk, item=three[1]),
    }[step]
    with pytest.raises(Refused, match="cannot change any more"):
        act()
    assert titles(world.meeting) == before
    assert not AuditEvent.objects.filter(verb__startswith="agenda.").exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_building_an_agenda_by_keyboard(visit, width: int) -> None:  # type: ignore[no-untyped-def]
    world = makers.world()
    factories.item(world.meeting, 2, title="Urgent business")
    page = visit(f"{world.url}agenda/", user=world.clerk, width=width)
    assert_axe(page)
    assert_fits(page)
    page.get_by_role("button", name="Up “Urgent business”").press("Enter")
    page.wait_for_url("**/agenda/#item-*")
    page.get_by_role("link", name="Add an item").press("Enter")
    page.get_by_label("Title").fill("A report on savings")
    assert_axe(page)
    page.get_by_role("button", name="Add the item").press("Enter")
    page.wait_for_url("**/agenda/#item-*")
    assert titles(world.meeting) == [(1, "Urgent business"), (2, "Update"), (3, "A report on savings")]
