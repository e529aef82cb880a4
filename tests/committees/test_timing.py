"""How long there is to publish. The calendar of October 2018 by hand: the 16th is a Tuesday, the 8th a Monday."""

from __future__ import annotations

from datetime import date

import pytest

from committees.timing import countdown, timing

MEETING = date(2018, 10, 16)


@pytest.mark.parametrize(
    ("today", "left", "clear", "said"),
    [
        (date(2018, 10, 5), 2, 6, "two working days left to publish"),  # Friday the 5th and Monday the 8th
        (date(2018, 10, 6), 1, 6, "one working day left to publish"),  # Saturday
        (date(2018, 10, 8), 1, 5, "today is the last day to publish"),  # then 9, 10, 11, 12 and 15 are clear
        (date(2018, 10, 9), 0, 4, "too late to publish without an urgency route"),
        (date(2018, 10, 16), 0, 0, "too late to publish without an urgency route"),
        (date(2018, 10, 17), 0, 0, "its day has passed without publication"),
    ],
)
def test_days_before_16_october_2018(today: date, left: int, clear: int, said: str) -> None:
    found = timing(today, MEETING)
    assert (found.last_day, found.days_left, found.clear_days, found.said()) == (date(2018, 10, 8), left, clear, said)


def test_a_closed_day_brings_the_last_day_forward() -> None:
    found = timing(date(2018, 10, 5), MEETING, closed=frozenset({date(2018, 10, 11)}))
    assert (found.last_day, found.days_left, found.clear_days) == (date(2018, 10, 5), 1, 5)
    assert found.said() == "today is the last day to publish"


def test_a_bank_holiday_never_counts() -> None:
    """Monday 27 August 2018 was one: before Tuesday 4 September, 28 to 31 August and 3 September are clear."""
    assert timing(date(2018, 8, 20), date(2018, 9, 4)).last_day == date(2018, 8, 24)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2018, 10, 5), "today"),
        (date(2018, 10, 6), "in one day"),  # Saturday
        (date(2018, 10, 7), "in two days"),
        (date(2018, 10, 8), "in one working day"),
        (date(2018, 10, 10), "in three working days"),
        (date(2018, 10, 4), ""),
        (date(2024, 10, 15), "in six years"),
        (date(2024, 10, 4), "in five years"),
    ],
)
def test_countdown_from_friday_5_october_2018(on: date, said: str) -> None:
    assert countdown(date(2018, 10, 5), on) == said


def test_a_closed_day_is_not_counted_down() -> None:
    assert countdown(date(2018, 10, 5), date(2018, 10, 10), closed=frozenset({date(2018, 10, 9)})) == (
        "in two working days"
    )
