"""Clear days by hand, with a calendar; the comments count them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committees.clock import (
    Reading,
    Regime,
    Step,
    clear_days,
    latest_publication,
    latest_publication_by_calendar,
    statutory_dates,
)
from portal.working_days import is_working_day, working_day_after

# The first look at a year makes its calendar, which takes longer than the rest together.
UNHURRIED = settings(deadline=None)
DAYS = st.dates(date(1980, 1, 1), date(2098, 12, 31))
CLOSED = st.frozensets(DAYS, max_size=6)


@pytest.mark.parametrize(
    ("published_on", "meeting_on", "expected"),
    [
        (date(2014, 6, 3), date(2014, 6, 11), 5),  # 4, 5, 6, 9, 10 June
        (date(1990, 4, 26), date(1990, 5, 1), 2),  # 27 and 30 April: three clear days were not given
        (date(2018, 10, 8), date(2018, 10, 16), 5),  # 9, 10, 11, 12, 15 October
        (date(2018, 10, 9), date(2018, 10, 16), 4),
        (date(2018, 10, 15), date(2018, 10, 16), 0),
        (date(2018, 10, 12), date(2018, 10, 15), 0),  # only a weekend between
        (date(2018, 10, 16), date(2018, 10, 16), 0),
        (date(2018, 10, 17), date(2018, 10, 16), 0),
        (date(2019, 4, 15), date(2019, 4, 23), 3),  # 16, 17, 18 April; then Good Friday to Easter Monday
        (date(2018, 12, 21), date(2019, 1, 3), 5),  # 24, 27, 28, 31 December, 2 January
        (date(2021, 12, 24), date(2022, 1, 6), 5),  # 29, 30, 31 December, 4, 5 January
        (date(2022, 5, 31), date(2022, 6, 8), 3),  # 1, 6, 7 June; 2 and 3 June were holidays
    ],
)
def test_clear_days(published_on, meeting_on, expected):
    assert clear_days(published_on, meeting_on) == expected


@pytest.mark.parametrize(
    ("meeting_on", "expected"),
    [
        (date(2018, 10, 16), date(2018, 10, 8)),
        (date(2014, 6, 11), date(2014, 6, 3)),
        (date(2019, 4, 23), date(2019, 4, 11)),  # 18, 17, 16, 15, 12 April
        (date(2019, 4, 25), date(2019, 4, 15)),  # 24, 23, 18, 17, 16 April
        (date(2019, 1, 8), date(2018, 12, 28)),  # 7, 4, 3, 2 January, 31 December
        (date(2022, 1, 6), date(2021, 12, 24)),  # 5, 4 January, 31, 30, 29 December
        (date(2018, 10, 14), date(2018, 10, 5)),  # a Sunday meeting: 12, 11, 10, 9, 8 October
    ],
)
def test_latest_publication_for_five_clear_days(meeting_on, expected):
    assert latest_publication(meeting_on, 5) == expected


def test_days_the_clerk_has_listed_do_not_count():
    closed = frozenset({date(2018, 12, 27), date(2018, 12, 28), date(2018, 12, 31)})
    assert clear_days(date(2018, 12, 21), date(2019, 1, 3), closed=closed) == 2  # 24 December, 2 January
    assert latest_publication(date(2019, 1, 8), 5, closed=closed) == date(2018, 12, 21)  # 7, 4, 3, 2 January, 24


def test_no_clear_days_wanted_is_the_working_day_before():
    assert latest_publication(date(2019, 4, 23), 0) == date(2019, 4, 18)


def test_negative_clear_days_are_refused():
    with pytest.raises(ValueError, match="fewer than 0"):
        latest_publication(date(2018, 10, 16), -1)
    with pytest.raises(ValueError, match="fewer than 0"):
        latest_publication_by_calendar(date(2018, 10, 16), -1)


def test_part_va_wants_notice_agenda_and_reports_at_five_clear_days():
    steps = statutory_dates(date(2018, 10, 16), Regime.PART_VA)
    assert [(step.step, step.on, step.clear_days) for step in steps] == [
        (Step.MEETING_NOTICE, date(2018, 10, 8), 5),
        (Step.AGENDA_AND_REPORTS, date(2018, 10, 8), 5),
        (Step.MEETING, date(2018, 10, 16), None),
    ]
    assert [step.rule for step in steps] == [
        "Local Government Act 1972, section 100A(6)(a)",
        "Local Government Act 1972, section 100B(3)",
        "",
    ]


def test_an_executive_joint_committee_has_five_more_steps():
    # 28 working days before 2 October 2023: 21 in September (1 to 29), then 31, 30, 29, 25, 24, 23, 22 August
    # (28 August was a holiday). 28 calendar days: 29 days back is Sunday 3 September, so Friday the 1st.
    steps = statutory_dates(date(2023, 10, 2), Regime.EXECUTIVE)
    assert [(step.step, step.on, step.other_reading_on) for step in steps] == [
        (Step.KEY_DECISION_NOTICE, date(2023, 8, 21), date(2023, 9, 1)),
        (Step.PRIVATE_MEETING_NOTICE, date(2023, 8, 21), date(2023, 9, 1)),
        (Step.PRIVATE_MEETING_SECOND_NOTICE, date(2023, 9, 22), None),
        (Step.MEETING_NOTICE, date(2023, 9, 22), None),
        (Step.AGENDA_AND_REPORTS, date(2023, 9, 22), None),
        (Step.MEETING, date(2023, 10, 2), None),
        (Step.DECISION_STATEMENT, None, None),
    ]
    assert [step.rule for step in steps] == [
        "SI 2012/2089, regulation 9(2)",
        "SI 2012/2089, regulation 5(2)",
        "SI 2012/2089, regulation 5(4)",
        "SI 2012/2089, regulation 6(1)",
        "SI 2012/2089, regulations 6(2) and 7",
        "",
        "SI 2012/2089, regulation 12(1)",
    ]
    assert steps[-1].timing == "as soon as reasonably practicable after the meeting"


def test_the_calendar_reading_changes_places_with_the_working_day_reading():
    # 29 days before 16 October 2018 is Monday 17 September. 28 working days: 11 in October, 17 from 28 to 6 September.
    notice = statutory_dates(date(2018, 10, 16), Regime.EXECUTIVE, reading=Reading.CALENDAR_DAYS)[0]
    assert (notice.on, notice.other_reading_on) == (date(2018, 9, 17), date(2018, 9, 5))
    assert notice.reading is Reading.CALENDAR_DAYS


def test_notices_that_are_not_needed_are_left_out():
    steps = statutory_dates(date(2023, 10, 2), Regime.EXECUTIVE, key_decision=False, private=False)
    assert [step.step for step in steps] == [
        Step.MEETING_NOTICE,
        Step.AGENDA_AND_REPORTS,
        Step.MEETING,
        Step.DECISION_STATEMENT,
    ]


@UNHURRIED
@given(DAYS, st.integers(0, 40), CLOSED)
def test_the_latest_day_gives_the_clear_days_and_the_next_working_day_gives_fewer(meeting_on, days, closed):
    latest = latest_publication(meeting_on, days, closed=closed)
    assert is_working_day(latest, closed=closed)
    assert clear_days(latest, meeting_on, closed=closed) == days
    following = working_day_after(latest, closed=closed)
    assert following >= meeting_on or clear_days(following, meeting_on, closed=closed) < days


@UNHURRIED
@given(DAYS, st.integers(-5, 60), CLOSED)
def test_clear_days_count_each_working_day_between_once(published_on, gap, closed):
    meeting_on = published_on + timedelta(days=gap)
    every = [published_on + timedelta(days=n) for n in range(1, gap)]
    assert clear_days(published_on, meeting_on, closed=closed) == len(
        [day for day in every if is_working_day(day, closed=closed)]
    )


@UNHURRIED
@given(DAYS, CLOSED)
def test_the_default_reading_is_safe_under_both(meeting_on, closed):
    for step in statutory_dates(meeting_on, Regime.EXECUTIVE, closed=closed):
        if step.other_reading_on is not None:
            assert step.on < step.other_reading_on
            assert (meeting_on - step.other_reading_on).days - 1 >= 28
