"""Files as tables of texts: what a person sees in a cell is what is read, and nothing is worked out."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from kpis.importing import reading
from kpis.importing.reading import Cell, Row, Table, read, read_text, read_value
from portal.ooxml import NotAccepted
from tests import samples

BOOK = samples.workbook(["Code"])


def csv_table(content: bytes) -> Table:
    return read(io.BytesIO(content), "csv")


def xlsx_table(content: bytes) -> Table:
    return read(io.BytesIO(content), "xlsx")


def texts(table: Table) -> list[tuple[int, dict[int, str]]]:
    return [(row.number, {column: cell.text for column, cell in row.cells.items()}) for row in table.rows]


def refusal(content: bytes, kind: str = "csv") -> str:
    with pytest.raises(NotAccepted) as caught:
        read(io.BytesIO(content), kind)
    return str(caught.value)


# Text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1013", "1013"),
        ("  1,013 ", "1,013"),
        ("1\u00a0013", "1013"),
        ("1\u202f013\u202f222", "1013222"),
        ("1 013.50", "1013.50"),
        ("\u00a0 7\u200b\ufeff", "7"),
        ("−5", "−5"),
        ("'-5", "-5"),
        ("'quoted'", "'quoted'"),
        ("12 34", "12 34"),
        ("Priority 1\nincidents", "Priority 1 incidents"),
    ],
)
def test_blanks_between_thousands_and_marks_that_nobody_sees_go(value: str, text: str) -> None:
    assert read_text(value) == Cell(text)


@pytest.mark.parametrize("value", ["=1+1", " =SUM(B2:B5)", "'=cmd|' /C calc'!A0", "\u00a0=A1"])
def test_a_formula_is_refused_never_worked_out(value: str) -> None:
    cell = read_text(value)
    assert cell.wrong == "is a formula, and nothing is worked out from a file."
    assert cell.text.startswith("=")


# CSV


@pytest.mark.parametrize(
    "content",
    [
        b"Code,Figure\r\np1,7\r\n",
        b"Code;Figure\np1;7\n",
        b"Code\tFigure\np1\t7",
        "\ufeffCode,Figure\np1,7".encode(),
        "Code\tFigure\np1\t7".encode("utf-16"),
        b'"Code","Figure"\n"p1","7"',
    ],
)
def test_whatever_separates_and_encodes_it_the_table_is_the_same(content: bytes) -> None:
    assert texts(csv_table(content)) == [(1, {1: "Code", 2: "Figure"}), (2, {1: "p1", 2: "7"})]


def test_windows_1252_is_read_as_what_it_is() -> None:
    table = csv_table("Code;Figure;Note\np1;7;£5 – café".encode("cp1252"))
    assert table.rows[1].cells[3].text == "£5 – café"


def test_rows_are_counted_as_spreadsheets_count_them() -> None:
    """Empty lines count, and a cell of two lines is one row."""
    table = csv_table(b'\n\nCode,Figure,Note\np1,7,"two\nlines"\n\np2,8,\n')
    assert [row.number for row in table.rows] == [3, 4, 6]
    assert table.rows[2] == Row(6, {1: Cell("p2"), 2: Cell("8")})


def test_the_figures_thousands_comma_does_not_split_a_quoted_cell() -> None:
    assert csv_table(b'Code,Figure\np1,"1,013"').rows[1].cells[2].text == "1,013"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n \n", "has nothing in it. Download the layout"),
        (("Code," * 200).encode(), "has 200 columns; a return has seven."),
        (b"Code,Figure\n" + b"p1,7\n" * 2500, "has more than 2,000 rows, far more than a return."),
        (b'Code,Figure\n"' + b"x" * 200_000, "cannot be read as CSV."),
    ],
)
def test_a_file_that_is_no_return_says_so(content: bytes, words: str) -> None:
    assert refusal(content).startswith(words)


# Workbooks: what a cell shows


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1013, "General", "1013"),
        (1013, "#,##0", "1013"),
        (1013.0, "General", "1013"),
        (-5, "0;[Red]-0", "-5"),
        (0, "General", "0"),
        (83.33, "General", "83.33"),
        (83.3, "0.00", "83.30"),
        (83.333, "0.00", "83.333"),
        # A percentage is held as a fraction of one and shown as what it is.
        (0.8333, "0.00%", "83.33%"),
        (0.8333, "0%", "83.33%"),
        (1, "0%", "100%"),
        (0.9, "0.0%", "90.0%"),
        (0.29, "0.00%", "29.00%"),  # 0.29 times 100 is 28.999999999999996 in binary arithmetic
        (0.1 + 0.2, "General", "0.3"),
        (12.5, "£#,##0.00", "12.50"),
        (12.5, '0.0" hours"', "12.5"),
        (12.5, "[$-809]0.00", "12.50"),
        (1e15, "0.00E+00", "1000000000000000"),
    ],
)
def test_a_number_is_read_as_it_shows(value: float, number_format: str, text: str) -> None:
    assert read_value(value, "n", number_format) == Cell(text)


def test_more_decimals_than_are_kept_are_taken_as_they_show_and_said_so() -> None:
    cell = read_value(5 / 6, "n", "0.00%")
    assert (cell.text, cell.wrong) == ("83.33%", "")
    assert cell.note == "The cell holds 83.3333333333333 and shows 83.33, which is taken."
    # Nothing shows how many are meant: the figure is left as it is, for whoever reads it to refuse.
    assert read_value(250 / 3, "n", "General") == Cell("83.3333333333333")
    assert read_value(250 / 3, "n", "0") == Cell("83.3333333333333")


@pytest.mark.parametrize(
    ("value", "data_type", "text", "wrong"),
    [
        ("=SUM(B2:B5)", "f", "=SUM(B2:B5)", "is a formula, and nothing is worked out from a file."),
        (object(), "f", "a formula over several cells", "is a formula, and nothing is worked out from a file."),
        ("#N/A", "e", "#N/A", "is an error of the spreadsheet."),
        (True, "b", "TRUE", "is a yes or no, not a figure."),
        (datetime(2018, 5, 3), "d", "3 May 2018", "is a date or a time."),  # noqa: DTZ001 - as openpyxl gives them
        (date(2018, 5, 3), "d", "3 May 2018", "is a date or a time."),
        (time(9, 30), "d", "09:30:00", "is a date or a time."),
        (timedelta(hours=30), "d", "1 day, 6:00:00", "is a date or a time."),
    ],
)
def test_what_is_no_figure_is_named(value: Any, data_type: str, text: str, wrong: str) -> None:
    cell = read_value(value, data_type, "General")
    assert (cell.text, cell.wrong) == (text, wrong)
    assert cell.remedy


# Workbooks: as files


def test_a_workbook_is_read_cell_by_cell_with_its_formats() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Code", "Figure"])
    sheet.append(["p1", 0.8333])
    sheet["B2"].number_format = "0.00%"
    sheet["A4"], sheet["B4"] = "p2", "=1+1"
    sheet["A5"], sheet["B5"] = "p3", date(2018, 3, 5)
    table = xlsx_table(samples.saved(book))
    assert texts(table) == [
        (1, {1: "Code", 2: "Figure"}),
        (2, {1: "p1", 2: "83.33%"}),
        (4, {1: "p2", 2: "=1+1"}),
        (5, {1: "p3", 2: "5 March 2018"}),
    ]
    assert [bool(row.cells[2].wrong) for row in table.rows] == [False, False, True, True]


def test_a_formula_over_several_cells_is_a_formula_too() -> None:
    book = Workbook()
    book.active.append(["Code", "Figure"])
    book.active["A2"] = "p1"
    book.active["B2"] = ArrayFormula("B2:B3", "=SUM(C2:C3)")
    assert "is a formula" in xlsx_table(samples.saved(book)).rows[1].cells[2].wrong


def test_merged_cells_are_told() -> None:
    book = Workbook()
    book.create_sheet("Before", 0)
    book["Before"].sheet_state = "hidden"
    sheet = book["Sheet"]
    sheet.append(["Code", "Figure"])
    sheet.append(["p1", 7])
    sheet.merge_cells("B2:C4")
    assert xlsx_table(samples.saved(book)).merged == ((2, 2, 3, 4),)
    book["Before"].merge_cells("A1:B1")
    assert xlsx_table(samples.saved(book)).merged == ((2, 2, 3, 4),)


def test_of_several_sheets_the_one_that_is_named_is_read() -> None:
    book = Workbook()
    book.active.append(["notes"])
    book.create_sheet(" return ").append(["Code", "Figure"])
    assert texts(xlsx_table(samples.saved(book))) == [(1, {1: "Code", 2: "Figure"})]


def test_several_sheets_of_other_names_are_asked_about() -> None:
    book = Workbook()
    for name in ("October", "November"):
        book.create_sheet(name).append(["Code", "Figure"])
    words = refusal(samples.saved(book), "xlsx")
    assert words == (
        "has 3 sheets: “Sheet”, “October” and “November”. Call the one with the figures “Return”, or delete the others."
    )


def test_a_hidden_sheet_is_not_asked_about() -> None:
    book = Workbook()
    book.active.append(["Code", "Figure"])
    book.create_sheet("Lists").sheet_state = "hidden"
    assert len(xlsx_table(samples.saved(book)).rows) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (samples.workbook(), "has nothing in it."),
        (samples.workbook(["Code"] * 200), "has 200 columns; a return has seven."),
        (samples.workbook(["Code", "Figure"], *([["p1", 7]] * 2500)), "has more than 2,000 rows"),
        (samples.changed(BOOK, {"xl/_rels/workbook.xml.rels": "<Relationships/>"}), "cannot be read as a workbook."),
        (samples.changed(BOOK, {"xl/worksheets/sheet1.xml": "<a/>"}), "has nothing in it."),
    ],
)  # fmt: skip
def test_a_workbook_that_is_no_return_says_so(content: bytes, words: str) -> None:
    assert refusal(content, "xlsx").startswith(words)


def test_a_wrong_size_in_the_file_hides_nothing() -> None:
    """Programs that write workbooks themselves often leave a size of one cell in it."""
    content = samples.workbook(["Code", "Figure"], ["p1", 7])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'ref="A1:B2"' in sheet
    wrong = samples.changed(content, {"xl/worksheets/sheet1.xml": sheet.replace('ref="A1:B2"', 'ref="A1"')})
    assert texts(xlsx_table(wrong)) == [(1, {1: "Code", 2: "Figure"}), (2, {1: "p1", 2: "7"})]


def test_cells_are_named_as_spreadsheets_name_them() -> None:
    assert [reading.name_of(column, 5) for column in (1, 5, 27)] == ["A5", "E5", "AA5"]
