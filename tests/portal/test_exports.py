"""Tables as CSV and as workbooks, which no spreadsheet takes for a program."""

import csv
import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from portal.exports import csv_lines, csv_response, harmless, write_workbook, xlsx_response


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+441234",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "＝1+1",
        '=HYPERLINK("http://evil.example","x")',
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Brent", "1 + 1 = 2", "a=b", "", "'quoted'", "2018-10-16"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_numbers_stay_numbers():
    assert harmless(-46) == -46
    assert harmless(Decimal("-2.50")) == Decimal("-2.50")
    assert harmless(None) == ""
    assert harmless(1.5) == 1.5


def test_days_moments_and_yes_or_no_in_words():
    assert harmless(date(2018, 10, 16)) == "2018-10-16"
    assert harmless(datetime(2018, 10, 16, 9, 30, 5, 999, tzinfo=UTC)) == "2018-10-16T09:30:05+00:00"
    assert (harmless(True), harmless(False)) == ("yes", "no")


def test_lines_are_read_back_as_written():
    rows = [["Brent", 763, 'He said "no", twice\nand left'], ["=Lewisham", Decimal("-2.5"), None]]
    text = "".join(csv_lines(["Council", "Calls", "Note"], rows))
    assert text[0] == "\ufeff"
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["Council", "Calls", "Note"],
        ["Brent", "763", 'He said "no", twice\nand left'],
        ["'=Lewisham", "-2.5", ""],
    ]


def test_the_answer_is_a_private_download():
    response = csv_response("audit.csv", ["A"], [["é"]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content) == "\ufeffA\r\né\r\n".encode()


ROWS = [
    ["Brent", 763, Decimal("83.30"), date(2018, 10, 16), datetime(2018, 7, 1, 12, 30, 5, tzinfo=UTC), True],
    ["=1+1", -46, None, None, None, False],
    ["#N/A", 1.5, "12", "", "two\nlines", "bell\x07"],
]
COLUMNS = ["Council", "Calls", "In time", "Day", "At", "Flag"]


def written(rows: Iterable[list[Any]], headings: list[str] | None = None) -> bytes:
    out = io.BytesIO()
    write_workbook(out, headings or COLUMNS, rows, title="Calls of Brent", sheet="Calls")
    return out.getvalue()


def read_back(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def test_a_workbook_keeps_numbers_dates_and_texts_apart():
    book = read_back(written(ROWS))
    sheet = book["Calls"]
    assert book.sheetnames == ["Calls"]
    assert [cell.value for cell in sheet[1]] == COLUMNS
    first = sheet[2]
    assert [cell.data_type for cell in first] == ["s", "n", "n", "d", "d", "s"]
    # 12.30 in summer by Greenwich is half past one in London.
    at = datetime(2018, 7, 1, 13, 30, 5)  # noqa: DTZ001 - workbooks know no time zones
    assert [cell.value for cell in first] == ["Brent", 763, 83.3, datetime(2018, 10, 16), at, "yes"]  # noqa: DTZ001
    assert (first[2].number_format, first[3].number_format) == ("0.00", "d mmm yyyy")
    assert [cell.value for cell in sheet[4]] == ["#N/A", 1.5, "12", None, "two\nlines", "bell\N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "  =1+1", "＝1+1"])
def test_no_cell_of_a_workbook_is_a_formula(text):
    """Not while it is a workbook, and not when a spreadsheet program saves it as CSV later."""
    sheet = read_back(written([[text, text]], [text, "B"]))["Calls"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [f"'{text}", "B", f"'{text}", f"'{text}"]


def test_an_error_value_is_a_text_like_any_other():
    with zipfile.ZipFile(io.BytesIO(written([["#N/A", "=1"]]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    # Cells of text alone: no error (t="e"), no formula (<f>).
    assert set(re.findall(r'<c [^>]*\bt="(\w+)"', sheet)) == {"inlineStr"}
    assert "<f>" not in sheet


def test_the_headings_are_bold_and_stay_on_top():
    sheet = read_back(written(ROWS))["Calls"]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["A2"].font.bold


def test_columns_are_as_wide_as_what_stands_in_them_within_reason():
    sheet = read_back(written([["short", "x" * 500], ["a rather longer text", "y"]], ["A", "B"]))["Calls"]
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (22, 60)


def test_the_document_says_what_it_is_and_not_who_made_it():
    with zipfile.ZipFile(io.BytesIO(written(ROWS))) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert ">Calls of Brent</dc:title>" in core
    assert ">en-GB</dc:language>" in core
    assert "creator" not in core
    assert "lastModifiedBy" not in core


def test_a_cell_takes_no_more_than_a_workbook_holds():
    cell = read_back(written([["x" * 40_000]]))["Calls"]["A2"]
    assert (len(cell.value), cell.value[-1]) == (32_767, "…")


def test_a_workbook_takes_little_memory_however_long_the_list():
    """6,000 rows of 10 cells weigh 18 MB when a whole sheet is held; one at a time they need a small part of that."""
    tracemalloc.start()
    out = io.BytesIO()
    write_workbook(out, list("abcdefghij"), ([f"row {n}"] * 10 for n in range(6_000)), title="Long")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


@pytest.mark.django_db
def test_the_workbook_is_a_private_download(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "arriving"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    response = xlsx_response("calls.xlsx", COLUMNS, ROWS, title="Calls", sheet="Calls: a/b [2018]")
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == 'attachment; filename="calls.xlsx"'
    assert response["Cache-Control"] == "private, no-store"
    assert read_back(b"".join(response.streaming_content)).sheetnames == ["Calls  a b  2018 "]
    response.close()
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []
