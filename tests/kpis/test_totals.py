"""One month's figure for all councils: added counts, never averaged percentages, and nothing where a return lacks."""

from __future__ import annotations

from decimal import Decimal

from kpis import totals
from kpis.derived import Definition
from kpis.totals import Part, Total

CALLS = Definition("calls", "Calls", "count")
SLA = Definition("sla", "In time", "percent", decimals=2, measured_on="calls")
EACH = Definition("each", "Calls per employee", "ratio", decimals=2, source="per-employee", measured_on="calls")
LEFT = Definition("left", "Left", "count", source="difference", numerator_of="calls", measured_on="closed")
CLOSED = Definition("closed", "Closed", "count")
SHARE = Definition(
    "share", "Closed of calls", "percent", decimals=1, source="rate", numerator_of="closed", measured_on="calls"
)
GRADE = Definition("grade", "Grade", "score", decimals=1)


def work_out(definitions, figures, heads=(100, 200, 300), enough=0) -> dict[str, Total]:
    named = {code: dict(zip(("North", "East", "South"), parts, strict=True)) for code, parts in figures.items()}
    return totals.of_month(definitions, named, list(heads), lambda code: enough)


def counted(*amounts: int | None) -> list[Part | None]:
    return [None if amount is None else Part(Decimal(amount)) for amount in amounts]


def test_counts_are_added_and_missing_returns_named() -> None:
    assert work_out([CALLS], {"calls": counted(11, 7, 2)})["calls"] == Total(Decimal(20))
    assert work_out([CALLS], {"calls": counted(11, None, None)})["calls"] == Total(
        None, lack="Not reported: East and South."
    )
    figures = {"calls": [Part(Decimal(11)), Part(None), Part(Decimal(2))]}
    assert work_out([CALLS], figures)["calls"] == Total(None, lack="No figure: East.")


def test_rates_come_from_counts_alone() -> None:
    rates = [Part(Decimal("50"), 1, 2), Part(Decimal("90"), 90, 100), Part(Decimal("75"), 3, 4)]
    # 94 of 106 is 88.679…; the mean of 50, 90 and 75 would be 71.67.
    assert work_out([SLA], {"sla": rates})["sla"] == Total(Decimal("88.68"), 94, 106)
    typed = [Part(Decimal("50")), *rates[1:]]
    assert work_out([SLA], {"sla": typed})["sla"].lack == "The counts behind it were not reported."
    nothing = [Part(None, 0, 0)] * 3
    assert work_out([SLA], {"sla": nothing})["sla"] == Total(None, 0, 0, "Nothing was measured.")


def test_a_withheld_rate_of_one_council_is_not_shown_as_that_of_all() -> None:
    rates = [Part(Decimal("50"), 1, 2), Part(None, 0, 0), Part(None, 0, 0)]
    assert work_out([SLA], {"sla": rates})["sla"].amount == Decimal("50.00")
    assert work_out([SLA], {"sla": rates}, enough=3)["sla"] == Total(None, lack=totals.TOO_FEW)


def test_per_employee_figures_divide_all_calls_by_all_employees() -> None:
    figures = {
        "calls": counted(150, 100, 50),
        "each": [Part(Decimal("1.5")), Part(Decimal("0.5")), Part(Decimal("0.17"))],
    }
    # 300 of 600; the mean of the three would be 0.72.
    assert work_out([CALLS, EACH], figures)["each"] == Total(Decimal("0.50"))
    unknown = work_out([CALLS, EACH], figures, heads=(100, None, 300))["each"]
    assert unknown == Total(None, lack="No headcount is known for every council.")


def test_what_is_worked_out_of_two_is_so_of_their_totals() -> None:
    figures = {
        "calls": counted(10, 20, 30),
        "closed": counted(5, 5, 20),
        "left": counted(5, 15, 10),
        "share": [Part(Decimal(50), 5, 10), Part(Decimal(25), 5, 20), Part(Decimal("66.7"), 20, 30)],
    }
    found = work_out([CALLS, CLOSED, LEFT, SHARE], figures)
    assert found["left"] == Total(Decimal(30))
    assert found["share"] == Total(Decimal("50.0"), 30, 60)


def test_grades_cannot_be_put_together() -> None:
    assert (
        work_out([GRADE], {"grade": counted(3, 4, 5)})["grade"].lack == "Figures of this kind cannot be put together."
    )
