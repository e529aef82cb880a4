"""Minutes whose paper is restricted: nothing of them becomes public, and members read them whole."""

from __future__ import annotations

from datetime import date

import pytest

from committees import actions, minutes_actions, packs
from committees.minutes_actions import Ballot
from committees.minutes_saving import token
from committees.models import MinuteItem, Minutes, Paper
from portal.models import AuditEvent
from tests import factories
from tests.committees import makers
from tests.pdf_checks import page_texts

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


# From the minutes of one meeting into the next: its item, its paper, its pack, its audit trail.


MARKER = "zanzibar"


def carried_over() -> tuple[makers.World, Minutes]:
    """Minutes taken and checked in the portal, which have come onto the agenda of 16 October by themselves."""
    world = makers.world()
    before = factories.meeting(world.meeting.committee, date(2018, 7, 4), state="held", published=True)
    factories.item(before, 1, title="Update")
    factories.item(
        before, 2, title="Contract", private_title=f"About {MARKER}", part="II", exempt_paragraphs=[3],
        public_interest=f"It would harm {MARKER}.",
    )  # fmt: skip
    before.attendances.create(
        person=factories.person("P0"), council=world.partnership.places.first().council, status="present",
        capacity="member", chaired=True,
    )  # fmt: skip
    minutes = minutes_actions.begin(by=world.clerk, meeting=before)
    MinuteItem.objects.filter(number=1).update(text="It was discussed.")
    client = makers.signed_in(world.clerk)
    item = MinuteItem.objects.get(number=2)
    url = world.url.replace("2018-10-16", "2018-07-04")
    name = f"text.{item.pk}"
    client.post(f"{url}minutes/save/", {name: f"{MARKER} won.", f"was.{name}": token("")})
    resolution = minutes_actions.add_resolution(by=world.clerk, item=item, text=f"That {MARKER} be told.")
    minutes_actions.record_vote(by=world.clerk, resolution=resolution, ballot=Ballot(1, 0, 0, False, {}))
    minutes_actions.ask_for_action(
        by=world.clerk, item=item, title=f"Tell {MARKER}", owner=None, council=None, due_on=None
    )
    minutes_actions.check(by=world.clerk, minutes=minutes)
    return world, minutes


def test_what_was_private_stays_private_in_the_next_meeting() -> None:
    world, _ = carried_over()
    publish(world)
    restricted = world.meeting.items.get(kind="minutes", part="II")
    opened = world.meeting.items.get(kind="minutes", part="I")
    council = world.partnership.places.first().council
    for role in (None, "officer", "approver", "administrator"):
        own = council if role in {"officer", "approver"} else None
        client = makers.signed_in(factories.user(world.partnership, role, own) if role else None)
        for address in (
            world.url, f"{world.url}papers/{opened.number}/minutes/", f"/{world.partnership.slug}/",
            f"/{world.partnership.slug}/meetings/", world.url.replace("2018-10-16", "2018-07-04"),
            world.url.replace("2018-10-16", "2018-07-04") + "minutes/", f"/{world.partnership.slug}/actions/",
            f"{world.url}papers/{restricted.number}/minutes/",
        ):  # fmt: skip
            assert MARKER not in client.get(address).content.decode().lower(), (role, address)
    member = makers.signed_in(factories.user(world.partnership, "member", council))
    page = member.get(f"{world.url}papers/{restricted.number}/minutes/").content.decode()
    assert f"{MARKER} won." in page
    assert f"That {MARKER} be told." in page


def test_the_public_pack_has_a_sheet_for_it() -> None:
    world, _ = carried_over()
    publish(world)
    texts = {
        edition: " ".join(page_texts(packs.build(world.meeting, edition).pdf)).lower()
        for edition in ("public", "members")
    }
    assert (MARKER in texts["public"], MARKER in texts["members"]) == (False, True)
    assert "what was taken in private" in texts["public"]


def test_its_audit_events_are_restricted() -> None:
    carried_over()
    for event in AuditEvent.objects.all():
        if MARKER in f"{event.before}{event.after}{event.reason}{event.target}".lower():
            assert event.is_restricted, event.verb
        assert MARKER not in event.target.lower()
    assert AuditEvent.objects.filter(is_restricted=True, verb="minutes.edit").exists()


def test_opening_the_item_opens_neither_the_paper_nor_the_minutes() -> None:
    """The item by which they came can be opened by mistake: paper and minutes are restricted by themselves."""
    world, minutes = carried_over()
    item = world.meeting.items.get(kind="minutes", part="II")
    item.part, item.private_title = "I", ""
    item.save()
    paper = item.papers.get()
    assert paper.is_restricted
    paper.part = "I"
    paper.save()
    publish(world)
    public = makers.signed_in(None).get(f"{world.url}papers/{item.number}/minutes/")
    assert public.status_code == 200
    assert MARKER not in public.content.decode().lower()
    assert MinuteItem.objects.get(minutes=minutes, number=2).part == "II"
