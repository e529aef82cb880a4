"""Tables as CSV that no spreadsheet takes for a program."""

import csv
import io
from decimal import Decimal

import pytest

from portal.exports import csv_lines, csv_response, harmless


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
