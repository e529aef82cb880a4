"""Bank holidays by hand, from the lists the government published for England and Wales; Easter by another library."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.working_days import (
    bank_holidays,
    closed_days,
    is_working_day,
    nth_working_day,
    working_day_after,
    working_day_before,
)

# The first look at a year makes its calendar, which takes longer than the rest together.
UNHURRIED = settings(deadline=None)
MODERN = st.dates(date(1978, 1, 1), date(2099, 12, 31))


def test_bank_holidays_of_2018():
    assert bank_holidays(2018, 2018) == {
        date(2018, 1, 1),
        date(2018, 3, 30),
        date(2018, 4, 2),
        date(2018, 5, 7),
        date(2018, 5, 28),
        date(2018, 8, 27),
        date(2018, 12, 25),
        date(2018, 12, 26),
    }


def test_2022_moved_a_holiday_and_had_two_for_one_occasion_and_substitute_days():
    assert bank_holidays(2022, 2022) == {
        date(2022, 1, 3),  # for Saturday 1 January
        date(2022, 4, 15),
        date(2022, 4, 18),
        date(2022, 5, 2),
        date(2022, 6, 2),  # the spring bank holiday, moved
        date(2022, 6, 3),  # Platinum Jubilee
        date(2022, 8, 29),
        date(2022, 9, 19),  # State Funeral
        date(2022, 12, 26),
        date(2022, 12, 27),  # for Sunday 25 December
    }


def test_christmas_and_boxing_day_at_a_weekend_have_two_substitute_days():
    december = {day for day in bank_holidays(2021, 2021) if day.month == 12}
    assert december == {date(2021, 12, 27), date(2021, 12, 28)}


@pytest.mark.parametrize(
    "day",
    [
        date(1995, 5, 8),  # 50 years after the end of the war in Europe, instead of 1 May
        date(1999, 12, 31),
        date(2011, 4, 29),
        date(2012, 6, 5),
        date(2020, 5, 8),  # moved from 4 May
        date(2023, 5, 8),  # Coronation
    ],
)
def test_days_for_one_occasion(day):
    assert day in bank_holidays(day.year, day.year)
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(1995, 5, 1), date(2020, 5, 4), date(2022, 5, 30)])
def test_a_moved_holiday_leaves_a_working_day_behind(day):
    assert is_working_day(day)


def test_scotland_has_holidays_that_england_has_not():
    assert is_working_day(date(2018, 1, 2))
    assert is_working_day(date(2018, 8, 6))
    assert is_working_day(date(2018, 11, 30))


def test_several_years_at_once_are_the_years_one_by_one():
    assert bank_holidays(2017, 2019) == bank_holidays(2017, 2017) | bank_holidays(2018, 2018) | bank_holidays(
        2019, 2019
    )


def test_years_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="2018, comes before the first, 2019"):
        bank_holidays(2019, 2018)


@UNHURRIED
@given(st.integers(1978, 2099))
def test_easter_agrees_with_another_library(year):
    sunday = easter(year)
    assert {sunday - timedelta(days=2), sunday + timedelta(days=1)} <= bank_holidays(year, year)


@UNHURRIED
@given(st.integers(1978, 2099))
def test_a_year_has_eight_bank_holidays_or_more_and_none_at_a_weekend(year):
    days = bank_holidays(year, year)
    assert len(days) >= 8
    assert all(day.weekday() < 5 and day.year == year for day in days)


def test_a_weekday_a_weekend_and_a_day_the_clerk_has_listed():
    monday = date(2018, 10, 8)
    assert is_working_day(monday)
    assert not is_working_day(monday - timedelta(days=1))
    assert not is_working_day(monday - timedelta(days=2))
    assert not is_working_day(monday, closed=frozenset({monday}))


def test_closed_days_are_bank_holidays_and_listed_weekdays_of_those_years():
    extra = [date(2018, 12, 24), date(2018, 12, 29), date(2019, 12, 24)]  # a Monday, a Saturday, another year
    assert closed_days([2018], extra) == bank_holidays(2018, 2018) | {date(2018, 12, 24)}


def test_the_working_days_around_easter():
    # 2018: Good Friday 30 March, Easter Monday 2 April.
    assert working_day_before(date(2018, 4, 3)) == date(2018, 3, 29)
    assert working_day_after(date(2018, 3, 29)) == date(2018, 4, 3)


def test_numbered_working_days_of_a_month():
    # January 2019: Tuesday 1st is a holiday, so 2, 3, 4, 7, 8, 9, 10, 11, 14, 15 are the first ten.
    assert nth_working_day(date(2019, 1, 1), 1) == date(2019, 1, 2)
    assert nth_working_day(date(2019, 1, 31), 10) == date(2019, 1, 15)
    assert nth_working_day(date(2019, 1, 1), 1, closed=frozenset({date(2019, 1, 2)})) == date(2019, 1, 3)


def test_a_month_has_only_so_many_working_days():
    # February 2018 has 28 days from Thursday to Wednesday and no holiday: 20 working days.
    assert nth_working_day(date(2018, 2, 1), 20) == date(2018, 2, 28)
    with pytest.raises(ValueError, match="February 2018 has fewer than 21 working days"):
        nth_working_day(date(2018, 2, 1), 21)
    with pytest.raises(ValueError, match="numbered from 1"):
        nth_working_day(date(2018, 2, 1), 0)


@UNHURRIED
@given(MODERN, st.frozensets(MODERN, max_size=5))
def test_the_next_working_day_is_the_first_one(day, closed):
    after = working_day_after(day, closed=closed)
    assert is_working_day(after, closed=closed)
    between = [day + timedelta(days=n) for n in range(1, (after - day).days)]
    assert not any(is_working_day(other, closed=closed) for other in between)
    assert working_day_before(after, closed=closed) <= day
