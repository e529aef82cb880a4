"""A file held against a draft: what changes, what stays, and what is wrong, by cell and with the remedy."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook

from kpis.importing.compare import CHANGE, KEPT, SAME, Comparison, compare
from kpis.importing.layout import DENOMINATOR, FIGURE, NUMERATOR, Entry
from kpis.importing.reading import read
from portal.ooxml import NotAccepted
from tests import samples

PLACE = "Brent, October 2018"
ENTRIES = [
    Entry("p1", "Incidents", "Count", False, "9", {FIGURE: "1,013"}),
    Entry("p2", "Requests", "Count", False, "", {FIGURE: ""}),
    Entry("sla", "Resolved in time", "Per cent", True, "", {FIGURE: "", NUMERATOR: "5", DENOMINATOR: "12x"}),
]
ELSEWHERE = {"total": "is worked out by the portal", "yearly": "is not asked for in October 2018"}


def held(*rows: list[Any]) -> Comparison:
    """A workbook of these rows below the headings Code, Figure, In time, Measured, held against the draft."""
    content = samples.workbook(["Code", "Figure", "In time", "Measured"], *rows)
    return compare(read(io.BytesIO(content), "xlsx"), ENTRIES, place=PLACE, elsewhere=ELSEWHERE)


def lines(found: Comparison) -> list[tuple[str, str, str, str, str]]:
    assert found.faults == ()
    return [(one.cell, one.box, one.before, one.after, one.state) for one in found.lines]


def fault(*row: Any) -> tuple[str, str, str]:
    found = held(list(row))
    (one,) = found.faults
    assert one.row == 2
    return one.cell, one.message, one.remedy


def refusal(*rows: list[Any]) -> str:
    with pytest.raises(NotAccepted) as caught:
        compare(read(io.BytesIO(samples.workbook(*rows)), "xlsx"), ENTRIES, place=PLACE, elsewhere=ELSEWHERE)
    return str(caught.value)


def test_what_changes_what_stays_and_why() -> None:
    found = held(["p1", 1014], ["p2", 7], ["sla", None, 5, None])
    assert lines(found) == [
        ("B2", "figure.p1", "1,013", "1014", CHANGE),
        ("B3", "figure.p2", "", "7", CHANGE),
        ("C4", "numerator.sla", "5", "5", SAME),
        ("D4", "denominator.sla", "12x", "12x", KEPT),
    ]
    assert [one.label for one in found.lines] == [
        "Incidents", "Requests", "Resolved in time, in time", "Resolved in time, measured"
    ]  # fmt: skip


def test_the_same_number_written_otherwise_changes_nothing() -> None:
    assert lines(held(["p1", 1013])) == [("B2", "figure.p1", "1,013", "1,013", SAME)]
    assert lines(held(["p1", "1\u00a0013"])) == [("B2", "figure.p1", "1,013", "1,013", SAME)]


def test_a_percentage_loses_its_sign_and_keeps_its_decimals() -> None:
    assert lines(held(["sla", "83.30%"]))[0] == ("B2", "figure.sla", "", "83.30", CHANGE)


def test_a_fraction_that_may_have_been_meant_as_a_percentage_is_remarked_on() -> None:
    noted = held(["sla", 0.8333]).lines[0]
    assert (noted.after, noted.note) == (
        "0.8333", "Taken as 0.8333 per cent. If 83.33 per cent was meant, enter 83.33."
    )  # fmt: skip
    assert held(["sla", 1]).lines[0].note == "Taken as 1 per cent. If 100 per cent was meant, enter 100."
    assert held(["sla", "0.5%"]).lines[0].note == ""
    assert held(["sla", 0]).lines[0].note == ""
    assert held(["p2", 1]).lines[0].note == ""


def test_codes_are_found_however_they_are_written_and_in_any_order() -> None:
    assert [line[1] for line in lines(held(["P2", 7], [" p1 ", 8]))] == ["figure.p2", "figure.p1"]


def test_lines_that_are_there_for_the_reader_are_passed_over() -> None:
    assert lines(held(["total"], [None], ["yearly", None])) == []


FORMULA = "Put the figure itself in its place (copy the cell, then Paste Special, Values)."


@pytest.mark.parametrize(
    ("row", "cell", "message", "remedy"),
    [
        (["p9", 7], "A2", "“p9” is no code of this return.", "Take the code from the layout."),
        (["total", 7], "A2", "“total” is worked out by the portal.", "Delete the row."),
        (["yearly", 7], "A2", "“yearly” is not asked for in October 2018.", "Delete the row."),
        ([None, 7], "A2", "This row has figures and no code.", "Enter the code, or clear the row."),
        (["p1", "=1+1"], "B2", "“=1+1” is a formula, and nothing is worked out from a file.", FORMULA),
        (["p1", "n/a"], "B2", "“n/a” is not a number.",
         "Leave the cell empty where there is no figure: what is in the return then stays."),
        (["p1", "12a"], "B2", "“12a” is not a number.", "Use digits only, such as 1013, 1,013 or 83.33."),
        (["p1", "83,33"], "B2", "“83,33” is not a number.", "Use digits only, such as 1013, 1,013 or 83.33."),
        (["p1", "7%"], "B2", "“7%” is a percentage, and this figure is not.", "Enter the number itself."),
        (["p1", 5, 6], "C2", "Incidents has no counts behind it.", "Clear this cell."),
        (["sla", None, -1], "C2", "“-1” is negative, and a count is not.", "Enter 0 or more."),
        (["sla", None, 1.5], "C2", "“1.5” is not a whole number.", "Enter a whole number, such as 1013."),
        (["sla", 250 / 3], "B2", "“83.3333333333333” has 13 decimals, and at most 4 are kept.", "Round it to 83.3333."),
        (["p1", True], "B2", "“TRUE” is a yes or no, not a figure.", "Enter a number."),
        (["p1", 10**13], "B2", "“10000000000000” is too large.", "A figure has at most 12 digits."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_cell_with_the_remedy(row: list[Any], cell: str, message: str, remedy: str) -> None:
    assert fault(*row) == (cell, message, remedy)


def test_the_same_code_twice_names_both_rows() -> None:
    found = held(["p1", 7], ["p2", 1], ["P1", 8])
    (one,) = found.faults
    assert (one.cell, one.message, one.remedy) == (
        "A4", "“p1” stands in row 2 already.", "Delete the row that is not meant."
    )  # fmt: skip


def test_merged_cells_where_figures_stand_are_wrong_and_elsewhere_are_not() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Return of Brent"])
    sheet.append(["Code", "Figure", "Note"])
    sheet.append(["p1", 7, "two columns wide"])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("C3:D3")
    table = read(io.BytesIO(samples.saved(book)), "xlsx")
    assert compare(table, ENTRIES, place=PLACE, elsewhere={}).faults == ()
    sheet.merge_cells("B4:B5")
    table = read(io.BytesIO(samples.saved(book)), "xlsx")
    (one,) = compare(table, ENTRIES, place=PLACE, elsewhere={}).faults
    assert (one.row, one.cell, one.remedy) == (4, "B4:B5", "Unmerge them and put each figure in its own cell.")


def test_faults_are_told_in_the_order_of_the_file() -> None:
    found = held(["p1", "x"], ["p9", 1], ["p2", "y"])
    assert [one.row for one in found.faults] == [2, 3, 4]


def test_the_headings_may_stand_below_a_title_and_in_any_order() -> None:
    content = samples.workbook(["Return"], [], ["Figure", "Name", "Code"], [7, "Requests", "p2"])
    found = compare(read(io.BytesIO(content), "xlsx"), ENTRIES, place=PLACE, elsewhere={})
    assert lines(found) == [("A4", "figure.p2", "", "7", CHANGE)]


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        (["Name", "Figure"], "has no column headed “Code” in its first 10 rows. Download the layout"),
        (["Code", "Value"], "has no column headed “Figure”, “In time” or “Measured”. Download the layout"),
        (["Code", "Figure", "Figure"], "has two columns headed “Figure”. Delete the one that is not meant."),
        (["Code", "Code", "Figure"], "has two columns headed “Code”."),
        (["Code", "Figure for Lewisham, October 2018"],
         "is the layout for Lewisham, October 2018, and this return is Brent, October 2018. Download the layout"),
        (["Code", "Figure for Brent, September 2018"], "is the layout for Brent, September 2018, and this return is"),
    ],
)  # fmt: skip
def test_a_file_without_the_headings_or_of_another_return_is_not_compared(headings: list[Any], words: str) -> None:
    assert refusal(headings, ["p1", 7]).startswith(words)


def test_the_layout_of_this_return_is_taken_however_its_name_is_written() -> None:
    content = samples.workbook(["Code", "Figure for BRENT, october 2018"], ["p2", 7])
    found = compare(read(io.BytesIO(content), "xlsx"), ENTRIES, place=PLACE, elsewhere={})
    assert len(found.lines) == 1
