"""The layout that is handed out, and its columns when they come back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpis.importing.layout import CODE, DENOMINATOR, FIGURE, NUMERATOR, Entry, column_of, headings, rows


def test_a_row_for_each_figure_with_numbers_as_numbers() -> None:
    entries = [
        Entry("p1", "Incidents", "Count", False, "1,013", {FIGURE: ""}),
        Entry("p1-sla", "In time", "Per cent", True, "83.30", {FIGURE: "12a", NUMERATOR: "5", DENOMINATOR: "6"}),
    ]
    assert rows(entries) == [
        ["p1", "Incidents", "Count", Decimal(1013), None, None, None],
        ["p1-sla", "In time", "Per cent", Decimal("83.30"), "12a", Decimal(5), Decimal(6)],
    ]
    assert str(rows(entries)[1][3]) == "83.30"  # with the decimals that it was reported with


def test_its_own_headings_are_known_again() -> None:
    known = [column_of(heading) for heading in headings("Brent, October 2018")]
    assert known == [
        (CODE, ""), None, None, None, (FIGURE, "Brent, October 2018"), (NUMERATOR, ""), (DENOMINATOR, "")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("CODE", (CODE, "")),
        ("Indicator code", (CODE, "")),
        (" figure ", (FIGURE, "")),
        ("Figure  for\nLewisham, May 2018", (FIGURE, "Lewisham, May 2018")),
        ("Numerator", (NUMERATOR, "")),
        ("how many measured", (DENOMINATOR, "")),
        ("Figure before", None),
        ("Figures", None),
        ("", None),
    ],
)
def test_headings_of_ones_own_tables(heading: str, column: tuple[str, str] | None) -> None:
    assert column_of(heading) == column
