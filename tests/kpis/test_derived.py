"""Figures that the portal works out: expected values worked by hand."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kpis.derived import Definition, Headcount, circles, work_out, work_out_all


def number(code: str, **values) -> Definition:
    return Definition(code, code.capitalize(), values.pop("unit", "count"), **values)


def rate(**values) -> Definition:
    return number("share", source="rate", numerator_of="met", measured_on="all", **({"unit": "percent"} | values))


def worked_out(definition: Definition, headcount: Headcount | None = None, **amounts: str | None) -> Decimal | None:
    known = {code: None if text is None else Decimal(text) for code, text in amounts.items()}
    return work_out(definition, known, headcount)


def test_a_rate_is_a_hundred_times_one_out_of_the_other_rounded_half_up() -> None:
    # 5 of 6 is 83.333…; 1 of 8 is 12.5, half up 13.
    assert worked_out(rate(decimals=2), met="5", all="6") == Decimal("83.33")
    assert worked_out(rate(), met="1", all="8") == Decimal("13")
    assert worked_out(rate(unit="ratio", decimals=3), met="5", all="6") == Decimal("0.833")


def test_more_than_the_budget_and_a_credit_are_rates_too() -> None:
    assert worked_out(rate(decimals=1), met="150.00", all="120.00") == Decimal("125.0")
    # −1 of 8 is −12.5: half away from nothing.
    assert worked_out(rate(), met="-1", all="8") == Decimal("-13")


def test_out_of_nothing_there_is_no_rate_and_out_of_what_is_not_known_neither() -> None:
    assert worked_out(rate(), met="5", all="0") is None
    assert worked_out(rate(), met="5", all="-3") is None
    assert worked_out(rate(), met="5", all=None) is None
    assert worked_out(rate(), all="6") is None


def test_a_difference_is_the_first_less_the_second() -> None:
    less = number(
        "variance", unit="currency", decimals=2, source="difference", numerator_of="actual", measured_on="budget"
    )
    assert worked_out(less, actual="1234.50", budget="1500") == Decimal("-265.50")
    assert worked_out(less, actual="-20", budget="0") == Decimal("-20.00")
    assert worked_out(less, actual="5") is None


def test_what_rests_on_a_worked_out_figure_is_worked_out_after_it_whatever_the_order() -> None:
    share = number("share", unit="percent", decimals=1, source="rate", numerator_of="one", measured_on="total")
    heads = number("per-head", unit="ratio", decimals=2, source="per-employee", measured_on="total")
    total = number("total", source="sum", parts=("one", "two"))
    amounts = {"one": Decimal(30), "two": Decimal(10)}
    found = work_out_all([share, heads, total, number("one"), number("two")], amounts, Headcount(16, inferred=False))
    assert found == {"share": Decimal("75.0"), "per-head": Decimal("2.50"), "total": Decimal(40)}


def test_a_published_figure_stands_for_what_rests_on_it() -> None:
    total = number("total", source="sum", parts=("one", "two"))
    share = number("share", unit="percent", source="rate", numerator_of="one", measured_on="total")
    amounts = {"one": Decimal(30), "two": Decimal(10), "total": Decimal(60)}
    assert work_out_all([total, share], amounts, None) == {"total": Decimal(40), "share": Decimal(50)}


def test_circles_name_those_that_rest_on_themselves_and_not_what_leads_there() -> None:
    ring = [number("a", source="sum", parts=("b", "x")), number("b", source="sum", parts=("a", "x"))]
    leads = number("leads", source="sum", parts=("a", "x"))
    assert circles([*ring, leads, number("x")]) == {"a", "b"}
    assert circles([number("x"), number("y", source="sum", parts=("x", "gone"))]) == frozenset()


@st.composite
def graphs(draw) -> list[Definition]:
    codes = [f"n{place}" for place in range(draw(st.integers(1, 7)))]
    return [
        number(code, source="sum", parts=tuple(draw(st.lists(st.sampled_from(codes), max_size=3)))) for code in codes
    ]


@given(graphs())
def test_circles_agree_with_walking_every_way(definitions: list[Definition]) -> None:
    """The oracle counts steps: whoever comes back to itself does so within as many steps as there are indicators."""
    needs = {one.code: set(one.parts) for one in definitions}

    def comes_back(code: str) -> bool:
        here = {code}
        for _ in definitions:
            here = {further for one in here for further in needs[one]}
            if code in here:
                return True
        return False

    assert circles(definitions) == {code for code in needs if comes_back(code)}


@given(graphs(), st.dictionaries(st.sampled_from([f"n{place}" for place in range(7)]), st.integers(0, 9)))
def test_working_out_ends_whatever_rests_on_what(definitions: list[Definition], amounts: dict[str, int]) -> None:
    known = {code: Decimal(amount) for code, amount in amounts.items()}
    assert set(work_out_all(definitions, known, None)) == {one.code for one in definitions}
