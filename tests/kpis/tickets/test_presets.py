"""Each service desk's export, as it writes it: a few calls of September 2018, counted by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from kpis.tickets.counting import LOGGED, MET, MISSED, OPEN, RESOLVED
from kpis.tickets.examining import examine
from kpis.tickets.presets import PRESETS
from tests.kpis.tickets.samples import FOLDER, NAME, at, counts_of, named, workbook

SEPTEMBER = date(2018, 9, 1)


@dataclass(frozen=True)
class Case:
    preset: str
    incidents: tuple[int, int, int, int, int]  # logged, resolved, open, met, missed
    requests: tuple[int, int, int, int, int]
    priority: tuple[int, int]  # a priority, and how many were logged with it


CASES = [
    Case("hornbill", (2, 2, 0, 1, 1), (1, 1, 1, 1, 0), (2, 2)),
    Case("jira", (2, 1, 1, 1, 0), (1, 1, 0, 0, 1), (1, 1)),
    Case("freshservice", (1, 2, 0, 1, 1), (1, 0, 1, 0, 0), (1, 1)),
    Case("glpi", (1, 1, 0, 1, 0), (1, 1, 1, 0, 1), (3, 1)),
    Case("servicenow", (2, 1, 1, 1, 0), (1, 1, 0, 0, 1), (2, 1)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_an_export_is_counted(case: Case) -> None:
    path = FOLDER / f"{case.preset}.csv"
    assert NAME in path.read_text()
    found = examine(path, PRESETS[case.preset], SEPTEMBER)
    counts = counts_of(found)
    for kind, expected in (("incident", case.incidents), ("request", case.requests)):
        assert tuple(counts.total(what, type=kind) for what in (LOGGED, RESOLVED, OPEN, MET, MISSED)) == expected
    priority, logged = case.priority
    assert counts.total(LOGGED, priority=priority) == logged
    assert NAME not in str(found.problems.as_json())


def test_zammads_workbook(tmp_path: Path) -> None:
    """A title, an empty line, the headings; at the end the time zone. Its highest priority is 3."""
    head = ["#", "Title", "State", "Priority", "Customer", "Created At", "Updated At", "Closed At", "Close Diff In Min"]
    rows = [
        ["2018-9"],
        [],
        head,
        [
            "63001",
            NAME,
            "closed",
            "3 high",
            NAME,
            at("2018-09-13 09:00"),
            at("2018-09-13 12:00"),
            at("2018-09-13 12:00"),
            45,
        ],
        [
            "63002",
            NAME,
            "closed",
            "2 normal",
            NAME,
            at("2018-08-13 09:00"),
            at("2018-09-13 12:00"),
            at("2018-09-13 12:00"),
            -45,
        ],
        ["63003", NAME, "pending reminder", "1 low", NAME, at("2018-09-13 09:00"), at("2018-09-13 12:00"), None, None],
        # Half past eleven at night in UTC is the next day, and the next month, in London.
        ["63004", NAME, "open", "1 low", NAME, at("2018-09-30 23:30"), at("2018-09-30 23:30"), None, None],
        ["63005", NAME, "merged", "1 low", NAME, at("2018-09-13 09:00"), at("2018-09-13 12:00"), None, None],
        [],
        ["Timezone: UTC"],
    ]
    found = examine(workbook(tmp_path, rows), PRESETS["zammad"], SEPTEMBER)
    counts = counts_of(found)
    assert [counts.total(what) for what in (LOGGED, RESOLVED, OPEN, MET, MISSED)] == [2, 2, 1, 1, 1]
    assert counts.total(LOGGED, priority=1) == 1
    assert counts.apart[LOGGED] == 1
    assert found.said is not None
    assert found.said["zone"] == "UTC"


def test_rows_of_a_workbook_are_numbered_as_the_sheet_shows_them(tmp_path: Path) -> None:
    rows = [
        ["2018-9"],
        [],
        ["#", "State", "Priority", "Created At", "Closed At"],
        ["1", "open", "2 normal", at("2018-09-13 09:00"), None],
        [],
        ["2", "open", "purple", at("2018-09-13 09:00"), None],
    ]  # fmt: skip
    found = examine(workbook(tmp_path, rows), PRESETS["zammad"], SEPTEMBER)
    assert [row for row, _ in named(found, "unknown-priority")] == [6]


def test_zammad_with_a_time_zone_of_its_own_invention(tmp_path: Path) -> None:
    rows = [["#", "State", "Priority", "Created At", "Closed At"],
            ["1", "open", "2 normal", at("2018-09-13 09:00"), None], [], ["Timezone: Atlantis/Centre"]]  # fmt: skip
    found = examine(workbook(tmp_path, rows), PRESETS["zammad"], SEPTEMBER)
    assert found.is_refused
    assert len(named(found, "unknown-zone")) == 1
