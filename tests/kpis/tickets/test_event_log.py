"""The public event log against a count of its own, made with the csv module alone."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from kpis.tickets.counting import LOGGED, MET, MISSED, OPEN, RESOLVED
from kpis.tickets.examining import examine
from kpis.tickets.presets import SERVICENOW
from tests.kpis.tickets.samples import EXCERPT, counts_of


def last_rows() -> list[dict[str, str]]:
    """The row of each incident with the latest update, the later one in the file where two are of one minute."""
    latest: dict[str, tuple[tuple[str, ...], int, dict[str, str]]] = {}
    with EXCERPT.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            at = row["sys_updated_at"]  # 29-02-2016 01:23
            key = ((at[6:10], at[3:5], at[:2], at[11:]), number)
            before = latest.get(row["number"])
            if before is None or before[:2] < key:
                latest[row["number"]] = (*key, row)
    return [row for _, _, row in latest.values()]


def month_of(text: str) -> tuple[int, int] | None:
    return None if text == "?" else (int(text[6:10]), int(text[3:5]))


@pytest.mark.parametrize("period", [date(2016, 2, 1), date(2016, 3, 1)])
def test_the_counts_agree_with_an_independent_count(period: date) -> None:
    month = (period.year, period.month)
    expected: Counter[tuple[str, int]] = Counter()
    for row in last_rows():
        priority = int(row["priority"][0])
        opened = month_of(row["opened_at"])
        resolved = month_of(row["resolved_at"]) or month_of(row["closed_at"])
        assert opened is not None
        expected[LOGGED, priority] += opened == month
        expected[RESOLVED, priority] += resolved == month
        expected[OPEN, priority] += opened <= month and (resolved is None or resolved > month)
        expected[MET, priority] += resolved == month and row["made_sla"] == "TRUE"
        expected[MISSED, priority] += resolved == month and row["made_sla"] == "FALSE"
    counts = counts_of(examine(EXCERPT, SERVICENOW, period))
    for (what, priority), number in expected.items():
        assert counts.total(what, type="incident", priority=priority) == number, (what, priority)
    for what in (LOGGED, RESOLVED, OPEN, MET, MISSED):
        assert counts.total(what) == sum(number for (one, _), number in expected.items() if one == what)


def test_the_last_state_decides_what_the_flag_of_most_rows_denies() -> None:
    """`made_sla` is TRUE while an incident runs: nearly all rows say so, and far fewer incidents."""
    with EXCERPT.open(newline="") as file:
        rows = [row["made_sla"] for row in csv.DictReader(file)]
    last = [row["made_sla"] for row in last_rows()]
    assert rows.count("TRUE") / len(rows) > last.count("TRUE") / len(last)
    found = examine(EXCERPT, SERVICENOW, date(2016, 3, 1))
    counts = counts_of(found)
    assert found.rows == len(rows)
    assert counts.tickets == len(last) == 60
    # Worked by hand from the file: 44 incidents were resolved in March 2016, 37 of them in time.
    assert (counts.total(MET), counts.total(MISSED)) == (37, 7)
