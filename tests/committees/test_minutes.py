"""Minutes from draft to approved: each step in the right state alone, by the right account, once."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from committees import agenda_actions, minutes_actions, minutes_carry
from committees.minutes_actions import Ballot
from committees.models import AgendaItem, Meeting, MinuteItem, Minutes, NamedVote, Paper, Resolution, Vote
from portal.models import Action, AuditEvent, User
from portal.policies import Refused
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db

MARKER = "zanzibar"


class Desk:
    """A meeting held on 4 July 2018 with an open and a restricted item; the next is on 16 October, today the 5th."""

    def __init__(self) -> None:
        self.world = makers.world()
        council = self.world.partnership.places.order_by("position")[0].council
        self.meeting = factories.meeting(
            self.world.meeting.committee, date(2018, 7, 4), state="held", closed_at=time(20), published=True
        )
        factories.item(self.meeting, 1, title="Update")
        factories.item(
            self.meeting, 2, title="Contract", private_title=f"About {MARKER}", part="II", exempt_paragraphs=[3],
            public_interest="Prices.",
        )  # fmt: skip
        self.people = [factories.person(f"P{n}", honorific="councillor") for n in range(3)]
        for number, person in enumerate(self.people):
            self.meeting.attendances.create(
                person=person, council=council, status="present", capacity="member", chaired=number == 0
            )
        self.clerk = makers.signed_in(self.world.clerk)
        self.url = self.world.url.replace("2018-10-16", "2018-07-04") + "minutes/"

    @property
    def minutes(self) -> Minutes:
        return Minutes.objects.select_related("meeting__committee__partnership").get(meeting=self.meeting)

    def item(self, number: int = 1) -> MinuteItem:
        return MinuteItem.objects.select_related("minutes__meeting__committee__partnership").get(
            minutes__meeting=self.meeting, number=number
        )

    def post(self, rest: str, client: Client | None = None, **data: Any) -> Any:
        return (client or self.clerk).post(f"{self.url}{rest}/", data)

    def written(self) -> Desk:
        self.post("begin")
        MinuteItem.objects.filter(number=1).update(text="It was discussed.")
        MinuteItem.objects.filter(number=2).update(text=f"The price of {MARKER} was discussed.")
        return self

    def checked(self) -> Desk:
        self.written().post("check")
        return self

    def published(self) -> Desk:
        self.checked().post("publish")
        return self

    def approved(self) -> Desk:
        self.published()
        self.stand_on(date(2018, 10, 16))
        self.post("approve", at=self.world.meeting.pk, correction="Item 1: for “July” read “June”.")
        return self

    def stand_on(self, day: date) -> None:
        self.world.partnership.demonstration_today = day
        self.world.partnership.save()

    def state(self) -> str:
        return Minutes.objects.get(meeting=self.meeting).state


@pytest.fixture
def desk() -> Desk:
    return Desk()


# Beginning


def test_minutes_follow_the_agenda_and_its_restrictions(desk: Desk) -> None:
    assert desk.post("begin").status_code == 302
    rows = list(MinuteItem.objects.order_by("number").values_list("number", "title", "part", "private_title"))
    assert rows == [(1, "Update", "I", ""), (2, "Contract", "II", f"About {MARKER}")]
    assert desk.item(2).exempt_paragraphs == [3]
    desk.post("begin")
    assert MinuteItem.objects.count() == 2
    assert AuditEvent.objects.filter(verb="minutes.begin").count() == 1


def test_a_restricted_paper_of_an_open_item_is_minuted_apart(desk: Desk) -> None:
    makers.restricted_paper(desk.meeting.items.get(number=1), 1)
    desk.post("begin")
    apart = desk.item(3)
    assert (apart.title, apart.part, apart.exempt_paragraphs) == (
        "Item 1, in private: Commercial appendix", "II", [3],
    )  # fmt: skip


def test_no_minutes_before_the_day_nor_of_a_cancelled_meeting(desk: Desk) -> None:
    Meeting.objects.filter(pk=desk.meeting.pk).update(state="cancelled")
    desk.post("begin")
    desk.clerk.post(f"{desk.world.url}minutes/begin/")
    assert not Minutes.objects.exists()


def test_what_was_taken_in_private_unforeseen_is_kept_apart(desk: Desk) -> None:
    desk.post("begin")
    assert desk.post("private", title="Staff", public_interest="").status_code == 409
    assert desk.post("private", title="Staff", exempt_paragraphs=["1"], public_interest="People.").status_code == 302
    assert (desk.item(3).part, desk.item(3).exempt_paragraphs) == ("II", [1])


# Checking


def test_the_clerk_records_that_the_chair_has_checked(desk: Desk) -> None:
    desk.checked()
    assert (desk.state(), desk.minutes.checked_by) == ("checked", "Councillor P0")
    desk.post("check")
    assert AuditEvent.objects.filter(verb="minutes.check").count() == 1


def test_whoever_chaired_checks_and_other_members_do_not(desk: Desk) -> None:
    desk.written()
    chair, other = (makers.signed_in(User.objects.create_user(f"member-{n}", person=desk.people[n])) for n in (0, 1))
    assert other.get(desk.url).status_code == 404
    assert desk.post("check", other).status_code == 403
    assert desk.state() == "draft"
    assert "I have checked them" in chair.get(desk.url).content.decode()
    assert desk.post("check", chair).status_code == 302
    assert desk.state() == "checked"


@pytest.mark.parametrize("lacks", ["text", "chair", "held", "resolution"])
def test_unfinished_minutes_are_not_checked(desk: Desk, lacks: str) -> None:
    desk.written()
    if lacks == "text":
        MinuteItem.objects.filter(number=2).update(text=" ")
    elif lacks == "chair":
        desk.meeting.attendances.update(chaired=False)
    elif lacks == "held":
        Meeting.objects.filter(pk=desk.meeting.pk).update(state="scheduled")
    else:
        Resolution.objects.create(item=desk.item(), number=1, text="")
    desk.post("check")
    assert desk.state() == "draft"


def test_checked_minutes_go_back_with_a_reason(desk: Desk) -> None:
    desk.checked()
    Paper.objects.filter(minutes_of=desk.meeting).update(cleared_at="2018-10-05T09:00Z")
    desk.post("send-back", reason=" ")
    assert desk.state() == "checked"
    desk.post("send-back", reason="The vote is missing.")
    assert desk.state() == "draft"
    assert not Paper.objects.filter(minutes_of=desk.meeting, cleared_at__isnull=False).exists()
    assert AuditEvent.objects.get(verb="minutes.send-back").reason == "The vote is missing."
    desk.post("send-back", reason="Again.")
    assert AuditEvent.objects.filter(verb="minutes.send-back").count() == 1


# Publishing and approving


def test_a_draft_is_published_once_and_without_what_was_private(desk: Desk) -> None:
    desk.written().post("publish")
    assert desk.state() == "draft"
    desk.post("check")
    public = makers.signed_in(None)
    assert public.get(desk.url).status_code == 404
    desk.post("publish")
    assert desk.state() == "published"
    assert desk.minutes.published_at is not None
    page = public.get(desk.url).content.decode()
    assert "It was discussed." in page
    assert "What was said and resolved is restricted: Part II, paragraph 3." in page
    assert MARKER not in page.lower()
    desk.post("publish")
    assert AuditEvent.objects.filter(verb="minutes.publish").count() == 1


def test_a_later_meeting_approves_under_its_item_with_a_correction(desk: Desk) -> None:
    desk.approved()
    assert (desk.state(), desk.minutes.approved_at) == ("approved", desk.world.meeting)
    page = makers.signed_in(None).get(desk.url).content.decode()
    assert "Corrected when they were approved: Item 1: for “July” read “June”." in page
    item = desk.world.meeting.items.get(kind="minutes", part="I")
    assert f"16 October 2018</a>, item {item.number}" in page
    desk.post("approve", at=desk.world.meeting.pk, correction="Another.")
    assert desk.minutes.correction == "Item 1: for “July” read “June”."


def test_not_before_they_are_public_nor_before_that_meeting(desk: Desk) -> None:
    desk.checked()
    desk.stand_on(date(2018, 10, 16))
    desk.post("approve", at=desk.world.meeting.pk)
    assert desk.state() == "checked"
    desk.post("publish")
    desk.stand_on(date(2018, 10, 15))
    desk.post("approve", at=desk.world.meeting.pk)
    assert desk.state() == "published"
    with pytest.raises(Refused, match="still to come"):
        minutes_actions.approve(by=desk.world.clerk, minutes=desk.minutes, at=desk.world.meeting)


def test_not_by_a_meeting_that_has_not_had_them(desk: Desk) -> None:
    desk.published()
    desk.stand_on(date(2018, 12, 31))
    other = factories.meeting(desk.world.meeting.committee, date(2018, 12, 4))
    with pytest.raises(Refused, match="not on the agenda"):
        minutes_actions.approve(by=desk.world.clerk, minutes=desk.minutes, at=other)


@pytest.mark.parametrize("role", ["member", "officer", "service-manager", "auditor"])
def test_steps_are_the_clerks(desk: Desk, role: str) -> None:
    desk.checked()
    council = desk.world.partnership.places.first().council if role in {"member", "officer"} else None
    client = makers.signed_in(factories.user(desk.world.partnership, role, council))
    for rest in ("begin", "save", "private", "check", "send-back", "publish", "approve"):
        assert desk.post(rest, client, reason="x").status_code == 403
    assert desk.state() == "checked"


# Approved minutes never change


@pytest.mark.parametrize("rest", ["begin", "save", "private", "check", "send-back", "publish", "approve"])
def test_approved_minutes_refuse_every_step(desk: Desk, rest: str) -> None:
    desk.approved()
    item = desk.item()
    before = list(Minutes.objects.values()), list(MinuteItem.objects.order_by("pk").values())
    data = {f"text.{item.pk}": "x", f"was.text.{item.pk}": "y", "title": "x", "exempt_paragraphs": ["1"], "reason": "x"}
    desk.post(rest, **data, at=desk.world.meeting.pk)
    assert (list(Minutes.objects.values()), list(MinuteItem.objects.order_by("pk").values())) == before


def test_the_database_keeps_them(desk: Desk) -> None:
    desk.written()
    resolution = Resolution.objects.create(item=desk.item(), number=1, text="That it be noted.")
    vote = Vote.objects.create(resolution=resolution, votes_for=1)
    named = NamedVote.objects.create(vote=vote, person=desk.people[0], choice="for")
    desk.post("check")
    desk.post("publish")
    desk.stand_on(date(2018, 10, 16))
    desk.post("approve", at=desk.world.meeting.pk)
    item = desk.item()
    changes = [
        lambda: Minutes.objects.update(correction="x"),
        lambda: Minutes.objects.update(state="draft"),
        lambda: MinuteItem.objects.filter(pk=item.pk).update(text="x"),
        lambda: MinuteItem.objects.filter(number=2).update(part="I", private_title=""),
        lambda: MinuteItem.objects.create(minutes=desk.minutes, number=9, title="x"),
        lambda: Resolution.objects.update(text="x"),
        lambda: Resolution.objects.create(item=item, number=2, text="x"),
        lambda: Vote.objects.update(votes_for=2),
        lambda: NamedVote.objects.update(choice="against"),
        lambda: NamedVote.objects.create(vote=vote, person=desk.people[1], choice="for"),
        lambda: named.delete(),
        lambda: vote.delete(),
        lambda: resolution.delete(),
        lambda: item.delete(),
        lambda: Minutes.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="pproved minutes"), transaction.atomic():
            change()


# Resolutions, votes, actions


def test_resolutions_are_numbered_and_close_up(desk: Desk) -> None:
    desk.written()
    first, second = (minutes_actions.add_resolution(by=desk.world.clerk, item=desk.item(), text=t) for t in "ab")
    minutes_actions.remove_resolution(by=desk.world.clerk, resolution=first)
    assert list(Resolution.objects.values_list("number", "text")) == [(1, "b")]
    with pytest.raises(Refused, match="gone already"):
        minutes_actions.remove_resolution(by=desk.world.clerk, resolution=first)
    assert second.pk


@pytest.mark.parametrize(
    ("counts", "named", "why"),
    [
        ((2, 1, 0), {}, ""),
        ((2, 1, 0), {0: "for", 1: "for", 2: "against"}, ""),
        ((2, 2, 0), {}, "4 votes, but 3 members and substitutes"),
        ((0, 0, 0), {}, "Nobody voted"),
        ((2, 1, 0), {0: "for", 1: "against", 2: "against"}, "2 for, but 1 by name"),
        ((2, 1, 0), {0: "for", 1: "for"}, "1 against, but 0 by name"),
    ],
)
def test_votes_and_names_agree(desk: Desk, counts: tuple[int, int, int], named: dict[int, str], why: str) -> None:
    desk.written()
    resolution = minutes_actions.add_resolution(by=desk.world.clerk, item=desk.item(), text="That it be noted.")
    data = dict(zip(("votes_for", "votes_against", "abstentions"), counts, strict=True))
    names = {f"named_{desk.people[n].pk}": choice for n, choice in named.items()}
    response = desk.post(f"resolutions/{resolution.pk}/vote", **data, **names)
    if why:
        assert response.status_code == 409
        assert why in response.content.decode()
        assert not Vote.objects.exists()
    else:
        assert response.status_code == 302
        assert NamedVote.objects.count() == len(named)
        page = desk.clerk.get(desk.url).content.decode()
        assert "That it be noted. (Vote: 2 for, 1 against, 0 abstained" in page
        assert ("For: Councillor P0 and Councillor P1. Against: Councillor P2.)" in page) is bool(named)


def test_the_chairs_second_vote_only_where_votes_are_equal(desk: Desk) -> None:
    desk.written()
    resolution = minutes_actions.add_resolution(by=desk.world.clerk, item=desk.item(), text="x")
    with pytest.raises(Refused, match="votes are equal"):
        minutes_actions.record_vote(by=desk.world.clerk, resolution=resolution, ballot=Ballot(2, 1, 0, True, {}))
    minutes_actions.record_vote(by=desk.world.clerk, resolution=resolution, ballot=Ballot(1, 1, 1, True, {}))
    assert desk.post(f"resolutions/{resolution.pk}/vote", remove="yes").status_code == 302
    assert not Vote.objects.exists()


@pytest.mark.parametrize(("number", "part"), [(1, "I"), (2, "II")])
def test_an_action_is_restricted_where_its_item_is(desk: Desk, number: int, part: str) -> None:
    desk.written()
    data = {"title": f"Tell {MARKER}", "owner": "", "council": "", "due_on": "2018-11-01"}
    assert desk.post(f"items/{number}/action", **data).status_code == 302
    action = Action.objects.get()
    assert (action.part, action.source, action.due_on) == (
        part, f"Minutes of 4 July 2018, item {number}", date(2018, 11, 1),
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="action.ask")
    assert event.is_restricted is (part == "II")
    if part == "II":
        assert MARKER not in event.target + action.source_key
    assert desk.post(f"items/{number}/action", **data).status_code == 409
    assert Action.objects.count() == 1


# Onto the next agenda


def carried(meeting: Meeting) -> list[tuple[str, str, str, list[int]]]:
    papers = Paper.objects.filter(item__meeting=meeting, kind="minutes").select_related("item")
    return [
        (paper.item.part, paper.part, paper.title, paper.exempt_paragraphs) for paper in papers.order_by("item__number")
    ]


CARRIED = [
    ("I", "I", "Minutes of 4 July 2018", []),
    ("II", "II", "Minutes of 4 July 2018: what was taken in private", [3]),
]


def test_checked_minutes_come_onto_the_next_agenda_apart(desk: Desk) -> None:
    desk.checked()
    assert carried(desk.world.meeting) == CARRIED
    desk.post("send-back", reason="A word.")
    desk.post("check")
    assert carried(desk.world.meeting) == CARRIED


def test_they_fill_the_item_that_the_template_gave(desk: Desk) -> None:
    template = factories.item(desk.world.meeting, 2, kind="minutes", title="Minutes of 4 July 2018")
    desk.checked()
    assert [paper.item for paper in Paper.objects.filter(minutes_of=desk.meeting, part="I").select_related("item")] == [
        template
    ]


def test_a_meeting_arranged_later_has_them_and_the_open_actions(desk: Desk) -> None:
    Meeting.objects.filter(pk=desk.world.meeting.pk).delete()
    desk.written()
    desk.post("items/1/action", title="Mend the link")
    desk.post("check")
    made = agenda_actions.arrange_meeting(
        by=desk.world.clerk, committee=desk.meeting.committee, on=date(2018, 12, 4), starts_at=time(18), venue="Hall",
        host=None,
    )  # fmt: skip
    assert carried(made) == CARRIED
    assert made.items.filter(kind=AgendaItem.Kind.ACTIONS).count() == 1
    assert minutes_carry.bring(by=desk.world.clerk, meeting=made) == []


def test_nothing_comes_onto_a_published_agenda_nor_from_approved_minutes(desk: Desk) -> None:
    Meeting.objects.filter(pk=desk.world.meeting.pk).update(published_before_portal=True)
    desk.checked()
    assert carried(desk.world.meeting) == []
    Minutes.objects.update(state="approved")
    other = factories.meeting(desk.meeting.committee, date(2018, 12, 4))
    minutes_carry.bring(by=desk.world.clerk, meeting=other)
    assert carried(other) == []
