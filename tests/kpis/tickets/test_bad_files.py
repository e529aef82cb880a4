"""Bad input: each kind counted and named by the row that a spreadsheet shows, and nothing half imported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kpis.tickets.examining import Examined, examine
from kpis.tickets.presets import SERVICENOW, ZAMMAD
from tests.kpis.tickets.samples import (
    NAME,
    PLAIN,
    SERVICENOW_HEAD,
    bomb,
    counts_of,
    csv_file,
    named,
    rules,
    servicenow,
    workbook,
)

SEPTEMBER = date(2018, 9, 1)
GOOD = "INC0009,Closed,3 - Moderate,TRUE,20-09-2018 09:00,24-09-2018 10:00,23-09-2018 10:00,24-09-2018 10:00"


def look(folder: Path, content: str | bytes, period: date = SEPTEMBER) -> Examined:
    return examine(csv_file(folder, content), SERVICENOW, period)


def test_a_good_file_has_no_error(tmp_path: Path) -> None:
    found = look(tmp_path, PLAIN)
    assert not found.is_refused
    assert (found.rows, found.tickets) == (4, 4)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty-file"),
        (b"\r\n\r\n", "empty-file"),
        (SERVICENOW_HEAD.encode(), "no-rows"),
        (b"%PDF-1.7 and so on", "wrong-file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wrong-file"),
        (b"PK\x03\x04 no archive", "wrong-file"),
        (b"<html><table><tr><td>number", "wrong-file"),
        (b'{"number": 1}', "wrong-file"),
        (b"a,b,c\r\n1,2,3\r\n", "no-column"),
    ],
)
def test_files_that_are_no_export(tmp_path: Path, content: bytes, rule: str) -> None:
    found = look(tmp_path, content)
    assert found.is_refused
    assert rule in rules(found)


def test_a_row_with_a_cell_too_many_or_too_few(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD, f"{GOOD},one more", "INC0010,Closed") + "\r\n")
    assert named(found, "too-many-cells") == [
        (
            3,
            "The row has 10 cells, and there are 9 headings. "
            "A text with a separator in it stands in no quotation marks.",
        )
    ]
    assert [row for row, _ in named(found, "too-few-cells")] == [4]
    assert found.counts is None


def test_empty_lines_count_as_rows_and_are_left_out(tmp_path: Path) -> None:
    text = f"{SERVICENOW_HEAD}\r\n\r\n{GOOD},{NAME}\r\n,,,,,,,,\r\nINC0011,Closed\r\n"
    assert [row for row, _ in named(look(tmp_path, text), "too-few-cells")] == [5]


def test_a_cell_over_several_lines_is_one_row(tmp_path: Path) -> None:
    text = f'{SERVICENOW_HEAD}\r\n{GOOD},"{NAME}\r\nsecond line\r\nthird"\r\nINC0010,Closed\r\n'
    assert [row for row, _ in named(look(tmp_path, text), "too-few-cells")] == [3]


def test_null_characters(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD, GOOD.replace("INC0009", "INC\x000010")))
    assert [row for row, _ in named(found, "null-character")] == [3]


def test_ten_megabytes_in_one_cell(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD) + f"{GOOD},{'x' * 10_000_000}\r\n" + f"{GOOD},{NAME}\r\n")
    assert [row for row, _ in named(found, "unreadable-row")] == [3]
    assert "131,072 characters" in named(found, "unreadable-row")[0][1]


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD) + f'{GOOD},"{NAME}\r\n{GOOD},x\r\n')
    assert [row for row, _ in named(found, "unreadable-row")] == [3]


def test_mixed_ways_of_writing_dates_are_named_by_row(tmp_path: Path) -> None:
    other = GOOD.replace("20-09-2018 09:00", "2018-09-20 09:00").replace("INC0009", "INC0010")
    more = [GOOD.replace("INC0009", f"INC002{number}") for number in range(5)]
    found = look(tmp_path, servicenow(*more, other, more[0]))
    assert [row for row, _ in named(found, "date-mixed")] == [7]
    assert "“2018-09-20 09:00”" in named(found, "date-mixed")[0][1]
    assert rules(found) == {"date-mixed": 1}


def test_dates_that_can_be_read_both_ways_are_refused(tmp_path: Path) -> None:
    row = "INC0001,Closed,3,TRUE,01/09/2018 09:00,02/09/2018 10:00,02/09/2018 10:00,"
    found = look(tmp_path, servicenow(row))
    assert rules(found) == {"date-ambiguous": 3}
    assert named(found, "date-ambiguous")[0] == (
        2,
        "“01/09/2018 09:00”: every date of this column can be read like 31/10/2018 or like 10/31/2018. "
        "Choose day first or month first in the council's columns.",
    )


def test_a_late_row_settles_days_and_months_for_the_rows_before(tmp_path: Path) -> None:
    """The first thousand rows could be read both ways; the last one cannot."""
    rows = [
        f"INC{number:05},Closed,3,TRUE,01/09/2018 09:00,02/09/2018 10:00,02/09/2018 10:00," for number in range(1000)
    ]
    last = "INC99999,Closed,3,TRUE,21/09/2018 09:00,22/09/2018 10:00,22/09/2018 10:00,"
    assert counts_of(look(tmp_path, servicenow(*rows, last))).total("logged") == 1001


def test_values_that_are_no_date(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD, GOOD.replace("20-09-2018", "31-09-2018")))
    assert [row for row, _ in named(found, "date-unreadable")] == [3]
    assert rules(found) == {"date-unreadable": 1}


def test_a_ticket_without_reference_or_opening(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD, GOOD.replace("INC0009", "?")))
    assert [row for row, _ in named(found, "no-reference")] == [3]
    found = look(tmp_path, servicenow(GOOD, GOOD.replace("20-09-2018 09:00", "").replace("INC0009", "INC0010")))
    assert named(found, "no-opened") == [(3, "The ticket has no time at which it was opened.")]


def test_resolved_before_it_was_opened_is_left_out_and_counted(tmp_path: Path) -> None:
    odd = GOOD.replace("INC0009", "INC0010").replace("20-09-2018", "25-09-2018")
    found = look(tmp_path, servicenow(GOOD, odd))
    counts = counts_of(found)
    assert [row for row, _ in named(found, "resolved-before-opened")] == [3]
    assert (counts.left_out, counts.total("logged"), counts.total("resolved")) == (1, 1, 1)


def test_a_month_outside_the_file(tmp_path: Path) -> None:
    found = look(tmp_path, PLAIN, date(2018, 2, 1))
    assert named(found, "other-period") == [
        (
            None,
            "No ticket of the file was logged or resolved in February 2018: "
            "it is from 13 June 2018 to 30 September 2018.",
        )
    ]


def test_unknown_words_are_errors_and_quote_the_mapped_cell_alone(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD.replace("3 - Moderate", "Blue"), GOOD.replace("TRUE", "perhaps")))
    assert named(found, "unknown-priority") == [
        (2, "“Blue” is no known priority. Say what it means in the council's columns.")
    ]
    assert [row for row, _ in named(found, "unknown-met")] == [3]
    assert NAME not in str(found.problems.as_json())


def test_an_unknown_state_is_a_note(tmp_path: Path) -> None:
    found = look(tmp_path, servicenow(GOOD.replace("Closed", "-100")))
    assert counts_of(found).total("resolved") == 1
    assert named(found, "unknown-state") == [(2, "“-100” is no known state. The ticket is counted by its times alone.")]


def test_a_heading_twice(tmp_path: Path) -> None:
    """Jira repeats headings. What is needed is taken once; two that differ are no answer."""
    head = f"{SERVICENOW_HEAD},Resolved_At,caller_id"
    same = f"{head}\r\n{GOOD},x,23-09-2018 10:00,y\r\n"
    assert counts_of(look(tmp_path, same)).total("resolved") == 1
    differing = f"{same}{GOOD},x,24-09-2018 10:00,y\r\n"
    found = look(tmp_path, differing)
    assert [row for row, _ in named(found, "heading-twice")] == [3]
    assert "“resolved_at”" in named(found, "heading-twice")[0][1]


def test_many_columns(tmp_path: Path) -> None:
    """An export of all fields has hundreds of columns; only those that are needed are read. There is an end to it."""
    wide = ",".join(f"field {number}" for number in range(250))
    cells = "," * 249
    assert counts_of(look(tmp_path, f"{SERVICENOW_HEAD},{wide}\r\n{GOOD},x,{cells}\r\n")).total("logged") == 1
    endless = ",".join(f"field {number}" for number in range(2500))
    found = look(tmp_path, f"{SERVICENOW_HEAD},{endless}\r\n")
    assert named(found, "too-many-columns")[0][0] == 1


def test_formulas_are_refused_by_row(tmp_path: Path) -> None:
    found = look(
        tmp_path, servicenow(GOOD, GOOD.replace("3 - Moderate", "=1+2"), GOOD.replace("20-09-2018 09:00", "=NOW()"))
    )
    assert [row for row, _ in named(found, "formula")] == [3, 4]
    head = ["#", "State", "Priority", "Created At", "Closed At", "Close Diff In Min", "Title"]
    rows = [head, [1, "closed", "2 normal", "2018-09-13 10:00", "2018-09-14 10:00", 5, "a"]]
    path = workbook(tmp_path, [*rows, [2, "open", "2 normal", "=NOW()", None, None, "b"]])
    assert [row for row, _ in named(examine(path, ZAMMAD, SEPTEMBER), "formula")] == [3]


def test_a_workbook_that_unpacks_without_end(tmp_path: Path) -> None:
    path = csv_file(tmp_path, bomb(), "bomb.xlsx")
    assert path.stat().st_size < 200_000
    found = examine(path, ZAMMAD, SEPTEMBER)
    assert rules(found) == {"wrong-file": 1}
    assert "too large once it is unpacked" in named(found, "wrong-file")[0][1]


def test_an_empty_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    assert "empty-file" in rules(examine(tmp_path / "empty.xlsx", ZAMMAD, SEPTEMBER))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_characters_separators_and_ends_of_lines(tmp_path: Path, encoding: str, delimiter: str, ending: str) -> None:
    text = PLAIN.replace(NAME, "Zoë Müller – “quoted”").replace(",", delimiter).replace("\r\n", ending)
    assert counts_of(look(tmp_path, text.encode(encoding))).total("logged") == 2
