"""Which months a figure is asked for in, counted on a calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis import schedule

MONTHS = st.builds(lambda year, month: date(year, month, 1), st.integers(1990, 2100), st.integers(1, 12))


def in_2018(frequency: str, **ends: date) -> list[int]:
    return [month for month in range(1, 13) if schedule.is_asked(frequency, date(2018, month, 1), **ends)]


def test_quarters_end_with_march_june_september_and_december_and_years_with_march() -> None:
    assert in_2018("month") == list(range(1, 13))
    assert in_2018("quarter") == [3, 6, 9, 12]
    assert in_2018("year") == [3]


def test_nothing_is_asked_for_before_the_first_month_or_after_the_last() -> None:
    assert in_2018("month", starts_on=date(2018, 4, 1), ends_on=date(2018, 6, 1)) == [4, 5, 6]
    assert in_2018("quarter", starts_on=date(2018, 4, 1), ends_on=date(2018, 11, 1)) == [6, 9]


@pytest.mark.parametrize(
    ("frequency", "month", "before"),
    [
        ("month", date(2018, 10, 1), date(2018, 9, 1)),
        ("month", date(2018, 1, 1), date(2017, 12, 1)),
        ("quarter", date(2018, 9, 1), date(2018, 6, 1)),
        ("quarter", date(2018, 10, 1), date(2018, 9, 1)),
        ("quarter", date(2018, 3, 1), date(2017, 12, 1)),
        ("year", date(2018, 3, 1), date(2017, 3, 1)),
        ("year", date(2018, 4, 1), date(2018, 3, 1)),
        ("year", date(2018, 1, 1), date(2017, 3, 1)),
    ],
)
def test_the_last_month_that_was_asked_for(frequency: str, month: date, before: date) -> None:
    assert schedule.last_asked_before(frequency, month) == before


@given(st.sampled_from(["month", "quarter", "year"]), MONTHS)
def test_the_last_asked_month_lies_before_and_was_asked_for(frequency: str, month: date) -> None:
    before = schedule.last_asked_before(frequency, month)
    assert before < month
    assert schedule.is_asked(frequency, before)
    between = [
        date(number // 12, number % 12 + 1, 1)
        for number in range(before.year * 12 + before.month, month.year * 12 + month.month - 1)
    ]
    assert not any(schedule.is_asked(frequency, one) for one in between)
