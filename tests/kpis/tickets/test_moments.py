"""Dates: one way of writing for a column, or a question, or a refusal; and the two hours of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kpis.tickets.moments import MISSING, Clock, ColumnReader, as_datetime, detect


def read(*cells: str, order: str = "") -> tuple[list[str | None], list[int]]:
    detected = detect(cells, order)
    assert detected is not None
    assert detected.format is not None
    moments, bad = ColumnReader(detected.format).read(cells)
    texts = [as_datetime(moment) for moment in moments]
    return [one and one.strftime("%Y-%m-%d %H:%M:%S") for one in texts], bad


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["29-02-2016 01:16"], "2016-02-29 01:16:00"),
        (["2018-10-01 09:05:07"], "2018-10-01 09:05:07"),
        (["2018-10-01T09:05:07"], "2018-10-01 09:05:07"),
        (["2018-10-01T09:05:07.123"], "2018-10-01 09:05:07"),
        (["2018-10-01T09:05:07+01:00"], "2018-10-01 08:05:07"),
        (["2018-10-01 09:05:07 UTC"], "2018-10-01 09:05:07"),
        (["25/Feb/26 10:17 PM"], "2026-02-25 22:17:00"),
        (["25/Feb/26 12:17 AM"], "2026-02-25 00:17:00"),
        (["30/Jul/18 23:33"], "2018-07-30 23:33:00"),
        (["31/10/2018 9:05"], "2018-10-31 09:05:00"),
        (["10/31/2018 9:05"], "2018-10-31 09:05:00"),
        (["31/10/18 09:05"], "2018-10-31 09:05:00"),
        (["31.10.2018 09:05"], "2018-10-31 09:05:00"),
        (["31/10/2018"], "2018-10-31 00:00:00"),
        (["  31/10/2018   09:05 "], "2018-10-31 09:05:00"),
    ],
)
def test_what_exports_write(cells: list[str], expected: str) -> None:
    assert read(*cells) == ([expected], [])


@pytest.mark.parametrize("nothing", ["", "?", "null", "NULL", "  "])
def test_what_stands_for_nothing(nothing: str) -> None:
    assert read("31/10/2018 09:05", nothing) == (["2018-10-31 09:05:00", None], [])
    assert detect([nothing]) is None


def test_one_late_day_decides_the_column() -> None:
    assert read("01/02/2018 10:00", "13/02/2018 10:00")[0] == ["2018-02-01 10:00:00", "2018-02-13 10:00:00"]
    assert read("01/02/2018 10:00", "02/13/2018 10:00")[0] == ["2018-01-02 10:00:00", "2018-02-13 10:00:00"]


def test_days_and_months_that_could_be_swapped_are_a_question() -> None:
    detected = detect(["01/02/2018 10:00", "03/04/2018 10:00"])
    assert detected is not None
    assert detected.format is None
    assert [one.name for one in detected.choices] == ["dmy-slash", "mdy-slash"]
    assert read("01/02/2018 10:00", order="day-first")[0] == ["2018-02-01 10:00:00"]
    assert read("01/02/2018 10:00", order="month-first")[0] == ["2018-01-02 10:00:00"]


def test_dates_that_mean_the_same_both_ways_are_no_question() -> None:
    assert read("02/02/2018 10:00", "05/05/2018 10:00")[0] == ["2018-02-02 10:00:00", "2018-05-05 10:00:00"]


def test_mixed_ways_leave_the_few_out() -> None:
    assert read("31/10/2018 10:00", "30/10/2018 10:00", "2018-10-30 10:00")[1] == [2]
    # Half the column by twelve hours, half by twenty-four: the clock is part of the way of writing.
    assert read("31/10/2018 10:00", "30/10/2018 10:00", "30/10/2018 10:00 PM")[1] == [2]
    # Thirteenth months and thirteenth days in one column: neither order reads all.
    assert read("13/10/2018 10:00", "14/10/2018 10:00", "10/15/2018 10:00")[1] == [2]


@pytest.mark.parametrize(
    "nonsense", ["29-02-2018 10:00", "32-01-2018 10:00", "10-10-2018 24:00", "10-10-2018 9:60", "soon"]
)
def test_what_is_no_date(nonsense: str) -> None:
    assert read("31-10-2018 10:00", nonsense)[1] == [1]
    assert read("31-10-2018 10:00", "31-10-2018")[1] == [1]


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("london", "utc"),
    [
        ("2018-01-10 12:00", "2018-01-10 12:00"),
        ("2018-07-10 12:00", "2018-07-10 11:00"),
        # The clocks went forward at 1 on 25 March 2018: 1.30 did not exist and counts as 2.30 by summer time.
        ("2018-03-25 00:59", "2018-03-25 00:59"),
        ("2018-03-25 01:30", "2018-03-25 01:30"),
        ("2018-03-25 02:30", "2018-03-25 01:30"),
        # They went back at 2 on 28 October 2018: of the two the first, by summer time.
        ("2018-10-28 00:30", "2018-10-27 23:30"),
        ("2018-10-28 01:30", "2018-10-28 00:30"),
        ("2018-10-28 02:30", "2018-10-28 02:30"),
    ],
)
def test_londons_clock(london: str, utc: str) -> None:
    assert Clock().utc(seconds(london)) == seconds(utc)


def test_the_hours_that_are_unclear() -> None:
    clock = Clock()
    unclear = [hour for hour in range(24) if clock.is_unclear(seconds(f"2018-10-28 {hour:02}:30"))]
    assert unclear == [1]
    assert [hour for hour in range(24) if clock.is_unclear(seconds(f"2018-03-25 {hour:02}:30"))] == [1]
    assert not clock.is_unclear(seconds("2018-10-29 01:30"))
    assert clock.utc(MISSING) == MISSING
    assert clock.midnight(date(2018, 7, 1)) == seconds("2018-06-30 23:00")
