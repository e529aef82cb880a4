"""The timeline of a meeting on Tuesday 16 October 2018, before and after it. The local rules, by hand: questions five
working days before (9 October), clearance three before the last day to publish (8 October, so 3 October), draft minutes
ten after (30 October), call-in five after publication of the decisions on 17 October (24 October)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from committees import meeting_clock
from committees.meeting_clock import ClockStep
from committees.models import Decision, Meeting, Minutes, Notice, Paper
from tests.committees import makers

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
RULES = {
    "question_working_days": 5,
    "clearance_working_days": 3,
    "call_in_working_days": 5,
    "draft_minutes_working_days": 10,
}


@pytest.fixture
def world() -> makers.World:
    world = makers.world()
    committee = world.meeting.committee
    for name, days in RULES.items():
        setattr(committee, name, days)
    committee.save()
    return world


def timeline(world: makers.World, today: date) -> dict[str, ClockStep]:
    meeting = Meeting.objects.select_related("committee__partnership").get(pk=world.meeting.pk)
    facts = meeting_clock.load(
        meeting,
        today=today,
        closed=frozenset(),
        items=list(meeting.items.order_by("number")),
        papers=list(Paper.objects.filter(item__meeting=meeting).select_related("item").order_by("pk")),
        knows_agenda=True,
        prepares=True,
    )
    return {step.label: step for step in meeting_clock.steps(facts)}


def at(month: int, day: int) -> datetime:
    return datetime(2018, month, day, 9, tzinfo=LONDON)


def said(step: ClockStep) -> tuple[date | None, str, str, str]:
    return step.on, step.mark, step.said, step.off


def test_before_the_meeting_everything_stands_in_order(world: makers.World) -> None:
    steps = timeline(world, date(2018, 10, 2))
    assert list(steps) == [
        "Today", "Reports cleared", "Notice of time and place", "Agenda and reports", "Public questions", "Meeting",
        "End of call-in", "Draft minutes", "Background papers open to inspection",
        "Minutes, agenda and reports open to inspection",
    ]  # fmt: skip
    assert said(steps["Reports cleared"]) == (date(2018, 10, 3), "", "One paper not cleared", "in one working day")
    assert said(steps["Agenda and reports"]) == (date(2018, 10, 8), "", "To be published", "in four working days")
    assert said(steps["Public questions"]) == (date(2018, 10, 9), "half", "Open", "in five working days")
    assert said(steps["Meeting"]) == (date(2018, 10, 16), "", "", "in 10 working days")
    assert steps["End of call-in"].on is None


def test_on_the_last_day_and_after_it(world: makers.World) -> None:
    assert said(timeline(world, date(2018, 10, 8))["Agenda and reports"]) == (
        date(2018, 10, 8), "near", "Due today", "today",
    )  # fmt: skip
    late = timeline(world, date(2018, 10, 9))
    assert said(late["Agenda and reports"]) == (date(2018, 10, 8), "missed", "Not given", "")
    assert late["Agenda and reports"].is_kept is False
    assert late["Reports cleared"].mark == "missed"
    assert said(timeline(world, date(2018, 10, 10))["Public questions"]) == (date(2018, 10, 9), "lock", "Closed", "")


def test_after_the_meeting(world: makers.World) -> None:
    Meeting.objects.filter(pk=world.meeting.pk).update(
        state="held", published_at=at(10, 5), published_by=world.clerk.pk
    )
    Paper.objects.update(cleared_at=at(10, 3))
    Decision.objects.create(
        meeting=world.meeting, reference="1", title="D", outcome="agreed", text="Agreed.",
        recorded_at=at(10, 17), published_at=at(10, 17),
    )  # fmt: skip
    steps = timeline(world, date(2018, 10, 22))
    assert said(steps["Reports cleared"]) == (date(2018, 10, 3), "ok", "Cleared 3 October 2018", "")
    assert said(steps["Agenda and reports"]) == (date(2018, 10, 8), "ok", "Given 5 October 2018", "")
    assert said(steps["Meeting"]) == (date(2018, 10, 16), "lock", "Held", "")
    assert said(steps["End of call-in"]) == (date(2018, 10, 24), "half", "Running", "in two working days")
    assert said(steps["Draft minutes"]) == (date(2018, 10, 30), "", "To be published", "in six working days")
    assert "Today" not in steps
    minutes = Minutes.objects.create(meeting=world.meeting, state="published", published_at=at(10, 31))
    assert said(timeline(world, date(2018, 11, 1))["Draft minutes"]) == (
        date(2018, 10, 30), "late", "Given 31 October 2018, late", "",
    )  # fmt: skip
    minutes.published_at = at(10, 30)
    minutes.save()
    assert timeline(world, date(2018, 11, 1))["Draft minutes"].is_kept is True
    over = timeline(world, date(2024, 10, 16))
    assert over["Minutes, agenda and reports open to inspection"].said == "The period has ended"
    assert timeline(world, date(2024, 10, 15))["Minutes, agenda and reports open to inspection"].said == ""


def test_a_key_decision_shows_its_notice_or_what_is_left(world: makers.World) -> None:
    committee = world.meeting.committee
    committee.legal_basis = "executive"
    committee.save()
    Paper.objects.update(decision_type="key")
    steps = timeline(world, date(2018, 9, 10))
    key = steps["Notice of key decisions"]
    assert said(key) == (date(2018, 9, 5), "missed", "Not given: one item", "")
    assert key.other == "Counted in calendar days: 17 September 2018"
    assert steps["Notice of general exception"].on == date(2018, 10, 8)
    Notice.objects.create(
        meeting=world.meeting, item=world.item, kind="general-exception", given_on=date(2018, 10, 1), matter="M",
        reasons="R", recorded_at=at(10, 1),
    )  # fmt: skip
    excepted = timeline(world, date(2018, 10, 2))["Notice of key decisions"]
    assert (excepted.mark, excepted.said) == ("late", "Given 1 October 2018, by general exception")
    Notice.objects.create(
        meeting=world.meeting, item=world.item, kind="key-decision", given_on=date(2018, 9, 5), matter="M",
        recorded_at=at(9, 5),
    )  # fmt: skip
    given = timeline(world, date(2018, 10, 2))["Notice of key decisions"]
    assert (given.mark, given.said, given.is_kept) == ("ok", "Given 5 September 2018", True)


def test_the_exception_is_left_out_where_the_full_notice_was_given(world: makers.World) -> None:
    committee = world.meeting.committee
    committee.legal_basis = "executive"
    committee.save()
    Paper.objects.update(decision_type="key")
    Notice.objects.create(
        meeting=world.meeting, kind="key-decision", given_on=date(2018, 9, 5), matter="M", recorded_at=at(9, 5)
    )
    assert "Notice of general exception" not in timeline(world, date(2018, 9, 10))


def test_nothing_counts_for_a_cancelled_meeting(world: makers.World) -> None:
    Meeting.objects.filter(pk=world.meeting.pk).update(state="cancelled", cancelled_at=at(10, 1))
    steps = timeline(world, date(2018, 10, 2))
    assert {(step.state, step.said, step.off) for step in steps.values()} == {("", "", "")}


def test_the_public_is_told_nothing_of_a_draft(world: makers.World) -> None:
    makers.restricted_paper(world.item, 2)
    page = makers.signed_in(None).get(world.url).content.decode()
    assert "not cleared" not in page
