"""Which indicators can be worked with: every rule once, with its message at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.derived import Definition, circles
from kpis.indicator_rules import Values, changed, problems, without_unused

CALLS = Definition("calls", "Calls", "count")
MET = Definition("met", "Calls met", "count")
SPENT = Definition("spent", "Spent", "currency", decimals=2)
SLA = Definition("sla", "Met in time", "percent", decimals=2)
QUARTERLY = Definition("visits", "Visits", "count", frequency="quarter")
OTHERS = [CALLS, MET, SPENT, SLA, QUARTERLY]

COUNT = Values("new", "New", "Demand", "count", "neutral")
SHARE = replace(COUNT, unit="percent", decimals=2, source="rate", numerator_of="met", measured_on="calls")


def at(values: Values, others: list[Definition] | None = None) -> dict[str, str]:
    return {one.field: one.message for one in problems(values, OTHERS if others is None else others)}


def test_sound_indicators_have_no_problem() -> None:
    assert at(COUNT) == {}
    assert at(SHARE) == {}
    assert at(replace(SHARE, unit="ratio")) == {}
    assert at(replace(COUNT, source="sum", parts=("calls", "met"))) == {}
    assert at(replace(COUNT, source="difference", numerator_of="calls", measured_on="met")) == {}
    assert at(replace(COUNT, unit="ratio", decimals=2, source="per-employee", measured_on="calls")) == {}
    assert at(replace(COUNT, unit="percent", across="rate", measured_on="calls")) == {}


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        (replace(COUNT, decimals=2), "decimals", "A count is a whole number: choose 0."),
        (replace(COUNT, unit="currency", decimals=3), "decimals", "Pounds have 2 decimals, or 0 for whole pounds."),
        (
            replace(COUNT, counted_one="visit"),
            "counted_many",
            "Give both words, for one and for several. This one is like “incidents”.",
        ),
        (
            replace(COUNT, is_split_withheld=True, split_withheld_reason="  "),
            "split_withheld_reason",
            "Say who asked that the councils are not set side by side, and why.",
        ),
        (
            replace(COUNT, across="rate"),
            "across",
            "Only rates have numerators and denominators, and this is a count.",
        ),
        (
            replace(COUNT, unit="percent"),
            "across",
            "Percentages of months cannot be added. Choose numerators and denominators.",
        ),
        (replace(COUNT, source="sum", parts=("calls",)), "parts", "A sum has at least two parts: choose them."),
        (
            replace(COUNT, source="sum", parts=("calls", "spent")),
            "parts",
            "Parts have the unit of their total, a count: Spent is an amount in pounds.",
        ),
        (
            replace(COUNT, unit="percent", across="rate", source="sum", parts=("sla", "calls")),
            "source",
            "A percentage is no sum. Choose another source or unit.",
        ),
        (replace(SHARE, numerator_of=""), "numerator_of", "Choose what is counted."),
        (replace(SHARE, measured_on="met"), "measured_on", "Choose another indicator than Calls met, named above."),
        (
            replace(SHARE, numerator_of="sla"),
            "numerator_of",
            "Met in time is a percentage. A rate is of counts or of sums.",
        ),
        (
            replace(SHARE, measured_on="spent"),
            "measured_on",
            "Spent is an amount in pounds, and Calls met a count. A rate is of two figures of one kind.",
        ),
        (replace(SHARE, unit="count", decimals=0), "unit", "A rate is a percentage or a ratio."),
        (
            replace(COUNT, source="difference", numerator_of="calls", measured_on="spent"),
            "measured_on",
            "Spent is an amount in pounds, and this is a count. A difference is of figures of its own unit.",
        ),
        (
            replace(COUNT, unit="ratio", source="per-employee"),
            "measured_on",
            "Choose the count that is divided by the number of employees.",
        ),
        (
            replace(COUNT, unit="percent", across="rate", measured_on="sla"),
            "measured_on",
            "Met in time is no count. A rate is measured on a count.",
        ),
        (
            replace(COUNT, measured_on="gone", unit="percent", across="rate"),
            "measured_on",
            "There is no other indicator “gone”.",
        ),
        (
            replace(COUNT, starts_on=date(2018, 10, 1), ends_on=date(2018, 9, 1)),
            "ends_on",
            "September 2018 is before the first month, October 2018.",
        ),
        (
            replace(SHARE, numerator_of="visits"),
            "frequency",
            "Visits is asked for every quarter, and this every month. Choose the same for both.",
        ),
        (
            replace(COUNT, ticket_measure="met"),
            "ticket_measure",
            "A share of tickets is a percentage, and this is a count.",
        ),
        (
            replace(COUNT, unit="percent", across="rate", ticket_measure="open"),
            "ticket_measure",
            "A number of tickets is a count, and this is a percentage.",
        ),
    ],
)
def test_each_rule_has_its_message_at_its_field(values: Values, field: str, message: str) -> None:
    assert at(values) == {field: message}


def test_a_circle_is_named_all_the_way_round() -> None:
    total = Definition("total", "Total", "count", source="sum", parts=("new", "calls"))
    assert at(replace(COUNT, source="sum", parts=("total", "met")), [*OTHERS, total]) == {
        "parts": "It would be worked out from itself: New from Total from New. Choose other figures."
    }


def test_what_rests_on_an_indicator_keeps_its_unit_and_outlives_it_never() -> None:
    share = Definition("share", "Share", "percent", source="rate", numerator_of="new", measured_on="calls")
    others = [*OTHERS, share]
    assert at(COUNT, others) == {}
    assert list(at(replace(COUNT, unit="currency"), others)) == ["unit"]
    assert at(replace(COUNT, unit="currency"), others)["unit"].startswith(
        "Share rests on it, and could not any longer."
    )
    assert at(replace(COUNT, frequency="year"), others) == {
        "frequency": "Share rests on it, and could not any longer. New is asked for every year, and this every month. "
        "Choose the same for both."
    }
    assert at(replace(COUNT, ends_on=date(2019, 3, 1)), others) == {
        "ends_on": "Share is worked out from it after that month. End that one first."
    }
    ended = replace(share, ends_on=date(2019, 2, 1))
    assert at(replace(COUNT, ends_on=date(2019, 3, 1)), [*OTHERS, ended]) == {}


def test_what_does_not_matter_for_the_source_is_dropped_and_named() -> None:
    given_too_much = replace(
        COUNT, numerator_of="met", measured_on="calls", ticket_type="incident", split_withheld_reason="Asked for."
    )
    kept, dropped = without_unused(given_too_much)
    assert kept == COUNT
    assert set(dropped) == {"numerator_of", "measured_on", "ticket_type", "split_withheld_reason"}
    assert without_unused(SHARE) == (SHARE, ())


def test_changes_are_named_in_the_order_of_the_form() -> None:
    other = replace(COUNT, name="Newer", decimals=1, parts=("calls",))
    assert changed(COUNT.plain(), other.plain()) == ["name", "decimals", "parts"]


CODES = ["a", "b", "c", "d"]
SUMS = st.fixed_dictionaries({code: st.sets(st.sampled_from(CODES), min_size=2, max_size=3) for code in CODES})


@given(SUMS)
def test_no_circle_passes(parts: dict[str, set[str]]) -> None:
    """Counts added to counts: whatever passes as the last of four makes no circle of the four."""
    known = [Definition(code, code, "count", source="sum", parts=tuple(sorted(parts[code]))) for code in CODES[1:]]
    values = Values("a", "a", "G", "count", "neutral", source="sum", parts=tuple(sorted(parts["a"])))
    if not problems(values, known):
        assert "a" not in circles([*known, values.as_definition()])
