"""Clear days by hand, with a calendar; the comments count them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committees.clock import (
    LocalRules,
    Reading,
    Regime,
    Step,
    clear_days,
    dates_after,
    earliest_by_general_exception,
    general_exception_date,
    last_day_open,
    latest_publication,
    latest_publication_by_calendar,
    local_dates,
    statutory_dates,
    working_days_after,
    working_days_before,
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
        (date(2023, 12, 27), date(2023, 12, 15)),  # 22, 21, 20, 19, 18 December
        (date(2024, 1, 2), date(2023, 12, 20)),  # 29, 28, 27, 22, 21 December
        (date(2022, 1, 4), date(2021, 12, 22)),  # 31, 30, 29, 24, 23; 27 and 28 December and 3 January substitutes
        (date(2023, 1, 5), date(2022, 12, 23)),  # 4, 3 January, 30, 29, 28; 27 December and 2 January substitutes
        (date(2024, 4, 4), date(2024, 3, 25)),  # 3, 2 April, 28, 27, 26 March; Good Friday was the 29th
        (date(2023, 5, 10), date(2023, 4, 28)),  # 9, 5, 4, 3, 2 May; the 1st, and the 8th for the coronation
        (date(2022, 9, 26), date(2022, 9, 15)),  # 23, 22, 21, 20, 16 September; the 19th was the funeral
        (date(2020, 5, 14), date(2020, 5, 5)),  # 13, 12, 11, 7, 6 May; the holiday stood on Friday the 8th
        (date(2024, 3, 5), date(2024, 2, 26)),  # 4, 1 March, 29, 28, 27 February of a leap year
        (date(2023, 3, 7), date(2023, 2, 27)),  # 6, 3, 2, 1 March, 28 February
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


def test_twenty_eight_clear_days_over_christmas():
    # Back from Thursday 25 January 2024: 24 to 22 (3), 19 to 15 (8), 12 to 8 (13), 5 to 2 January (17), 29 to 27 (20),
    # 22 to 18 (25), 15, 14, 13 December (28). 29 days of the calendar back is Wednesday 27 December.
    notice = statutory_dates(date(2024, 1, 25), Regime.EXECUTIVE)[0]
    assert (notice.on, notice.other_reading_on) == (date(2023, 12, 12), date(2023, 12, 27))
    assert notice.other_reading() == "calendar days"


def test_twenty_eight_clear_days_with_days_that_the_clerk_has_listed():
    # As above without 27, 28 and 29 December: 12, 11 and 8 December come in for them.
    closed = frozenset({date(2023, 12, 27), date(2023, 12, 28), date(2023, 12, 29)})
    notice = statutory_dates(date(2024, 1, 25), Regime.EXECUTIVE, closed=closed)[0]
    # The calendar's day is closed now: the working day before it is Friday the 22nd.
    assert (notice.on, notice.other_reading_on) == (date(2023, 12, 7), date(2023, 12, 22))


@pytest.mark.parametrize(
    ("available_on", "expected"),
    [
        (date(2018, 10, 8), date(2018, 10, 16)),  # 9, 10, 11, 12, 15 October
        (date(2018, 10, 5), date(2018, 10, 13)),  # 8 to 12 October; then a Saturday
        (date(2019, 4, 18), date(2019, 4, 30)),  # 23, 24, 25, 26, 29 April, after Easter
        (date(2018, 12, 21), date(2019, 1, 3)),  # 24, 27, 28, 31 December, 2 January
        (date(2024, 2, 26), date(2024, 3, 5)),  # 27, 28, 29 February, 1, 4 March
    ],
)
def test_general_exception(available_on, expected):
    assert earliest_by_general_exception(available_on) == expected


def test_the_latest_notice_of_general_exception_for_a_meeting():
    step = general_exception_date(date(2018, 10, 16))
    assert (step.on, step.rule) == (date(2018, 10, 8), "SI 2012/2089, regulation 10(1)(c)")


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        (date(2018, 10, 17), 5, date(2018, 10, 24)),  # 18, 19, 22, 23, 24 October
        (date(2018, 10, 16), 10, date(2018, 10, 30)),  # 17, 18, 19, 22 to 26, 29, 30 October
        (date(2018, 12, 20), 5, date(2018, 12, 31)),  # 21, 24, 27, 28, 31 December
        (date(2018, 12, 28), 3, date(2019, 1, 3)),  # 31 December, 2, 3 January
        (date(2019, 4, 18), 1, date(2019, 4, 23)),  # over Easter
        (date(2018, 10, 20), 1, date(2018, 10, 22)),  # from a Saturday
    ],
)
def test_working_days_after(on, days, expected):
    assert working_days_after(on, days) == expected


@pytest.mark.parametrize(
    ("on", "days", "closed", "expected"),
    [
        (date(2018, 10, 16), 5, [], date(2018, 10, 9)),  # 15, 12, 11, 10, 9 October
        (date(2018, 10, 16), 3, [], date(2018, 10, 11)),
        (date(2018, 10, 16), 3, [date(2018, 10, 11)], date(2018, 10, 10)),  # 15, 12, 10 October
        (date(2019, 1, 3), 3, [], date(2018, 12, 28)),  # 2 January, 31, 28 December
        (date(2019, 4, 23), 1, [], date(2019, 4, 18)),
    ],
)
def test_working_days_before(on, days, closed, expected):
    assert working_days_before(on, days, closed=frozenset(closed)) == expected


def test_working_days_are_counted_from_one():
    for count in (working_days_before, working_days_after):
        with pytest.raises(ValueError, match="counted from 1"):
            count(date(2018, 10, 16), 0)


@pytest.mark.parametrize(
    ("meeting_on", "years", "expected"),
    [
        (date(2018, 10, 16), 6, date(2024, 10, 15)),
        (date(2018, 10, 16), 4, date(2022, 10, 15)),
        (date(2019, 1, 1), 6, date(2024, 12, 31)),
        (date(2018, 3, 1), 6, date(2024, 2, 29)),
        (date(2020, 2, 29), 6, date(2026, 2, 28)),  # 2026 has no 29 February
        (date(2020, 2, 29), 4, date(2024, 2, 28)),
        (date(2018, 2, 28), 6, date(2024, 2, 27)),
    ],
)
def test_papers_stay_open_to_inspection_until(meeting_on, years, expected):
    assert last_day_open(meeting_on, years) == expected


RULES = LocalRules(questions=5, deputations=3, clearance=3, call_in=5, draft_minutes=10)


def test_local_rules_before_a_meeting():
    # The last day to publish is Monday 8 October; 5, 4 and 3 October are the working days before it.
    assert [(step.step, step.on) for step in local_dates(date(2018, 10, 16), RULES)] == [
        (Step.CLEARANCE, date(2018, 10, 3)),
        (Step.QUESTIONS, date(2018, 10, 9)),
        (Step.DEPUTATIONS, date(2018, 10, 11)),
    ]
    assert local_dates(date(2018, 10, 16), LocalRules()) == ()


def test_what_follows_a_meeting():
    steps = dates_after(date(2018, 10, 16), Regime.PART_VA, RULES, decisions_published_on=date(2018, 10, 17))
    assert [(step.step, step.on) for step in steps] == [
        (Step.CALL_IN, date(2018, 10, 24)),
        (Step.DRAFT_MINUTES, date(2018, 10, 30)),
        (Step.BACKGROUND_OPEN_TO_INSPECTION, date(2022, 10, 15)),
        (Step.OPEN_TO_INSPECTION, date(2024, 10, 15)),
    ]
    assert [step.rule for step in steps[2:]] == [
        "Local Government Act 1972, section 100D(2)",
        "Local Government Act 1972, section 100C(1)",
    ]
    assert dates_after(date(2018, 10, 16), Regime.PART_VA, RULES)[0].on is None


def test_the_regulations_name_no_period_of_inspection_and_the_page_says_so():
    steps = dates_after(date(2018, 10, 16), Regime.EXECUTIVE, LocalRules())
    assert [step.on for step in steps] == [date(2022, 10, 15), date(2024, 10, 15)]
    assert all("SI 2012/2089 names no period" in step.rule for step in steps)


@UNHURRIED
@given(DAYS, CLOSED)
def test_the_general_exception_is_exactly_five_clear_days(available_on, closed):
    earliest = earliest_by_general_exception(available_on, closed=closed)
    assert clear_days(available_on, earliest, closed=closed) == 5
    assert clear_days(available_on, earliest - timedelta(days=1), closed=closed) == 4


@UNHURRIED
@given(DAYS, st.integers(0, 30), st.integers(0, 40), CLOSED)
def test_a_later_meeting_never_has_an_earlier_last_day(meeting_on, gap, days, closed):
    later = meeting_on + timedelta(days=gap)
    assert latest_publication(meeting_on, days, closed=closed) <= latest_publication(later, days, closed=closed)
    assert latest_publication(meeting_on, days + 1, closed=closed) < latest_publication(meeting_on, days, closed=closed)


@given(st.dates(date(1980, 1, 1), date(2090, 12, 31)), st.integers(1, 10))
def test_a_period_ends_the_day_before_it_would_begin_again(meeting_on, years):
    last = last_day_open(meeting_on, years)
    following = last + timedelta(days=1)
    assert (following.month, following.day) == (meeting_on.month, meeting_on.day) or (
        (meeting_on.month, meeting_on.day) == (2, 29) and (following.month, following.day) == (3, 1)
    )


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
