"""Notices under SI 2012/2089, for a meeting on Tuesday 16 October 2018. The days by hand, from a calendar:

28 working days back: 15 to 1 October (11), 28 to 3 September … the last of them is 6 September (Thursday), so the last
day is Wednesday 5 September. Five working days back: 15, 12, 11, 10, 9 October, so the last day is Monday 8 October.
29 days of the calendar back is Monday 17 September.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from committees.clock import Reading, Regime
from committees.models import Notice
from committees.notices import Calendar, Given, Kind, Matter, for_key_decision, gaps, in_time, problem

MEETING = date(2018, 10, 16)
CALENDAR = Calendar(MEETING, Regime.EXECUTIVE)


def test_kinds_are_those_of_the_model() -> None:
    assert {kind.value for kind in Kind} == set(Notice.Kind.values)


@pytest.mark.parametrize(
    ("kind", "on", "said"),
    [
        (Kind.KEY_DECISION, date(2018, 9, 5), ""),
        (Kind.KEY_DECISION, date(2018, 9, 6), "Wednesday 5 September 2018 (SI 2012/2089, regulation 9(2))"),
        (Kind.PRIVATE, date(2018, 9, 5), ""),
        (Kind.PRIVATE, date(2018, 9, 6), "Wednesday 5 September 2018 (SI 2012/2089, regulation 5(2))"),
        (Kind.GENERAL_EXCEPTION, date(2018, 9, 5), "Until Wednesday 5 September 2018 the full notice"),
        (Kind.GENERAL_EXCEPTION, date(2018, 9, 6), ""),
        (Kind.GENERAL_EXCEPTION, date(2018, 10, 8), ""),
        (Kind.GENERAL_EXCEPTION, date(2018, 10, 9), "Monday 8 October 2018 (SI 2012/2089, regulation 10(1)(c))"),
        (Kind.SPECIAL_URGENCY, date(2018, 10, 8), "a notice of general exception can be given"),
        (Kind.SPECIAL_URGENCY, date(2018, 10, 9), ""),
        (Kind.SPECIAL_URGENCY, date(2018, 10, 16), ""),
        (Kind.SPECIAL_URGENCY, date(2018, 10, 17), "held by then"),
        (Kind.PRIVATE_URGENT, date(2018, 9, 5), "the full notice of a private part"),
        (Kind.PRIVATE_URGENT, date(2018, 9, 6), ""),
    ],
)
def test_days(kind: Kind, on: date, said: str) -> None:
    found = problem(kind, on, CALENDAR, [], None)
    assert (said in found) if said else (found == "")


def test_the_second_notice_comes_after_the_first() -> None:
    first = Given(Kind.PRIVATE, date(2018, 9, 5), 6)
    assert problem(Kind.PRIVATE_SECOND, date(2018, 10, 8), CALENDAR, [first], 6) == ""
    assert "comes before the second" in problem(Kind.PRIVATE_SECOND, date(2018, 10, 8), CALENDAR, [first], 7)
    assert "comes before the second" in problem(Kind.PRIVATE_SECOND, date(2018, 9, 4), CALENDAR, [first], 6)
    assert "Monday 8 October 2018" in problem(Kind.PRIVATE_SECOND, date(2018, 10, 9), CALENDAR, [first], 6)


def test_part_va_knows_no_such_notice() -> None:
    here = Calendar(MEETING, Regime.PART_VA)
    for kind in Kind:
        assert "which knows none" in problem(kind, date(2018, 9, 1), here, [], None)
    assert gaps([Matter(6, is_key=True, is_private=True)], [], here) == []


def test_the_calendar_reading_gives_until_17_september() -> None:
    here = Calendar(MEETING, Regime.EXECUTIVE, Reading.CALENDAR_DAYS)
    assert problem(Kind.KEY_DECISION, date(2018, 9, 17), here, [], None) == ""
    assert "Monday 17 September 2018" in problem(Kind.KEY_DECISION, date(2018, 9, 18), here, [], None)


def test_a_key_decision_needs_a_notice_that_is_in_time() -> None:
    matters = [Matter(6, is_key=True)]
    wanted = [(6, "a key decision without its notice in time (regulation 9, 10 or 11)")]
    assert gaps(matters, [], CALENDAR) == wanted
    assert gaps(matters, [Given(Kind.KEY_DECISION, date(2018, 9, 6), 6)], CALENDAR) == wanted
    assert gaps(matters, [Given(Kind.KEY_DECISION, date(2018, 9, 5), 7)], CALENDAR) == wanted
    for notice in (
        Given(Kind.KEY_DECISION, date(2018, 9, 5), 6),
        Given(Kind.KEY_DECISION, date(2018, 9, 5)),
        Given(Kind.GENERAL_EXCEPTION, date(2018, 10, 8), 6),
        Given(Kind.SPECIAL_URGENCY, date(2018, 10, 15), 6, "The chair of scrutiny"),
    ):
        assert gaps(matters, [notice], CALENDAR) == []
        assert for_key_decision(6, [notice], CALENDAR) == notice
    assert gaps(matters, [Given(Kind.SPECIAL_URGENCY, date(2018, 10, 15), 6)], CALENDAR) == wanted  # nobody agreed


def test_a_private_part_needs_both_notices_or_agreement() -> None:
    matters = [Matter(6, is_private=True)]
    first, second = Given(Kind.PRIVATE, date(2018, 9, 5), 6), Given(Kind.PRIVATE_SECOND, date(2018, 10, 8), 6)
    urgent = Given(Kind.PRIVATE_URGENT, date(2018, 10, 9), 6, "The chair of scrutiny")
    assert [text for _, text in gaps(matters, [], CALENDAR)] == [
        "a private part without its first notice (regulation 5(2) or 5(6))",
        "a private part without its second notice (regulation 5(4) or 5(6))",
    ]
    assert [text for _, text in gaps(matters, [first], CALENDAR)] == [
        "a private part without its second notice (regulation 5(4) or 5(6))"
    ]
    assert gaps(matters, [first, second], CALENDAR) == []
    assert gaps(matters, [urgent], CALENDAR) == []


def test_a_notice_counts_towards_the_day_on_which_the_meeting_stands_now() -> None:
    notice = Given(Kind.KEY_DECISION, date(2018, 9, 5), 6)
    assert in_time(notice, CALENDAR)
    assert not in_time(notice, Calendar(MEETING - timedelta(days=1), Regime.EXECUTIVE))
    assert in_time(notice, Calendar(MEETING + timedelta(days=1), Regime.EXECUTIVE))


@examples(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 90))
def test_on_any_day_exactly_one_route_to_a_key_decision_is_open(meeting_on: date, before: int) -> None:
    here = Calendar(meeting_on, Regime.EXECUTIVE)
    on = meeting_on - timedelta(days=before)
    routes = (Kind.KEY_DECISION, Kind.GENERAL_EXCEPTION, Kind.SPECIAL_URGENCY)
    open_ = [kind for kind in routes if problem(kind, on, here, [], None) == ""]
    assert len(open_) == 1
    assert in_time(Given(open_[0], on, None, "Somebody"), here)
